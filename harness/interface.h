#ifndef RECAST_HARNESS_INTERFACE_H
#define RECAST_HARNESS_INTERFACE_H

/*
 * What a library offers to those who use it, as a value: functions, types,
 * macros and globals of its public headers, in order of appearance. Whoever
 * reads the headers of a language fills it; the sandbox's compiler adds sizes,
 * offsets and values. All of it lives in one arena.
 *
 * "Written" is the text as it stands in the header, comments inside and all.
 *
 * "Normalised" is the type written anew, after the preprocessor. Without
 * attributes, storage class, "inline", and parentheses that change nothing; the
 * words of the base type in their order, one blank between them; a blank before
 * what follows the base type; none behind "*", except between a qualifier and
 * what follows it; ", " between parameters; "(void)" for none. "typedef",
 * "extern" and the body of a struct are left out; alternative spellings of a
 * keyword become the common one, so "__const" is "const":
 *
 *     int f(const char *s, ...)        void (*signal(int sig, void (*func)(int)))(int)
 *     char *const *(*)(size_t [4])     struct *
 *
 * Rows of types:
 * - a struct, union or enum with a tag and a body is one row named by its tag;
 * - one with a tag that is mentioned here and defined nowhere is an opaque row;
 * - an enum without either name is a row named "";
 * - each name of a typedef is a row. The first plain name for a body without a
 *   tag carries its fields or enumerators, with the target "struct", "union" or
 *   "enum"; other names in that typedef have that name in their target.
 * What stands in a nested struct without a tag is a field of the outer one too.
 */

#include "core/arena.h"

/* Where something stands: a path in the project, lines from 1. */
struct place {
	const char *file;
	unsigned line, end_line;
};

struct parameter {
	const char *name; /* "" if it has none */
	const char *type; /* normalised, without the name: "int (*)(void *, size_t)" */
	bool callback;    /* a pointer to a function, also by way of a typedef */
};

/* Of a function, or of what a callback points to. */
struct signature {
	const char *result; /* normalised type */
	struct parameter *parameters; /* none for (void) */
	size_t parameters_len;
	bool variadic;
	bool unspecified; /* "()": takes whatever it is given */
};

struct api_function {
	const char *name;
	const char *declaration; /* normalised, without ";" */
	const char *written;     /* up to its ";" or, where it has a body, up to that */
	struct place place;
	const char *doc; /* the comment that belongs to it, as written; or "" */
	struct signature signature;
	struct strings attributes; /* "__attribute__((nonnull(1)))", "_Noreturn" */
	bool has_body;             /* in the header: inline, or a library that is all header */
	bool is_static;
	bool tested; /* some test calls it */
};

struct api_field {
	const char *name; /* as offsetof takes it: "x", "point.x", "points[0].x"; unnamed ones add no step */
	const char *type; /* normalised */
	bool known;       /* the compiler told what follows */
	uint64_t offset, size; /* bytes; of a bit-field, the offset in bits */
	unsigned bits;         /* width of a bit-field, 1 where that is no plain number; else 0 */
};

struct api_enumerator {
	const char *name;
	bool known;
	int64_t value;
};

enum api_type_kind { API_STRUCT, API_UNION, API_ENUM, API_TYPEDEF };

struct api_type {
	enum api_type_kind kind;
	const char *name;     /* a tag without "struct"; "" for an enum without a name */
	const char *spelling; /* as C names the type: "struct x", "x"; "" if it cannot */
	const char *written; /* the whole declaration */
	struct place place;
	const char *doc;
	const char *target; /* of a typedef: the type that it names, normalised; else "" */
	struct signature *callback; /* of a typedef for a function or a pointer to one; else NULL */
	bool opaque; /* a struct, union or enum that the headers do not define */
	bool known;  /* the compiler told what follows */
	uint64_t size, align; /* bytes */
	struct api_field *fields;
	size_t fields_len;
	struct api_enumerator *enumerators;
	size_t enumerators_len;
};

enum api_value_kind { API_NO_VALUE, API_INTEGER, API_UNSIGNED, API_FLOAT, API_STRING };

struct api_macro {
	const char *name;
	const char *body; /* as written, in one line; or "" */
	struct place place;
	const char *doc;
	bool function_like;
	struct strings parameters; /* of a function-like one; "..." for more */
	enum api_value_kind kind;  /* what it is worth, if it is a constant */
	const char *value;         /* decimal, "%a" or the string itself */
};

struct api_global {
	const char *name;
	const char *declaration; /* normalised, without "extern" */
	const char *type;
	const char *written;
	struct place place;
	const char *doc;
	bool known;
	uint64_t size;
};

struct interface {
	struct api_function *functions;
	size_t functions_len;
	struct api_type *types;
	size_t types_len;
	struct api_macro *macros;
	size_t macros_len;
	struct api_global *globals;
	size_t globals_len;
	struct strings files;    /* headers that it came from, also those that were only included */
	struct strings unclear;  /* "FILE:LINE: what could not be understood" */
	struct strings fields_read; /* names of fields that functions with a body in the headers look at */
	struct api_function **functions_by_name; /* in byte order; NULL until interface_index */
};

/* To be called when the last function is in. */
void interface_index(struct interface *api, struct arena *a);

/* The function of that name, or NULL. Quick if there is an index. */
struct api_function *interface_function(const struct interface *api, struct str name);

#endif
