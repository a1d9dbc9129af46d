#include "tests/transcript_make.h"

#include <pthread.h>

static struct ledger *ledger;

static bool has_bytes(const struct hash *name, const char *text)
{
	struct str bytes = {0};
	return transcript_bytes("p", name, &arena, &bytes, &err) == 0 && str_eq(bytes, str_of(text));
}

static struct transcript *open_run(uint64_t run)
{
	struct transcript *t = NULL;
	if (transcript_open("p", ledger, run, &t, &err) < 0)
		tap_print("# %s\n", err.text);
	return t;
}

static void what_was_said_comes_back(void)
{
	struct transcript *t = open_run(1);
	struct exchange_open *open = begin(t, "c1/whole/s1/r0", "How?");
	struct exchange end = end_of(EXCHANGE_ANSWERED), kept = {0}, found;
	struct prompt prompt = prompt_of("How?"), other = prompt_of("Why?");
	struct hash hash = prompt_hash(&prompt), no = prompt_hash(&other), head;
	uint64_t place;
	bool is = true;
	is_int(transcript_find(t, "c1/whole/s1/r0", &hash, &arena, &is, &found, &err), 0);
	ok(!is);
	is_int(transcript_receive(open, STR("So"), &err), 0);
	ok(fs_exists("p/.recast/exchanges/incoming/1"));
	is_int(transcript_receive(open, STR(""), &err), 0);
	is_int(transcript_receive(open, STR("!\n"), &err), 0);
	is_int(transcript_end(open, &end, &arena, &kept, &err), 0);
	ok(!fs_exists("p/.recast/exchanges/incoming/1"));
	is_int(transcript_find(t, "c1/whole/s1/r0", &hash, &arena, &is, &found, &err), 0);
	if (ok(is)) {
		is_int(found.number, 1);
		is_int(found.run, 1);
		is_str(found.key, "c1/whole/s1/r0");
		is_str(found.provider, "mine");
		is_str(found.kind, "anthropic");
		is_str(found.model, "m1-2");
		is_int(found.state, EXCHANGE_ANSWERED);
		is_int(found.provenance, PROVENANCE_RECORDED);
		is_int(found.status, 200);
		is_str(found.stop, "end");
		is_str(found.request_id, "req_1");
		ok(found.usage.known && found.usage.fresh == 10 && found.usage.cache_read == 20 &&
		   found.usage.cache_write == 30 && found.usage.output == 40 && found.usage.reasoning == 5);
		is_int(found.cost, 1234);
		ok(found.cost_known && !found.cost_at_most);
		is_int(found.recited, 2);
		is_int(found.first_ms, 7);
		is_int(found.wall_ms, 8);
		is_int(found.asked_s, 1700000000);
		is_int(found.place, 1);
		ok(hash_eq(&found.head, &kept.head));
		ok(has_bytes(&found.sent, "How?"));
		ok(has_bytes(&found.received, "So!\n"));
	}
	is_int(transcript_find(t, "c1/whole/s1/r1", &hash, &arena, &is, &found, &err), 0);
	ok(!is);
	is_int(transcript_find(t, "c1/whole/s1/r0", &no, &arena, &is, &found, &err), 0);
	ok(!is);
	is_int(transcript_head(ledger, &head, &place, &err), 0);
	ok(place == 1 && hash_eq(&head, &kept.head));
	transcript_close(t);
}

static void prompts_are_kept_as_json(void)
{
	struct exchange *list = NULL;
	struct str text = {0};
	struct prompt back, prompt = prompt_of("How?");
	SCOPED_JSON json_t *value = NULL;
	size_t len = 0;
	is_int(transcript_list(ledger, 0, &arena, &list, &len, &err), 0);
	if (!ok(len > 0))
		return;
	is_int(transcript_bytes("p", &list[0].prompt_file, &arena, &text, &err), 0);
	is_int(json_parse(text, "prompt", &value, &err), 0);
	struct json_at at = json_root(value, "prompt");
	is_int(prompt_read(&at, &arena, &back, &err), 0);
	struct hash one = prompt_hash(&prompt), two = prompt_hash(&back);
	ok(hash_eq(&one, &two));
}

static void only_answered_ones_are_found(void)
{
	struct transcript *t = open_run(1);
	struct prompt prompt = prompt_of("Again?");
	struct hash hash = prompt_hash(&prompt);
	struct exchange found;
	bool is = true;
	ask(t, "k", "Again?", "", EXCHANGE_FAILED);
	ask(t, "k", "Again?", "half", EXCHANGE_BROKEN);
	ask(t, "k", "Again?", "no", EXCHANGE_DECLINED);
	is_int(transcript_find(t, "k", &hash, &arena, &is, &found, &err), 0);
	ok(!is);
	ask(t, "k", "Again?", "one", EXCHANGE_ANSWERED);
	ask(t, "k", "Again?", "two", EXCHANGE_ANSWERED);
	is_int(transcript_find(t, "k", &hash, &arena, &is, &found, &err), 0);
	ok(is && has_bytes(&found.received, "two"));
	transcript_close(t);
	t = open_run(2);
	is_int(transcript_find(t, "k", &hash, &arena, &is, &found, &err), 0);
	ok(!is);
	transcript_close(t);
}

static void what_is_strange_is_made_plain(void)
{
	struct transcript *t = open_run(1);
	struct exchange_open *open = begin(t, "strange", "x");
	struct exchange end = end_of(EXCHANGE_FAILED), kept = {0}, *list = NULL;
	struct transcript_fault *faults;
	char longer[3000];
	size_t len = 0;
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	end.stop = longer;
	end.model = "a\nb\xff";
	end.request_id = NULL;
	end.cost = UINT64_MAX;
	end.usage.output = UINT64_MAX;
	is_int(transcript_end(open, &end, &arena, &kept, &err), 0);
	is_str(kept.model, "a b\xEF\xBF\xBD");
	is_int(strlen(kept.stop), 1000);
	is_int(transcript_list(ledger, 1, &arena, &list, &len, &err), 0);
	ok(len > 0 && list[len - 1].cost == INT64_MAX && list[len - 1].usage.output == INT64_MAX);
	is_int(transcript_verify("p", ledger, &arena, &faults, &len, &err), 0);
	is_int(len, 0);
	transcript_close(t);
}

static void files_are_named_by_what_they_hold(void)
{
	struct str bytes;
	struct stat st;
	char hex[HASH_HEX];
	struct hash name = hash_of(STR("two")), none = hash_of(STR("nobody said this"));
	hash_hex(&name, hex);
	const char *path = arena_printf(&arena, "p/.recast/exchanges/%.2s/%s", hex, hex + 2);
	must(stat(path, &st));
	is_int(st.st_mode & 0777, 0444);
	is_int(transcript_bytes("p", &none, &arena, &bytes, &err), -1);
	ok(says(ERR_OS, "cannot open"));
	must(chmod(path, 0644));
	put(path, "twO");
	is_int(transcript_bytes("p", &name, &arena, &bytes, &err), -1);
	ok(says(ERR_PARSE, "was changed"));
	/* Whoever says it again makes it good. */
	struct transcript *t = open_run(1);
	ask(t, "again", "two", "two", EXCHANGE_ANSWERED);
	ok(has_bytes(&name, "two"));
	transcript_close(t);
	must(unlink(path));
	must(symlink("/etc/passwd", path));
	is_int(transcript_bytes("p", &name, &arena, &bytes, &err), -1);
	ok(says(ERR_PARSE, "is a link"));
	t = open_run(1);
	ask(t, "again", "two", "two", EXCHANGE_ANSWERED);
	ok(has_bytes(&name, "two") && !fs_is_link(path));
	transcript_close(t);
}

static void a_run_is_one_processes(void)
{
	struct transcript *t = open_run(7), *other = NULL;
	is_int(transcript_open("p", ledger, 7, &other, &err), -1);
	ok(says(ERR_USAGE, "run 7 is going on in another process"));
	other = open_run(8);
	ok(other != NULL);
	transcript_close(other);
	transcript_close(t);
	t = open_run(7);
	ok(t != NULL);
	transcript_close(t);
	transcript_close(NULL);
}

/* ---- threads */

static void *many(void *data)
{
	SCOPED_ARENA struct arena own = {0};
	struct transcript *t = data;
	struct prompt_part part = {.origin = PROMPT_SPEC, .text = STR("shared")};
	struct prompt prompt = {.title = "t", .parts = &part, .parts_len = 1};
	struct wire wire = {.body = STR("shared")};
	for (int i = 0; i < 5; i++) {
		struct exchange_open *open;
		struct exchange about = about_of("thread"), end = end_of(EXCHANGE_ANSWERED), ret;
		if (transcript_begin(t, &about, &prompt, &wire, &open, NULL) < 0)
			return data;
		if (transcript_receive(open, STR("shared"), NULL) < 0 ||
		    transcript_end(open, &end, &own, &ret, NULL) < 0)
			return data;
	}
	return NULL;
}

static void threads_share_it(void)
{
	struct transcript *t = open_run(3);
	struct transcript_fault *faults;
	pthread_t threads[4];
	struct exchange *list;
	size_t len = 0;
	for (size_t i = 0; i < countof(threads); i++)
		must(pthread_create(&threads[i], NULL, many, t) ? -1 : 0);
	for (size_t i = 0; i < countof(threads); i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		ok(!failed);
	}
	is_int(transcript_list(ledger, 3, &arena, &list, &len, &err), 0);
	is_int(len, 20);
	is_int(transcript_verify("p", ledger, &arena, &faults, &len, &err), 0);
	is_int(len, 0);
	transcript_close(t);
}

/* ---- money */

static void costs_are_summed(void)
{
	struct transcript *t = open_run(4);
	uint64_t nano = 1;
	bool known = false;
	is_int(transcript_spent(t, &nano, &known, &err), 0);
	ok(nano == 0 && known);
	ask(t, "a", "x", "y", EXCHANGE_ANSWERED);
	ask(t, "b", "x", "y", EXCHANGE_BROKEN);
	is_int(transcript_spent(t, &nano, &known, &err), 0);
	ok(nano == 2 * 1234 && known);
	struct exchange_open *open = begin(t, "c", "x");
	struct exchange end = end_of(EXCHANGE_ANSWERED), ret;
	end.cost = INT64_MAX;
	end.cost_known = false;
	is_int(transcript_end(open, &end, &arena, &ret, &err), 0);
	is_int(transcript_spent(t, &nano, &known, &err), 0);
	ok(nano == INT64_MAX && !known);
	transcript_close(t);
}

/* ---- without a ledger */

static void no_ledger_has_nothing(void)
{
	struct hash head = hash_of(STR("x")), zero = {0};
	struct exchange *list;
	uint64_t place = 9;
	size_t len = 9;
	is_int(transcript_head(NULL, &head, &place, &err), 0);
	ok(place == 0 && hash_eq(&head, &zero));
	is_int(transcript_list(NULL, 0, &arena, &list, &len, &err), 0);
	is_int(len, 0);
	is_int(transcript_place(NULL, &head, &place, &err), 0);
	is_int(place, 0);
}

int main(void)
{
	folder_enter();
	project_make(&ledger);
	tap_run("no ledger", no_ledger_has_nothing);
	tap_run("there and back", what_was_said_comes_back);
	tap_run("prompts", prompts_are_kept_as_json);
	tap_run("only answered ones", only_answered_ones_are_found);
	tap_run("strange values", what_is_strange_is_made_plain);
	tap_run("files", files_are_named_by_what_they_hold);
	tap_run("one process", a_run_is_one_processes);
	tap_run("threads", threads_share_it);
	tap_run("money", costs_are_summed);
	ledger_close(ledger);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
