/* From a candidate's commit to the reply that gave it, and to where that was least sure. */

#include "harness/doubts.h"

#include "harness/draft.h"
#include "harness/runs.h"
#include "tests/folder.h"
#include "tests/transcript_make.h"

#define CHAT(text, logprob)                                                                                        \
	"data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"},\"logprobs\":{\"content\":[{\"token\":\"" text \
	"\",\"logprob\":" logprob "}]}}]}\n\n"

static const char reply[] = CHAT("int sure(void) { return 1; }\\n", "-0.1") CHAT("int unsure(void) { return 2; }\\n", "-3")
	"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
static const char source[] = "int sure(void) { return 1; }\nint unsure(void) { return 2; }\n";

static struct ledger *ledger;
static struct exchange exchange;

static void keep_reply(void)
{
	struct transcript *t;
	struct run run = {.settings = "{}"};
	struct exchange about = about_of("c1/a.c/s1/r0"), end = end_of(EXCHANGE_ANSWERED);
	struct exchange_open *open;
	struct prompt prompt = prompt_of("write it");
	struct wire wire = {.body = STR("{}")};
	about.kind = "openai-chat";
	must(runs_begin(ledger, &run, &err));
	must(transcript_open("p", ledger, run.number, &t, &err));
	must(transcript_begin(t, &about, &prompt, &wire, &open, &err));
	must(transcript_receive(open, STR(reply), &err));
	must(transcript_end(open, &end, &arena, &exchange, &err));
	transcript_close(t);
}

static size_t find(const char *run, const char *reply_hex, const char *text, struct ledger *from, struct doubt **ret)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate c = {.number = 1, .run = run, .reply = reply_hex};
	size_t len = SIZE_MAX;
	must(tree_add_file(tree, REWRITE_ROOT "/a.c", str_of(text), &err));
	is_int(doubts_find("p", from, &c, tree, &arena, ret, &len, &err), 0);
	return len;
}

static void finds_them(void)
{
	struct doubt *doubts;
	char hex[HASH_HEX];
	hash_hex(&exchange.received, hex);
	if (!is_int(find("1", hex, source, ledger, &doubts), 2))
		return;
	is_str(doubts[0].file, "a.c");
	is_str(doubts[0].guess.function, "unsure");
	is_int(doubts[0].guess.line, 2);
	ok(doubts[0].guess.probability < 0.06);
	is_str(doubts[1].guess.function, "sure");
	/* What was changed since is not what the reply says. */
	is_int(find("1", hex, "int other(void) { return 3; }\n", ledger, &doubts), 0);
}

/* Trailers are hearsay. */
static void has_none_for_others(void)
{
	struct doubt *doubts;
	char hex[HASH_HEX];
	hash_hex(&exchange.received, hex);
	is_int(find("", "", source, ledger, &doubts), 0);
	is_int(find("2", hex, source, ledger, &doubts), 0);
	is_int(find("0", hex, source, ledger, &doubts), 0);
	is_int(find("one", hex, source, ledger, &doubts), 0);
	is_int(find("1", "3f", source, ledger, &doubts), 0);
	is_int(find("1", hex, source, NULL, &doubts), 0);
	hex[0] = hex[0] == '0' ? '1' : '0';
	is_int(find("1", hex, source, ledger, &doubts), 0);
}

int main(void)
{
	folder_enter();
	project_make(&ledger);
	keep_reply();
	tap_run("finds them", finds_them);
	tap_run("has none for others", has_none_for_others);
	ledger_close(ledger);
	arena_release(&arena);
	folder_leave();
	return tap_done();
}
