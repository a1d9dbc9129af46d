#ifndef RECAST_HARNESS_EXTRACT_STORE_H
#define RECAST_HARNESS_EXTRACT_STORE_H

/* Both sides of an extraction, put where they are kept, and the record of it. */

#include "harness/extract.h"

struct extract_places {
	const char *project; /* the folder */
	const char *specs;   /* where specifications go, in the project */
	const char *oracles; /* where oracles go, outside of it */
};

struct extract_ids {
	struct hash spec, oracle;
};

int extract_store(const struct suite *suite, const struct source *source, const struct extracted *extracted,
		  const struct extract_places *places, struct extract_ids *ret, struct err *err);

/* Makes those that an earlier extraction put there the last ones again. *ret_is is false if they are gone. */
int extract_store_again(const struct source *source, const struct extract_places *places, const struct extract_ids *ids,
			bool *ret_is, struct err *err);

#endif
