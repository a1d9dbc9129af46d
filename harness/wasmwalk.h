#ifndef RECAST_HARNESS_WASMWALK_H
#define RECAST_HARNESS_WASMWALK_H

/*
 * Walks code of a WebAssembly module, one instruction after the other. What clang does not write is not understood, and
 * ends the walk as a failure.
 */

#include "core/str.h"

/* Bytes that are read one after the other; reading past the end fails for good. */
struct wasmwalk {
	const unsigned char *at, *end;
	bool failed;
};

enum {
	WASM_LOOP = 0x03,
	WASM_END = 0x0B,
	WASM_BULK = 0xFC, /* one of several, see `which` */
	WASM_MEMORY_COPY = 10,
	WASM_MEMORY_FILL = 11,
};

struct wasmwalk_instruction {
	struct str bytes; /* with its operands */
	unsigned opcode;
	uint64_t which;   /* of WASM_BULK */
	bool opens;       /* a block, a loop, an if: up to the WASM_END that belongs to it */
};

struct wasmwalk wasmwalk_of(struct str bytes);

/* Any LEB128 number of up to 64 bits; for signed ones only its end matters. 0 after a failure. */
uint64_t wasmwalk_number(struct wasmwalk *w);

/* The next so many bytes as something of their own to walk. */
struct wasmwalk wasmwalk_part(struct wasmwalk *w, uint64_t len);

/* The local variables that a function declares at the beginning of its body. */
uint64_t wasmwalk_locals(struct wasmwalk *body);

/* False at the end and after a failure. */
bool wasmwalk_next(struct wasmwalk *w, struct wasmwalk_instruction *ret);

#endif
