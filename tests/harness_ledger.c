/*
 * With the path of a project, a commit, "pass", "fail" or "inconclusive", and how many visible tests
 * passed, adds such a verdict to its ledger: so tests of commands have verdicts to show.
 */

#include "harness/ledger.h"

#include "tests/ledger_change.h"

#include <sys/stat.h>

static struct err err;
static struct arena arena;

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

static const char one[] = "1111111111111111111111111111111111111111", two[] = "2222222222222222222222222222222222222222";

static struct ledger *open_ledger(const char *project)
{
	struct ledger *ledger = NULL;
	err = (struct err){0};
	return ledger_open(project, &ledger, &err) == 0 ? ledger : NULL;
}

static struct ledger_verdict verdict_of(const char *commit, const char *key, enum verdict verdict, uint32_t passed)
{
	return (struct ledger_verdict){
		.commit = commit,
		.key = hash_of(str_of(key)),
		.judged_s = 1000000000,
		.verdict = verdict,
		.visible_passed = passed,
		.visible_failed = 2,
		.sealed_passed = 3,
		.sealed_failed = 4,
		.divergences = 5,
		.fuel = (uint64_t)6 << 40,
		.result = STR("{\"a\": \"ö\"}"),
	};
}

static void verdicts_come_back(void)
{
	struct ledger *ledger = open_ledger("p");
	struct ledger_verdict v = verdict_of(one, "k", VERDICT_INCONCLUSIVE, 1), back;
	struct hash key = v.key, other = hash_of(STR("other"));
	bool is = true;
	if (!ok(ledger != NULL))
		return;
	is_int(ledger_find_verdict(ledger, one, &key, &arena, &is, &back, &err), 0);
	ok(!is);
	is_int(ledger_add_verdict(ledger, &v, &err), 0);
	ledger_close(ledger);
	ledger = open_ledger("p");
	is_int(ledger_find_verdict(ledger, one, &key, &arena, &is, &back, &err), 0);
	ok(is);
	is_str(back.commit, one);
	ok(hash_eq(&back.key, &key));
	is_int(back.judged_s, 1000000000);
	is_int(back.verdict, VERDICT_INCONCLUSIVE);
	is_int(back.visible_passed, 1);
	is_int(back.visible_failed, 2);
	is_int(back.sealed_passed, 3);
	is_int(back.sealed_failed, 4);
	is_int(back.divergences, 5);
	is_int(back.fuel, (uint64_t)6 << 40);
	ok(str_eq(back.result, STR("{\"a\": \"ö\"}")));
	is_int(ledger_find_verdict(ledger, one, &other, &arena, &is, &back, &err), 0);
	ok(!is);
	is_int(ledger_find_verdict(ledger, "1111", NULL, &arena, &is, &back, &err), 0);
	ok(!is);
	ledger_close(ledger);
	ledger_close(NULL);
}

static void the_newest_counts(void)
{
	struct ledger *ledger = open_ledger("p");
	struct ledger_verdict again = verdict_of(one, "k", VERDICT_PASS, 10), *rows = NULL, back;
	struct ledger_verdict late = verdict_of(one, "k2", VERDICT_FAIL, 20), unsealed = verdict_of(two, "k", VERDICT_PASS, 30);
	bool is = false;
	size_t len = 0;
	uint64_t consulted = 0;
	again.judged_s = 5; /* the clock was set back */
	unsealed.sealed_passed = unsealed.sealed_failed = 0;
	is_int(ledger_add_verdict(ledger, &again, &err), 0);
	is_int(ledger_find_verdict(ledger, one, &again.key, &arena, &is, &back, &err), 0);
	ok(is && back.verdict == VERDICT_PASS);
	is_int(ledger_add_verdict(ledger, &unsealed, &err), 0);
	is_int(ledger_add_verdict(ledger, &late, &err), 0);
	is_int(ledger_find_verdict(ledger, one, NULL, &arena, &is, &back, &err), 0);
	ok(is && back.verdict == VERDICT_FAIL);
	is_int(ledger_newest_verdicts(ledger, &arena, &rows, &len, &err), 0);
	if (is_int(len, 2)) {
		is_str(rows[0].commit, one);
		is_int(rows[0].visible_passed, 20);
		is_str(rows[1].commit, two);
		is_int(rows[1].visible_passed, 30);
	}
	is_int(ledger_consulted(ledger, &consulted, &err), 0);
	is_int(consulted, 3);
	/* What holds again is the newest, and nobody was consulted for that. */
	is_int(ledger_renew_verdict(ledger, one, &again.key, &err), 0);
	is_int(ledger_find_verdict(ledger, one, NULL, &arena, &is, &back, &err), 0);
	ok(is && back.verdict == VERDICT_PASS && back.visible_passed == 10 && back.judged_s == again.judged_s);
	is_int(ledger_renew_verdict(ledger, one, &again.key, &err), 0);
	is_int(ledger_renew_verdict(ledger, one, &unsealed.key, &err), 0);
	is_int(ledger_consulted(ledger, &consulted, &err), 0);
	is_int(consulted, 3);
	ledger_close(ledger);
}

static void who_only_reads_makes_nothing(void)
{
	struct ledger *ledger = (struct ledger *)&arena;
	struct ledger_verdict *rows;
	size_t len = 9;
	must(mkdir("empty", 0755));
	is_int(ledger_open_existing("empty", &ledger, &err), 0);
	ok(ledger == NULL);
	ok(!fs_exists("empty/.recast"));
	is_int(ledger_newest_verdicts(NULL, &arena, &rows, &len, &err), 0);
	is_int(len, 0);
	is_int(ledger_open_existing("p", &ledger, &err), 0);
	ok(ledger != NULL);
	ledger_close(ledger);
}

static void other_ledgers_are_refused(void)
{
	struct ledger_verdict *rows;
	size_t len;
	must(mkdir("q", 0755));
	ledger_close(open_ledger("q"));
	ledger_change("q", "INSERT INTO verdict VALUES (1, 'x', x'00', 1, 'pass', -1, 0, 0, 0, 0, 0, '')");
	struct ledger *ledger = open_ledger("q");
	is_int(ledger_newest_verdicts(ledger, &arena, &rows, &len, &err), -1);
	ok(says(ERR_PARSE, "a verdict that makes no sense; move it away"));
	ledger_close(ledger);
	ledger_change("q", "PRAGMA user_version = 900");
	ok(!open_ledger("q"));
	ok(says(ERR_USAGE, "ledger.db has version 900"));
	put("q/" LEDGER_FILE, "this is no database, whatever its name says, and it is not short either ........................");
	ok(!open_ledger("q"));
	ok(says(ERR_PARSE, "ledger.db is damaged or no database"));
	ok(says(ERR_PARSE, "move it away: verdicts can be found out again"));
	must(unlink("q/" LEDGER_FILE));
	must(symlink("../../p/" LEDGER_FILE, "q/" LEDGER_FILE));
	ok(!open_ledger("q"));
	ok(says(ERR_USAGE, "q/.recast/ledger.db is a link"));
	ok(ledger_open_existing("q", &ledger, &err) == -1);
	must(mkdir("r", 0755));
	must(symlink("../p/.recast", "r/.recast"));
	ok(ledger_open_existing("r", &ledger, &err) == -1);
	ok(says(ERR_USAGE, "r/.recast is a link"));
}

static int add_for_others(char **args)
{
	struct ledger *ledger = open_ledger(args[1]);
	uint64_t passed = 0;
	enum verdict verdict = VERDICT_PASS;
	while (verdict < VERDICT_NOT_JUDGED && strcmp(verdict_name(verdict), args[3]) != 0)
		verdict++;
	if (!ledger || verdict == VERDICT_NOT_JUDGED || !str_to_u64(str_of(args[4]), &passed))
		return 1;
	struct ledger_verdict v = verdict_of(args[2], "k", verdict, (uint32_t)passed);
	int result = ledger_add_verdict(ledger, &v, &err);
	ledger_close(ledger);
	return result < 0;
}

int main(int argc, char **argv)
{
	if (argc == 5)
		return add_for_others(argv);
	folder_enter();
	must(mkdir("p", 0755));
	tap_run("verdicts come back", verdicts_come_back);
	tap_run("the newest counts", the_newest_counts);
	tap_run("who only reads makes nothing", who_only_reads_makes_nothing);
	tap_run("other ledgers are refused", other_ledgers_are_refused);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
