#ifndef RECAST_HARNESS_EVENT_H
#define RECAST_HARNESS_EVENT_H

/*
 * Progress, as values handed to whoever is looking: a terminal, a log, nobody.
 * Stages never print. Events come from any thread; the observer copes. Texts
 * are borrowed and end when the call returns.
 */

#include "core/base.h"

enum event_kind {
	EVENT_STAGE, /* a stage begins: `text` names it, `total` steps if known */
	EVENT_TELL,  /* what it is doing just now; the next one takes its place */
	EVENT_STEP,  /* one step of it is done; `text` names what */
	EVENT_COST,  /* what all that was asked has cost so far: "$0.12" */
	EVENT_DONE,  /* the stage is over */
	EVENT_NOTE,  /* something the user should know, once */
	EVENT_TEXT,  /* the same in several lines, to be shown as they stand */
};

struct event {
	enum event_kind kind;
	const char *text;
	size_t total;
};

struct observer {
	void (*notify)(void *data, const struct event *event);
	void *data;
};

/* A NULL observer hears nothing. */
static inline void event_send(const struct observer *o, enum event_kind kind, const char *text, size_t total)
{
	if (o && o->notify)
		o->notify(o->data, &(struct event){.kind = kind, .text = text, .total = total});
}

#endif
