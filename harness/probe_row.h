#ifndef RECAST_HARNESS_PROBE_ROW_H
#define RECAST_HARNESS_PROBE_ROW_H

/*
 * A probe in the making, which keeps the rules: an object is made before it is used, ended once, not used behind that,
 * and what belongs to another is left to it. A call that would break them is mended if another object does, or left out.
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

/* Whether there is something of that type that may be used; or that may be given away. */
bool probe_row_has(struct probe_row *row, uint32_t type, bool owned);

#endif
