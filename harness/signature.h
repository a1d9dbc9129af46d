#ifndef RECAST_HARNESS_SIGNATURE_H
#define RECAST_HARNESS_SIGNATURE_H

/*
 * Signatures of commits, made by the user's own ssh-keygen or gpg, as git makes them: `git verify-commit`
 * accepts these.
 */

#include "core/arena.h"
#include "core/err.h"

struct signing {
	const char *format; /* "ssh" or "gpg"; NULL: commits are not signed */
	const char *key;    /* ssh: a file, whose private key may be in an agent; gpg: a key's name */
};

enum { SIGNATURE_MAX = 16 << 10, SIGNATURE_WAIT_MS = 120000 };

/* Commits are handed to whoever signs as bytes, and come back with a signature of these. */
struct signer {
	/* The signature as lines of text, in the arena. */
	int (*sign)(void *data, struct str bytes, struct arena *a, struct str *ret, struct err *err);
	void *data;
};

/* What its signer needs as long as that is used. */
struct signature_tool {
	struct signing how;
	const char *const *env; /* "NAME=value", ends with NULL: where agents and keyrings are */
};

/* One that runs a program, found in PATH of the environment. ERR_TOOL if it cannot be run or fails, with what it said. */
struct signer signature_signer(const struct signature_tool *tool);

#endif
