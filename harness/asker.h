#ifndef RECAST_HARNESS_ASKER_H
#define RECAST_HARNESS_ASKER_H

/*
 * Puts a prompt to whoever answers: what was answered before in this run is not asked
 * again; what would leak is not sent; what could pass the budget is not asked; who is
 * busy is asked again, and where one is down or declines, the next takes over. Every
 * request ends in the transcript, whatever comes of it.
 */

#include "harness/cleanroom.h"
#include "harness/event.h"
#include "harness/recording.h"
#include "harness/transcript.h"

struct asker {
	const char *project;
	uint64_t run;
	const struct provider *panel; /* in the order in which they are asked */
	size_t panel_len;
	atomic_bool *down;            /* of each: not asked again in this run */
	struct transcript *transcript;
	struct cleanroom *room;
	struct budget *budget;
	const struct templates *templates;
	const struct secrets *secrets;
	const char *record;           /* folder of a recording, or NULL */
	const struct observer *observer;
	const atomic_bool *cancelled; /* or NULL */
	/* Waits so long, or until cancelled; cli/ gives the host's. */
	void (*wait)(void *data, uint64_t ms);
	void *wait_data;
};

struct asked {
	struct str text;         /* whole: continuations are joined; in the arena */
	bool cut;                /* it ended at its length limit, even so */
	struct exchange exchange; /* the last one */
	bool known;              /* from before: nothing was asked */
};

/* Pieces that a reply may have. */
enum { ASKER_PIECES_MAX = 4 };

/*
 * ERR_LIMIT: the budget; ERR_REMOTE: nobody answers, and why each does not; ERR_USAGE: it would leak, or differs
 * from the recording; ERR_CANCELLED.
 */
int asker_ask(struct asker *asker, const struct prompt *prompt, const char *key, struct arena *a, struct asked *ret,
	      struct err *err);

#endif
