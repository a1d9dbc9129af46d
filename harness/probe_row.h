#ifndef RECAST_HARNESS_PROBE_ROW_H
#define RECAST_HARNESS_PROBE_ROW_H

/*
 * A probe in the making, which keeps the rules: an object is made before it is used, ended once, not used behind that,
 * and what belongs to another is left to it; from within a callback only that is called, and given, which tests were
 * seen to call and give there. A call that would break them is mended if another object does, or left out.
 */

#include "harness/probe_make.h"

/* What a call has made, as far as it may be used. */
struct probe_thing {
	uint32_t call, type;
	uint32_t parent; /* the thing that it was got from, or PROBE_NONE */
	bool owned, live;
};

struct probe_row {
	struct probe_maker *m;
	struct probe_call calls[PROBE_CALLS_MAX];
	size_t len, bytes;
	struct probe_thing things[PROBE_CALLS_MAX];
	size_t things_len;
	uint32_t thing[PROBE_CALLS_MAX]; /* what each call has made, counted from 1; 0: nothing */
	uint32_t moved[PROBE_CALLS_MAX]; /* where a call of the old probe stands now */
};

struct probe_row *probe_row_begin(struct probe_maker *m);

/* Ends what is left over, and gives the row up. */
struct probe probe_row_finish(struct probe_row *row, uint64_t answers);

/* False if there is no way to keep the rules with it. */
bool probe_row_append(struct probe_row *row, const struct probe_call *call);

/* A call that keeps the rules as it is. */
void probe_row_take(struct probe_row *row, const struct probe_call *call);

/* A call of another probe, which stands at `from` there; what it takes stands elsewhere now. */
void probe_row_append_moved(struct probe_row *row, const struct probe_call *call, uint32_t from);

/* A copy whose arguments may be changed. */
struct probe_call probe_row_copy(struct probe_row *row, const struct probe_call *call);

/* The last ordinary call, during which a call from within that is appended now would be made; or PROBE_NONE. */
uint32_t probe_row_outer(const struct probe_row *row);

/* A function from within which others can be called, where the grammar has any; and some such calls, into the last
 * ordinary one if it is of that function (probe_row_within.c). */
uint32_t probe_row_an_outer(struct probe_maker *m);
void probe_row_append_within(struct probe_row *row, uint32_t outer);

/* What an earlier call was given for something of the same name, as far as a look here and there finds it; or NULL. */
const struct probe_value *probe_row_given(struct probe_row *row, const struct probe_call *call, size_t index);

/* Whether there is something of that type that may be used; or that may be given away. */
bool probe_row_has(struct probe_row *row, uint32_t type, bool owned);

#endif
