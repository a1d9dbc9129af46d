#ifndef RECAST_HARNESS_SIMCOMPILED_H
#define RECAST_HARNESS_SIMCOMPILED_H

/*
 * A side of a comparison as the sandbox's compiler leaves it, at -O2: each source for itself, as far as it compiles. No
 * project is needed; every folder with headers is searched for them.
 */

#include "core/json.h"
#include "harness/similarity.h"
#include "harness/simwasm.h"
#include "harness/tools.h"

struct simcompiled_ask {
	const struct sim_files *files;  /* of the side */
	const struct sim_files *shared; /* headers that both sides see; or NULL */
	struct strings defines, flags;  /* of the project, for its original */
};

struct simcompiled {
	struct simwasm_side *side;
	size_t sources;        /* that there are */
	struct strings failed; /* those that do not compile, and why: "src/a.c: unknown type name 'x'"; in the arena */
};

int simcompiled_make(const struct tools *tools, const struct simcompiled_ask *ask, struct arena *a,
		     struct simcompiled *ret, struct err *err);

/* What came of comparing them, as JSON. The caller owns it. */
json_t *simcompiled_json(const struct simcompiled *original, const struct simcompiled *candidate,
			 const struct simwasm *s);

#endif
