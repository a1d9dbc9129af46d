#ifndef RECAST_HARNESS_INIT_H
#define RECAST_HARNESS_INIT_H

/*
 * How a project begins: a source is brought in, looked at, and described in
 * recast.json and RECAST.md. The source is never written to, unless it is the
 * project itself. Nothing appears half written: both files come at the end, each
 * as a whole.
 */

#include "harness/language.h"
#include "harness/licence.h"
#include "harness/repo.h"

struct init_request {
	const char *project; /* folder where recast.json goes */
	const char *source;  /* folder, repository or address; the project itself is known by its path */
	const char *ref;     /* or NULL */
	const char *date;    /* "2026-01-31" */
	bool force;          /* a recast.json that is there is written anew */
	const struct repo_limits *limits;
};

struct init_result {
	struct repo_source source;
	bool in_place;   /* the source is the project's own folder */
	bool as_it_stands; /* it is no repository, or has no commit */
	bool brought;    /* the source had a recast.json, which was taken over */
	bool again;      /* recast.json was there and named a source that was not; this is it, and nothing was written */
	bool kept_tasks; /* RECAST.md was there already, and got a line */
	struct licence licence;
	struct scout_finding *findings;
	size_t findings_len;
};

/* Strings live in the arena. */
int init_run(const struct init_request *request, const struct tools *tools, struct arena *a, struct init_result *ret,
	     struct err *err);

#endif
