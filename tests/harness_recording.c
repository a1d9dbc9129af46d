#include "harness/recording.h"

#include "core/mem.h"
#include "harness/provider_parts.h"
#include "harness/reply_json.h"
#include "tests/folder.h"
#include "tests/schema.h"

#include <sys/stat.h>

static struct err err;
static struct arena arena;
static struct templates templates;
static char root[4096]; /* of the source */

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	err = (struct err){0};
	return good;
}

static struct recording_job job_of(unsigned samples)
{
	return (struct recording_job){.library = "ring", .spec = hash_of(STR("spec")), .candidates = 1,
				      .samples = samples, .repairs = 4, .units = "auto"};
}

static struct prompt prompt_of(const char *text)
{
	struct prompt_part *parts = arena_array(&arena, 2, struct prompt_part);
	parts[0] = (struct prompt_part){.origin = PROMPT_SPEC, .text = STR("int f(void);\n"), .shared = true};
	parts[1] = (struct prompt_part){.origin = PROMPT_RECAST, .text = str_of(text)};
	return (struct prompt){.title = "t", .system = STR("Be brief."), .parts = parts, .parts_len = 2};
}

static void fill_reply(struct reply *r)
{
	reply_init(r);
	buf_append_cstr(&r->text, "one\n\ntwo");
	buf_append_cstr(&r->thinking, "hm\n");
	r->stop = REPLY_LENGTH;
	reply_set_word(r->stop_word, sizeof(r->stop_word), STR("max_tokens"));
	reply_set_word(r->request_id, sizeof(r->request_id), STR("req_7"));
	reply_set_word(r->model, sizeof(r->model), STR("exact"));
	r->usage = (struct usage){true, 1, 2, 3, 4, 5};
	*vec_push(&r->tokens) = (struct reply_token){0, 3, -0.1};
	*vec_push(&r->tokens) = (struct reply_token){3, 8, 0};
}

static bool is_same_reply(const struct reply *a, const struct reply *b)
{
	bool same = str_eq(buf_str(&a->text), buf_str(&b->text)) && str_eq(buf_str(&a->thinking), buf_str(&b->thinking)) &&
		    a->stop == b->stop && strcmp(a->stop_word, b->stop_word) == 0 &&
		    strcmp(a->request_id, b->request_id) == 0 && strcmp(a->model, b->model) == 0 &&
		    a->usage.known == b->usage.known && a->usage.fresh == b->usage.fresh &&
		    a->usage.cache_read == b->usage.cache_read && a->usage.cache_write == b->usage.cache_write &&
		    a->usage.output == b->usage.output && a->usage.reasoning == b->usage.reasoning &&
		    a->tokens.len == b->tokens.len;
	for (size_t i = 0; same && i < a->tokens.len; i++)
		same = a->tokens.items[i].start == b->tokens.items[i].start &&
		       a->tokens.items[i].end == b->tokens.items[i].end &&
		       a->tokens.items[i].logprob == b->tokens.items[i].logprob;
	return same;
}

/* ---- replies as JSON */

static void replies_come_back(void)
{
	struct reply reply, back;
	fill_reply(&reply);
	reply_init(&back);
	SCOPED_JSON json_t *value = reply_json(&reply);
	struct json_at at = json_root(value, "x");
	is_int(reply_read(&at, &back, &err), 0);
	ok(is_same_reply(&reply, &back));
	reply_release(&back);
	/* Text that JSON cannot hold is made such; where its pieces were is then not known. */
	buf_append(&reply.text, "a\0b\xff", 4);
	reply.usage.known = false;
	SCOPED_JSON json_t *odd = reply_json(&reply);
	at = json_root(odd, "x");
	reply_init(&back);
	is_int(reply_read(&at, &back, &err), 0);
	is_str(back.text.ptr, "one\n\ntwoa\xEF\xBF\xBD" "b\xEF\xBF\xBD");
	is_int(back.tokens.len, 0);
	ok(!back.usage.known);
	reply_release(&back);
	reply_release(&reply);
}

#define REPLY(members) "{\"text\":[\"a\"],\"thinking\":[],\"stop\":\"end\",\"stop_word\":\"\",\"request_id\":\"\"," members "}"

static void bad_replies_are_refused(void)
{
	static const struct {
		const char *text, *complaint;
	} cases[] = {
		{"[]", "x: expected a reply"},
		{"{}", "x: text: expected an array of lines, and there is none"},
		{REPLY("\"x\":1"), "x: x: no such key"},
		{REPLY("\"usage\":null,\"tokens\":[]"), "x: model: expected a string, and there is none"},
		{REPLY("\"model\":\"\",\"tokens\":[]"), "x: usage: expected the tokens that were used, or null"},
		{REPLY("\"model\":\"\",\"usage\":null"), "x: tokens: expected an array of tokens, and there is none"},
		{REPLY("\"model\":\"\",\"usage\":{},\"tokens\":[]"), "x: usage.fresh: expected a number, and there is none"},
		{REPLY("\"model\":\"\",\"usage\":{\"fresh\":-1},\"tokens\":[]"), "x: usage.fresh: "},
		{REPLY("\"model\":\"\",\"usage\":null,\"tokens\":[[0,2,0]]"), "x: tokens[0][1]: "},
		{REPLY("\"model\":\"\",\"usage\":null,\"tokens\":[[1,0,0]]"), "x: tokens[0][1]: "},
		{REPLY("\"model\":\"\",\"usage\":null,\"tokens\":[[0,1,0.5]]"), "x: tokens[0][2]: "},
		{REPLY("\"model\":\"\",\"usage\":null,\"tokens\":[[0,1]]"), "x: tokens[0]: expected start, end and logprob"},
		{"{\"text\":[],\"thinking\":[],\"stop\":\"so\"}", "x: stop: expected end, length, refused"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		SCOPED_JSON json_t *value = NULL;
		struct reply back;
		reply_init(&back);
		must(json_parse(str_of(cases[i].text), "x", &value, &err));
		struct json_at at = json_root(value, "x");
		is_int(reply_read(&at, &back, &err), -1);
		if (!ok(strncmp(err.text, cases[i].complaint, strlen(cases[i].complaint)) == 0))
			tap_print("# %s\n", err.text);
		reply_release(&back);
	}
}

/* ---- the folder */

static void a_recording_is_of_one_job(void)
{
	struct recording_job job = job_of(3), other = job_of(2), back;
	struct templates read = {0};
	is_int(recording_begin("r", &job, &templates, &err), 0);
	is_int(recording_begin("r", &job, &templates, &err), 0);
	is_int(recording_open("r", &arena, &back, &read, &err), 0);
	is_str(back.library, "ring");
	ok(hash_eq(&back.spec, &job.spec));
	ok(back.candidates == 1 && back.samples == 3 && back.repairs == 4);
	is_str(back.units, "auto");
	struct hash one = templates_hash(&templates), two = templates_hash(&read);
	ok(hash_eq(&one, &two));
	is_int(recording_begin("r", &other, &templates, &err), -1);
	ok(says(ERR_USAGE, "r was recorded with --samples 3, and 2 is asked for now"));
	other = job;
	other.spec = hash_of(STR("other"));
	is_int(recording_compare("r", &back, &other, &err), -1);
	ok(says(ERR_USAGE, "r was recorded with the specification "));
	other = job;
	other.units = "plan";
	is_int(recording_compare("r", &back, &other, &err), -1);
	ok(says(ERR_USAGE, "--units auto, and plan is asked"));
	is_int(recording_compare("r", &back, &job, &err), 0);
	put("r/prompts/system.md", "<!-- system 1 -->\nBe long.\n");
	is_int(recording_begin("r", &job, &templates, &err), -1);
	ok(says(ERR_USAGE, "with other templates"));
	must(unlink("r/prompts/system.md"));
	is_int(recording_open("r", &arena, &back, &read, &err), -1);
	ok(says(ERR_USAGE, "the template \"system\" is missing"));
	put("r/prompts/notes.txt", "");
	is_int(recording_open("r", &arena, &back, &read, &err), -1);
	ok(says(ERR_USAGE, "notes.txt is no template"));
}

static void other_folders_are_left_alone(void)
{
	struct recording_job job = job_of(1), back;
	struct templates read;
	must(mkdir("mine", 0755));
	put("mine/diary.txt", "x");
	is_int(recording_begin("mine", &job, &templates, &err), -1);
	ok(says(ERR_USAGE, "mine holds other things than a recording"));
	is_int(recording_open("mine", &arena, &back, &read, &err), -1);
	ok(says(ERR_USAGE, "mine is no recording: there is no recording.json in it"));
	put("mine/recording.json", "{\"version\": 2}");
	is_int(recording_open("mine", &arena, &back, &read, &err), -1);
	ok(says(ERR_USAGE, "this recast reads version 1"));
	put("mine/recording.json", "{\"version\": 1, \"library\": \"x\", \"spec\": \"00\", \"candidates\": 1, \"samples\": 1, "
				   "\"repairs\": 1, \"units\": \"one\"}");
	is_int(recording_open("mine", &arena, &back, &read, &err), -1);
	ok(says(ERR_USAGE, "spec: expected 64 hexadecimal digits"));
	put("mine/recording.json", "[");
	is_int(recording_open("mine", &arena, &back, &read, &err), -1);
	ok(says(ERR_USAGE, "mine/recording.json: line 1"));
	/* One that was killed in the beginning. */
	must(mkdir("begun", 0755));
	must(mkdir("begun/prompts", 0755));
	put("begun/prompts/system.md", "half");
	is_int(recording_begin("begun", &job, &templates, &err), 0);
	is_int(recording_open("begun", &arena, &back, &read, &err), 0);
}

/* ---- exchanges */

static void add(const char *key, const char *question)
{
	struct recorded_exchange e = {.key = key, .provider = "mine", .model = "m", .prompt = prompt_of(question)};
	fill_reply(&e.reply);
	is_int(recording_add("r", &e, &err), 0);
	reply_release(&e.reply);
}

static void exchanges_come_back(void)
{
	struct recorded_exchange back;
	struct reply reply;
	const char *difference = NULL;
	struct prompt prompt = prompt_of("Write it.");
	static const char *const keys[] = {"c1/src/ring.c/s1/r0", "c1-src-ring.c-s1-r0"};
	add("c1/src/ring.c/s1/r0", "Write it.");
	ok(fs_exists("r/c1-src-ring.c-s1-r0.json"));
	fill_reply(&reply);
	for (size_t i = 0; i < countof(keys); i++) {
		is_int(recording_find("r", keys[i], &prompt, &arena, &back, &difference, &err), 0);
		is_str(difference, "");
		is_str(back.key, "c1/src/ring.c/s1/r0");
		is_str(back.provider, "mine");
		is_str(back.model, "m");
		ok(is_same_reply(&back.reply, &reply));
		reply_release(&back.reply);
	}
	reply_release(&reply);
}

static void differences_are_shown(void)
{
	struct recorded_exchange back;
	const char *difference = NULL;
	struct prompt prompt = prompt_of("Write that.\nNow.");
	add("d", "Write it.\nNow.");
	is_int(recording_find("r", "d", &prompt, &arena, &back, &difference, &err), -1);
	ok(says(ERR_USAGE, "r/d.json: what is asked is not what was asked when this was recorded; first difference: \"Write "
			   "it.\" was recorded, \"Write that.\" is asked"));
	ok(strstr(difference, "--- a/recorded\n+++ b/asked\n"));
	ok(strstr(difference, "\n-Write it.\n+Write that.\n Now.\n"));
	prompt = prompt_of("Write it.\nNow.");
	prompt.parts[0].origin = PROMPT_HUMAN;
	is_int(recording_find("r", "d", &prompt, &arena, &back, &difference, &err), -1);
	ok(says(ERR_USAGE, "first difference: \"==== spec\" was recorded, \"==== human\" is asked"));
	/* A long one is cut. */
	SCOPED_BUF struct buf many;
	buf_init(&many, 1 << 20);
	for (int i = 0; i < 500; i++)
		buf_printf(&many, "line %d\n", i);
	prompt = prompt_of(many.ptr);
	is_int(recording_find("r", "d", &prompt, &arena, &back, &difference, &err), -1);
	is_int(str_count(str_of(difference), '\n'), RECORDING_DIFF_LINES);
	is_int(recording_find("r", "e", &prompt, &arena, &back, &difference, &err), -1);
	ok(says(ERR_USAGE, "r has no exchange e"));
	is_str(difference, "");
}

static void bad_exchanges_are_refused(void)
{
	static const char *const keys[] = {"", ".", "../x", "a b", "a\nb", "recording"};
	struct recorded_exchange back, e = {.provider = "", .model = "", .prompt = prompt_of("x")};
	const char *difference;
	struct prompt prompt = prompt_of("x");
	reply_init(&e.reply);
	for (size_t i = 0; i < countof(keys); i++) {
		e.key = keys[i];
		is_int(recording_add("r", &e, &err), -1);
		ok(says(ERR_USAGE, "cannot be the name of an exchange"));
		is_int(recording_find("r", keys[i], &prompt, &arena, &back, &difference, &err), -1);
		ok(says(ERR_USAGE, "cannot be the name of an exchange"));
	}
	reply_release(&e.reply);
	add("f", "x");
	must(rename("r/f.json", "r/g.json"));
	is_int(recording_find("r", "g", &prompt, &arena, &back, &difference, &err), -1);
	ok(says(ERR_USAGE, "r/g.json is the exchange f; somebody has renamed it"));
	put("r/h.json", "{\"version\": 1, \"key\": \"h\", \"provider\": \"\", \"model\": \"\", \"more\": 1}");
	is_int(recording_find("r", "h", &prompt, &arena, &back, &difference, &err), -1);
	ok(says(ERR_USAGE, "more: no such key"));
	put("r/h.json", "{\"version\": 1, \"key\": \"h\", \"provider\": \"\", \"model\": \"\"}");
	is_int(recording_find("r", "h", &prompt, &arena, &back, &difference, &err), -1);
	ok(says(ERR_USAGE, "expected a prompt"));
}

/* ---- played again */

struct heard {
	struct buf bytes;
	size_t grown;
};

static int on_received(void *data, struct str bytes, struct err *failure)
{
	struct heard *heard = data;
	(void)failure;
	buf_append_str(&heard->bytes, bytes);
	return 0;
}

static void on_grown(void *data, const struct reply *reply)
{
	struct heard *heard = data;
	heard->grown = reply->text.len;
}

static void a_replay_answers(void)
{
	struct heard heard = {0};
	struct provider p = {.name = "replay", .row = &provider_replay, .model = "", .folder = "r"};
	struct provider_watch watch = {.received = on_received, .grown = on_grown, .data = &heard};
	struct prompt prompt = prompt_of("Write it.");
	struct provider_result result, again;
	struct reply reply;
	struct wire wire;
	buf_init(&heard.bytes, 1 << 20);
	fill_reply(&reply);
	ok(provider_row_find(STR("replay")) == &provider_replay);
	is_int(provider_wire(&p, &prompt, &arena, &wire, &err), 0);
	is_int(provider_try(&p, &prompt, "c1-src-ring.c-s1-r0", &wire, &watch, &arena, &result, &err), 0);
	is_int(result.outcome, PROVIDER_ANSWERED);
	is_int(result.status, 200);
	is_int(heard.grown, 8);
	ok(is_same_reply(&result.reply, &reply));
	provider_reread(&provider_replay, result.status, buf_str(&heard.bytes), &arena, &again);
	is_int(again.outcome, PROVIDER_ANSWERED);
	ok(is_same_reply(&again.reply, &reply));
	reply_release(&again.reply);
	reply_release(&result.reply);
	provider_reread(&provider_replay, 200, STR("{\"text\": 3}\n"), &arena, &again);
	is_int(again.outcome, PROVIDER_BROKEN);
	reply_release(&again.reply);
	provider_reread(&provider_replay, 200, str_first(buf_str(&heard.bytes), heard.bytes.len / 2), &arena, &again);
	is_int(again.outcome, PROVIDER_BROKEN);
	reply_release(&again.reply);
	prompt = prompt_of("Write another.");
	is_int(provider_try(&p, &prompt, "c1-src-ring.c-s1-r0", &wire, &watch, &arena, &result, &err), -1);
	ok(says(ERR_USAGE, "\"Write it.\" was recorded, \"Write another.\" is asked"));
	is_int(provider_try(&p, &prompt, "c2-whole-s1-r0", &wire, &watch, &arena, &result, &err), -1);
	ok(says(ERR_USAGE, "r has no exchange c2-whole-s1-r0"));
	reply_release(&reply);
	buf_release(&heard.bytes);
}

/* Whose provider did not name it. */
static void the_model_is_the_recorded_one(void)
{
	struct recorded_exchange e = {.key = "k", .provider = "exec", .model = "by hand", .prompt = prompt_of("x")};
	struct provider p = {.name = "replay", .row = &provider_replay, .model = "", .folder = "r"};
	struct provider_watch watch = {0};
	struct provider_result result;
	struct wire wire = {0};
	reply_init(&e.reply);
	buf_append_cstr(&e.reply.text, "y");
	e.reply.stop = REPLY_END;
	is_int(recording_add("r", &e, &err), 0);
	reply_release(&e.reply);
	is_int(provider_try(&p, &e.prompt, "k", &wire, &watch, &arena, &result, &err), 0);
	is_str(result.reply.model, "by hand");
	reply_release(&result.reply);
}

/* ---- what specs/ says */

static json_t *read_json(const char *path)
{
	SCOPED_BUF struct buf text;
	json_t *value = NULL;
	buf_init(&text, 1 << 20);
	path = arena_printf(&arena, "%s/%s", root, path);
	must(fs_read(path, &text, &err));
	must(json_parse(buf_str(&text), path, &value, &err));
	return value;
}

static const char *complaint(const char *schema, const json_t *value)
{
	struct schemas schemas = {0};
	err = (struct err){0};
	must(chdir(root));
	int result = schemas_check(&schemas, schema, value, &err);
	must(chdir(folder_home));
	schemas_release(&schemas);
	return result == 0 ? "" : err.text;
}

static void schemas_are_the_programs(void)
{
	SCOPED_JSON json_t *job = NULL, *exchange = NULL;
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	must(fs_read("begun/recording.json", &text, &err));
	must(json_parse(buf_str(&text), "job", &job, &err));
	buf_clear(&text);
	must(fs_read("r/c1-src-ring.c-s1-r0.json", &text, &err));
	must(json_parse(buf_str(&text), "exchange", &exchange, &err));
	is_str(complaint("recording.schema.json", job), "");
	is_str(complaint("exchange.schema.json", exchange), "");
	json_object_set_new(exchange, "more", json_true());
	ok(complaint("exchange.schema.json", exchange)[0]);
}

static void the_example_can_be_played(void)
{
	SCOPED_JSON json_t *value = read_json("specs/examples/recording/c1-whole-s1-r0.json");
	const char *folder = arena_printf(&arena, "%s/specs/examples/recording", root);
	struct json_at at = json_root(value, "x"), asked = json_key(&at, "prompt");
	struct recorded_exchange back;
	struct prompt prompt;
	const char *difference;
	is_str(complaint("exchange.schema.json", value), "");
	is_int(prompt_read(&asked, &arena, &prompt, &err), 0);
	is_int(recording_find(folder, "c1/whole/s1/r0", &prompt, &arena, &back, &difference, &err), 0);
	is_int(back.reply.tokens.len, 2);
	reply_release(&back.reply);
	/* Its templates are recast's own. */
	SCOPED_JSON json_t *job = read_json("specs/examples/recording/recording.json");
	is_str(complaint("recording.schema.json", job), "");
	char *text = json_print(job);
	struct recording_job read_job;
	struct templates read;
	put("begun/recording.json", text);
	free(text);
	is_int(recording_open("begun", &arena, &read_job, &read, &err), 0);
	is_str(read_job.library, "ring");
}

int main(void)
{
	must(getcwd(root, sizeof(root)) ? 0 : -1);
	must(templates_embedded(&arena, &templates, &err));
	folder_enter();
	tap_run("replies", replies_come_back);
	tap_run("bad replies", bad_replies_are_refused);
	tap_run("one job", a_recording_is_of_one_job);
	tap_run("other folders", other_folders_are_left_alone);
	tap_run("exchanges", exchanges_come_back);
	tap_run("differences", differences_are_shown);
	tap_run("bad exchanges", bad_exchanges_are_refused);
	tap_run("replay", a_replay_answers);
	tap_run("the model", the_model_is_the_recorded_one);
	tap_run("schemas", schemas_are_the_programs);
	tap_run("the example", the_example_can_be_played);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
