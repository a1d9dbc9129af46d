#include "harness/findings.h"

#include "tests/ledger_change.h"

#include <sys/stat.h>

static struct err err;
static struct arena arena;
static struct ledger *ledger;

static struct finding finding(const char *kind, const char *subject, const char *key, const char *result)
{
	return (struct finding){.kind = kind, .subject = subject, .key = hash_of(str_of(key)), .found_s = 100,
				.result = str_of(result), .detail = STR("{\"text\": \"a\"}")};
}

static void the_newest_is_found(void)
{
	struct finding rows[] = {
		finding("bench", "1111", "k", "{\"n\": 1}"),
		finding("bench", "1111", "k", "{\"n\": 2}"),
		finding("bench", "1111", "l", "{\"n\": 3}"),
		finding("bench", "2222", "k", "{\"n\": 4}"),
		finding("similarity", "1111", "k", "{\"n\": 5}"),
	}, found;
	struct hash key = hash_of(STR("k")), none = hash_of(STR("none"));
	bool is = true;
	is_int(findings_find(ledger, "bench", "1111", &key, &arena, &is, &found, &err), 0);
	ok(!is);
	for (size_t i = 0; i < countof(rows); i++)
		is_int(findings_add(ledger, &rows[i], &err), 0);
	is_int(findings_find(ledger, "bench", "1111", &key, &arena, &is, &found, &err), 0);
	ok(is && found.number == 2 && found.found_s == 100 && str_eq(found.result, STR("{\"n\": 2}")));
	ok(str_eq(found.detail, STR("{\"text\": \"a\"}")));
	is_int(findings_find(ledger, "bench", "1111", NULL, &arena, &is, &found, &err), 0);
	is_int(found.number, 3);
	is_int(findings_find(ledger, "bench", NULL, &key, &arena, &is, &found, &err), 0);
	is_int(found.number, 4);
	is_int(findings_find(ledger, "bench", "1111", &none, &arena, &is, &found, &err), 0);
	ok(!is);
}

/* Of those of one kind and subject, and once in the history. */
static void what_holds_again_is_the_newest(void)
{
	struct finding found, *list = NULL;
	struct hash key = hash_of(STR("k"));
	size_t len = 0;
	bool is = false;
	is_int(findings_find(ledger, "bench", "1111", &key, &arena, &is, &found, &err), 0);
	is_int(findings_renew(ledger, &found, &err), 0);
	is_int(findings_find(ledger, "bench", "1111", NULL, &arena, &is, &found, &err), 0);
	ok(is && hash_eq(&found.key, &key) && found.found_s == 100 && str_eq(found.result, STR("{\"n\": 2}")));
	ok(str_eq(found.detail, STR("{\"text\": \"a\"}")));
	uint64_t number = found.number;
	is_int(findings_renew(ledger, &found, &err), 0);
	is_int(findings_find(ledger, "bench", "1111", NULL, &arena, &is, &found, &err), 0);
	is_int(found.number, number);
	is_int(findings_list(ledger, "bench", "1111", &arena, &list, &len, &err), 0);
	is_int(len, 3);
}

static void they_are_a_history(void)
{
	struct finding *list = NULL;
	size_t len = 0;
	is_int(findings_list(ledger, "bench", NULL, &arena, &list, &len, &err), 0);
	if (is_int(len, 4)) {
		ok(list[0].number == 1 && list[3].number == 4);
		is_str(list[3].subject, "2222");
	}
	is_int(findings_list(ledger, "bench", "1111", &arena, &list, &len, &err), 0);
	is_int(len, 3);
	is_int(findings_list(NULL, "bench", NULL, &arena, &list, &len, &err), 0);
	is_int(len, 0);
}

static void what_makes_no_sense_is_refused(void)
{
	struct finding *list, found;
	size_t len;
	bool is;
	ledger_change("p", "UPDATE finding SET result = CAST(x'00' AS TEXT) WHERE id = 2");
	is_int(findings_list(ledger, "bench", NULL, &arena, &list, &len, &err), -1);
	ok(err.kind == ERR_PARSE && strstr(err.text, "a finding that makes no sense"));
	ledger_change("p", "UPDATE finding SET detail = CAST(x'00' AS TEXT) WHERE id = 4");
	is_int(findings_find(ledger, "bench", "2222", NULL, &arena, &is, &found, &err), -1);
}

/* PROJECT KIND SUBJECT JSON: for tests of commands. */
static int add_for_others(char **args)
{
	struct finding row = finding(args[2], args[3], "k", args[4]);
	must(ledger_open(args[1], &ledger, &err));
	int result = findings_add(ledger, &row, &err);
	ledger_close(ledger);
	return result < 0;
}

int main(int argc, char **argv)
{
	if (argc == 5)
		return add_for_others(argv);
	folder_enter();
	must(mkdir("p", 0755));
	must(ledger_open("p", &ledger, &err));
	tap_run("found", the_newest_is_found);
	tap_run("history", they_are_a_history);
	tap_run("what holds again", what_holds_again_is_the_newest);
	tap_run("without sense", what_makes_no_sense_is_refused);
	ledger_close(ledger);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
