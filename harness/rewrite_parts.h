#ifndef RECAST_HARNESS_REWRITE_PARTS_H
#define RECAST_HARNESS_REWRITE_PARTS_H

/* What the files of rewrite share. */

#include "harness/rewrite.h"

/* The path in the rewrite that a path in the guest's tree means, or NULL if it leads elsewhere. */
const char *rewrite_own_path(struct str path, struct arena *a);

/* ---- rewrite_files.c: what it is made of */

/* Its files, and what of the original it may see, in ret->tree. Files in `armed` could lie about where their
 * lines come from; see rewrite_disarm. */
int rewrite_lay_out(struct rewrite *r, const struct tree *files, struct strings *ret_paths, struct strings *ret_armed,
		    struct err *err);

/* Where headers are looked for, and r->headers. */
void rewrite_find_headers(struct rewrite *r, const struct strings *paths);

/* Which of its files are compiled; the others that look like sources are noted in r->left_out. */
struct strings rewrite_sources(struct rewrite *r, const struct strings *paths);

/* Sources that recast.json itself brings, with copies at the rewrite's root. */
int rewrite_supplied(struct rewrite *r, struct strings *ret, struct err *err);

/* ---- rewrite_disarm.c */

/* The text with its #line directives blank, so that line markers in preprocessed text are the compiler's own.
 * *ret_armed is the line of one that might be hidden in what different readers of C read differently, or 0. */
struct str rewrite_disarm(struct str text, struct arena *a, unsigned *ret_armed);

/* ---- rewrite_unjudged.c */

/* Fills in r->unjudged. */
int rewrite_find_unjudged(struct rewrite *r, struct err *err);

/* ---- judge_tokens.c */

/* What C can say that no object tells: inline assembly, attributes and builtins that reach beyond C. */
void judge_tokens(const struct rewrite *r, struct arena *a, struct gate *gate);

/* ---- rewrite.c */

/* Preprocesses a variant's source in some tree; within a thread that has the stack for it. */
int rewrite_preprocess(const struct rewrite *r, const struct tree *tree, const struct rewrite_variant *variant,
		       const char *source, struct arena *a, struct built *ret, struct err *err);
/* The index in r->files of what a path in the guest's tree means, or SIZE_MAX. */
size_t rewrite_file_index(const struct rewrite *r, struct str path);

/* Adds a finding or note to a gate, unless the same is there already. Strings are copied, printable and bounded. */
void rewrite_remark(struct remarks *list, struct place place, const char *text, const char *remedy, struct arena *a);

/* The text as one printable line. */
const char *rewrite_printable(const char *text, struct arena *a);

#endif
