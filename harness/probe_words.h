#ifndef RECAST_HARNESS_PROBE_WORDS_H
#define RECAST_HARNESS_PROBE_WORDS_H

/*
 * What probes are made of: numbers and texts that tests hand over, that stand in headers, and that the code of both
 * sides holds. A rewrite that is wrong for one value only must compare with it somewhere.
 */

#include "harness/probe.h"

enum { PROBE_NUMBERS_MAX = 6000, PROBE_TEXTS_MAX = 4000, PROBE_TEXT_KEPT = 2048 };

struct probe_words {
	uint64_t *numbers;
	size_t numbers_len;
	struct str *texts; /* any bytes */
	size_t texts_len;
	unsigned char letters[255]; /* bytes that code compares with, perhaps: small constants, ends of ranges */
	size_t letters_len;
	uint64_t *named;   /* of these the ones that headers name: limits, mostly */
	size_t named_len;
	uint64_t *lengths; /* of these the ones that headers name, and their neighbours: things are often as long */
	size_t lengths_len;
	uint64_t *reals; /* bits of doubles */
	size_t reals_len;
};

/* The same for the same input, in the same order. `objects` are those of both sides. */
void probe_words_collect(const struct probe_grammar *g, const struct interface *api, const struct link_input *objects,
			 size_t objects_len, struct arena *a, struct probe_words *ret);

#endif
