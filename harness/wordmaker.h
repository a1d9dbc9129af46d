#ifndef RECAST_HARNESS_WORDMAKER_H
#define RECAST_HARNESS_WORDMAKER_H

/*
 * Numbers and texts by lot: out of words that are known, out of nothing, and out of others by a change as it tells
 * libraries apart.
 */

#include "core/buf.h"
#include "core/prng.h"
#include "harness/probe_words.h"

enum { WORDMAKER_TEXT_MAX = 6000 };

struct wordmaker {
	const struct probe_words *words;
	struct prng *lot;
	struct arena *a; /* of what is made */
};

uint64_t wordmaker_number(const struct wordmaker *m);
/* An amount of something, which is better not too large. */
uint64_t wordmaker_length(const struct wordmaker *m);
/* The bits of a double. */
uint64_t wordmaker_real(const struct wordmaker *m);

/* Texts may hold any bytes, and are not longer than WORDMAKER_TEXT_MAX. */
struct str wordmaker_text(const struct wordmaker *m);
struct str wordmaker_changed(const struct wordmaker *m, struct str from);
/* The word that stands there is one letter of it again and again, `len` times; where none stands, one comes there. */
struct str wordmaker_with_word(const struct wordmaker *m, struct str text, size_t at, uint64_t len);
/* The text, or one letter of it, again and again; the buffer bounds it. */
void wordmaker_append_long(const struct wordmaker *m, struct buf *out, struct str text);
/* The same, until so much is in the buffer. */
void wordmaker_append_as_long(const struct wordmaker *m, struct buf *out, struct str text, uint64_t len);

#endif
