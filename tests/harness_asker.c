/*
 * Prompts put to providers on this machine: who is asked, how often, what it costs,
 * what is kept, and what is not asked again.
 */

#include "harness/asker.h"
#include "harness/runs.h"

#include "core/mem.h"
#include "tests/folder.h"
#include "tests/http_server.h"

#define TEXT(literal) {(literal), sizeof(literal) - 1}

/* Ten tokens in, five out. */
#define CHAT(text, reason)                                                                                    \
	"header content-type: text/event-stream\n"                                                           \
	"body\n"                                                                                              \
	"data: {\"model\":\"m-x\",\"choices\":[{\"delta\":{\"content\":\"" text "\"},\"finish_reason\":\"" reason "\"}]}\n\n" \
	"data: {\"model\":\"m-x\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\n" \
	"data: [DONE]\n\n"                                                                                    \
	"end\n"
#define ANSWER(text) "answer 200\n" CHAT(text, "stop")
#define BUSY "answer 503\nheader retry-after: 0\nbytes try later\n"
#define NO_KEY "answer 401\nbytes {\"error\":{\"message\":\"bad key\"}}\n"

static struct prompt_part parts[] = {{PROMPT_RECAST, TEXT("Write it.\n"), false}};
static const struct prompt prompt = {.title = "writing a.c", .system = TEXT("You are exact."), .parts = parts, .parts_len = 1};

enum { PANEL_MAX = 3 };

/* A run with its asker, and the servers that answer. */
struct run_of_asker {
	struct arena arena;
	struct ledger *ledger;
	struct transcript *transcript;
	struct cleanroom *room;
	struct budget budget;
	struct templates templates;
	struct fingerprints sealed;
	struct spec spec;
	struct http_server *servers[PANEL_MAX];
	struct provider panel[PANEL_MAX];
	atomic_bool down[PANEL_MAX];
	struct asker asker;
	struct err err;
	uint64_t waited_ms;
	char notes[2000];
};

static void hear(void *data, const struct event *event)
{
	struct run_of_asker *r = data;
	size_t len = strlen(r->notes);
	if (event->kind == EVENT_NOTE)
		snprintf(r->notes + len, sizeof(r->notes) - len, "%s\n", event->text);
}

static void wait_not(void *data, uint64_t ms)
{
	struct run_of_asker *r = data;
	r->waited_ms += ms;
}

static struct observer observer;

/* Each text is a server's case. The project's folder is the current one. */
static void open_run(struct run_of_asker *r, const char *const *cases, size_t len)
{
	static const char *const names[PANEL_MAX] = {"one", "two", "three"};
	struct run run = {.settings = "{}"};
	*r = (struct run_of_asker){0};
	observer = (struct observer){hear, r};
	fingerprints_seal(&r->sealed);
	must(ledger_open(".", &r->ledger, &r->err));
	must(runs_begin(r->ledger, &run, &r->err));
	must(transcript_open(".", r->ledger, run.number, &r->transcript, &r->err));
	must(templates_embedded(&r->arena, &r->templates, &r->err));
	r->room = cleanroom_new(&r->sealed, &r->spec);
	budget_init(&r->budget, false, 0, 0);
	for (size_t i = 0; i < len; i++) {
		r->servers[i] = http_server_start(cases[i]);
		r->panel[i] = (struct provider){
			.name = names[i],
			.row = provider_row_find(STR("openai-chat")),
			.model = "m",
			.url = http_server_url(r->servers[i]),
			.max_tokens = 100,
			.connect_ms = 2000,
			.idle_ms = 20000,
			.tries = 3,
		};
	}
	r->asker = (struct asker){
		.project = ".",
		.panel = r->panel,
		.panel_len = len,
		.down = r->down,
		.transcript = r->transcript,
		.room = r->room,
		.budget = &r->budget,
		.templates = &r->templates,
		.observer = &observer,
		.wait = wait_not,
		.wait_data = r,
	};
}

static void close_run(struct run_of_asker *r)
{
	struct err err = {0};
	for (size_t i = 0; i < PANEL_MAX; i++) {
		if (r->servers[i])
			http_server_stop(r->servers[i]);
	}
	transcript_close(r->transcript);
	ledger_close(r->ledger);
	cleanroom_free(r->room);
	budget_release(&r->budget);
	fingerprints_release(&r->sealed);
	arena_release(&r->arena);
	must(fs_remove(".recast", &err));
}

static int ask(struct run_of_asker *r, const char *key, struct asked *answer)
{
	r->err = (struct err){0};
	return asker_ask(&r->asker, &prompt, key, &r->arena, answer, &r->err);
}

static struct exchange *list(struct run_of_asker *r, size_t *ret_len)
{
	struct exchange *rows;
	must(transcript_list(r->ledger, 0, &r->arena, &rows, ret_len, &r->err));
	return rows;
}

#define OPEN(r, ...) open_run(r, (const char *const[]){__VA_ARGS__}, countof(((const char *const[]){__VA_ARGS__})))

static void answers(void)
{
	struct run_of_asker r;
	struct asked answer;
	size_t len;
	OPEN(&r, ANSWER("int a;"));
	is_int(ask(&r, "k", &answer), 0);
	is_str(answer.text.ptr, "int a;");
	ok(!answer.known);
	ok(!answer.cut);
	is_int(answer.exchange.state, EXCHANGE_ANSWERED);
	is_str(answer.exchange.model, "m-x");
	is_int(answer.exchange.usage.output, 5);
	/* What was answered is not asked again. */
	is_int(ask(&r, "k", &answer), 0);
	ok(answer.known);
	is_str(answer.text.ptr, "int a;");
	is_int(http_server_requests(r.servers[0]), 1);
	/* Under another key it is another sample. */
	is_int(ask(&r, "l", &answer), 0);
	ok(!answer.known);
	list(&r, &len);
	is_int(len, 2);
	close_run(&r);
}

static void the_next_takes_over(void)
{
	struct run_of_asker r;
	struct asked answer;
	size_t len;
	OPEN(&r, NO_KEY, BUSY, ANSWER("int a;"));
	is_int(ask(&r, "k", &answer), 0);
	is_str(answer.exchange.provider, "three");
	is_int(http_server_requests(r.servers[0]), 1);
	is_int(http_server_requests(r.servers[1]), 3);
	ok(strstr(r.notes, "one: ") && strstr(r.notes, "two takes over"));
	ok(strstr(r.notes, "three takes over") != NULL);
	struct exchange *rows = list(&r, &len);
	is_int(len, 5);
	is_int(rows[0].state, EXCHANGE_FAILED);
	is_int(rows[0].status, 401);
	is_int(rows[4].state, EXCHANGE_ANSWERED);
	/* Who was down is not asked for the next unit. */
	is_int(ask(&r, "l", &answer), 0);
	is_int(http_server_requests(r.servers[0]), 1);
	is_int(http_server_requests(r.servers[1]), 3);
	is_int(http_server_requests(r.servers[2]), 2);
	close_run(&r);
}

static void one_that_declines_is_asked_for_the_next(void)
{
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, "answer 200\n" CHAT("", "content_filter") ANSWER("int b;"), ANSWER("int a;"));
	is_int(ask(&r, "k", &answer), 0);
	is_str(answer.exchange.provider, "two");
	is_int(ask(&r, "l", &answer), 0);
	is_str(answer.exchange.provider, "one");
	close_run(&r);
}

static void nobody_answers(void)
{
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, NO_KEY, BUSY);
	is_int(ask(&r, "k", &answer), -1);
	is_int(r.err.kind, ERR_REMOTE);
	ok(strstr(r.err.text, "one: ") && strstr(r.err.text, "two: "));
	ok(strstr(r.err.text, "writing a.c") != NULL);
	close_run(&r);
}

static void busy_ones_are_asked_again(void)
{
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, BUSY "answer 200\nheader content-type: text/event-stream\n"
		      "bytes data: {\"choices\":[{\"delta\":{\"content\":\"int\"}}]}\\n\\n\nreset\n" ANSWER("int a;"));
	is_int(ask(&r, "k", &answer), 0);
	is_str(answer.text.ptr, "int a;");
	is_int(http_server_requests(r.servers[0]), 3);
	ok(r.waited_ms < 20000);
	size_t len;
	struct exchange *rows = list(&r, &len);
	is_int(len, 3);
	is_int(rows[1].state, EXCHANGE_BROKEN);
	close_run(&r);
}

/* A stream that broke off is counted at the most that it can have been. */
static void money_is_counted(void)
{
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, ANSWER("int a;") "answer 200\nheader content-type: text/event-stream\n"
				  "bytes data: {\"choices\":[{\"delta\":{\"content\":\"int\"}}]}\\n\\n\nreset\n");
	r.panel[0].price = (struct price){true, 3000, 15000, 300, 3000};
	r.panel[0].tries = 1;
	is_int(ask(&r, "k", &answer), 0);
	is_int(answer.exchange.cost, 10 * 3000 + 5 * 15000);
	ok(answer.exchange.cost_known && !answer.exchange.cost_at_most);
	is_int(ask(&r, "l", &answer), -1);
	size_t len;
	struct exchange *rows = list(&r, &len);
	ok(rows[1].cost_at_most);
	size_t body = http_server_request(r.servers[0], 1)->body.len;
	is_int(rows[1].cost, price_at_most(&r.panel[0].price, body, 100));
	uint64_t spent;
	bool known;
	must(transcript_spent(r.transcript, &spent, &known, &r.err));
	is_int(spent, rows[0].cost + rows[1].cost);
	ok(known);
	close_run(&r);
}

#define USAGE "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\ndata: [DONE]\n\n"
#define STREAM "answer 200\nheader content-type: text/event-stream\nbody\n"

/* What a reply cost although there is no text in it, or no end. */
static void costs_without_text(void)
{
	static const struct {
		const char *what, *answer;
		uint64_t cost; /* UINT64_MAX: the most that it can be */
	} rows[] = {
		{"thought until the limit", STREAM "data: {\"choices\":[{\"delta\":{\"reasoning\":\"Hm.\"},\"finish_reason\":\"length\"}]}\n\n" USAGE
		 "end\n", 10 * 3000 + 5 * 15000},
		{"an error behind a thought", STREAM "data: {\"choices\":[{\"delta\":{\"reasoning\":\"Hm.\"}}]}\n\n"
		 "data: {\"error\":{\"code\":503,\"message\":\"overloaded\"}}\n\nend\n", UINT64_MAX},
		{"gone before a word", "answer 200\nclose head\n", UINT64_MAX},
		{"refused", "answer 503\nbytes later\n", 0},
		{"no such model", "answer 404\nbytes {\"error\":{\"message\":\"no such model\"}}\n", 0},
		{"text, and no tokens for it", STREAM "data: {\"choices\":[{\"delta\":{\"content\":\"int a;\"},\"finish_reason\":\"stop\"}]}\n\n"
		 "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}\n\ndata: [DONE]\n\nend\n", UINT64_MAX},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct run_of_asker r;
		struct asked answer;
		size_t len;
		OPEN(&r, rows[i].answer);
		r.panel[0].price = (struct price){true, 3000, 15000, 300, 3000};
		r.panel[0].tries = 1;
		ask(&r, "k", &answer);
		struct exchange *e = list(&r, &len);
		is_int(len, 1);
		uint64_t most = price_at_most(&r.panel[0].price, http_server_request(r.servers[0], 0)->body.len, 100);
		if (!is_int(e[0].cost, rows[i].cost == UINT64_MAX ? most : rows[i].cost))
			tap_print("# %s\n", rows[i].what);
		close_run(&r);
	}
}

/* A server that says the key again, in pieces and escaped, does not have it kept anywhere. */
static void keys_are_not_kept(void)
{
	static const char *keys[] = {"sk-very-secret"};
	static const struct secrets secrets = {{keys, 1}};
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, STREAM "data: {\"model\":\"sk-very-secr\\u0065t\",\"choices\":[{\"delta\":{\"content\":\"int a; /* sk-very-\"}}]}\n\n"
			"data: {\"choices\":[{\"delta\":{\"content\":\"secret */\"},\"finish_reason\":\"stop\"}]}\n\n" USAGE "end\n");
	r.asker.secrets = &secrets;
	is_int(ask(&r, "k", &answer), 0);
	is_str(answer.text.ptr, "int a; /* [secret] */");
	ok(strstr(answer.exchange.model, "sk-very") == NULL);
	/* Nor when it is read again. */
	is_int(ask(&r, "k", &answer), 0);
	ok(answer.known);
	is_str(answer.text.ptr, "int a; /* [secret] */");
	close_run(&r);
}

static void a_budget_is_not_passed(void)
{
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, ANSWER("int a;"));
	r.panel[0].price = (struct price){true, 3000, 15000, 300, 3000};
	is_int(ask(&r, "k", &answer), 0);
	uint64_t most = price_at_most(&r.panel[0].price, http_server_request(r.servers[0], 0)->body.len, 100);
	budget_release(&r.budget);
	budget_init(&r.budget, true, most + answer.exchange.cost - 1, answer.exchange.cost);
	is_int(ask(&r, "l", &answer), -1);
	is_int(r.err.kind, ERR_LIMIT);
	ok(strstr(r.err.text, "--budget") != NULL);
	is_int(http_server_requests(r.servers[0]), 1);
	budget_release(&r.budget);
	budget_init(&r.budget, true, most + 105000, 105000);
	is_int(ask(&r, "l", &answer), 0);
	is_int(r.budget.spent, 2 * 105000);
	is_int(r.budget.reserved, 0);
	close_run(&r);
}

static void a_cut_reply_is_continued(void)
{
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, "answer 200\n" CHAT("```c path=a.c\\nint a;\\nin", "length") ANSWER("t b;\\n```\\n"));
	is_int(ask(&r, "k", &answer), 0);
	is_str(answer.text.ptr, "```c path=a.c\nint a;\nint b;\n```\n");
	ok(!answer.cut);
	const struct http_server_request *second = http_server_request(r.servers[0], 1);
	ok(second && strstr(second->body.ptr, "assistant") != NULL);
	/* Both pieces are known. */
	is_int(ask(&r, "k", &answer), 0);
	is_str(answer.text.ptr, "```c path=a.c\nint a;\nint b;\n```\n");
	is_int(http_server_requests(r.servers[0]), 2);
	close_run(&r);
}

static void one_without_end_is_cut(void)
{
	struct run_of_asker r;
	struct asked answer;
	OPEN(&r, "answer 200\n" CHAT("one, ", "length") "answer 200\n" CHAT("two, ", "length") "answer 200\n"
			CHAT("three, ", "length") "answer 200\n" CHAT("four, ", "length"));
	is_int(ask(&r, "k", &answer), 0);
	ok(answer.cut);
	is_str(answer.text.ptr, "one, two, three, four, ");
	is_int(http_server_requests(r.servers[0]), ASKER_PIECES_MAX);
	close_run(&r);
}

static void what_would_leak_is_not_sent(void)
{
	struct run_of_asker r;
	struct asked answer;
	static const char text[] = "static int mix(int *a, int n, int seed) { int h = seed ^ 0x5bd1e995; for (int i = 0; i < n; i++) "
				   "{ h ^= a[i] * 31 + (h << 7); } return h; }\n";
	struct prompt_part leaking[] = {{PROMPT_HUMAN, TEXT(text), false}};
	struct prompt other = {.title = "t", .parts = leaking, .parts_len = 1};
	OPEN(&r, ANSWER("int a;"));
	fingerprints_add(&r.sealed, "mix.c", STR(text));
	fingerprints_seal(&r.sealed);
	is_int(asker_ask(&r.asker, &other, "k", &r.arena, &answer, &r.err), -1);
	is_int(r.err.kind, ERR_USAGE);
	ok(strstr(r.err.text, "mix.c:1") != NULL);
	is_int(http_server_requests(r.servers[0]), 0);
	close_run(&r);
}

static void stops_when_told(void)
{
	struct run_of_asker r;
	struct asked answer;
	atomic_bool cancelled = true;
	OPEN(&r, ANSWER("int a;"));
	r.asker.cancelled = &cancelled;
	is_int(ask(&r, "k", &answer), -1);
	is_int(r.err.kind, ERR_CANCELLED);
	close_run(&r);
}

int main(void)
{
	folder_enter();
	tap_run("answers", answers);
	tap_run("the next takes over", the_next_takes_over);
	tap_run("one that declines is asked for the next", one_that_declines_is_asked_for_the_next);
	tap_run("nobody answers", nobody_answers);
	tap_run("busy ones are asked again", busy_ones_are_asked_again);
	tap_run("money is counted", money_is_counted);
	tap_run("costs without text", costs_without_text);
	tap_run("keys are not kept", keys_are_not_kept);
	tap_run("a budget is not passed", a_budget_is_not_passed);
	tap_run("a cut reply is continued", a_cut_reply_is_continued);
	tap_run("one without end is cut", one_without_end_is_cut);
	tap_run("what would leak is not sent", what_would_leak_is_not_sent);
	tap_run("stops when told", stops_when_told);
	folder_leave();
	return tap_done();
}
