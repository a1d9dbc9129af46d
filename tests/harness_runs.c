#include "harness/runs.h"

#include "tests/ledger_change.h"

#include <sys/stat.h>

static struct err err;
static struct arena arena;
static struct ledger *ledger;

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	err = (struct err){0};
	return good;
}

static void a_run_goes_on_until_it_is_done(void)
{
	struct hash job = hash_of(STR("job")), other = hash_of(STR("other"));
	struct run run = {.job = job, .settings = "{\"samples\": 3}", .begun_s = 100}, second = run, found;
	bool is = true;
	is_int(runs_resume(ledger, &job, &arena, &is, &found, &err), 0);
	ok(!is);
	is_int(runs_begin(ledger, &run, &err), 0);
	is_int(run.number, 1);
	is_int(runs_resume(ledger, &job, &arena, &is, &found, &err), 0);
	ok(is && found.number == 1 && found.state == RUN_OPEN && found.begun_s == 100 && found.ended_s == 0);
	is_str(found.settings, "{\"samples\": 3}");
	is_str(found.reason, "");
	is_int(runs_end(ledger, 1, RUN_STOPPED, "the budget", NULL, 200, &err), 0);
	is_int(runs_resume(ledger, &job, &arena, &is, &found, &err), 0);
	ok(is && found.state == RUN_STOPPED && found.ended_s == 200);
	is_str(found.reason, "the budget");
	is_int(runs_end(ledger, 1, RUN_OPEN, NULL, NULL, 0, &err), 0);
	is_int(runs_end(ledger, 1, RUN_DONE, "", "{}", 300, &err), 0);
	is_int(runs_resume(ledger, &job, &arena, &is, &found, &err), 0);
	ok(!is);
	is_int(runs_begin(ledger, &second, &err), 0);
	is_int(second.number, 2);
	is_int(runs_resume(ledger, &other, &arena, &is, &found, &err), 0);
	ok(!is);
	is_int(runs_end(ledger, 99, RUN_DONE, "", "", 0, &err), -1);
	ok(says(ERR_PARSE, "run 99 is gone"));
}

static void runs_are_listed(void)
{
	struct run *list = NULL;
	size_t len = 0;
	is_int(runs_list(ledger, &arena, &list, &len, &err), 0);
	if (is_int(len, 2)) {
		is_int(list[0].number, 1);
		is_int(list[0].state, RUN_DONE);
		is_str(list[0].result, "{}");
		is_str(run_state_name(list[1].state), "open");
	}
	is_int(runs_list(NULL, &arena, &list, &len, &err), 0);
	is_int(len, 0);
}

static void attempts_come_back(void)
{
	struct attempt t = {1, "c1/whole/s1/r0", "", 1, 1, 0, "1111", 7, "compiles", "{}"};
	struct attempt u = {1, "c1/src/a.c/s2/r1", "src/a.c", 1, 2, 1, "2222", 8, "does not compile", "{\"a\": 1}"};
	struct attempt other = {2, "c1/whole/s1/r0", "", 1, 1, 0, "3333", 9, "compiles", "{}"}, *list = NULL;
	size_t len = 0;
	is_int(runs_attempt(ledger, &t, &err), 0);
	is_int(runs_attempt(ledger, &u, &err), 0);
	is_int(runs_attempt(ledger, &other, &err), 0);
	t.outcome = "passes 12 of 14";
	t.exchange = 10;
	is_int(runs_attempt(ledger, &t, &err), 0);
	is_int(runs_attempts(ledger, 1, &arena, &list, &len, &err), 0);
	if (is_int(len, 2)) {
		is_str(list[0].key, "c1/whole/s1/r0");
		is_str(list[0].outcome, "passes 12 of 14");
		is_int(list[0].exchange, 10);
		is_str(list[1].unit, "src/a.c");
		ok(list[1].slot == 1 && list[1].sample == 2 && list[1].round == 1 && list[1].run == 1);
		is_str(list[1].commit, "2222");
		is_str(list[1].result, "{\"a\": 1}");
	}
	is_int(runs_attempts(ledger, 0, &arena, &list, &len, &err), 0);
	is_int(len, 3);
	is_int(runs_attempts(NULL, 0, &arena, &list, &len, &err), 0);
	is_int(len, 0);
}

static void what_makes_no_sense_is_refused(void)
{
	struct run *runs;
	struct attempt *attempts;
	size_t len;
	ledger_change("p", "UPDATE run SET state = 'bought' WHERE id = 1");
	is_int(runs_list(ledger, &arena, &runs, &len, &err), -1);
	ok(says(ERR_PARSE, "holds a run that makes no sense"));
	ledger_change("p", "UPDATE run SET state = 'done', job = x'00' WHERE id = 1");
	is_int(runs_list(ledger, &arena, &runs, &len, &err), -1);
	ok(says(ERR_PARSE, "makes no sense"));
	ledger_change("p", "UPDATE attempt SET slot = -1 WHERE id = 1");
	is_int(runs_attempts(ledger, 1, &arena, &attempts, &len, &err), -1);
	ok(says(ERR_PARSE, "holds an attempt that makes no sense"));
	is_int(runs_attempts(ledger, 2, &arena, &attempts, &len, &err), 0);
	is_int(len, 1);
}

int main(void)
{
	folder_enter();
	must(mkdir("p", 0755));
	must(ledger_open("p", &ledger, &err));
	tap_run("resumed", a_run_goes_on_until_it_is_done);
	tap_run("listed", runs_are_listed);
	tap_run("attempts", attempts_come_back);
	tap_run("without sense", what_makes_no_sense_is_refused);
	ledger_close(ledger);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
