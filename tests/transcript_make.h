#ifndef RECAST_TESTS_TRANSCRIPT_MAKE_H
#define RECAST_TESTS_TRANSCRIPT_MAKE_H

/* Small transcripts for tests, in the folder "p". */

#include "harness/transcript.h"
#include "tests/ledger_change.h"

#include <sys/stat.h>

static struct err err;
static struct arena arena;

static inline bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	err = (struct err){0};
	return good;
}

static inline struct prompt prompt_of(const char *text)
{
	struct prompt_part *part = arena_new(&arena, struct prompt_part);
	*part = (struct prompt_part){.origin = PROMPT_SPEC, .text = str_of(text)};
	return (struct prompt){.title = "a test", .system = STR("Be brief."), .parts = part, .parts_len = 1};
}

static inline struct exchange about_of(const char *key)
{
	return (struct exchange){.key = key, .provider = "mine", .kind = "anthropic", .model = "m1",
				 .provenance = PROVENANCE_RECORDED, .recited = 2, .asked_s = 1700000000};
}

static inline struct exchange end_of(enum exchange_state state)
{
	return (struct exchange){.state = state, .model = "m1-2", .status = 200, .stop = "end", .request_id = "req_1",
				 .usage = {true, 10, 20, 30, 40, 5}, .cost = 1234, .cost_known = true, .first_ms = 7,
				 .wall_ms = 8};
}

static inline struct exchange_open *begin(struct transcript *t, const char *key, const char *question)
{
	struct exchange_open *open = NULL;
	struct exchange about = about_of(key);
	struct prompt prompt = prompt_of(question);
	struct wire wire = {.body = str_of(question)};
	if (transcript_begin(t, &about, &prompt, &wire, &open, &err) < 0)
		tap_print("# %s\n", err.text);
	return open;
}

/* One from the beginning to the end. */
static inline struct exchange ask(struct transcript *t, const char *key, const char *question, const char *reply,
				  enum exchange_state state)
{
	struct exchange_open *open = begin(t, key, question);
	struct exchange end = end_of(state), ret = {0};
	is_int(transcript_receive(open, str_of(reply), &err), 0);
	is_int(transcript_end(open, &end, &arena, &ret, &err), 0);
	return ret;
}

static inline void project_make(struct ledger **ledger)
{
	must(mkdir("p", 0755));
	must(ledger_open("p", ledger, &err));
}

#endif
