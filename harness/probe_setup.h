#ifndef RECAST_HARNESS_PROBE_SETUP_H
#define RECAST_HARNESS_PROBE_SETUP_H

/*
 * What must be there before a library can be called with inputs of recast's own: its tests were listened to, it is known
 * what may be called and how, and the original, with a rewrite beside it or alone, is linked with the driver.
 */

#include "harness/extract.h"
#include "harness/probe_pair.h"
#include "harness/probe_within.h"
#include "harness/probe_words.h"
#include "harness/sidebuild.h"

struct probe_setup {
	/* Given; borrowed. */
	const struct suite *suite;
	const struct extracted *extracted; /* of the same suite */
	const struct rewrite *rewrite;     /* which must build, and refer to nothing that it may not; or NULL */
	bool words_of_original;            /* inputs are also made of what its code holds */
	bool calls_within;                 /* inputs also have calls from within callbacks */
	const bool *hears;                 /* programs of the suite that are listened to; NULL: all */
	const struct plan_program *planned; /* in whose world and way of building it runs; NULL: the first that passes */
	const struct probe_setup *builds;  /* of the same library and rewrite, whose watched objects are there; or NULL */
	/* Made. */
	const char *why;                   /* it cannot be called, or NULL; then nothing below can be relied on */
	struct shims shims;
	struct micro_calls *heard;
	size_t heard_len;
	struct within_heard *within; /* one for each program */
	struct probe_grammar grammar;
	struct probe_words words;
	struct probe_pair pair;            /* without sides of a rewrite if there is none */
	struct link_input *original, *beside; /* objects of the library, and of the rewrite */
	size_t original_len, beside_len;
	struct sidebuild watched_original, watched_rewrite;
	struct probe_objects objects;
	struct arena arena;
};

/* Several stages that the observer hears of. What is not given is zero, and stays where it is as long as it is used. After a failure, too, the
 * caller releases it. */
int probe_setup_make(struct probe_setup *s, struct err *err);
void probe_setup_release(struct probe_setup *s);

#endif
