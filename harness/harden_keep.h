#ifndef RECAST_HARNESS_HARDEN_KEEP_H
#define RECAST_HARNESS_HARDEN_KEEP_H

/* New tests put where the project keeps its own: a file more, and an entry more in recast.json. */

#include "harness/harden.h"

#define HARDEN_OVERLAY "recast-overlay" /* where the original is kept elsewhere and nothing is laid over it yet */

struct harden_places {
	const char *file;   /* on the host */
	const char *config; /* recast.json there */
	const char *config_text; /* as it will be */
	const char *overlay; /* what it names anew, or NULL */
};

/* What would be written; nothing is. */
int harden_plan(const struct project *project, const struct hardening *h, struct arena *a, struct harden_places *ret,
		struct err *err);

/* The file first, so that recast.json never names one that is not there. */
int harden_keep(const struct project *project, const struct hardening *h, const struct harden_places *places,
		struct err *err);

#endif
