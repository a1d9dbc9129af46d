#ifndef RECAST_HARNESS_HARDEN_ANSWERS_H
#define RECAST_HARNESS_HARDEN_ANSWERS_H

/* What a program of calls answered, a line for each answer. */

#include "core/arena.h"
#include "core/str.h"

/* Stands where an answer is not to be compared. */
#define HARDEN_OPEN "-"

/* Two runs of the same as one: what they answer otherwise is left open. False if they went different ways. */
bool harden_answers_merge(struct str one, struct str other, struct arena *a, struct str *ret);

/* Whether `others` says the same wherever `expected` is not open. */
bool harden_answers_agree(struct str expected, struct str others);

#endif
