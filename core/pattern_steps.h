#ifndef RECAST_CORE_PATTERN_STEPS_H
#define RECAST_CORE_PATTERN_STEPS_H

/* What core/pattern.c compiles an expression to and core/pattern_find.c runs. */

#include "core/pattern.h"

enum step_kind {
	STEP_BYTE,  /* takes the byte `byte` */
	STEP_ANY,   /* takes any byte */
	STEP_SET,   /* takes a byte of the set number `set` */
	STEP_FORK,  /* goes on with the next step, or else at `to` */
	STEP_JUMP,  /* goes on at `to` */
	STEP_OPEN,  /* the first group begins here */
	STEP_CLOSE, /* and ends here */
	STEP_FRONT, /* ^ */
	STEP_BACK,  /* $ */
	STEP_DONE,
};

struct step {
	enum step_kind kind;
	unsigned char byte;
	int to; /* relative to this step, so that steps can be copied */
	size_t set;
};

struct byte_set {
	uint64_t bits[4];
};

static inline bool set_has(const struct byte_set *set, unsigned char byte)
{
	return set->bits[byte >> 6] >> (byte & 63) & 1;
}

struct pattern {
	struct step *steps;
	size_t len;
	struct byte_set *sets;
};

#endif
