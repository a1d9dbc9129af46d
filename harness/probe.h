#ifndef RECAST_HARNESS_PROBE_H
#define RECAST_HARNESS_PROBE_H

/*
 * Calls of a library that no test makes. A probe is a row of calls with their arguments, as a value that knows no
 * address: what a pointer leads to is bytes, or what an earlier call has made. So the same probe can be put to the
 * original and to a rewrite, changed, cut short, and written down as a C program.
 */

#include "harness/micro.h"

enum {
	PROBE_CALLS_MAX = 700,
	PROBE_AREA_BYTES = 2 << 20, /* of the driver's memory, which the host fills: first the frame of the call */
	PROBE_BYTES_MAX = 1 << 20, /* of all values of one probe, with what stands between them */
	PROBE_ROOM_MAX = 4096,
	PROBE_TEXTS_IN_ARRAY = 32,
	PROBE_TYPES_MAX = 1000,
	PROBE_USERS = 16, /* texts of the caller's that callbacks and containers are handed */
	PROBE_NONE = UINT32_MAX,
};

enum probe_kind {
	PROBE_NULL,
	PROBE_NUMBER,
	PROBE_REAL,     /* the bits of a double */
	PROBE_BYTES,    /* memory that holds these, and not a byte more */
	PROBE_ROOM,     /* memory to be written: `number` bytes */
	PROBE_OBJECT,   /* what the call `object` made */
	PROBE_PLACE,    /* memory in which this call makes an object: `number` bytes */
	PROBE_OUT,      /* where this call puts a pointer to what it makes */
	PROBE_CALLBACK, /* a function of the caller's, of the type that is wanted */
	PROBE_USER,     /* one of the caller's texts: `number` says which */
	PROBE_RECORD,   /* a struct: `bytes`, and in its pointers what `fields` say */
	PROBE_TEXTS, /* an array of `number` pointers to texts, each ending in a NUL, one behind the other in `bytes` */
};

struct probe_value {
	enum probe_kind kind;
	uint64_t number;
	struct str bytes;
	uint32_t object;
	struct probe_value *fields; /* one for each field of the record */
};

struct probe_call {
	uint32_t function;        /* of the grammar */
	struct probe_value *args; /* one for each parameter */
	unsigned within;          /* 0: an ordinary call. Else it is made from within a callback: see below */
};

/*
 * Calls from within callbacks stand right behind the ordinary call during which they are made, and are made in that
 * order: the next one as soon as a function of the driver's that may make it is called back for at least the `within`th
 * time. Only functions that make calls at all are counted. One for which the time never comes is not made.
 */
struct probe {
	struct probe_call *calls;
	size_t len;
	uint64_t answers; /* what callbacks answer follows from it */
};

/* A copy whose every part lives in the arena. */
struct probe_grammar;
struct probe probe_copy(const struct probe *p, const struct probe_grammar *g, struct arena *a);

/* The call with arguments of its own; what these lead to is shared. */
struct probe_call probe_call_copy(const struct probe_call *c, const struct probe_grammar *g, struct arena *a);

/* The calls that are kept, without those that take what others made, and those that are made from within others. */
struct probe probe_only(const struct probe *p, const struct probe_grammar *g, const bool *kept, struct arena *a);

/* The call that is the n-th, from 1, of which the library hears; the last one if there are fewer. */
size_t probe_heard_call(const struct probe *p, const struct probe_grammar *g, size_t n);

/* ---- what may be called, and how (probe_grammar.c) */

enum probe_role {
	PROBE_REFUSED, /* `why` says why */
	PROBE_IS_NUMBER,
	PROBE_IS_REAL,
	PROBE_IS_TEXT,     /* up to its NUL, or as long as another parameter says */
	PROBE_IS_BYTES,    /* as long as another parameter says */
	PROBE_IS_ROOM,     /* to be written, as large as another parameter says */
	PROBE_IS_OPEN,     /* text to be written, and nobody says how much */
	PROBE_IS_CELL,     /* one value, which may be written */
	PROBE_IS_OUT,      /* a pointer goes there, to what is made or into what was given */
	PROBE_IS_TEXTS,    /* an array of texts, as many as another parameter says */
	PROBE_IS_OBJECT,
	PROBE_IS_RECORD,   /* a struct by itself, or a pointer to one that callers fill */
	PROBE_IS_CALLBACK,
	PROBE_IS_USER,     /* a pointer of the caller's, which the library hands back */
};

struct probe_parameter {
	enum probe_role role;
	size_t length;    /* parameter that says how many there are, or SIZE_MAX */
	bool is_length;   /* it says so of another */
	bool consumed;    /* the object that is handed over belongs to another from then on */
	bool ended;       /* it is over with the call */
	bool may_be_null; /* some test has handed over none */
	uint32_t type;    /* of an object */
	const struct shape *target; /* of a pointer, or the record itself */
	const struct api_type *choices; /* an enum whose values it has, or NULL */
	const char *why;
};

/* A kind of thing that calls make and take. */
struct probe_type {
	const char *name;  /* "struct x", without const */
	uint32_t ender;    /* a function, or PROBE_NONE */
	bool frees;        /* libc's free ends it */
	bool is_made;      /* some function makes one */
};

struct probe_function {
	const struct shim_function *shim;
	struct probe_parameter *parameters;
	const char *refused;   /* why it is not called, or NULL */
	const char *missing;   /* what it leads to and nobody defines: then it traps; or NULL */
	uint32_t makes;        /* a type, or PROBE_NONE */
	bool makes_in_place;   /* in memory that its first argument leads to */
	bool zeroes;           /* it is no function, but a struct of the caller's that is all zero: that is made */
	bool makes_if;         /* in its place, only if it returns this: */
	uint64_t made_result;
	size_t makes_out;      /* in what this parameter leads to; or SIZE_MAX: it returns it */
	bool owned;            /* what it makes is the caller's to end */
	bool ends;             /* it is there to end what one of its parameters takes */
	bool changes;          /* it may change the objects that it takes */
	bool asks;             /* it takes objects, changes none, and makes nothing that must be ended */
	const struct micro_call **heard; /* calls of it that tests were heard to make */
	size_t heard_len;
};

/* While `outer` is under way, callbacks of that type may call the function. */
struct probe_within {
	uint32_t outer, function;
	size_t callback; /* of the grammar */
	bool shares;     /* also with objects that `outer` was given, and what belongs to them */
};

struct probe_grammar {
	const struct suite *suite;
	const struct shims *shims;
	struct probe_function *functions; /* one for each of the shims, then those that zero */
	size_t functions_len;
	struct probe_type *types;
	size_t types_len, types_cap;
	const struct shape_signature **callbacks; /* types of functions that the caller provides */
	const char **callback_names;
	enum shim_callback_mode *callback_modes;
	bool *callback_steady; /* recast.json lets it be called more often: its answers do not change on the way */
	size_t callbacks_len;
	struct probe_within *within; /* what tests were seen to do, see probe_within.h */
	size_t within_len;
	const struct micro_calls *heard; /* what tests were heard to call */
	size_t heard_len;
};

/* `heard` is borrowed, like all else. */
void probe_grammar_make(const struct suite *suite, const struct interface *api, const struct shims *shims,
			const struct micro_calls *heard, size_t heard_len, struct arena *a, struct probe_grammar *ret);

/* Whether the call makes an object: not if it is not told where to put it. */
bool probe_makes(const struct probe_function *f, const struct probe_call *call);

/* The caller's texts. */
extern const char *const probe_user_texts[PROBE_USERS];

/* Whether a number of that type can only be 0 or 1. */
bool probe_is_bool(const struct shape *shape);

/* Of a function in the grammar, or callbacks_len. */
size_t probe_grammar_callback(const struct probe_grammar *g, const struct shape *shape);

#endif
