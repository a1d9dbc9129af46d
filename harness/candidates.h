#ifndef RECAST_HARNESS_CANDIDATES_H
#define RECAST_HARNESS_CANDIDATES_H

/*
 * Rewrites are kept as commits in .recast/candidates.git, a bare repository of
 * the project's own. The reference refs/candidates/N is what "cN" means; N is
 * given once and never again. What is known of a rewrite's making stands in its
 * commit's trailers. Its files stand in the commit's tree as they came.
 */

#include "core/arena.h"
#include "core/err.h"
#include "harness/event.h"
#include "harness/repo.h"
#include "harness/signature.h"
#include "harness/tree.h"

#define CANDIDATES_STORE ".recast/candidates.git"

enum { CANDIDATE_NAME_MAX = 16, CANDIDATES_MAX = 10000, CANDIDATE_LINE_MAX = 200, CANDIDATE_COMMIT_MAX = 1 << 16 };

/* Bounds for the files of one. */
extern const struct fs_walk_limits candidates_limits;

struct candidate {
	unsigned number; /* from 1 */
	char commit[REPO_ID_MAX];
	char tree[REPO_ID_MAX];
	int64_t made_s;     /* seconds since 1970, UTC */
	/* Below, each is one printable line of at most CANDIDATE_LINE_MAX bytes, or "". They are only for show:
	 * who can write to the repository can have made them up. */
	const char *title;  /* first line of the message */
	const char *origin; /* trailer Recast-Origin: "folder NAME", "commit ID NAME", "run N" */
	/* For rewrites by a model: trailers Recast-Run, -Unit, -Round, -Provider, -Model, -Prompt, -Reply, -Transcript. */
	const char *run;
	const char *unit;  /* the file that was asked for, or "" for the whole */
	const char *round; /* of repairs */
	const char *provider, *model;
	const char *prompt, *reply; /* hashes, in hexadecimal */
	const char *transcript;     /* the head of the chain behind the reply, in hexadecimal */
};

struct candidate_list {
	struct candidate *items; /* in the arena, by number */
	size_t len;
};

/* "c3". */
void candidate_name(const struct candidate *candidate, char ret_name[static CANDIDATE_NAME_MAX]);

/*
 * Takes in the files of a tree (from REWRITE_ROOT of harness/rewrite.h on). `about` gives title, origin and the
 * rest, each of which is put into one line; its number and ids are ignored. If a candidate with the same files
 * is there, it is returned and *ret_new is false; one of a run, only if it is the same attempt: of this run, with the
 * same unit, round and reply. `now_s` is the time that the commit bears. On failure there
 * is no new candidate. .recast is made if need be. Several processes may add at once.
 */
int candidates_add(const char *project, const struct tree *files, const struct candidate *about, int64_t now_s,
		   struct arena *a, struct candidate *ret, bool *ret_new, struct err *err);

/* The same with a signed commit; NULL signs none. Nobody else can add while it is signed. One that is there already
 * stays as it is. */
int candidates_add_signed(const char *project, const struct tree *files, const struct candidate *about, int64_t now_s,
			  const struct signer *signer, struct arena *a, struct candidate *ret, bool *ret_new,
			  struct err *err);

/* All of them; none if there is no repository yet. */
int candidates_list(const char *project, struct arena *a, struct candidate_list *ret, struct err *err);

/* ERR_USAGE with what to do first where there are none: describe a library, or have or take in a rewrite. */
int candidates_none(const char *project, struct err *err);

/* "c3", "3f1ab…" (at least 4 digits of a commit; "c1234" is a number first). ERR_USAGE with what there is if none
 * or several match. */
int candidates_find(const char *project, const char *selector, struct arena *a, struct candidate *ret, struct err *err);

/* Its files, at REWRITE_ROOT of the tree. */
int candidates_read(const char *project, const struct candidate *candidate, struct tree *tree, struct err *err);

/* The bytes of its commit, as `git cat-file commit` prints them. */
int candidates_commit(const char *project, const struct candidate *candidate, struct buf *out, struct err *err);

/* A file or link of one. */
struct candidate_file {
	const char *path; /* without REWRITE_ROOT */
	const struct tree_node *node;
};

/* All files and links at REWRITE_ROOT of the tree, in the arena; returns how many there are. */
size_t candidate_files(const struct tree *tree, struct arena *a, struct candidate_file **ret);

#endif
