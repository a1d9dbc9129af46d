#ifndef RECAST_HARNESS_LANGUAGE_H
#define RECAST_HARNESS_LANGUAGE_H

/*
 * What stages need to know of a language, as a row of a table; the stages
 * themselves know none.
 */

#include "harness/cfunctions.h"
#include "harness/ctests.h"
#include "harness/headercut.h"
#include "harness/scout.h"
#include "harness/suite.h"

struct language {
	const char *name; /* as recast.json has it */
	/* From a folder that nobody has described to a first recast.json. */
	int (*scout)(const struct tree *tree, const char *name, const struct tools *tools, struct arena *a,
		     struct scouted *ret, struct err *err);
	/* What the library offers. *ret_trouble is a line that says why sizes and values are not known, or NULL. */
	int (*read_interface)(const struct suite *suite, struct arena *a, struct interface *ret,
			      const char **ret_trouble, struct err *err);
	/* Whether the public headers are the implementation: no source has any other code. */
	bool (*is_header_only)(const struct suite *suite);
	/* Functions that a source defines. Too much text is ERR_LIMIT. */
	int (*find_functions)(struct str text, struct arena *a, struct source_functions *ret, struct err *err);
	/* Public headers as they may be shown: one for each path, in `ret`. The paths are in byte order. */
	int (*show_headers)(const struct suite *suite, const struct strings *paths, struct arena *a,
			    struct headercut *ret, struct err *err);
	/* Single tests within a program's sources, what only some of them use, and the sources without those. */
	int (*find_tests)(const struct ctest_source *sources, size_t len, struct arena *a, struct ctests *ret,
			  struct err *err);
	int (*find_orphans)(const struct ctest_source *sources, size_t len, const struct ctests *tests,
			    const bool *sealed, const bool *whole, struct arena *a, struct ctest_function *ret,
			    struct err *err);
	struct str (*cut_tests)(const struct ctest_source *sources, size_t source, const struct ctests *tests,
				const bool *sealed, struct arena *a);
	/* All names that the sources use, in byte order. */
	struct strings (*names)(const struct ctest_source *sources, size_t len, struct arena *a);
};

/* The row of that name, or NULL. */
const struct language *language_find(const char *name);

#endif
