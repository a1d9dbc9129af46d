#ifndef RECAST_HARNESS_PROMPT_H
#define RECAST_HARNESS_PROMPT_H

/*
 * What a language model is asked, whoever it is: a message made of parts, each
 * of which knows where its text comes from. It holds no path of this machine and
 * no time, and names no model, so that the same job asks the same thing
 * everywhere; its hash is what a reply is looked up by.
 */

#include "core/arena.h"
#include "core/hash.h"
#include "core/json.h"

enum prompt_origin {
	PROMPT_RECAST,   /* a template, or what recast says of itself */
	PROMPT_SPEC,     /* the specification */
	PROMPT_HUMAN,    /* what people wrote in RECAST.md */
	PROMPT_FEEDBACK, /* what compiler and visible tests said of a rewrite */
	PROMPT_OWN,      /* what this run's own replies said */
};

struct prompt_part {
	enum prompt_origin origin;
	struct str text;
	bool shared; /* all up to its end stands in front of other prompts of this run, too: worth keeping in a cache */
};

struct prompt {
	const char *title;  /* what it is for, for people: "writing src/ring.c" */
	struct str system;  /* of PROMPT_RECAST */
	struct prompt_part *parts;
	size_t parts_len;
	/* A reply that ended at its length limit, and what is said for it to be continued; or empty. */
	struct str so_far, go_on;
};

enum { PROMPT_MAX = 8 << 20, PROMPT_PARTS_MAX = 1 << 16, PROMPT_TITLE_MAX = 4096 };

/* A text as it is sent, hashed and kept: NUL and bytes that are no UTF-8 become U+FFFD. The same view if there are
 * none. */
struct str prompt_clean(struct str text, struct arena *a);

/* "recast", "spec", "human", "feedback", "own". */
const char *prompt_origin_name(enum prompt_origin origin);
bool prompt_origin_find(struct str name, enum prompt_origin *ret);

/* Of all texts in their order, with their origins. */
struct hash prompt_hash(const struct prompt *prompt);

/* The parts as one text. */
struct str prompt_message(const struct prompt *prompt, struct arena *a);

/* All of it as one text, for those who have only one: system, message, and what is to be continued. */
struct str prompt_text(const struct prompt *prompt, struct arena *a);

/*
 * As specs/exchange.schema.json has it: {"title", "system", "parts": [{"origin", "shared", "text"}]}, and "so_far" and
 * "go_on" where something is continued. Each text is an array of lines, so that people can read it. The caller owns it.
 * Reading checks that all of it is there and of its type, and nothing else; strings live in the arena.
 */
json_t *prompt_json(const struct prompt *prompt);
int prompt_read(const struct json_at *at, struct arena *a, struct prompt *ret, struct err *err);

#endif
