#include "harness/asker.h"

#include "core/clock.h"
#include "core/mem.h"
#include "core/prng.h"
#include "harness/promptbuild.h"
#include "harness/replyfiles.h"

enum { TELL_NS = 100000000, BYTES_A_TOKEN = 4, STATUS_OK = 200 };

/* One request, from what is to be asked to what came of it. */
struct asking {
	struct asker *asker;
	const struct provider *provider;
	const struct prompt *prompt;
	const char *key, *title;
	struct arena *a;
	struct wire wire;
	size_t recited;
	struct exchange_open *open;
	uint64_t begun_ns, told_ns;
};

static uint64_t at_most(const struct asking *g)
{
	return price_at_most(&g->provider->price, g->wire.body.len, g->provider->max_tokens);
}

/* ---- while it is answered */

static int received(void *data, struct str bytes, struct err *err)
{
	struct asking *g = data;
	return transcript_receive(g->open, bytes, err);
}

/* How far it is. Tokens are guessed by bytes until the provider counts them. */
static void grown(void *data, const struct reply *reply)
{
	struct asking *g = data;
	SCOPED_ARENA struct arena scratch = {0};
	const struct provider *p = g->provider;
	uint64_t now = clock_monotonic_ns();
	if (now - g->told_ns < TELL_NS)
		return;
	g->told_ns = now;
	struct usage usage = reply->usage;
	uint64_t guess = (reply->text.len + reply->thinking.len) / BYTES_A_TOKEN;
	usage.output = usage.output > guess ? usage.output : guess;
	if (!usage.known)
		usage.fresh = g->wire.body.len / BYTES_A_TOKEN;
	double seconds = (double)(now - g->begun_ns) / 1e9;
	const char *cost = p->price.known ? price_text(price_of(&p->price, &usage), &scratch) : "";
	event_send(g->asker->observer, EVENT_TELL,
		   arena_printf(&scratch, "%s: %s, %llu tokens, %.0f/s%s%s", p->name, g->prompt->title,
				(unsigned long long)usage.output, seconds > 0 ? (double)usage.output / seconds : 0,
				cost[0] ? ", " : "", cost), 0);
}

static void waits(void *data, const char *what)
{
	const struct asking *g = data;
	SCOPED_ARENA struct arena scratch = {0};
	event_send(g->asker->observer, EVENT_NOTE, arena_printf(&scratch, "%s: %s: %s", g->provider->name, g->prompt->title, what), 0);
}

static void differed(void *data, const char *difference)
{
	const struct asking *g = data;
	event_send(g->asker->observer, EVENT_TEXT, difference, 0);
}

/* ---- what it comes to */

static enum exchange_state state_of(enum provider_outcome outcome)
{
	switch (outcome) {
	case PROVIDER_ANSWERED:
		return EXCHANGE_ANSWERED;
	case PROVIDER_DECLINED:
		return EXCHANGE_DECLINED;
	case PROVIDER_BROKEN:
	case PROVIDER_CANCELLED:
		return EXCHANGE_BROKEN;
	default:
		return EXCHANGE_FAILED;
	}
}

/* What was not told is counted at the most that it can have been. Nobody asks for anything who was not reached, or who
 * refused before there was a word. */
static void count_cost(const struct asking *g, const struct provider_result *result, struct exchange *end)
{
	const struct price *price = &g->provider->price;
	const struct reply *reply = &result->reply;
	bool is_whole = end->state == EXCHANGE_ANSWERED || end->state == EXCHANGE_DECLINED || reply->stop_word[0];
	bool is_empty = reply->text.len == 0 && reply->thinking.len == 0 && !reply->usage.known;
	/* Who has written something has used tokens. */
	bool is_told = reply->usage.known && (reply->usage.output > 0 || reply->text.len + reply->thinking.len == 0);
	bool is_refused = result->status && result->status != STATUS_OK && is_empty;
	end->cost_known = price->known;
	if (!price->known || is_refused || (!result->sent && is_empty))
		return;
	end->cost_at_most = !is_whole || !is_told;
	end->cost = end->cost_at_most ? at_most(g) : price_of(price, &reply->usage);
}

static const char *scrub_text(const struct asking *g, const char *text)
{
	return arena_str(g->a, scrub(g->asker->secrets, str_of(text), g->a));
}

static struct exchange ending(const struct asking *g, const struct provider_result *result)
{
	const struct reply *reply = &result->reply;
	struct exchange end = {
		.model = reply->model[0] ? reply->model : g->provider->model,
		.state = state_of(result->outcome),
		.status = result->status,
		.stop = result->why[0] ? result->why : reply_stop_name(reply->stop),
		.request_id = reply->request_id,
		.usage = reply->usage,
		.first_ms = result->first_ns / 1000000,
		.wall_ms = result->wall_ns / 1000000,
	};
	count_cost(g, result, &end);
	return end;
}

/* ---- one request */

/* Sends it once. The result's reply is the caller's to release. */
static int try_once(struct asking *g, struct provider_result *result, struct exchange *ret, struct err *err)
{
	struct asker *k = g->asker;
	const struct provider *p = g->provider;
	struct exchange about = {
		.key = g->key,
		.provider = p->name,
		.kind = p->row->name,
		.model = p->model ? p->model : "",
		.provenance = p->row->provenance,
		.recited = g->recited,
		/* What stands there if recast is killed before it ends. */
		.cost = p->price.known ? at_most(g) : 0,
		.cost_known = p->price.known,
		.cost_at_most = p->price.known,
	};
	struct provider_watch watch = {received, grown, waits, differed, g, k->cancelled, k->secrets};
	if (transcript_begin(k->transcript, &about, g->prompt, &g->wire, &g->open, err) < 0)
		return -1;
	g->begun_ns = clock_monotonic_ns();
	event_send(k->observer, EVENT_TELL, arena_printf(g->a, "%s: %s", p->name, g->prompt->title), 0);
	struct err failure = {0};
	bool failed = provider_try(p, g->prompt, g->title, &g->wire, &watch, g->a, result, &failure) < 0;
	if (failed) {
		/* A disk that is full stops an answer that is paid for; a request that is none was not sent. */
		*result = (struct provider_result){.outcome = PROVIDER_DOWN, .sent = failure.kind != ERR_USAGE,
						   .why = arena_strdup(g->a, failure.text)};
		reply_init(&result->reply);
	}
	reply_scrub(&result->reply, k->secrets);
	result->why = scrub_text(g, result->why);
	struct exchange end = ending(g, result);
	if (transcript_end(g->open, &end, g->a, ret, err) < 0) {
		reply_release(&result->reply);
		return -1;
	}
	if (!failed)
		return 0;
	reply_release(&result->reply);
	return err_copy(err, &failure);
}

static int over_budget(const struct asking *g, uint64_t most, struct err *err)
{
	struct budget *b = g->asker->budget;
	return err_set(err, ERR_LIMIT,
		       "the budget is used up: %s are spent of %s, and asking %s next can cost up to %s; say the same command "
		       "with a larger --budget to go on",
		       price_text(budget_spent(b), g->a), price_text(b->limit, g->a), g->provider->name, price_text(most, g->a));
}

/* Within the budget. */
static int try_paid(struct asking *g, struct provider_result *result, struct exchange *ret, struct err *err)
{
	struct budget *b = g->asker->budget;
	uint64_t most = at_most(g);
	if (!budget_reserve(b, most))
		return over_budget(g, most, err);
	int code = try_once(g, result, ret, err);
	budget_settle(b, most, code == 0 ? ret->cost : most);
	if (g->provider->price.known)
		event_send(g->asker->observer, EVENT_COST, price_text(budget_spent(b), g->a), 0);
	return code;
}

/* As often as it may be tried. */
static int try_often(struct asking *g, struct provider_result *result, struct exchange *ret, struct err *err)
{
	struct asker *k = g->asker;
	struct prng chance = {clock_monotonic_ns()};
	for (unsigned tries = 1;; tries++) {
		uint64_t wait_ms;
		if (try_paid(g, result, ret, err) < 0)
			return -1;
		if (result->outcome == PROVIDER_CANCELLED) {
			reply_release(&result->reply);
			return err_set(err, ERR_CANCELLED, "interrupted; the same command goes on");
		}
		if (tries >= g->provider->tries || !provider_again(g->provider, result, tries, prng_next(&chance), &wait_ms))
			return 0;
		event_send(k->observer, EVENT_TELL,
			   arena_printf(g->a, "%s: %s; again in %.1f s", g->provider->name, result->why, (double)wait_ms / 1e3), 0);
		reply_release(&result->reply);
		k->wait(k->wait_data, wait_ms);
	}
}

/* ---- whom to ask */

static int prepare(struct asking *g, struct err *err)
{
	if (provider_wire(g->provider, g->prompt, g->a, &g->wire, err) < 0)
		return -1;
	g->wire.body = scrub(g->asker->secrets, g->wire.body, g->a);
	struct leaks leaks = cleanroom_look(g->asker->room, g->prompt, &g->wire, g->a);
	g->recited = leaks.recited;
	return cleanroom_check(&leaks, err);
}

/* Who is busy in spite of all tries is not asked for the next unit either. */
static bool is_down(enum provider_outcome outcome)
{
	return outcome == PROVIDER_DOWN || outcome == PROVIDER_BUSY;
}

static void note_refusal(struct asking *g, size_t index, const struct provider_result *result, struct buf *why)
{
	struct asker *k = g->asker;
	size_t next = index + 1;
	while (next < k->panel_len && atomic_load(&k->down[next]))
		next++;
	buf_printf(why, "%s%s: %s", why->len ? "; " : "", g->provider->name, result->why);
	if (is_down(result->outcome))
		atomic_store(&k->down[index], true);
	if (next < k->panel_len)
		event_send(k->observer, EVENT_NOTE,
			   arena_printf(g->a, "%s: %s; %s takes over", g->provider->name, result->why, k->panel[next].name), 0);
}

static int record(const struct asking *g, const struct reply *reply, const struct exchange *exchange, struct err *err)
{
	struct recorded_exchange recorded = {
		.key = g->key,
		.provider = exchange->provider,
		.model = exchange->model,
		.prompt = *g->prompt,
		.reply = *reply, /* borrowed */
	};
	return g->asker->record ? recording_add(g->asker->record, &recorded, err) : 0;
}

/* The first of the panel that answers. */
static int ask_panel(struct asking *g, struct reply *ret, struct exchange *exchange, struct err *err)
{
	struct asker *k = g->asker;
	SCOPED_BUF struct buf why;
	buf_init(&why, sizeof(err->text));
	for (size_t i = 0; i < k->panel_len; i++) {
		struct provider_result result;
		if (atomic_load(&k->down[i]))
			continue;
		g->provider = &k->panel[i];
		if (prepare(g, err) < 0 || try_often(g, &result, exchange, err) < 0)
			return -1;
		if (result.outcome == PROVIDER_ANSWERED) {
			*ret = result.reply;
			return 0;
		}
		note_refusal(g, i, &result, &why);
		reply_release(&result.reply);
	}
	return err_set(err, ERR_REMOTE, "%s: nobody answers: %s; the same command goes on where this stopped", g->prompt->title,
		       why.len ? why.ptr : "all providers were found to be down before");
}

/* ---- from before */

static int recall(struct asking *g, const struct exchange *exchange, struct reply *ret, struct err *err)
{
	const struct provider_row *row = provider_row_find(str_of(exchange->kind));
	struct provider_result result;
	struct str bytes;
	if (!row)
		return err_set(err, ERR_USAGE, "exchange %llu is of a kind that this recast does not know: %s",
			       (unsigned long long)exchange->number, exchange->kind);
	if (transcript_bytes(g->asker->project, &exchange->received, g->a, &bytes, err) < 0)
		return -1;
	provider_reread(row, exchange->status, bytes, g->a, &result);
	if (result.outcome != PROVIDER_ANSWERED) {
		reply_release(&result.reply);
		return err_set(err, ERR_PARSE, "exchange %llu: its reply cannot be read again: %s",
			       (unsigned long long)exchange->number, result.why);
	}
	reply_scrub(&result.reply, g->asker->secrets);
	*ret = result.reply;
	return 0;
}

/* "c1/src/ring.c/s1/r0" as a part of file names. Of another run it is another request, although the prompt is the same;
 * only a recording knows no runs. */
static const char *title_of(const struct asker *k, const char *key, struct arena *a)
{
	bool replayed = k->panel_len && strcmp(k->panel[0].row->name, "replay") == 0;
	char *title = replayed ? arena_strdup(a, key) : arena_printf(a, "run%llu-%s", (unsigned long long)k->run, key);
	for (char *c = title; *c; c++)
		*c = *c == '/' ? '-' : *c;
	return title;
}

static int ask_piece(struct asker *k, const struct prompt *prompt, const char *key, struct arena *a, struct reply *ret,
		     struct asked *answer, struct err *err)
{
	struct asking g = {.asker = k, .prompt = prompt, .key = key, .title = title_of(k, key, a), .a = a};
	struct hash hash = prompt_hash(prompt);
	if (transcript_find(k->transcript, key, &hash, a, &answer->known, &answer->exchange, err) < 0)
		return -1;
	int code = answer->known ? recall(&g, &answer->exchange, ret, err) : ask_panel(&g, ret, &answer->exchange, err);
	if (code < 0)
		return -1;
	cleanroom_hear(k->room, buf_str(&ret->text));
	if (record(&g, ret, &answer->exchange, err) == 0)
		return 0;
	reply_release(ret);
	return -1;
}

/* ---- the whole */

/* Puts the piece behind what there is. */
static void join(struct asked *answer, const struct reply *reply, struct arena *a)
{
	struct str piece = {arena_str(a, buf_str(&reply->text)), reply->text.len};
	answer->text = answer->text.len ? replyfiles_join(answer->text, piece, a) : piece;
	answer->cut = reply->stop == REPLY_LENGTH;
}

int asker_ask(struct asker *k, const struct prompt *prompt, const char *key, struct arena *a, struct asked *ret,
	      struct err *err)
{
	struct asked answer = {0};
	struct prompt next = *prompt;
	for (unsigned piece = 1; piece <= ASKER_PIECES_MAX; piece++) {
		struct reply reply;
		const char *name = piece == 1 ? key : arena_printf(a, "%s/p%u", key, piece);
		if (ask_piece(k, &next, name, a, &reply, &answer, err) < 0)
			return -1;
		size_t before = answer.text.len;
		join(&answer, &reply, a);
		reply_release(&reply);
		if (piece > 1)
			cleanroom_hear(k->room, answer.text);
		/* One that thought until its limit has nothing to go on with. */
		if (!answer.cut || answer.text.len == before)
			break;
		if (prompt_continue(prompt, answer.text, k->templates, a, &next, err) < 0)
			return -1;
	}
	*ret = answer;
	return 0;
}
