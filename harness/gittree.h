#ifndef RECAST_HARNESS_GITTREE_H
#define RECAST_HARNESS_GITTREE_H

/*
 * Trees of git as objects: read, walked, copied from one object database to
 * another, and made from a folder or from a tree in memory. Where objects come from and go to is the
 * caller's; nothing here knows libgit2. A tree object is a row of
 * "MODE NAME\0" and the 20 bytes of an id.
 */

#include "core/arena.h"
#include "core/fs.h"

struct tree;

enum { GITTREE_ID_BYTES = 20, GITTREE_HEX = 2 * GITTREE_ID_BYTES + 1 };

enum gittree_object { GITTREE_COMMIT = 1, GITTREE_TREE = 2, GITTREE_BLOB = 3, GITTREE_TAG = 4 };

struct gittree_id {
	unsigned char bytes[GITTREE_ID_BYTES];
};

/* Lower-case, terminated. */
void gittree_hex(const struct gittree_id *id, char ret_hex[static GITTREE_HEX]);

/* All digits of an id, in lower case. */
bool gittree_from_hex(struct str hex, struct gittree_id *ret);

/* An object database. Errors name it. */
struct gittree_store {
	void *data;
	int (*examine)(void *data, const struct gittree_id *id, enum gittree_object *ret_type, size_t *ret_size,
		       struct err *err);
	/* Replaces what is in `out`; more than its maximum is ERR_LIMIT. */
	int (*read)(void *data, const struct gittree_id *id, struct buf *out, struct err *err);
	bool (*has)(void *data, const struct gittree_id *id);
	int (*write)(void *data, enum gittree_object type, struct str bytes, struct gittree_id *ret, struct err *err);
};

enum gittree_kind { GITTREE_FOLDER, GITTREE_FILE, GITTREE_LINK, GITTREE_SUBMODULE };

struct gittree_entry {
	const char *path; /* from the root, "/" between names */
	enum gittree_kind kind;
	struct gittree_id id;
};

/*
 * Visits everything below a tree, parents first. Left out are `.git` and
 * `.recast` at the root. A name that no folder could hold fails, and so does
 * what is over the limits, before it is read. `leave` may be NULL; it gets each
 * tree's bytes when all below has been visited.
 */
struct gittree_walk {
	const struct gittree_store *from;
	const struct fs_walk_limits *limits;
	int (*visit)(void *data, const struct gittree_entry *entry, struct err *err);
	int (*leave)(void *data, struct str bytes, struct err *err);
	void *data;
};

int gittree_walk(const struct gittree_walk *walk, const struct gittree_id *root, struct err *err);

/* Whether there is anything at the path, of any kind; "" is the tree itself. */
int gittree_has(const struct gittree_store *from, const struct gittree_id *root, const char *path, bool *ret_has,
		struct err *err);

/* Copies a tree and all below that is not there yet, a tree after what it holds. Submodules
 * are not followed; their paths come back, in the arena. */
int gittree_copy(const struct gittree_store *from, const struct gittree_store *to, const struct gittree_id *root,
		 const struct fs_walk_limits *limits, struct arena *a, struct strings *ret_submodules,
		 struct err *err);

/* Writes a host folder as git would: with links and executable bits, without empty folders,
 * without anything called `.git`, and without `.recast` at the root. */
int gittree_snapshot(const char *folder, const struct fs_walk_limits *limits, const struct gittree_store *to,
		     struct gittree_id *ret, struct err *err);

/* Writes a folder of a tree in memory likewise. A `.git` in it is ERR_USAGE; what is over the limits is
 * ERR_LIMIT. Nothing is written before all is checked. `to` may be NULL: then it is only checked. */
int gittree_write(const struct tree *tree, const char *at, const struct fs_walk_limits *limits,
		  const struct gittree_store *to, struct gittree_id *ret, struct err *err);

/* For fs_walk: whether a snapshot has what is in the folder. */
bool gittree_snapshot_enters(const char *path);

#endif
