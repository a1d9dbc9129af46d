#ifndef RECAST_HARNESS_PROVIDER_H
#define RECAST_HARNESS_PROVIDER_H

/*
 * Those who answer prompts. A kind of provider is a row of a table, in a file of
 * its own; a provider is such a row with what the user configured: an address, a
 * key, a model. provider_wire makes the bytes that will be sent, provider_try
 * sends them, once, and reads the answer while it comes. Whether to try again,
 * whom else to ask, what it costs and what is kept is the asker's matter.
 */

#include "core/http.h"
#include "core/scrub.h"
#include "core/sse.h"
#include "harness/price.h"
#include "harness/prompt.h"

/* How far it can be trusted that nothing else was sent and received than what is kept. */
enum provenance {
	PROVENANCE_NONE,       /* nothing is known of how it came about */
	PROVENANCE_UNATTESTED, /* who answered could have seen other things */
	PROVENANCE_RECORDED,   /* each byte of the conversation is kept */
};

const char *provenance_name(enum provenance level);

struct provider_row;

/* As the user configured it; all of it is borrowed from the configuration. */
struct provider {
	const char *name; /* the user's, or the row's */
	const struct provider_row *row;
	const char *model;      /* "" where the row needs none */
	const char *url;        /* base, without a "/" at its end; or NULL for the row's own */
	const char *key;        /* secret; or NULL */
	const char *ca_file, *proxy; /* or NULL */
	const json_t *body;     /* members to be laid over each request's; or NULL */
	struct strings command; /* exec */
	struct strings env;     /* exec: "NAME=value", all that the command sees beside PATH and LANG */
	const char *folder;     /* mailbox and replay */
	uint64_t max_tokens;    /* of a reply */
	bool logprobs;          /* ask for probabilities of tokens */
	uint64_t connect_ms, idle_ms, total_ms; /* total_ms may be 0: none */
	unsigned tries;         /* of one request */
	struct price price;
};

/* What will be sent. */
struct wire {
	const char *url; /* NULL for those that are no HTTP */
	const struct http_header *headers;
	size_t headers_len;
	struct str body;
};

enum provider_outcome {
	PROVIDER_ANSWERED, /* a reply that is whole, or that stopped at a length limit */
	PROVIDER_DECLINED, /* refused, recited or filtered: another may answer */
	PROVIDER_BROKEN,   /* it began and broke off; what came is there */
	PROVIDER_BUSY,     /* overloaded, limited, out of order or out of reach for the moment: can be tried again */
	PROVIDER_DOWN,     /* not to be had: key refused, quota used up, wrong address */
	PROVIDER_REJECTED, /* it does not take this request; another may */
	PROVIDER_CANCELLED,
};

const char *provider_outcome_name(enum provider_outcome outcome);

struct provider_result {
	enum provider_outcome outcome;
	struct reply reply; /* as far as it came; the caller releases it */
	unsigned status;    /* of HTTP, or 0 */
	bool sent;          /* for all that is known the other side has got the request */
	const char *why;    /* it is not answered: one line for people, without secrets; in the arena. Or "" */
	bool has_wait;      /* the server says when to come again */
	bool retry, no_retry; /* it says whether to ("x-should-retry") */
	uint64_t wait_ms;
	uint64_t first_ns, wall_ns; /* until the first byte of text (0: none came), and in all */
};

/* Whoever watches a try. Called from the thread that tries. Each function, and `secrets`, may be NULL. */
struct provider_watch {
	/* Bytes of the answer's body, without secrets, before anything reads them; -1 with an error ends the try. */
	int (*received)(void *data, struct str bytes, struct err *err);
	/* Text or thinking has grown. May be NULL, as the next. */
	void (*grown)(void *data, const struct reply *reply);
	/* Somebody has to do something now: what, for people. */
	void (*waits)(void *data, const char *what);
	/* A replay fails, and this is where what is asked differs from what was recorded: lines of a diff. */
	void (*differed)(void *data, const char *difference);
	void *data;
	const atomic_bool *cancelled; /* or NULL */
	const struct secrets *secrets;
};

/* A reply while it is read: what a row's reader works on. */
struct reply_reader {
	struct reply *reply;
	bool ended;                /* the stream said that it is over */
	bool failed;               /* it reported an error, or makes no sense; the next two tell */
	enum provider_outcome outcome;
	char why[400];             /* one line; of a reply that was declined, what the model said to that */
	bool has_wait;             /* the error says when to come again */
	uint64_t wait_ms;
};

struct provider_row {
	const char *name; /* "anthropic" */
	enum provenance provenance;
	/* HTTP. */
	const char *url;      /* base, unless configured */
	const char *key_env;  /* environment variable of the key, unless configured; or NULL: needs none */
	bool needs_model;
	enum sse_framing framing;
	bool no_end_mark;     /* once a reason was told, the end of a body that came whole is the end */
	int (*wire)(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		    struct err *err);
	/* One event of the stream, or the whole body where the status is not 200 or the server did not stream: `text` is
	 * JSON or not, whatever came. */
	void (*event)(struct reply_reader *r, struct str event, struct str text);
	/* Those that are no HTTP: as provider_try. `title` names the request, as part of file names: "c1-whole-s1-r0". */
	int (*ask)(const struct provider *p, const struct prompt *prompt, const char *title, const struct wire *wire,
		   const struct provider_watch *watch, struct arena *a, struct provider_result *ret, struct err *err);
};

/* Ends with NULL. */
extern const struct provider_row *const provider_rows[];
const struct provider_row *provider_row_find(struct str name);

/* For those that are no HTTP the body is the prompt's text. ERR_LIMIT if the prompt is longer than PROMPT_MAX. */
int provider_wire(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		  struct err *err);

/* Whatever the other side does is in the result. An error means that something on this side failed: a disk, a
 * configuration. */
int provider_try(const struct provider *p, const struct prompt *prompt, const char *title, const struct wire *wire,
		 const struct provider_watch *watch, struct arena *a, struct provider_result *ret, struct err *err);

/* The same result from bytes that were kept, as far as they tell; of those that are no HTTP they are the text. */
void provider_reread(const struct provider_row *row, unsigned status, struct str received, struct arena *a,
		     struct provider_result *ret);

/*
 * How long to wait before the try after `tries` many, or false if there should be none: BUSY and BROKEN ones are tried
 * again unless the server says not to, REJECTED ones if it says to. What the server says, at most a minute; else 0.5
 * to 8 s, doubling, with jitter from `chance`.
 */
bool provider_again(const struct provider *p, const struct provider_result *result, unsigned tries, uint64_t chance,
		    uint64_t *ret_wait_ms);

#endif
