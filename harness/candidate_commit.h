#ifndef RECAST_HARNESS_CANDIDATE_COMMIT_H
#define RECAST_HARNESS_CANDIDATE_COMMIT_H

/*
 * A candidate as the bytes of a git commit: a tree, no parent, always the same
 * author, a title, and trailers. Whoever reads one expects that somebody else
 * wrote it.
 */

#include "harness/candidates.h"
#include "harness/gittree.h"

/* Strings that are no single printable line are made one; a title that is nothing becomes "rewrite". */
int candidate_commit_write(const struct candidate *about, const struct gittree_id *tree, int64_t made_s,
			   struct buf *out, struct err *err);

/* The same commit with a signature of its bytes, as git writes it: lines of text in a header "gpgsig". */
int candidate_commit_sign(struct str bytes, struct str signature, struct buf *out, struct err *err);

/* Title, origin, the rest, tree and time. Of a trailer that comes twice the first counts; only those of the
 * message's last paragraph are any. The number and the commit's own id are left alone. */
int candidate_commit_read(struct str bytes, struct arena *a, struct candidate *ret, struct err *err);

#endif
