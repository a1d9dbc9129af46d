#ifndef RECAST_HARNESS_SCOUT_H
#define RECAST_HARNESS_SCOUT_H

/*
 * From a folder of files that nobody has described to a first recast.json.
 * What the build files say is hearsay and names are hints; what counts is
 * what the sandbox answers: every source that might belong is compiled, symbol
 * tables tell who defines what, who has a main, who needs whom, and test
 * programs are linked and run before they are put down.
 *
 * What was found, what was guessed and what could not be settled is said, each
 * with the key of recast.json that settles it.
 */

#include "core/json.h"
#include "harness/tools.h"
#include "harness/tree.h"

enum finding_kind {
	FINDING_FOUND,   /* by what a build file or the sandbox says */
	FINDING_GUESSED, /* it works, but other answers would too */
	FINDING_OPEN,    /* the user has to say */
};

struct scout_finding {
	enum finding_kind kind;
	const char *key;  /* of recast.json: "library.headers" */
	const char *text; /* one line */
};

struct scouted {
	json_t *recast_json; /* owned by the caller; NULL if there is too little to write one */
	struct scout_finding *findings;
	size_t findings_len;
};

/* `tree` has the project at PROJECT_ROOT. `name` is what it is called if nothing in it says better. */
int scout_run(const struct tree *tree, const char *name, const struct tools *tools, struct arena *a,
	      struct scouted *ret, struct err *err);

#endif
