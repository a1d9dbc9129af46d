#ifndef RECAST_CLI_GENERATE_STAGE_H
#define RECAST_CLI_GENERATE_STAGE_H

/* A run of the model: what was asked for and who is asked, what it is kept by, and the run itself up to its end. */

#include "cli/generate_report.h"
#include "cli/userfile.h"
#include "cli/work.h"
#include "harness/tasks.h"

/* As the command line gives them; commands that have more begin with these. */
struct generate_values {
	struct common common;
	const char *provider, *model, *units, *budget, *record, *replay, *samples, *repairs;
	unsigned candidates, parallel;
	bool estimate, fresh;
};

struct generation {
	const struct generate_values *values;
	struct work *work;
	struct userfile user;
	struct templates templates;
	struct provider *panel;
	struct secrets secrets;
	struct recording_job recorded; /* of a replay */
	struct taskfile tasks;         /* as they stood in front of the run */
	struct generate ask;
	struct generated result;
};

/* Looks at what was asked for, and at nothing else: quick. That nobody is there to be asked is an empty panel. The
 * generation stays where it is. After a failure it is released, too. */
int generation_choose(struct generation *g, struct work *work, const struct generate_values *values, struct err *err);

/* ERR_USAGE with what to do if nobody is there to be asked. */
int generation_check_panel(const struct generation *g, struct err *err);

/* What the same job came to before, with that specification: *out is NULL if it was not done, or if what came of it is
 * gone. Builds nothing. */
int generation_recall(struct generation *g, const struct hash *spec, json_t **out, struct err *err);

/* What it works on: the library, taken apart. Says why nothing can be generated from it. */
int generation_prepare(struct generation *g, struct err *err);

/* The run itself. It stays open, and would be gone on with, until generation_end. */
int generation_run(struct generation *g, struct err *err);

/* What came of it; all but the judgement, which the caller adds, lives as long as the work. */
int generation_outcome(struct generation *g, struct generate_outcome *ret, struct err *err);

/* Keeps what came of it. */
int generation_end(struct generation *g, const struct generate_outcome *outcome, struct err *err);

void generation_release(struct generation *g);

#endif
