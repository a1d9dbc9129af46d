#ifndef RECAST_HARNESS_GITREF_H
#define RECAST_HARNESS_GITREF_H

/* Which commit of a git repository somebody means by a name. */

#include "harness/gittree.h"

struct gitref {
	const char *name;     /* whole: "refs/heads/main", "HEAD" */
	struct gittree_id id; /* of a commit or a tag */
	const char *target;   /* what a symbolic one stands for, or NULL */
};

struct gitref_list {
	struct gitref *items; /* malloc'd */
	size_t len, cap;
};

void gitref_release(struct gitref_list *list);

#define SCOPED_GITREFS SCOPED(gitref_release)

/*
 * The branch or tag of that name, or NULL: then `wanted` is the beginning of a
 * commit's id. Whole names ("refs/tags/v1") are taken as they are. A name that
 * is none of these, or a branch and a tag at once, is ERR_USAGE; the error says
 * which names there are. `where` is the repository.
 */
int gitref_choose(const struct gitref_list *list, const char *wanted, const char *where, const struct gitref **ret,
		  struct err *err);

/* ERR_USAGE: it is nothing in that repository, but these are. Returns -1. */
int gitref_unknown(const struct gitref_list *list, const char *wanted, const char *where, struct err *err);

/* "main" of "refs/heads/main"; "" of "HEAD". */
const char *gitref_short(const char *name);

#endif
