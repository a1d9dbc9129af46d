#ifndef RECAST_HARNESS_MICRO_H
#define RECAST_HARNESS_MICRO_H

/*
 * Small programs that call one function again and again, made from the interface and from calls that tests were seen
 * to make. What the files behind it share: calls are heard (microcalls.c), a function is looked at (micropick.c), a
 * program is written (microtext.c, microtext_values.c), built and tried (micro.c).
 */

#include "harness/shim.h"
#include "harness/workload_parts.h"

enum {
	MICRO_INPUTS_MAX = 64,
	MICRO_TEXT_MAX = 16 << 10,   /* bytes of one value */
	MICRO_BYTES_MAX = 256 << 10, /* of all values of a function */
	MICRO_CHAIN_MAX = 3,         /* objects that are needed one for the other */
	MICRO_BEFORE_MAX = 32,       /* calls that bring an object into the state in which a test had it */
	MICRO_NONE = UINT32_MAX,
	MICRO_FREE = UINT32_MAX - 1, /* libc's free ends it */
};

/* ---- calls as they were heard */

enum micro_kind {
	MICRO_UNKNOWN, /* `why` says why; `bytes` is the text that is there, if one is */
	MICRO_NUMBER,
	MICRO_REAL,    /* the bits of a double */
	MICRO_NULL,
	MICRO_BYTES,   /* what a pointer leads to, or a struct that is handed over */
	MICRO_OBJECT,  /* made by another call */
	MICRO_MADE,    /* by this call, in memory of the caller's */
};

struct micro_value {
	enum micro_kind kind;
	uint64_t number;
	struct str bytes;
	uint32_t object;
	const char *why;
	bool is_null; /* of what is not known: nothing was handed over there */
};

struct micro_call {
	uint32_t function;         /* of the shims */
	uint32_t made;             /* an object, or MICRO_NONE */
	struct micro_value *args;
	uint64_t result;           /* as far as it is a number */
};

/* What a call has made for others. */
struct micro_object {
	uint32_t address;
	uint32_t maker;       /* a call */
	uint32_t ender;       /* a call, MICRO_FREE, or MICRO_NONE */
	bool in_place, live;
	const struct shape *type; /* of what is in place */
};

/* A struct of the caller's, and how it was when it was first handed over to be changed: all zero, or filled. */
struct micro_beginning {
	const struct shape *type;
	unsigned zeroed, filled;
};

/* What one program was heard to do. */
struct micro_calls {
	const struct plan_program *planned;
	struct micro_call *calls;
	size_t calls_len, calls_cap;
	struct micro_object *objects;
	size_t objects_len, objects_cap;
	struct micro_beginning *beginnings; /* one for each type */
	size_t beginnings_len, beginnings_cap;
	unsigned *counts;    /* calls of each function that are kept */
	uint32_t *ended;     /* of each function: one that makes what it ends, or MICRO_NONE */
	const char **broken; /* of each function: why it cannot be called again and again, or NULL */
	struct arena arena;
};

void micro_calls_release(struct micro_calls *calls);

/* Runs the program with the original and hears it. An error is recast's or the machine's. */
int micro_listen(const struct suite *suite, const struct plan_program *planned, const struct shims *shims,
		 struct micro_calls *ret, struct err *err);

/* The same in a run that somebody else makes, and hands what it hears on; ending it frees it. */
struct micro_listener;

struct micro_listener *micro_listener_new(const struct shims *shims, const struct plan_program *planned);
struct hostcalls micro_listener_hear(struct micro_listener *listener);
void micro_listener_end(struct micro_listener *listener, struct micro_calls *ret);

/* Whether its name says that it makes an object of the caller's struct, which its first parameter leads to. */
bool micro_makes_in_place(const struct shim_function *f);

/* ---- what a parameter is */

enum micro_role {
	ROLE_REFUSED, /* `why` says why */
	ROLE_NUMBER,
	ROLE_REAL,
	ROLE_TEXT,   /* up to its NUL, or as long as another parameter says */
	ROLE_BYTES,  /* constant, as long as another parameter says */
	ROLE_ROOM,   /* to be written, as large as another parameter says */
	ROLE_OUT,    /* one value, which may be written */
	ROLE_OBJECT, /* of the library's, or a plain struct */
	ROLE_RECORD, /* a struct by value */
};

struct micro_parameter {
	enum micro_role role;
	size_t length; /* parameter that says how many there are, or SIZE_MAX */
	const char *why;
};

struct micro_parameter micro_parameter(const struct shape_signature *g, size_t index, struct arena *a);

/* A struct of numbers and texts alone. */
bool micro_is_plain(const struct shape *record);

/* ---- what is made of it */

/* An object that the calls need: how it is made, brought into its state, and ended. */
struct micro_need {
	const struct micro_call *make, *end; /* `end` may be NULL */
	bool frees;                          /* with libc's free */
	uint32_t object;
	const struct micro_call **before;
	size_t before_len;
};

/* A function as it can be called. */
struct micro {
	const struct shim_function *function;
	uint32_t index;
	const struct micro_calls *heard; /* those that the objects come from */
	const struct micro_call **inputs;
	size_t inputs_len;
	struct micro_need needs[MICRO_CHAIN_MAX]; /* the innermost last */
	size_t needs_len;
	struct micro_need gives; /* how what it makes is ended; `make` is NULL if nothing is to be done */
};

struct micro_all {
	const struct shims *shims;
	struct micro_calls *programs;
	size_t programs_len;
};

/* False where it cannot be called blindly; then *ret_why says why. */
bool micro_pick(const struct micro_all *all, uint32_t function, struct arena *a, struct micro *ret,
		const char **ret_why);

/*
 * A program that takes a way, n and the number of the round. The way is "p" for inputs as recorded, "m" for mixed with
 * changed ones, "gS,M" for texts that grow: by which separator (a byte, or 0 for all of it), and which parameters, as
 * bits. Behind it, "dN" fills memory with that byte before.
 */
const char *micro_text(const struct suite *suite, const struct shims *shims, const struct micro *micro,
		       struct arena *a);

/* Parameters whose text can grow, as bits; whether one of them holds that byte twice; whether inputs can be changed. */
uint64_t micro_growing(const struct micro *micro);
bool micro_separates(const struct micro *micro, uint64_t which, char separator);
bool micro_varies(const struct micro *micro);

/* Finds them, tries them with the original, and adds what is good. */
int micro_add(struct gathering *g, struct err *err);

#endif
