#ifndef RECAST_HARNESS_WASMBODY_H
#define RECAST_HARNESS_WASMBODY_H

/*
 * Functions of one relocatable object beside each other: their code, and what it refers to. A reference to something
 * that stands elsewhere is no more than zeros in the code itself; the object's relocations say what is meant.
 */

#include "harness/wasmfile.h"

struct wasmbody_reference {
	uint32_t at; /* in the body */
	uint32_t type, index;
	uint64_t addend; /* as it is encoded */
};

struct wasmbody {
	struct str code;                             /* locals and instructions; borrowed from the object */
	const struct wasmbody_reference *references; /* in order */
	size_t references_len;
};

struct wasmbodies {
	struct wasmfile file;
	struct wasmbody *items; /* of the functions that the object defines, in order */
	size_t len;
	size_t imported; /* functions, which come first when functions are counted */
};

/* What is no object of clang's is ERR_PARSE. */
int wasmbodies_read(struct str object, struct arena *a, struct wasmbodies *ret, struct err *err);

/* That of the function with this name, or NULL. */
const struct wasmbody *wasmbodies_find(const struct wasmbodies *bodies, const char *name);

bool wasmbody_same(const struct wasmbody *a, const struct wasmbody *b);

#endif
