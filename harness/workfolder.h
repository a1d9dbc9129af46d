#ifndef RECAST_HARNESS_WORKFOLDER_H
#define RECAST_HARNESS_WORKFOLDER_H

/*
 * .recast, where a project keeps what recast made: imported sources, the
 * specification, what the last extraction gave, candidates and verdicts. It ignores itself in git,
 * and is refused where git tracks it or where it is a link: a repository that
 * brings one could bring forged results.
 */

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"

#define WORKFOLDER ".recast"

/* Makes it in the project's folder if it is not there, with the schema of recast.json. */
int workfolder_make(const char *project, struct err *err);

/* Whether what is in it may be believed: ERR_USAGE where git tracks it, or where it or what recast
 * keeps in it is a link. That there is none is well. */
int workfolder_check(const char *project, struct err *err);

/* Waits until nobody else changes what it holds, and keeps others out until *ret_fd is closed. It must be there. */
int workfolder_lock(const char *project, int *ret_fd, struct err *err);

/* Holds the project's folder for a beginning that nobody else may disturb, until *ret_fd is closed. */
int workfolder_hold(const char *project, int *ret_fd, struct err *err);

/* What an extraction gave; .recast/extract.json holds it. */
struct extraction_record {
	const char *source;
	struct hash spec, oracle;
};

int workfolder_record(const char *project, const struct extraction_record *record, struct err *err);

#endif
