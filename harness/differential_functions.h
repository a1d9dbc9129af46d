#ifndef RECAST_HARNESS_DIFFERENTIAL_FUNCTIONS_H
#define RECAST_HARNESS_DIFFERENTIAL_FUNCTIONS_H

/* Which functions of a library were called past the tests, over all ways of building it, and why others were not. */

#include "harness/differential.h"
#include "harness/probe_explore.h"
#include "harness/probe_setup.h"

struct differential_functions {
	struct function_row {
		const char *name;
		const char *why; /* no call of it came back; NULL: one did; "" as long as nothing is known */
		bool varied;     /* test programs with other inputs call it */
	} *items;
	size_t len, cap;
};

void differential_functions_release(struct differential_functions *f);

/* What came of one way. Strings that are kept are put into the arena. */
void differential_functions_take(struct differential_functions *f, const struct probe_setup *setup,
				 const struct probe_exploration *explored, struct arena *a);
/* `called`: which of the grammar's functions test programs with other inputs call. */
void differential_functions_varied(struct differential_functions *f, const struct probe_grammar *g, const bool *called,
				   struct arena *a);

void differential_functions_tell(const struct differential_functions *f, struct differential *ret);

#endif
