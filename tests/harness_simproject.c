/* Which rewrites of a run are siblings of each other. */

#include "harness/rewrite.h"
#include "harness/runs.h"
#include "harness/simproject.h"
#include "tests/folder.h"

static struct ledger *ledger;
static struct arena arena;

/* A candidate, as an attempt of the run: of all files together if the unit is "". */
static struct candidate attempt(uint64_t run, unsigned slot, const char *key, const char *unit)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate about = {.title = key,
				  .origin = "",
				  .run = arena_printf(&arena, "%d", (int)run),
				  .unit = unit,
				  .round = key,
				  .provider = "",
				  .model = "",
				  .prompt = "",
				  .reply = key,
				  .transcript = ""};
	struct candidate made;
	bool is_new;
	must(tree_add_file(tree, REWRITE_ROOT "/a.c", str_of(key), NULL));
	must(candidates_add(".", tree, &about, 1, &arena, &made, &is_new, NULL));
	must(runs_attempt(ledger,
			  &(struct attempt){.run = run,
					    .key = key,
					    .unit = unit,
					    .slot = slot,
					    .commit = made.commit,
					    .outcome = "",
					    .result = "{}"},
			  NULL));
	return made;
}

static uint64_t begin(void)
{
	struct run run = {.settings = "{}", .reason = "", .result = ""};
	must(runs_begin(ledger, &run, NULL));
	return run.number;
}

static struct candidate_list siblings_of(const struct candidate *c)
{
	struct simside side = {.commit = c->commit, .run = c->run};
	struct candidate_list list = {0};
	must(simproject_siblings(".", &side, &arena, &list, NULL));
	return list;
}

static void the_last_of_each_other_slot(void)
{
	uint64_t run = begin(), other = begin();
	struct candidate one = attempt(run, 1, "c1/x/s1/r0", "x.c");
	attempt(run, 2, "c2/x/s1/r0", "x.c");
	struct candidate two = attempt(run, 2, "c2/x/s1/r1", "x.c"), whole = attempt(run, 3, "c3/whole/s1/r0", "");
	attempt(run, 3, "c3/x/s2/r0", "x.c");
	attempt(other, 2, "c2/x/s1/r0", "x.c");
	struct candidate_list list = siblings_of(&one);
	is_int(list.len, 2);
	if (list.len == 2) {
		is_str(list.items[0].commit, two.commit);
		is_str(list.items[1].commit, whole.commit);
	}
	is_int(siblings_of(&whole).len, 2);
}

static void a_rewrite_of_no_run_has_none(void)
{
	struct candidate brought = {.commit = "0123456789012345678901234567890123456789", .run = ""}, lying = brought;
	lying.run = "1";
	is_int(siblings_of(&brought).len, 0);
	is_int(siblings_of(&lying).len, 0);
	lying.run = "99999999999999999999999";
	is_int(siblings_of(&lying).len, 0);
}

int main(void)
{
	folder_enter();
	must(ledger_open(".", &ledger, NULL));
	tap_run("the last of each other slot", the_last_of_each_other_slot);
	tap_run("a rewrite of no run has none", a_rewrite_of_no_run_has_none);
	ledger_close(ledger);
	arena_release(&arena);
	folder_leave();
	return tap_done();
}
