#ifndef RECAST_CLI_SIMILARITY_PAGE_PARTS_H
#define RECAST_CLI_SIMILARITY_PAGE_PARTS_H

/* What the parts of cli/similarity_page share. */

#include "cli/similarity_page.h"
#include "core/arena.h"

enum page_side { ORIGINAL, CANDIDATE, SIDES };

/* An id that stands at a line, so that links lead there. */
struct line_mark {
	size_t file;
	unsigned line;
	bool is_piece;
	size_t number; /* of the piece; else the line */
};

struct sim_page {
	struct buf *out;
	const json_t *value;
	const json_t *files[SIDES]; /* of the detail */
	unsigned number;
	struct {
		struct line_mark *items; /* by file and line; those that links lead to */
		size_t len, cap;
	} marks[SIDES];
};

/* "original" and "candidate", as keys; 'o' and 'c', in ids. */
const char *page_side_key(enum page_side side);
char page_side_letter(enum page_side side);

/* The index of a file by its path, since they are in byte order; or SIZE_MAX. */
size_t page_file(const struct sim_page *p, enum page_side side, const char *path);

double page_number(const json_t *object, const char *key);

/* A place, as a link to its line where the side shows that file. */
void page_place(struct sim_page *p, enum page_side side, const json_t *place);

/* ---- similarity_page_curve.c */
void page_curve(struct sim_page *p);
void page_nulls(struct sim_page *p);

/* ---- similarity_page_lists.c */
void page_lists(struct sim_page *p);

/* ---- similarity_page_code.c */
void page_marks(struct sim_page *p);
void page_code(struct sim_page *p);

#endif
