#ifndef RECAST_CLI_WORK_H
#define RECAST_CLI_WORK_H

/*
 * What commands do with a project, each step once and only when somebody needs it: reading it is quick, building the
 * original takes its time, and so does taking it apart. Stages take a work and give a value; they do not print.
 */

#include "cli/original.h"
#include "harness/ledger.h"

struct work {
	const struct common *common;
	struct original original;   /* as far as the steps below have come */
	struct extracted extracted;
	struct ledger *ledger;
	uint64_t begun_ns;          /* when the user began to wait */
	bool is_read, is_built, is_extracted;
	struct arena arena;         /* of what stages give */
};

void work_begin(struct work *w, const struct common *common);

/* That recast.json is there and right, and nothing else: quick. */
int work_check(const struct work *w, struct err *err);

/* recast.json and the original's files. */
int work_read(struct work *w, struct err *err);
/* Each of these does what comes before it. */
int work_build(struct work *w, struct err *err);
int work_extract(struct work *w, struct err *err);

/* Opens the ledger, making it if need be. */
int work_ledger(struct work *w, struct err *err);

const char *work_folder(const struct work *w);

/* Also what was begun and failed. */
void work_end(struct work *w);

#endif
