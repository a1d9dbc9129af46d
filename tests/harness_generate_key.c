/* What a run is known again by: whatever changes what is asked is a part of it, and nothing else. */

#include "harness/generate_key.h"

#include "tests/folder.h"
#include "tests/tap.h"

#include <sys/stat.h>

static struct err err;
static struct arena arena;
static struct templates templates;

/* A job, with one value that is another's. */
struct job {
	struct provider provider;
	struct generate ask;
	struct taskfile tasks;
};

static struct job job(void)
{
	return (struct job){
		.provider = {.name = "mine", .row = provider_row_find(STR("anthropic")), .model = "m", .max_tokens = 100},
		.ask = {.spec = hash_of(STR("spec")), .templates = &templates, .candidates = 1, .samples = 4, .repairs = 3,
			.panel_len = 1},
		.tasks = {.considerations = STR("- Plainly."), .decisions = STR("- C17."), .plan = STR("- `a.c`: all")},
	};
}

static struct hash key_of(struct job *j)
{
	struct hash key = {0};
	j->ask.panel = &j->provider;
	ok(generate_key(&j->ask, &j->tasks, &key, &err) == 0);
	return key;
}

static bool is_same(struct job j)
{
	struct job plain = job();
	struct hash was = key_of(&plain), is = key_of(&j);
	return hash_eq(&was, &is);
}

static void what_is_asked_is_in_it(void)
{
	struct job other[11];
	for (size_t i = 0; i < countof(other); i++)
		other[i] = job();
	other[0].ask.spec = hash_of(STR("another"));
	other[1].ask.candidates = 2;
	other[2].ask.samples = 5;
	other[3].ask.repairs = 0;
	other[4].ask.units = UNITS_PLAN;
	other[5].provider.model = "n";
	other[6].provider.row = provider_row_find(STR("gemini"));
	other[7].provider.url = "https://example.org";
	other[8].tasks.considerations = STR("- At length.");
	other[9].tasks.decisions = STR("");
	other[10].ask.panel_len = 0;
	ok(is_same(job()));
	for (size_t i = 0; i < countof(other); i++)
		ok(!is_same(other[i]));
}

static void what_changes_no_answer_is_not(void)
{
	struct job other[4];
	for (size_t i = 0; i < countof(other); i++)
		other[i] = job();
	other[0].provider.name = "yours";
	other[1].provider.price = (struct price){.known = true, .input = 3};
	other[2].provider.key = "secret";
	other[3].tasks.considerations = STR("- Plainly.\n- [ ] library.headers: are these all?\n");
	for (size_t i = 0; i < countof(other); i++)
		ok(is_same(other[i]));
}

static void a_recording_counts_as_it_stands(void)
{
	struct job j = job();
	j.ask.is_replay = true;
	j.provider = (struct provider){.name = "replay", .row = provider_row_find(STR("replay")), .model = "", .folder = "r"};
	struct hash none = {0};
	j.ask.panel = &j.provider;
	ok(generate_key(&j.ask, &j.tasks, &none, &err) < 0);
	must(mkdir("r", 0755));
	must(fs_write("r/recording.json", STR("{}"), &err));
	struct hash one = key_of(&j);
	must(fs_write("r/c1.json", STR("{}"), &err));
	struct hash two = key_of(&j);
	must(fs_write("r/c1.json", STR("[]"), &err));
	struct hash three = key_of(&j);
	ok(!hash_eq(&one, &two) && !hash_eq(&two, &three) && !hash_eq(&one, &three));
}

int main(void)
{
	folder_enter();
	must(templates_embedded(&arena, &templates, &err));
	tap_run("what is asked", what_is_asked_is_in_it);
	tap_run("what changes no answer", what_changes_no_answer_is_not);
	tap_run("a recording", a_recording_counts_as_it_stands);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
