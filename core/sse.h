#ifndef RECAST_CORE_SSE_H
#define RECAST_CORE_SSE_H

/*
 * Streams of events, taken apart as their bytes come, wherever these were cut:
 * server-sent events, as browsers read them, and lines of JSON. An event's data is
 * handed over as it came, whether it is UTF-8 or not.
 */

#include "core/buf.h"
#include "core/err.h"

enum sse_framing { SSE_EVENTS, SSE_LINES };

struct sse {
	enum sse_framing framing;
	/* `event` is "" where none was named, and for lines. Views end when it returns. -1 stops the stream. */
	int (*notify)(void *data, struct str event, struct str text);
	void *data;
	/* The rest is its own. */
	struct buf line;        /* as far as it has come, if its end has not */
	struct str event, text; /* of the event at hand, which may still be in the bytes that were fed */
	struct buf event_kept, text_kept;
	bool started, after_return, has_text;
};

/* No line, and no event, may be longer than `max` bytes. `notify` and `data` are set behind it. */
void sse_init(struct sse *s, enum sse_framing framing, size_t max);
void sse_release(struct sse *s);

/* ERR_LIMIT where something is too long; ERR_CANCELLED if `notify` stopped it. After either the stream is over. */
int sse_feed(struct sse *s, struct str bytes, struct err *err);

/* The stream has ended: a last line without an end counts for SSE_LINES; an event that no empty line ended does not,
 * as with browsers, and *ret_cut says that there was one. */
int sse_finish(struct sse *s, bool *ret_cut, struct err *err);

#endif
