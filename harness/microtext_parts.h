#ifndef RECAST_HARNESS_MICROTEXT_PARTS_H
#define RECAST_HARNESS_MICROTEXT_PARTS_H

/* What those share that write a micro workload: the calls (microtext.c), and their values (microtext_values.c). */

#include "core/buf.h"
#include "harness/micro.h"

/* A text in the making. */
struct micro_out {
	const struct shims *shims;
	const struct micro *micro;
	const struct shape_signature *g; /* of the function that is measured */
	struct buf text;
	struct arena *a;
};

void micro_put(struct micro_out *o, const char *format, ...) PRINTF_LIKE(2, 3);

/* An argument as it was recorded; `object` stands for one that is an object. */
void micro_put_fixed(struct micro_out *o, const struct shape_signature *g, size_t index, const struct micro_value *v,
		     const char *object);

/* All inputs of the measured function, a table for each parameter. */
void micro_put_tables(struct micro_out *o);

/* What must be done before the call, and the argument itself. */
void micro_put_prepared(struct micro_out *o, size_t index, bool grown);
void micro_put_argument(struct micro_out *o, size_t index, bool grown, const char *object);

/* What a growing argument of one call will be. */
void micro_put_growing(struct micro_out *o, size_t index);

/* What the call has written goes into the sum. */
void micro_put_written(struct micro_out *o, size_t index);

/* Numbers and texts of a value that begins so many bytes behind the address. */
void micro_put_fold(struct micro_out *o, const struct shape *s, const char *address, uint32_t offset);

#endif
