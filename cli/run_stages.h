#ifndef RECAST_CLI_RUN_STAGES_H
#define RECAST_CLI_RUN_STAGES_H

/*
 * The stages of `recast run`, in a table: a function each, which does what is not done yet and says what came of it in
 * a line. What stages find out is kept in the ledger, and the report is made from there.
 */

#include "cli/check_stage.h"
#include "cli/generate_stage.h"
#include "cli/report_value.h"
#include "cli/terminal.h"

/* What stages hand on. */
struct running {
	struct work work;
	struct generation generation;
	const struct option_list *nulls, *common_code; /* for similarity */
	unsigned bench_s;             /* for taking times */
	const char *selector;         /* whom the user named; or NULL: whatever is best */
	bool may_ask;                 /* a model for what it was not asked for before: that can cost something */
	struct hash spec;             /* from extract on */
	const char *generated;        /* the commit of the best one that the model wrote; or "" */
	bool has_candidate;           /* from check on: which one it is about */
	struct selection selection;
	const char *report_file;      /* where it is for people; or NULL */
	struct report report;         /* once there is one */
};

enum stage_state { STAGE_DONE, STAGE_UNCHANGED, STAGE_SKIPPED };

/* "done", "unchanged", "skipped". */
const char *stage_state_name(enum stage_state state);

/* Texts live as long as the work. */
struct stage_result {
	enum stage_state state;
	const char *mark; /* a word in front, such as a verdict; or "" */
	enum style style;
	const char *text; /* one line; for SKIPPED why */
};

struct run_stage {
	const char *name;
	/* -1 ends the run. */
	int (*run)(struct running *r, struct stage_result *ret, struct err *err);
};

extern const struct run_stage run_stages[];
enum { RUN_STAGES = 6 };

/* Rows of the table that have files of their own. */
int run_stage_check(struct running *r, struct stage_result *ret, struct err *err);
int run_stage_bench(struct running *r, struct stage_result *ret, struct err *err);
int run_stage_similarity(struct running *r, struct stage_result *ret, struct err *err);
int run_stage_report(struct running *r, struct stage_result *ret, struct err *err);

#endif
