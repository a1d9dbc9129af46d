#ifndef RECAST_HARNESS_WASMFILE_H
#define RECAST_HARNESS_WASMFILE_H

/*
 * Reads WebAssembly binaries as bytes, without an engine: what a module
 * imports and exports, the raw names of its functions (the engine's own
 * backtraces demangle C names as if they were C++), and the symbol table of a
 * relocatable object as wasm-ld sees it. Every length in the file is checked
 * against what is left of it; a file that lies is ERR_PARSE with the offset.
 *
 * Names begin with wasmfile_, since wasm_ belongs to the engine's own header.
 *
 * All strings in the results are copies in the arena, bounded, and may hold
 * any byte but NUL.
 */

#include "core/arena.h"
#include "core/err.h"

enum wasmfile_kind { WASMFILE_FUNCTION, WASMFILE_TABLE, WASMFILE_MEMORY, WASMFILE_GLOBAL, WASMFILE_TAG };

struct wasmfile_import {
	const char *module, *name;
	enum wasmfile_kind kind;
	uint32_t type; /* a function's, by its number */
};

struct wasmfile_export {
	const char *name;
	enum wasmfile_kind kind;
	uint32_t index;
};

struct wasmfile_custom {
	const char *name;
	struct str payload; /* borrowed from the file's bytes */
};

enum wasmfile_symbol_kind {
	WASMFILE_SYMBOL_FUNCTION,
	WASMFILE_SYMBOL_DATA,
	WASMFILE_SYMBOL_GLOBAL,
	WASMFILE_SYMBOL_SECTION,
	WASMFILE_SYMBOL_TAG,
	WASMFILE_SYMBOL_TABLE,
};

/* A row of the "linking" section's symbol table, in its order. */
struct wasmfile_symbol {
	const char *name; /* an undefined one's is its import's; a section's is "" */
	enum wasmfile_symbol_kind kind;
	bool defined; /* here; otherwise another object must */
	bool local;   /* static: invisible to other objects */
	bool weak;
	bool hidden;
	bool exported; /* the module shall export it, whoever links it */
	bool renamed;  /* an undefined one that is imported under another name than its own */
	uint32_t index;        /* of a function, in the file */
	const char *signature; /* of a function: "(i32,i64)->(f32)", "()->()"; "" if it is not understood */
};

struct wasmfile {
	struct wasmfile_import *imports;
	size_t imports_len;
	struct wasmfile_export *exports;
	size_t exports_len;
	struct wasmfile_custom *customs;
	size_t customs_len;
	struct wasmfile_symbol *symbols; /* only in relocatable objects */
	size_t symbols_len;
	bool has_linking;            /* is a relocatable object */
	size_t init_functions;       /* constructors named by the linking section */
	const char **function_names; /* by function index, NULL where unnamed; from the "name" section */
	size_t function_names_len;
	struct str code;             /* payload of the code section; borrowed like a custom's */
	uint64_t data_bytes;         /* size of the data section */
	size_t own[WASMFILE_TAG + 1]; /* tables, memories, globals, tags and functions that it does not import */
	bool has_start;              /* a function that runs when it is instantiated */
};

int wasmfile_read(struct str bytes, struct arena *a, struct wasmfile *ret, struct err *err);

/* The raw name of a function by its index in the module, or NULL. */
const char *wasmfile_function_name(const struct wasmfile *file, uint32_t index);

#endif
