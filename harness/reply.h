#ifndef RECAST_HARNESS_REPLY_H
#define RECAST_HARNESS_REPLY_H

/* What a language model answered, whoever it is. */

#include "core/buf.h"
#include "core/json.h"
#include "core/scrub.h"

enum reply_stop {
	REPLY_END,        /* it was finished */
	REPLY_LENGTH,     /* at the limit that was asked for, or that the model has: can be continued */
	REPLY_REFUSED,    /* the model declined */
	REPLY_RECITATION, /* the provider says that it would have quoted something */
	REPLY_FILTERED,   /* the provider kept it back */
	REPLY_UNKNOWN,    /* the stream ended without saying why, or for a reason that is not known here */
};

/* "end", "length", "refused", "recitation", "filtered", "unknown". */
const char *reply_stop_name(enum reply_stop stop);
bool reply_stop_find(struct str name, enum reply_stop *ret);

/* Tokens, as the provider counts them. All input is fresh + cache_read + cache_write. */
struct usage {
	bool known;
	uint64_t fresh, cache_read, cache_write;
	uint64_t output;    /* with what it thought */
	uint64_t reasoning; /* of these, if that is told */
};

/* How probable the model found a piece of what it wrote. */
struct reply_token {
	size_t start, end; /* bytes of the text */
	double logprob;    /* up to 0 */
};

struct reply {
	struct buf text;
	struct buf thinking;   /* what it showed of it */
	enum reply_stop stop;
	char stop_word[64];    /* as the provider says it; printable */
	char request_id[128];  /* by which the provider knows it; printable, or "" */
	char model[128];       /* as the provider names it; printable, or "" */
	struct usage usage;
	struct {
		struct reply_token *items; /* malloc'd; none if nobody told */
		size_t len, cap;
	} tokens;
};

enum { REPLY_TEXT_MAX = 8 << 20, REPLY_TOKENS_MAX = 1 << 20 };

void reply_init(struct reply *r);
void reply_release(struct reply *r);

/* Takes secrets out of all its texts: what was cut or escaped on the wire is whole here. Where the text becomes another one
 * there are no tokens. */
void reply_scrub(struct reply *r, const struct secrets *secrets);

/* Sets one of the short texts: control characters and bytes that are no UTF-8 become "?", what is too long is cut. */
void reply_set_word(char *word, size_t size, struct str text);

#endif
