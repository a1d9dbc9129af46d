#ifndef RECAST_HARNESS_TIMESTAMP_H
#define RECAST_HARNESS_TIMESTAMP_H

/*
 * Candidates' commits, dated by an authority (RFC 3161): whoever trusts that one knows that a commit is no
 * younger. What was answered is kept as it came.
 */

#include "harness/candidates.h"

#include <stdatomic.h>

#define TIMESTAMPS_FOLDER ".recast/timestamps"

enum { TIMESTAMP_MAX = 64 << 10 };

struct timestamp {
	struct str answer; /* DER */
	int64_t time_s;    /* as the authority says */
};

/* One request. ERR_REMOTE if the authority cannot be reached or declines, ERR_PARSE if what it answers is of something
 * else. `nonce` should not be guessable. `cancelled` may be NULL. */
int timestamp_ask(const char *url, const struct hash *hash, uint64_t nonce, const atomic_bool *cancelled,
		  struct arena *a, struct timestamp *ret, struct err *err);

/* The same for the bytes of a candidate's commit; the answer is TIMESTAMPS_FOLDER/COMMIT.tsr in the project. One that is
 * there is replaced. */
int timestamp_candidate(const char *project, const struct candidate *candidate, const char *url, uint64_t nonce,
			const atomic_bool *cancelled, struct arena *a, struct timestamp *ret, struct err *err);

#endif
