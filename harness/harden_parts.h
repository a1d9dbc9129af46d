#ifndef RECAST_HARNESS_HARDEN_PARTS_H
#define RECAST_HARNESS_HARDEN_PARTS_H

/* What the files behind harden.h share: tests gathered from probes (harden_gather.c) and completed (harden_complete.c), and
 * tried where they will stand (harden_try.c). */

#include "harness/harden.h"
#include "harness/rewrite.h"

struct harden {
	const struct suite *suite;
	const struct extracted *extracted;
	const struct tree *source;
	const struct harden_ask *ask;
	const struct visible *visible;
	const struct harden_style *style;
	struct str known;      /* all hardened tests that the project has, one behind the other */
	struct hardening *ret;
	struct arena *a;       /* the result's */
};

/* The probe with what else a test of it does: objects are asked what there is to ask of them, and ended. The original alone
 * must be right with it; what it is not right with is left out. */
int harden_complete(const struct probe_setup *s, const struct probe *p, struct arena *a, struct harden_probe *ret,
		    struct err *err);

void harden_refuse(struct harden *h, const char *what, const char *why);

/* Adds tests, as long as there is room: by which the rewrite is told from the original; and that lead to new code. */
int harden_gather_rewrite(struct harden *h, const char *name, const struct rewrite *rewrite, struct err *err);
int harden_gather_original(struct harden *h, struct err *err);

/* Writes the program and builds and runs it with the original. Tests that do not pass are taken out and refused, unless it
 * is `all` or nothing; true in *ret_good if what is left passes. */
int harden_try(struct harden *h, bool all, bool *ret_good, struct err *err);

#endif
