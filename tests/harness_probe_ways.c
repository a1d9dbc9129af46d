/* Ways of building: which there are, in which order they come, and how inputs are shared out among them. */

#include "harness/probe_ways.h"

#include "tests/tap.h"

enum { PROGRAMS_MAX = 6 };

/* A library of one source and programs that want it in ways of their own. */
struct fake {
	struct project project;
	struct suite suite;
	struct plan_object objects[PROGRAMS_MAX];
	struct plan_program programs[PROGRAMS_MAX];
	struct configuration configurations[PROGRAMS_MAX];
	size_t library[PROGRAMS_MAX];
	struct program_result results[PROGRAMS_MAX];
	struct rewrite rewrite;
	struct rewrite_variant variants[PROGRAMS_MAX];
	struct rewrite_object built[PROGRAMS_MAX];
	size_t variant_of[PROGRAMS_MAX];
	const char *define[PROGRAMS_MAX];
	struct extracted extracted;
	struct probe_ways ways;
};

/* Each letter is a program, and says in which way it is built; a capital one does not pass. */
static void make(struct fake *f, const char *programs, const char *objects_of_original, const char *objects_of_rewrite)
{
	static const char *const names[] = {"A=1", "B", "C", "D"};
	size_t len = strlen(programs);
	*f = (struct fake){.project = {.language = "c"}};
	for (size_t i = 0; i < len; i++) {
		size_t way = (size_t)((programs[i] | 0x20) - 'a');
		f->define[i] = names[way];
		f->configurations[i] = (struct configuration){.name = "", .defines = {&f->define[i], way != 0}};
		f->library[way] = way;
		f->objects[way].built.bytes = (struct str){objects_of_original + way, 1};
		f->built[way].object.bytes = (struct str){objects_of_rewrite + way, 1};
		f->variants[way] = (struct rewrite_variant){.objects = &f->built[way], .objects_len = 1};
		f->variant_of[i] = way;
		f->programs[i] = (struct plan_program){
			.configuration = &f->configurations[i], .library = &f->library[way], .library_len = 1};
		f->results[i].status = programs[i] >= 'a' ? PROGRAM_PASSED : PROGRAM_FAILED;
	}
	f->suite.project = &f->project;
	f->suite.plan.objects = f->objects;
	f->suite.plan.programs = f->programs;
	f->suite.plan.programs_len = len;
	f->rewrite = (struct rewrite){.suite = &f->suite, .variants = f->variants, .variant_of = f->variant_of};
	f->extracted.baseline.programs = f->results;
}

static void find(struct fake *f, size_t inputs)
{
	struct err err = {0};
	if (!ok(probe_ways_find(&f->rewrite, &f->extracted, inputs, 7, &f->ways, &err) == 0))
		tap_print("# %s\n", err.text);
}

static void have(const char *programs, size_t inputs, const char *expected)
{
	static const char letters[] = "0123";
	struct arena a = {0};
	struct fake f;
	make(&f, programs, letters, letters);
	find(&f, inputs);
	const char *got = "";
	for (size_t i = 0; i < f.ways.len; i++)
		got = arena_printf(&a, "%s%s[%s] %zu", got, i ? ", " : "", f.ways.items[i].flags, f.ways.items[i].inputs);
	is_str(got, expected);
	probe_ways_release(&f.ways);
	arena_release(&a);
}

static void shares(void)
{
	have("a", 4000, "[] 4000");
	have("aaa", 4000, "[] 4000");
	have("b", 4000, "[-DB] 4000");
	have("ab", 4001, "[] 2001, [-DB] 2000");
	have("abcd", 9001, "[] 4501, [-DB] 1500, [-DC] 1500, [-DD] 1500");
	have("abcd", 9010, "[] 4505, [-DB] 1502, [-DC] 1502, [-DD] 1501");
	/* None is worth it that would have only a few. */
	have("abcd", 4400, "[] 2200, [-DB] 1100, [-DC] 1100, [-DD] 0");
	have("abcd", 100, "[] 50, [-DB] 50, [-DC] 0, [-DD] 0");
	have("abcd", 1, "[] 1, [-DB] 0, [-DC] 0, [-DD] 0");
}

static void order(void)
{
	/* That of most programs; else they stay as they are. */
	have("abbc", 6000, "[-DB] 3000, [] 1500, [-DC] 1500");
	have("abcab", 6000, "[] 3000, [-DB] 1500, [-DC] 1500");
	/* Only what passes counts. */
	have("aBBc", 6000, "[] 3000, [-DC] 3000, [-DB] 0");
	have("AB", 6000, "[] 0, [-DB] 0");
	have("Abb", 6000, "[-DB] 6000, [] 0");
	have("Aa", 6000, "[] 6000");
	have("", 6000, "");
}

static void what_is_the_same(void)
{
	struct fake f;
	make(&f, "abc", "xxy", "zzz");
	find(&f, 6000);
	is_int(f.ways.len, 2);
	is_int(f.ways.items[0].programs, 2);
	is_str(f.ways.items[1].flags, "-DC");
	probe_ways_release(&f.ways);
	make(&f, "abc", "xxx", "zzy");
	find(&f, 6000);
	is_int(f.ways.len, 2);
	probe_ways_release(&f.ways);
}

static void what_each_is(void)
{
	struct fake f;
	make(&f, "Aabb", "01", "01");
	find(&f, 6000);
	is_int(f.ways.len, 2);
	is_int(probe_ways_explored(&f.ways), 2);
	const struct probe_way *first = &f.ways.items[0], *second = &f.ways.items[1];
	ok(first->planned == &f.programs[2] && second->planned == &f.programs[1]);
	ok(first->seed == 7 && second->seed != 7 && second->seed != 0);
	/* One who uses the library so compiles so. */
	is_int(first->suite.plan.user.defines.len, 1);
	is_int(second->suite.plan.user.defines.len, 0);
	is_int(f.suite.plan.user.defines.len, 0);
	/* The headers say the same in both. */
	ok(!first->hears && !second->hears);
	probe_ways_release(&f.ways);
	/* A library that is built in one way is seen as it is. */
	make(&f, "bb", "01", "01");
	find(&f, 6000);
	is_int(f.ways.items[0].suite.plan.user.defines.len, 0);
	is_int(f.ways.items[0].seed, 7);
	probe_ways_release(&f.ways);
}

int main(void)
{
	tap_run("shares", shares);
	tap_run("order", order);
	tap_run("what is the same", what_is_the_same);
	tap_run("what each is", what_each_is);
	return tap_done();
}
