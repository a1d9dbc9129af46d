#ifndef RECAST_HARNESS_FINGERPRINT_H
#define RECAST_HARNESS_FINGERPRINT_H

/*
 * What a text has in common with others, by runs of tokens. Comments and white
 * space do not count, names and literals do: this finds text that was copied,
 * not text that is alike (that is the similarity judge's work).
 *
 * A set keeps every run of FINGERPRINT_RUN tokens, so that the length of what is shared
 * is exact; runs with at most FINGERPRINT_GAP other tokens between them are one. Written
 * down, of every window the smallest is kept: still one of each FINGERPRINT_RUN +
 * FINGERPRINT_WINDOW - 1 tokens in a row.
 *
 * A text that is asked about is read three times, the second time without marks of comments,
 * without what prose puts in front of a line that it quotes ("*", ">", "+", a number, a file's name
 * with one) and with "<" for "&lt;": code that a comment or a document quotes is found, and the "/" and
 * "*" of a path in prose hide nothing. The third time also without what stands behind "//".
 *
 * Not seen: what shares fewer tokens in a row than asked for; code whose names were
 * changed throughout; code within a string literal; tokens spelled another way
 * (digraphs, a line joint within a name).
 */

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

enum {
	FINGERPRINT_RUN = 16,
	FINGERPRINT_WINDOW = 8,
	FINGERPRINT_GAP = 2,
	FINGERPRINT_QUOTE = 32, /* so many tokens in a row are no accident */
};

struct fingerprint {
	uint64_t hash; /* first, so that it can be looked up */
	uint32_t file; /* index into the set's files */
	uint32_t line;
	bool smallest; /* of a window: it is written */
};

/* Filled, then sealed, then asked. Arrays are malloc'd; paths are borrowed. */
struct fingerprints {
	struct fingerprint *items; /* by hash once sealed */
	size_t len, cap;
	struct {
		const char **items;
		size_t len, cap;
	} files;
};

void fingerprints_add(struct fingerprints *set, const char *path, struct str text);

/* Forgets what stands in this text too: it is public. After sealing. */
void fingerprints_without(struct fingerprints *set, struct str text);
void fingerprints_seal(struct fingerprints *set);
void fingerprints_release(struct fingerprints *set);

/* A run of tokens that the text shares with the set. */
struct shared_run {
	size_t tokens;
	unsigned line, end_line;
	const char *file;    /* of the set */
	unsigned file_line;
};

struct shared_runs {
	struct shared_run *items;
	size_t len;
};

/* Those of at least `least` tokens, by line, in the arena; none are shorter than FINGERPRINT_RUN. Two may share lines:
 * code, and a comment behind it. */
struct shared_runs fingerprints_find(const struct fingerprints *set, struct str text, size_t least, struct arena *a);

/* As text: a line "file PATH" for each file, then "HASH FILE LINE" for each fingerprint. */
void fingerprints_write(const struct fingerprints *set, struct buf *out);

#endif
