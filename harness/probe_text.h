#ifndef RECAST_HARNESS_PROBE_TEXT_H
#define RECAST_HARNESS_PROBE_TEXT_H

/*
 * Probes as C: what a user of the library would write, with its public headers and nothing else. The program prints what
 * it gets; so what it prints beside the original and beside a rewrite is what they differ in.
 */

#include "core/buf.h"
#include "harness/probe.h"

enum { PROBE_PROGRAM_MAX = 1 << 20 };

/* From the call `from` on it prints also what pointers lead to; `beyond`: and what was written past memory of its own. */
const char *probe_program(const struct probe_grammar *g, const struct probe *p, size_t from, bool beyond,
			  struct arena *a);

/* One line for people: `f("a", 3); g(o0)`; bounded. */
const char *probe_line(const struct probe_grammar *g, const struct probe *p, struct arena *a);

/* ---- parts, for who writes programs of another kind */

struct probe_writer {
	const struct probe_grammar *g;
	const struct probe *p;
	struct buf out;
	struct arena *a;
	bool *used;   /* callbacks */
	bool users[PROBE_USERS];
	bool brief;   /* for people: long texts are cut */
	bool beyond;  /* there is some room behind what the library may write to */
	bool texts, names, bytes; /* what else the program needs; see probe_tell.c */
	const char *storage; /* "static " in front of what outlives its block; or NULL */
	const char *suffix; /* of the names of callbacks; or NULL */
	void (*told)(struct probe_writer *w,
		     size_t index); /* writes what a callback tells, in place of printing; or NULL */
	void (*from_within)(struct probe_writer *w,
			    size_t call); /* writes a call from within a callback as statements; or NULL */
};

/* Functions that the calls hand over, and the caller's texts. */
void probe_write_callbacks(struct probe_writer *w, bool tell);
/* The functions alone, once the calls are written. They may count in `calls`, which is 0 where calls begin, and take
 * what they answer from `answers`. */
void probe_write_callback_functions(struct probe_writer *w, bool tell);
/* Statements that stand around an ordinary call during which others are made. */
void probe_write_before(struct probe_writer *w, size_t call);
void probe_write_behind(struct probe_writer *w, size_t call);
#define PROBE_CALLBACK_CALLS "static unsigned calls;\n"
#define PROBE_CALLBACK_ANSWERS "static const int answers[] = {0, 1, -1, 2, 5, 100};\n"
/* Variables that the call needs, one statement a line. */
void probe_write_variables(struct probe_writer *w, size_t call);
/* The call itself, without ";". */
void probe_write_call(struct probe_writer *w, size_t call);
/* What holds the object that it has made elsewhere than in its result, if it has. */
void probe_write_made(struct probe_writer *w, size_t call);
/* What holds its result: "r3"; its type stands in the signature. */
const char *probe_result_name(struct probe_writer *w, size_t call);

#endif
