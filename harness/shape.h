#ifndef RECAST_HARNESS_SHAPE_H
#define RECAST_HARNESS_SHAPE_H

/*
 * Types of an interface as they lie in a guest's memory: what a trace needs to
 * read arguments, results and what pointers lead to. Made from the normalised
 * types of harness/interface.h, whose sizes and offsets the compiler told; what
 * cannot be told from these is SHAPE_UNKNOWN and is never read. For wasm32.
 */

#include "harness/interface.h"

enum shape_kind {
	SHAPE_UNKNOWN, /* also what only another header defines */
	SHAPE_VOID,
	SHAPE_INTEGER,
	SHAPE_FLOAT,
	SHAPE_POINTER,
	SHAPE_ARRAY,
	SHAPE_RECORD,
	SHAPE_FUNCTION,
	SHAPE_FILE,    /* FILE, behind a pointer */
	SHAPE_VA_LIST,
};

enum { SHAPE_POINTER_BYTES = 4, SHAPE_FIELDS_MAX = 256, SHAPE_PARAMETERS_MAX = 64, SHAPE_DEPTH_MAX = 200 };

struct shape;

struct shape_field {
	const char *name;
	const struct shape *shape;
	uint32_t offset;   /* bytes; of a bit-field, bits */
	uint32_t bits;     /* width of a bit-field, or 0 */
	bool shared;       /* lies where others lie, too: a member of a union */
	bool hidden;       /* leads to what the library alone looks at and speaks of */
};

/* Shared by all types that are the same record. */
struct shape_record {
	const struct shape_field *fields;
	size_t fields_len;
};

struct shape_signature {
	const char *result_text;
	const struct shape *result;
	const char **texts; /* of the parameters' types */
	const struct shape **parameters;
	const char **names; /* "" if it has none */
	bool *says_length;  /* by its type or its name, it is how much another leads to */
	size_t parameters_len;
	bool variadic;
	bool unspecified;
};

struct shape {
	enum shape_kind kind;
	const char *text;    /* the type, for messages and to compare */
	uint32_t size;       /* bytes; 0 if not known or none */
	bool is_signed;
	bool is_char;        /* plain char: what strings are made of */
	bool is_byte;        /* a character of either sign */
	bool is_const;       /* as a pointer's target: may not be written */
	bool is_opaque;      /* a record that headers do not define */
	const char *opaque_name; /* of one that they only mention, without "struct"; else NULL */
	const struct shape *target; /* of a pointer or an array */
	uint32_t count;      /* of an array */
	const struct shape_record *record; /* of a record that is not opaque */
	const struct shape_signature *signature; /* of a function */
};

struct shapes;

/* `api` is borrowed; all that comes of it lives in the arena. */
struct shapes *shapes_new(const struct interface *api, struct arena *a);

/* The shape of a normalised type; never NULL. The same value for the same text. */
const struct shape *shape_of(struct shapes *shapes, const char *text);

/* Of a function or a callback as the interface has it. */
const struct shape_signature *shape_signature(struct shapes *shapes, const struct signature *signature);

/* The signature of what it points to if it is a pointer to a function; else NULL. */
const struct shape_signature *shape_callback(const struct shape *shape);

/* Of a parameter that is a pointer and has a number behind it. That need not be how many structs there are: only a plural
 * says so. */
bool shape_may_be_several(const struct shape_signature *g, size_t index);

#endif
