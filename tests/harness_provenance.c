/*
 * With the path of a project, puts a run with two candidates into it, and one that came from elsewhere: so tests of
 * commands have provenance to show.
 */

#include "harness/provenance.h"

#include "harness/rewrite.h"
#include "harness/runs.h"
#include "tests/transcript_make.h"

static struct ledger *ledger;

static const char *hex_of(const struct hash *hash)
{
	char *hex = arena_array(&arena, HASH_HEX, char);
	hash_hex(hash, hex);
	return hex;
}

static struct exchange answer(struct transcript *t, const char *key, enum provenance level, const char *model,
			      const char *request)
{
	struct exchange about = about_of(key), end = end_of(EXCHANGE_ANSWERED), ret = {0};
	struct prompt prompt = prompt_of(key);
	struct wire wire = {.body = str_of(key)};
	struct exchange_open *open = NULL;
	about.provenance = level;
	end.model = model;
	end.request_id = request;
	must(transcript_begin(t, &about, &prompt, &wire, &open, &err));
	must(transcript_receive(open, str_of(key), &err));
	must(transcript_end(open, &end, &arena, &ret, &err));
	return ret;
}

static struct candidate keep(const char *project, const char *text, const struct exchange *e, const char *unit,
			     const char *head)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate about = {.title = e ? e->key : "from elsewhere", .run = e ? "1" : "", .unit = unit, .round = "0",
				  .reply = e ? hex_of(&e->received) : "", .transcript = head}, ret = {0};
	bool is_new;
	tree_add_file(tree, REWRITE_ROOT "/a.c", str_of(text), &err);
	must(candidates_add(project, tree, &about, 1700000000, &arena, &ret, &is_new, &err));
	if (e) {
		struct attempt attempt = {.run = 1, .key = e->key, .unit = unit, .slot = 1, .commit = ret.commit,
					  .exchange = e->number, .outcome = "compiles", .result = "{}"};
		must(runs_attempt(ledger, &attempt, &err));
	}
	return ret;
}

static void fill(const char *project)
{
	struct run run = {.job = hash_of(STR("job")), .settings = "{\"samples\": 2}", .begun_s = 1700000000};
	struct transcript *t = NULL;
	must(ledger_open(project, &ledger, &err));
	must(runs_begin(ledger, &run, &err));
	must(transcript_open(project, ledger, 1, &t, &err));
	answer(t, "plan/r0", PROVENANCE_RECORDED, "big", "req_1");
	struct exchange one = answer(t, "c1/a.c/s1/r0", PROVENANCE_RECORDED, "big", "req_2");
	struct exchange two = answer(t, "c2/a.c/s1/r0", PROVENANCE_UNATTESTED, "hand", "");
	struct exchange late = answer(t, "c1/a.c/s1/r1", PROVENANCE_UNATTESTED, "hand", "");
	ask(t, "c1/a.c/s1/r1", "again", "no", EXCHANGE_DECLINED);
	transcript_close(t);
	keep(project, "one", &one, "a.c", hex_of(&one.head));
	keep(project, "two", &two, "a.c", hex_of(&two.head));
	keep(project, "late", &late, "", hex_of(&late.head));
	keep(project, "other", NULL, "", "");
	must(runs_end(ledger, 1, RUN_STOPPED, "the budget is used up", NULL, 1700000100, &err));
}

static struct provenance_report report;

static void read_report(void)
{
	struct candidate_list list;
	must(candidates_list("p", &arena, &list, &err));
	if (!is_int(provenance_read("p", &list, ledger, &arena, &report, &err), 0))
		tap_print("# %s\n", err.text);
}

static void each_has_the_worst_of_its_own(void)
{
	read_report();
	is_int(report.exchanges, 5);
	is_int(report.open, 0);
	is_int(report.faults_len, 0);
	ok(report.is_intact);
	if (!is_int(report.len, 4))
		return;
	const struct provenance_row *rows = report.rows;
	is_int(rows[0].level, PROVENANCE_RECORDED);
	is_int(rows[0].run, 1);
	is_str(rows[0].key, "c1/a.c/s1/r0");
	is_int(rows[0].exchanges, 2);
	ok(rows[0].who.len == 1 && strcmp(rows[0].who.items[0], "mine/big") == 0);
	ok(rows[0].requests.len == 2 && strcmp(rows[0].requests.items[1], "req_2") == 0);
	ok(rows[0].has_head && rows[0].place == 2);
	is_int(rows[1].level, PROVENANCE_UNATTESTED);
	is_int(rows[1].exchanges, 2);
	is_int(rows[1].who.len, 2);
	is_int(rows[2].level, PROVENANCE_UNATTESTED);
	is_int(rows[2].exchanges, 3);
	is_int(rows[3].level, PROVENANCE_NONE);
	ok(rows[3].run == 0 && !rows[3].has_head && rows[3].exchanges == 0);
	is_str(report.licence, "");
}

static void a_trailer_alone_is_nothing(void)
{
	const char *head = "2222222222222222222222222222222222222222222222222222222222222222";
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate about = {.title = "forged", .run = "1", .unit = "", .round = "0", .reply = "1",
				  .transcript = head}, ret;
	bool is_new;
	tree_add_file(tree, REWRITE_ROOT "/a.c", STR("forged"), &err);
	must(candidates_add("p", tree, &about, 1700000000, &arena, &ret, &is_new, &err));
	read_report();
	if (!is_int(report.len, 5))
		return;
	is_int(report.rows[4].level, PROVENANCE_NONE);
	is_int(report.rows[4].run, 0);
	ok(report.rows[4].has_head && report.rows[4].place == 0);
	ok(!report.is_intact);
}

static void what_was_changed_is_told(void)
{
	ledger_change("p", "UPDATE exchange SET provenance = 'recorded' WHERE id = 3");
	read_report();
	ok(report.faults_len == 1 && report.faults[0].number == 3);
	ledger_change("p", "UPDATE exchange SET provenance = 'sworn' WHERE id = 3");
	read_report();
	ok(report.faults_len > 0 && report.faults[0].number == 3 && !report.is_intact);
	is_int(report.rows[0].level, PROVENANCE_NONE);
}

static void licences_are_people_s(void)
{
	put("p/RECAST.md", "---\nrecast: 1\nlicence: MIT\nrewrite-licence: \"0BSD\"\n---\n");
	read_report();
	is_str(report.licence, "MIT");
	is_str(report.rewrite_licence, "0BSD");
}

static void without_a_ledger_nothing_is_known(void)
{
	struct candidate_list list = {0};
	must(mkdir("empty", 0755));
	is_int(provenance_read("empty", &list, NULL, &arena, &report, &err), 0);
	ok(report.is_intact && report.exchanges == 0 && report.len == 0);
}

int main(int argc, char **argv)
{
	if (argc == 2) {
		fill(argv[1]);
		ledger_close(ledger);
		arena_release(&arena);
		return 0;
	}
	folder_enter();
	must(mkdir("p", 0755));
	fill("p");
	tap_run("levels", each_has_the_worst_of_its_own);
	tap_run("licences", licences_are_people_s);
	tap_run("trailers", a_trailer_alone_is_nothing);
	tap_run("changes", what_was_changed_is_told);
	tap_run("no ledger", without_a_ledger_nothing_is_known);
	ledger_close(ledger);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
