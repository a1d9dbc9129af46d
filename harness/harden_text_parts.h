#ifndef RECAST_HARNESS_HARDEN_TEXT_PARTS_H
#define RECAST_HARNESS_HARDEN_TEXT_PARTS_H

/* What the files behind harden_text.h share: calls with conditions behind them (harden_text.c), and the program that finds
 * out what these expect (harden_recorder.c). */

#include "harness/harden_text.h"
#include "harness/probe_text.h"

/* A test, or the program that finds out what it expects. */
struct harden_writing {
	struct probe_writer w;
	const struct harden_probe *probe;
	const struct strings *free;       /* what recast.json says may differ */
	const struct harden_style *style; /* NULL: notes are written */
	struct str answers;
	size_t checks;
	bool in_place;                    /* what is looked at may be memory that nobody has written to */
	bool needed;                      /* nothing behind the condition can be relied on if it does not hold */
	bool hears, same_text, untouched, wrong;
};

/* `a` gets what is written on the way; the text is in `w.out`, which is the caller's to release. */
void harden_writing_init(struct harden_writing *t, const struct probe_setup *s, const struct harden_probe *p,
			 struct arena *a);

void harden_put_calls(struct harden_writing *t);

#endif
