#ifndef RECAST_HARNESS_SIDEBUILD_H
#define RECAST_HARNESS_SIDEBUILD_H

/*
 * One side once more: the objects of the original's library, or of a rewrite, in every way in which programs want them,
 * compiled with flags of recast's own in addition. For judges that look into what runs: checks for undefined behaviour,
 * counters of what was executed.
 */

#include "harness/rewrite.h"

struct sidebuild {
	const struct suite *suite;
	const struct rewrite *rewrite; /* NULL: the original */
	struct side_object *objects;
	size_t objects_len;
};

/* Whether every object of that side compiles is found out by sidebuild_inputs. Not within a stage: it is one itself. The
 * suite and the rewrite, which must build, are borrowed. */
int sidebuild_make(const struct suite *suite, const struct rewrite *rewrite, const struct strings *flags,
		   struct sidebuild *ret, struct err *err);
void sidebuild_release(struct sidebuild *b);

/* What a program is linked with in place of the library; the list, in the arena, has room for `room` more. NULL if it
 * does not compile that way; then *ret_why, which lives as long as the build, says why. */
struct link_input *sidebuild_inputs(const struct sidebuild *b, const struct plan_program *planned, size_t room,
				    struct arena *a, size_t *ret_len, const char **ret_why);

#endif
