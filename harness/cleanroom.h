#ifndef RECAST_HARNESS_CLEANROOM_H
#define RECAST_HARNESS_CLEANROOM_H

/*
 * Looks at each request before it leaves: whether it holds text of the original's
 * implementation. What a part quotes of this run's own replies is no leak, since the
 * model wrote it without having seen the original; it is told as recited. That
 * excuse holds only for parts that are made of replies, never for what people or a
 * specification say.
 */

#include "harness/fingerprint.h"
#include "harness/provider.h"
#include "harness/spec.h"

struct leak {
	enum prompt_origin origin;
	bool recited;
	size_t tokens;
	unsigned line, end_line; /* of the part or of the text that it stands in */
	const char *file;        /* of the original */
	unsigned file_line;
};

struct leaks {
	struct leak *items; /* in the arena */
	size_t len;
	size_t recited; /* how many of them */
};

struct cleanroom;

/* `sealed` is borrowed. What the specification shows with the user's consent is listed there, and no leak. */
struct cleanroom *cleanroom_new(const struct fingerprints *sealed, const struct spec *spec);
void cleanroom_free(struct cleanroom *room);

/* What was answered in this run; the text is copied. From any thread. */
void cleanroom_hear(struct cleanroom *room, struct str reply);

/* Of the parts by their origin; and of each text in the bytes that would leave. From any thread. */
struct leaks cleanroom_look(struct cleanroom *room, const struct prompt *prompt, const struct wire *wire,
			    struct arena *a);

/* ERR_USAGE with the first that is no recital: which file and line would have leaked, and from where. */
int cleanroom_check(const struct leaks *leaks, struct err *err);

#endif
