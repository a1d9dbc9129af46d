#ifndef RECAST_HARNESS_FINDINGS_H
#define RECAST_HARNESS_FINDINGS_H

/*
 * What was found out beside verdicts, in the ledger: benchmarks, similarity, and whatever else a stage gives as
 * JSON. A finding belongs to a subject, and to a key: the hash of all that it depends on. With equal keys it need not
 * be found out again. Rows stay, so they are a history.
 */

#include "harness/ledger.h"

struct finding {
	uint64_t number;     /* from 1, in the order in which they were added */
	const char *kind;    /* "bench", "similarity", … */
	const char *subject; /* the commit of the candidate that it is about, or "original"; of several, the first */
	struct hash key;
	int64_t found_s;
	struct str result;   /* what --json prints; JSON */
	struct str detail;   /* what only pages show, such as texts of both sides; JSON, or "" */
};

/* `number` is ignored. */
int findings_add(struct ledger *ledger, const struct finding *finding, struct err *err);

/* The newest of that kind and subject with that key; with a key of NULL, with any; with a subject of NULL, of any. */
int findings_find(struct ledger *ledger, const char *kind, const char *subject, const struct hash *key, struct arena *a,
		  bool *ret_is, struct finding *ret, struct err *err);

/* That one holds again, since all that it depends on is as it was: if there are newer ones of its kind and subject, it
 * becomes the newest, as the same row once more. */
int findings_renew(struct ledger *ledger, const struct finding *finding, struct err *err);

/* All of that kind, each once, the oldest first, without `detail`; a ledger of NULL has none. A subject of NULL is any. */
int findings_list(struct ledger *ledger, const char *kind, const char *subject, struct arena *a, struct finding **ret,
		  size_t *ret_len, struct err *err);

#endif
