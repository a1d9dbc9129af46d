#ifndef RECAST_CLI_ORIGINAL_H
#define RECAST_CLI_ORIGINAL_H

/* The project at hand and its original, read and built, as several commands begin. */

#include "cli/workshop.h"
#include "harness/extract_store.h"
#include "harness/source.h"
#include "harness/suite.h"

struct original {
	struct arena arena;
	struct workshop workshop;
	struct project project;
	struct source source;
	struct tree *tree; /* as it came */
	struct suite suite;
};

int original_open(const struct common *common, struct original *ret, struct err *err);

/* The two halves of it: reading the project, which is quick, and building it. After a failure the caller closes
 * what there is. */
int original_read(const struct common *common, struct original *ret, struct err *err);
int original_build(struct original *original, struct err *err);

/* Whether this machine has a place for what is sealed: asked before anything is built. */
int original_check_places(struct err *err);

/* Where an extraction of it goes. */
struct extract_places original_places(const struct original *original, struct arena *a);

/* Also starts what makes the next command faster. */
void original_close(struct original *o);

#endif
