#include "harness/harden_answers.h"

#include "tests/tap.h"

static struct arena a;

static const char *merged(const char *one, const char *other)
{
	struct str both;
	return harden_answers_merge(str_of(one), str_of(other), &a, &both) ? arena_str(&a, both) : "no";
}

static void leaves_open_what_differs(void)
{
	is_str(merged("1\nthere\n", "1\nthere\n"), "1\nthere\n");
	is_str(merged("1\n165\n\"\"\n", "1\n60\n\"\"\n"), "1\n-\n\"\"\n");
	is_str(merged("", ""), "");
}

static void does_not_match_other_ways(void)
{
	is_str(merged("there\n1\n", "N\n"), "no");
	is_str(merged("1\n", "1\n2\n"), "no");
}

static void compares_what_is_not_open(void)
{
	ok(harden_answers_agree(STR("1\n-\n"), STR("1\n7\n")));
	ok(!harden_answers_agree(STR("1\n-\n"), STR("2\n7\n")));
	ok(!harden_answers_agree(STR("1\n-\n"), STR("1\n")));
	ok(!harden_answers_agree(STR("1\n"), STR("1\n-\n")));
}

int main(void)
{
	tap_run("leaves open what differs", leaves_open_what_differs);
	tap_run("does not match other ways", does_not_match_other_ways);
	tap_run("compares what is not open", compares_what_is_not_open);
	arena_release(&a);
	return tap_done();
}
