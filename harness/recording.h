#ifndef RECAST_HARNESS_RECORDING_H
#define RECAST_HARNESS_RECORDING_H

/*
 * A job's exchanges as a folder that can be handed on and played again:
 * recording.json, the prompt templates that it was made with, and a file for
 * each exchange, by its key. specs/exchange.schema.json describes these. Secrets
 * are no part of any of them.
 */

#include "harness/reply.h"
#include "harness/prompt.h"
#include "harness/templates.h"

/* What a recording says of the job: with other settings other things would be asked. */
struct recording_job {
	const char *library;
	struct hash spec;
	unsigned candidates, samples, repairs;
	const char *units; /* "auto", "one", "plan" */
};

struct recorded_exchange {
	const char *key;
	const char *provider, *model;
	struct prompt prompt;
	struct reply reply; /* the caller releases it */
};

/* Bytes of one of its files; of a difference, its lines. */
enum { RECORDING_FILE_MAX = 64 << 20, RECORDING_KEY_MAX = 200, RECORDING_DIFF_LINES = 60 };

/* Makes the folder, or goes on with one that this job has begun. Another's, and a folder that holds other things, is
 * ERR_USAGE. */
int recording_begin(const char *folder, const struct recording_job *job, const struct templates *templates,
		    struct err *err);

/* Writes FOLDER/KEY.json with "-" for "/" in the key, which has letters, digits and "._-/" only. From any thread. */
int recording_add(const char *folder, const struct recorded_exchange *exchange, struct err *err);

/* The job and the templates of a recording. */
int recording_open(const char *folder, struct arena *a, struct recording_job *ret, struct templates *ret_templates,
		   struct err *err);

/* Of all that stands in the folder. */
int recording_hash(const char *folder, struct hash *ret, struct err *err);

/* ERR_USAGE with the first thing in which the job that is asked for is not the one that was recorded. */
int recording_compare(const char *folder, const struct recording_job *recorded, const struct recording_job *asked,
		      struct err *err);

/*
 * The reply that was recorded under the key, which may have "-" for "/". Where there is none, or where what is asked is
 * not what was asked then, byte for byte, it fails with ERR_USAGE and the first line that differs, and *ret_difference
 * shows where they differ, as a diff of RECORDING_DIFF_LINES at most; "" if there is nothing to be compared. From any
 * thread.
 */
int recording_find(const char *folder, const char *key, const struct prompt *prompt, struct arena *a,
		   struct recorded_exchange *ret, const char **ret_difference, struct err *err);

#endif
