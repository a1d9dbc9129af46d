#ifndef RECAST_HARNESS_PROBE_MAKE_H
#define RECAST_HARNESS_PROBE_MAKE_H

/*
 * Probes out of nothing, out of what tests were heard to do, and out of other probes. Whatever comes of it keeps the
 * rules: an object is made before it is used, ended once, not used behind that, and what belongs to another is left to
 * it.
 */

#include "core/prng.h"
#include "harness/probe_words.h"

struct probe_maker {
	const struct probe_grammar *g;
	const struct probe_words *words;
	struct prng *lot;
	struct arena *a; /* of what is made */
	unsigned *wanted; /* for each function, how much it is wanted; 0: it cannot be called */
};

/* How much each function is wanted to begin with. */
void probe_maker_init(struct probe_maker *m, struct arena *a);

struct probe probe_make_fresh(struct probe_maker *m);
/* `other` lends it calls; both stay as they are. */
struct probe probe_make_changed(struct probe_maker *m, const struct probe *from, const struct probe *other);
/* Without the call there, and those of the same function right behind it. */
struct probe probe_make_without(struct probe_maker *m, const struct probe *from, size_t at);

/* One call of a test, after no more than what it needs. */
struct probe probe_make_alone(struct probe_maker *m, const struct micro_call *call);

/* Some of the calls of a test, from the one where an object is made to where it is ended. False if there is nothing. */
bool probe_make_heard(struct probe_maker *m, const struct micro_calls *heard, uint32_t first, struct probe *ret);

/* ---- values (probe_values.c) */

/* All arguments of a call but objects, which are PROBE_NULL. */
void probe_values_make(struct probe_maker *m, struct probe_call *call);
/* Another value in one place. */
void probe_values_change(struct probe_maker *m, struct probe_call *call);
/* A byte of a text that a call hands over. */
struct probe_place {
	bool is_there; /* there may be none */
	size_t parameter, at;
};
struct probe_place probe_values_place(struct probe_maker *m, const struct probe_call *call);
/* Another letter there, or the word that stands there made so long. */
void probe_values_put_letter(struct probe_maker *m, struct probe_call *call, const struct probe_place *place,
			     unsigned char letter);
void probe_values_put_word(struct probe_maker *m, struct probe_call *call, const struct probe_place *place, uint64_t len);
/* For the how manieth time a function must be called back before it makes a call from within. */
unsigned probe_values_within(struct probe_maker *m);
/* Arguments that say how long others are say so. */
void probe_values_fit(struct probe_maker *m, struct probe_call *call);
/* What a text, or bytes, hold, without the NUL that ends it and the room behind that; false if the value is none. */
bool probe_value_text(const struct probe_parameter *p, const struct probe_value *v, struct str *ret);
/* Such a value holds another; then see probe_values_fit. */
void probe_value_set_text(struct arena *a, const struct probe_parameter *p, struct probe_value *v, struct str text);
/* An argument as a test was heard to give it. */
struct probe_value probe_value_heard(struct probe_maker *m, uint32_t function, size_t index, const struct micro_value *v);

#endif
