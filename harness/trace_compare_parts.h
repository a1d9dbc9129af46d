#ifndef RECAST_HARNESS_TRACE_COMPARE_PARTS_H
#define RECAST_HARNESS_TRACE_COMPARE_PARTS_H

/* What comparing and telling of it share. */

#include "harness/trace_compare.h"

/* Which thing of one trace is which of the other; id 0 is none. */
struct pairing {
	uint32_t *other, *ended; /* by id: its partner; the event at which it ended, or UINT32_MAX */
	bool *handed;            /* an argument or a result led to it: callers have it by itself */
	size_t len;
};

struct comparison {
	const struct shims *shims;
	const struct trace *original, *noise, *rewrite;
	const struct strings *declared;
	struct pairing of_original, of_rewrite;
};

/* "result", "*count", "record->size": of a function or a callback. */
const char *trace_item_name(const struct shape_signature *g, const struct trace_item *item, struct arena *a);

const struct shape_signature *trace_signature(const struct shims *shims, const struct trace_event *event);

/* How often the callback of the event is called in the outermost call that it belongs to. */
size_t comparison_callbacks(const struct trace *t, size_t event);

#endif
