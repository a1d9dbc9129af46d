#ifndef RECAST_HARNESS_SPLICE_H
#define RECAST_HARNESS_SPLICE_H

/*
 * A copy of an expanded source with texts of recast's own put in, which is compiled: and from a complaint of the
 * compiler's back to what was put in there, or to the source's own bytes.
 */

#include "core/buf.h"
#include "harness/expanded.h"

/* Where the bytes of such a text come from. */
struct splice_piece {
	size_t at;          /* in that text */
	uint32_t from;      /* in the source, if `owner` is SIZE_MAX; else where it is put in */
	size_t owner, part; /* numbers of the caller's, or SIZE_MAX */
};

struct splice {
	struct str text;
	struct splice_piece *pieces; /* the first stands in front of the source */
	size_t pieces_len;
};

/* One that is being written. */
struct splicing {
	const struct expanded *source;
	struct buf text;
	size_t at; /* bytes of the source that were written */
	struct {
		struct splice_piece *items;
		size_t len, cap;
	} pieces;
};

void splice_begin(struct splicing *s, const struct expanded *source, size_t max);

/* What is appended to the text from here on belongs to that. */
void splice_piece(struct splicing *s, size_t owner, size_t part);

/* Bytes of the source; without copying them. */
struct str splice_source(const struct splicing *s, size_t start, size_t end);

/* The source as it is, from where it was written to, up to that byte. */
void splice_copy(struct splicing *s, size_t end);

/* The result lives in the arena; `what` names it if it has become too long. Releases what was written in both cases. */
int splice_finish(struct splicing *s, const char *what, struct arena *a, struct splice *ret, struct err *err);

/* The piece in which the compiler's line and column stand, and which byte that is; NULL in front of all of them. */
const struct splice_piece *splice_at(const struct splice *splice, unsigned line, unsigned column, size_t *ret_at);

#endif
