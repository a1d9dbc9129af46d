#ifndef RECAST_HARNESS_PROBE_FOUND_H
#define RECAST_HARNESS_PROBE_FOUND_H

/* Kinds of differences that exploring has met, each looked into: confirmed in fresh instances, and made small. */

#include "harness/probe_explore.h"

struct probe_found {
	const struct probe_cause *cause;
	bool confirmed; /* else nothing below is set */
	struct probe probe;
	struct probe_difference difference;
	size_t group;   /* index of one of those that come from the same flaw; see probe_group.h */
	struct arena arena; /* of probe and difference */
	struct err error;
};

/* Of the exploration's causes those that most inputs showed, at most `most`, which sorts them. *ret is the caller's to
 * release. A stage that the observer hears of. */
int probe_found_look(const struct probe_pair *pair, struct probe_exploration *e, size_t most, struct probe_found **ret,
		     size_t *ret_len, struct err *err);
void probe_found_release(struct probe_found *found, size_t len);

#endif
