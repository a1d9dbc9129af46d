#ifndef RECAST_HARNESS_REPO_H
#define RECAST_HARNESS_REPO_H

/*
 * git repositories: the only file that knows libgit2. A library's source is
 * brought into a bare repository of the project's own (the store) and from then
 * on read from its object database, at an exact commit or tree. No hook, filter
 * or submodule runs, no work tree is ever made, and configuration of a
 * repository that came from elsewhere is not obeyed.
 *
 * An address may hold a user's name and password: they are used, and never
 * printed, stored or part of an error. repo_clean_address takes them out.
 */

#include "core/arena.h"
#include "core/err.h"
#include "harness/event.h"
#include "harness/tree.h"

/* Hexadecimal id of a commit or a tree, SHA-1 or longer, terminated. */
enum { REPO_ID_MAX = 65, REPO_NAMES_MAX = 20 };

enum repo_kind {
	REPO_COMMIT, /* of a repository */
	REPO_TREE,   /* a snapshot of a folder that is no repository */
};

/* What a SOURCE stood for when it was read. Strings live in the arena. */
struct repo_source {
	enum repo_kind kind;
	char id[REPO_ID_MAX];
	const char *address; /* clean: an URL, or an absolute path */
	const char *name;    /* last part of the address, without ".git" */
	const char *branch;  /* or tag that was asked for or is checked out; "" if there is none */
	/* A work tree that differs from its HEAD: the first paths that do, and how many there are in
	 * all, which can be more. A folder that git does not know at all is one path, with a "/" behind.
	 * Ignored files, submodules and recast's own files do not count; nothing does if a ref was asked for. */
	const char *changed[REPO_NAMES_MAX];
	size_t changed_len;
	struct strings submodules; /* their paths; they are not read */
};

struct repo_limits {
	struct fs_walk_limits files;
	uint64_t transfer_bytes; /* that another machine may send, history included */
};

extern const struct repo_limits repo_default_limits;

/*
 * Brings `source` into the bare repository at `store`, which is made if it is
 * not there. A source is a folder, a work tree or bare repository (its HEAD), or
 * an address (https, http, ssh, git, file, user@host:path). `ref` is a branch, tag
 * or commit, which can be cut short, or NULL; for a folder that is no repository
 * it is ERR_USAGE. Only the commit and its tree are taken over, no history; the
 * source is only read. For ssh the host's key must be in the user's known_hosts,
 * and the agent's keys and those without a passphrase are tried.
 */
int repo_import(const char *store, const char *source, const char *ref, const struct repo_limits *limits,
		const struct observer *observer, struct arena *a, struct repo_source *ret, struct err *err);

/* What the project's own folder stands for if it is a work tree's root: its HEAD, without the list of
 * submodules. *ret_is is false, and the rest untouched, if it is none or has no commit yet. */
int repo_head(const char *folder, struct arena *a, bool *ret_is, struct repo_source *ret, struct err *err);

/* The commit that a branch, tag or commit's id means in the repository right in this folder, without the list of
 * submodules. *ret_is is false, and the rest untouched, if there is no repository; a name that means nothing in
 * it is ERR_USAGE. */
int repo_find(const char *folder, const char *ref, struct arena *a, bool *ret_is, struct repo_source *ret,
	      struct err *err);

/* Adds the files of a commit or tree in the repository (a bare one or a work tree's) to `tree` at
 * `at`, as tree_add_host would. Links stay links, and submodules are empty folders. `.git` and
 * `.recast` at the root are left out; any other name that no file can have fails. */
int repo_read_tree(const char *repository, const char *id, const struct fs_walk_limits *limits, struct tree *tree,
		   const char *at, struct err *err);

/* Whether git tracks the path (relative to the folder) in the repository that the folder belongs to, if any:
 * in its index or its HEAD. */
int repo_tracks(const char *folder, const char *path, bool *ret_tracked, struct err *err);

/* One line on a work tree that differs from its HEAD, or NULL. */
const char *repo_changes(const struct repo_source *source, struct arena *a);

/* Appends how two texts differ, as a unified diff from the one to the other, as far as it fits; nothing if they do not.
 * From any thread. */
int repo_diff_texts(struct str a, struct str b, const char *name_a, const char *name_b, struct buf *out,
		    struct err *err);

/* The address without user, password, query and fragment, or the path as it is. */
const char *repo_clean_address(const char *source, struct arena *a);

/* Whether it looks like an address rather than a path. */
bool repo_is_address(const char *source);

const char *repo_library_version(void);
const char *repo_library_path(struct arena *a);

#endif
