#ifndef RECAST_HARNESS_EXTRACT_PARTS_H
#define RECAST_HARNESS_EXTRACT_PARTS_H

/* What the halves of extract share; nobody else includes this. */

#include "harness/extract.h"
#include "harness/split.h"

/* An extraction in the making. */
struct extraction {
	const struct suite *suite;
	const struct language *language;
	struct extracted *e;
	struct arena *a; /* the result's */
	struct {
		struct exposure *items;
		size_t len, cap;
	} exposed;
};

void extract_expose(struct extraction *x, const struct exposure *exposure);

/* Whether the user has consented to showing this file. */
bool extract_consented(const struct extraction *x, const char *path);

/* "mix in src/a.c:12": what a run of tokens is shared with. */
const char *extract_quoted(const struct extraction *x, const struct shared_run *run);

/* A file is added once. */
void extract_add_file(struct spec_files *files, const char *path, struct str text);

/* Takes comments that quote the implementation out of the spec's headers and interface. */
void extract_hide_comments(struct extraction *x);

/* Splits the tests into visible and sealed: fills e->tests, and the spec's tests and files. */
int extract_tests(struct extraction *x, struct err *err);

/* ---- what extract_tests is made of */

/* Programs that are made of the same sources: configurations of one program, mostly. They
 * have the same tests. */
struct group {
	size_t *programs; /* indices into the plan's */
	size_t programs_len;
	struct ctest_source *sources; /* its own first, then what they include */
	size_t sources_len;
	struct ctests tests;
	bool public;      /* other programs show all of its sources: it cannot be sealed */
	bool open;        /* recast.json says that it is visible */
	bool by_function; /* its test functions are split, not its programs */
	bool hidden;      /* a text of it quotes the implementation: all of it is sealed */
	size_t first_unit;
	bool *quotes; /* of each test function: it quotes the implementation */
	bool *sealed; /* of each test function, and of what only these use */
	bool *shared; /* of each source: another group has it too, so nothing is cut out of it */
	struct ctests cut;  /* the test functions, and one more: what only the sealed ones use */
	bool keeps_helpers; /* without those it does not compile */
	bool broken;        /* without the sealed functions it does not compile */
	struct err error;
};

struct touch_map; /* what macros lead to */

/* A split in the making. */
struct sorting {
	struct extraction *x;
	struct group *groups;
	size_t groups_len;
	struct touch_map *map;
	struct split_unit *units;
	bool *hidden; /* of each unit: sealed whatever the split says */
	bool *open;   /* of each unit: shown, unless it is hidden */
	bool *fails;  /* of each unit: the original does not pass it, so it judges nobody */
	size_t *follows; /* of each unit: the one whose lot it shares, mostly itself */
	struct extracted_test *tests; /* of each unit */
	size_t units_len;
};

static inline const struct plan_program *sorting_program(const struct sorting *s, size_t index)
{
	return &s->x->suite->plan.programs[index];
}

/* Programs that were judged, by their sources, with their test functions. */
int extract_groups(struct sorting *s, struct err *err);

/* Which functions of the library a unit touches. */
struct touches {
	size_t *items; /* numbers of functions, each once */
	size_t len;
	struct strings names; /* in byte order */
};

struct touch_map *extract_touch_map(struct extraction *x);
struct touches extract_touches(struct extraction *x, const struct touch_map *map, const struct strings *names);

/* Whether every unit of the group is sealed. */
bool extract_all_sealed(const struct sorting *s, const struct group *g);

/* Whether some test functions are cut out of its sources; their names, as far as these are no common words; whether
 * a text uses one of them; and a source without its sealed tests. */
bool extract_has_sealed(const struct group *g);
void extract_add_sealed(const struct group *g, struct nameset *names);
bool extract_names_any(struct str text, const struct nameset *names);
struct str extract_visible_text(const struct sorting *s, const struct group *g, size_t source);

/* Compiles what is visible of each group without its sealed functions. One that does not keeps from now on what
 * only these use, or is split by program. *ret_again says whether there was one. */
int extract_check_visible(struct sorting *s, bool *ret_again, struct err *err);

/* The spec's tests and their files. */
void extract_show_tests(struct sorting *s);

#endif
