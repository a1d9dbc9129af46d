#ifndef RECAST_HARNESS_PROVENANCE_H
#define RECAST_HARNESS_PROVENANCE_H

/*
 * How each candidate came about, as far as the ledger tells: which exchanges led
 * to it, who answered, and whether the chain is what it was when its commit was
 * made. Trailers are not believed: a candidate is a run's if the ledger has the
 * attempt.
 */

#include "harness/candidates.h"
#include "harness/transcript.h"

struct provenance_row {
	const struct candidate *candidate;
	enum provenance level;   /* the worst of its exchanges; none without any */
	uint64_t run;            /* 0: it is no attempt of a run */
	const char *key;         /* of the attempt; or "" */
	size_t exchanges;        /* that were answered and led to it: of its slot, and those of the run that are of none */
	struct strings who;      /* "anthropic/MODEL", each once */
	struct strings requests; /* by which the providers know these exchanges, as far as they say */
	bool has_head;           /* its commit names a head of the chain */
	uint64_t place;          /* where that stands, or 0: it is none of the chain */
};

struct provenance_report {
	struct provenance_row *rows; /* in the arena, in the order of the candidates */
	size_t len;
	uint64_t exchanges, open; /* in the chain; not ended yet */
	struct hash head;
	struct transcript_fault *faults;
	size_t faults_len;
	bool is_intact;           /* nothing was changed or is missing: neither in the chain nor from a commit's sight */
	const char *licence, *rewrite_licence; /* as RECAST.md has them, or "" */
};

/* A ledger of NULL has no exchanges. */
int provenance_read(const char *project, const struct candidate_list *list, struct ledger *ledger, struct arena *a,
		    struct provenance_report *ret, struct err *err);

#endif
