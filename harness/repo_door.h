#ifndef RECAST_HARNESS_REPO_DOOR_H
#define RECAST_HARNESS_REPO_DOOR_H

/*
 * What the halves of harness/repo.h share: repositories as objects and names,
 * without libgit2's types. Behind this stands harness/repo.c, which alone knows
 * libgit2. Nothing here writes to a repository except door_make, door_keep,
 * door_create, door_fetch and the store's `write`.
 */

#include "harness/address.h"
#include "harness/event.h"
#include "harness/gitref.h"

struct git_repository;
struct git_odb;

/* An open repository. It stays where it is while it is open: `store` points to it. */
struct door {
	struct git_repository *git; /* owned; NULL if there is none */
	struct git_odb *odb;        /* owned */
	const char *where;          /* for messages; borrowed */
	struct gittree_store store;
};

/* Opens the repository right in this folder, bare or not; door->git stays NULL if there is none. */
int door_open(const char *folder, const char *where, struct door *ret, struct err *err);

/* Opens a bare repository, or makes it. */
int door_make(const char *folder, struct door *ret, struct err *err);

/* Also for zeroed ones. */
void door_release(struct door *door);

#define SCOPED_DOOR SCOPED(door_release)

/* Follows tags to the commit, or, with GITTREE_TREE, to the tree. ret_tree is the commit's. */
int door_peel(struct door *door, const struct gittree_id *id, enum gittree_object type, struct gittree_id *ret_id,
	      struct gittree_id *ret_tree, struct err *err);

/* The checked-out commit; ret->name is NULL if there is none, "HEAD" if no branch leads to it. */
int door_head(struct door *door, struct arena *a, struct gitref *ret, struct err *err);

int door_list(struct door *door, struct arena *a, struct gitref_list *list, struct err *err);

/* References whose names match, "refs/x/" followed by "*"; also those that lead nowhere, whose name is in *ret_damaged
 * (the first; NULL if there is none). */
int door_list_matching(struct door *door, const char *pattern, struct arena *a, struct gitref_list *list,
		       const char **ret_damaged, struct err *err);

/* The object whose id begins with these digits. */
int door_find(struct door *door, const char *digits, bool *ret_is, struct gittree_id *ret, struct err *err);

/* Points a reference at the object, so that it is never collected. */
int door_keep(struct door *door, const char *name, const struct gittree_id *id, struct err *err);

/* Makes a reference; *ret_new is false, and nothing is changed, if there is one of that name. */
int door_create(struct door *door, const char *name, const struct gittree_id *id, bool *ret_new, struct err *err);

/* Shows each path of a work tree that differs from HEAD; ignored files and submodules do not. */
int door_changes(struct door *door, const char *folder, void (*show)(void *data, const char *path), void *data,
		 struct err *err);

/* Shows each path in the index. */
int door_index(struct door *door, void (*show)(void *data, const char *path), void *data, struct err *err);

struct door_fetch {
	const struct address *address;
	uint64_t limit_bytes;
	const struct observer *observer;
	struct arena *a;
	/* Gets the names that there are, and says what is wanted: a whole name, "" for all, NULL for nothing. */
	int (*choose)(void *data, const struct gitref_list *list, const char **ret_wanted, struct err *err);
	void *data;
};

/* Brings what was chosen, with its history, from another machine. No reference is made. */
int door_fetch(struct door *into, const struct door_fetch *fetch, struct err *err);

#endif
