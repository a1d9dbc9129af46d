/* Calls from within callbacks: what of the tests' is taken up, rows that keep the rules, and how they are written. */

#include "harness/probe_pair.h"
#include "harness/probe_row.h"
#include "harness/probe_text.h"
#include "harness/probe_within.h"

#include "tests/tap.h"

enum { ROWS = 20000 };

/* ---- a library: shelves with books, on which one can walk */

enum { NEW, FREE, ADD, COUNT, FIRST, READ, EACH, GIVE, FUNCTIONS };

#define SHELF {"shelf", "struct shelf *", false}
#define VISIT {"visit", "int (*)(const char *, void *)", true}

static struct parameter of_shelf[] = {SHELF}, of_const_shelf[] = {{"shelf", "const struct shelf *", false}},
			of_add[] = {SHELF, {"name", "const char *", false}},
			of_read[] = {{"book", "const struct book *", false}},
			of_each[] = {SHELF, {"book", "struct book *", false}, VISIT, {"user", "void *", false}},
			of_give[] = {SHELF, {"other", "struct shelf *", false}};

#define FUNCTION(name_, result_, parameters_, len_) \
	{.name = name_, .signature = {.result = result_, .parameters = parameters_, .parameters_len = len_}}

static struct api_function api_functions[FUNCTIONS] = {
	[NEW] = FUNCTION("shelf_new", "struct shelf *", NULL, 0),
	[FREE] = FUNCTION("shelf_free", "void", of_shelf, 1),
	[ADD] = FUNCTION("shelf_enter", "int", of_add, 2),
	[COUNT] = FUNCTION("shelf_count", "int", of_const_shelf, 1),
	[FIRST] = FUNCTION("shelf_first", "struct book *", of_shelf, 1),
	[READ] = FUNCTION("book_read", "int", of_read, 1),
	[EACH] = FUNCTION("shelf_each", "int", of_each, 4),
	[GIVE] = FUNCTION("shelf_adopt", "void", of_give, 2),
};
static struct api_type types[] = {
	{.kind = API_STRUCT, .name = "shelf", .spelling = "struct shelf", .target = "", .opaque = true},
	{.kind = API_STRUCT, .name = "book", .spelling = "struct book", .target = "", .opaque = true},
};
static const struct interface api = {
	.types = types, .types_len = countof(types), .functions = api_functions, .functions_len = FUNCTIONS};

static struct arena arena;
static struct shim_function shim_functions[FUNCTIONS];
static struct shim_callback shim_callbacks[1];
static struct shims shims = {
	.functions = shim_functions, .functions_len = FUNCTIONS, .callbacks = shim_callbacks, .callbacks_len = 1};
static struct project project;
static struct suite suite = {.project = &project};

static struct probe_grammar grammar_of(struct within_seen *seen, size_t len)
{
	struct probe_grammar g;
	struct within_heard heard = {.items = seen, .len = len};
	probe_grammar_make(&suite, &api, &shims, NULL, 0, &arena, &g);
	probe_within_learn(&g, &heard, 1, &arena);
	return g;
}

static struct within_seen each(uint32_t function, bool shares)
{
	return (struct within_seen){.outer = EACH, .function = function, .shares = shares};
}

static void make_library(void)
{
	struct shapes *shapes = shapes_new(&api, &arena);
	for (size_t i = 0; i < FUNCTIONS; i++)
		shim_functions[i] = (struct shim_function){&api_functions[i],
							   shape_signature(shapes, &api_functions[i].signature)};
	const struct shape *visit = shim_functions[EACH].signature->parameters[2];
	shim_callbacks[0] = (struct shim_callback){shape_callback(visit), "visit"};
}

/* ---- what is taken up */

static void only_what_does_no_harm(void)
{
	struct within_seen seen[] = {each(NEW, false), each(FREE, true), each(GIVE, true),
				     each(ADD, false), each(COUNT, true), each(ADD, true)};
	struct probe_grammar g = grammar_of(seen, countof(seen));
	bool shares;
	ok(g.functions[GIVE].parameters[1].consumed);
	is_int(g.within_len, 2);
	ok(probe_within_may(&g, EACH, 0, ADD));
	ok(probe_within_may(&g, EACH, 0, COUNT));
	ok(!probe_within_may(&g, EACH, 0, READ));
	ok(!probe_within_may(&g, ADD, 0, ADD));
	ok(probe_within_calls(&g, 0));
	ok(!probe_within_calls(&g, 1));
	ok(probe_within_any(&g, EACH, ADD, &shares) && shares);
	ok(!probe_within_any(&g, EACH, FREE, &shares));
}

static void callbacks_of_two_kinds_call_nothing(void)
{
	static struct parameter of_both[] = {VISIT, {"filter", "int (*)(const char *, void *)", true}};
	struct within_seen seen[] = {each(ADD, true)};
	const struct signature before = api_functions[COUNT].signature;
	api_functions[COUNT].signature =
		(struct signature){.result = "int", .parameters = of_both, .parameters_len = countof(of_both)};
	make_library();
	is_int(grammar_of(seen, 1).within_len, 0);
	api_functions[COUNT].signature = before;
	make_library();
	is_int(grammar_of(seen, 1).within_len, 1);
}

static void what_may_come_more_often_calls_nothing(void)
{
	struct within_seen seen[] = {each(ADD, true)};
	const char *calls[] = {"visit.calls"};
	project.trace_free = (struct strings){calls, 1};
	is_int(grammar_of(seen, 1).within_len, 0);
	project.trace_free = (struct strings){0};
}

/* ---- rows keep the rules */

static uint64_t numbers[] = {0, 1, 7}, reals[] = {0};
static struct str texts[] = {{"key", 3}, {"a", 1}};
static const struct probe_words words = {.numbers = numbers, .numbers_len = countof(numbers), .texts = texts,
					 .texts_len = countof(texts), .reals = reals, .reals_len = 1, .letters = "a",
					 .letters_len = 1, .named = numbers, .named_len = 1, .lengths = numbers,
					 .lengths_len = 1};

static bool takes(const struct probe_grammar *g, const struct probe_call *c, uint32_t object)
{
	for (size_t i = 0; i < g->functions[c->function].shim->signature->parameters_len; i++) {
		if (c->args[i].kind == PROBE_OBJECT && c->args[i].object == object)
			return true;
	}
	return false;
}

/* What the call takes is older than the outer one, was not ended, and is nobody's book. */
static bool is_sound(const struct probe_grammar *g, const struct probe *p, size_t outer, size_t call, bool shares)
{
	const struct probe_call *c = &p->calls[call];
	for (size_t i = 0; i < g->functions[c->function].shim->signature->parameters_len; i++) {
		if (c->args[i].kind != PROBE_OBJECT)
			continue;
		uint32_t object = c->args[i].object;
		if (object >= outer || p->calls[object].within || (!shares && takes(g, &p->calls[outer], object)))
			return false;
		for (size_t k = object + 1; k < call; k++) {
			if (p->calls[k].function == FREE && takes(g, &p->calls[k], object))
				return false;
		}
	}
	/* A book of the shelf that is under way would be gone once something is added. */
	const struct probe_value *book = &p->calls[outer].args[1];
	return !(c->function == ADD && book->kind == PROBE_OBJECT && c->args[0].kind == PROBE_OBJECT &&
		 takes(g, &p->calls[book->object], c->args[0].object));
}

/* Counts its calls from within; SIZE_MAX if one breaks a rule. */
static size_t check(const struct probe_grammar *g, const struct probe *p, bool shares)
{
	size_t outer = SIZE_MAX, count = 0;
	for (size_t i = 0; i < p->len; i++) {
		if (!p->calls[i].within) {
			outer = i;
			continue;
		}
		count++;
		if (outer == SIZE_MAX || !probe_within_may(g, p->calls[outer].function, 0, p->calls[i].function) ||
		    !is_sound(g, p, outer, i, shares))
			return SIZE_MAX;
	}
	/* What is made from within is handed to nobody. */
	for (size_t i = 0; i < p->len; i++) {
		for (size_t k = 0; k < i; k++) {
			if (p->calls[k].within && takes(g, &p->calls[i], (uint32_t)k))
				return SIZE_MAX;
		}
	}
	return count;
}

/* Rows made from rows; returns how many calls from within were in them, or SIZE_MAX. */
static size_t make_rows(const struct probe_grammar *g, bool shares)
{
	struct prng lot = {1};
	SCOPED_ARENA struct arena a = {0};
	struct arena scratch = {0}, kept[2] = {0};
	struct probe_maker m = {.g = g, .words = &words, .lot = &lot, .a = &scratch};
	size_t all = 0;
	probe_maker_init(&m, &a);
	struct probe p = probe_make_fresh(&m);
	p = probe_copy(&p, g, &kept[1]);
	for (size_t i = 0; i < ROWS; i++) {
		struct probe next = i % 20 == 19 ? probe_make_fresh(&m) : probe_make_changed(&m, &p, &p);
		size_t count = check(g, &next, shares);
		if (count == SIZE_MAX) {
			tap_print("# %s\n", probe_line(g, &next, &a));
			all = SIZE_MAX;
			break;
		}
		all += count;
		/* Values are borrowed from the row before. */
		p = probe_copy(&next, g, &kept[i % 2]);
		arena_release(&scratch);
		arena_release(&kept[(i + 1) % 2]);
	}
	arena_release(&scratch);
	arena_release(&kept[0]);
	arena_release(&kept[1]);
	return all;
}

static void rows_keep_the_rules(void)
{
	struct within_seen sharing[] = {each(ADD, true), each(COUNT, true), each(FIRST, true), each(EACH, true)};
	struct within_seen others[] = {each(ADD, false), each(COUNT, false), each(FIRST, false)};
	struct probe_grammar g = grammar_of(sharing, countof(sharing));
	size_t count = make_rows(&g, true);
	ok(count > ROWS / 10 && count != SIZE_MAX);
	g = grammar_of(others, countof(others));
	count = make_rows(&g, false);
	ok(count > ROWS / 10 && count != SIZE_MAX);
	g = grammar_of(NULL, 0);
	is_int(make_rows(&g, true), 0);
}

/* ---- one row by hand */

static struct probe_value object(uint32_t call)
{
	return (struct probe_value){.kind = PROBE_OBJECT, .object = call};
}

static const struct probe_value none = {.kind = PROBE_NULL}, callback = {.kind = PROBE_CALLBACK},
				name = {.kind = PROBE_BYTES, .bytes = {"ab", 3}};

/* Rows and arguments have room for one more, as everywhere. */
static struct probe by_hand(void)
{
	static struct probe_value no_args[1], add[3], first[5], within[3], count[2], end[2];
	static struct probe_call calls[] = {{NEW, no_args, 0}, {ADD, add, 0},	   {EACH, first, 0}, {ADD, within, 3},
					    {COUNT, count, 5}, {FREE, end, 0}, {0}};
	add[0] = first[0] = within[0] = count[0] = end[0] = object(0);
	add[1] = within[1] = name;
	first[1] = first[3] = none;
	first[2] = callback;
	return (struct probe){calls, countof(calls) - 1, 0};
}

static void a_copy_is_the_same(void)
{
	const struct probe_grammar g = grammar_of(NULL, 0);
	struct probe p = by_hand(), copy = probe_copy(&p, &g, &arena);
	is_int(copy.calls[2].within, 0);
	is_int(copy.calls[3].within, 3);
	is_int(copy.calls[4].within, 5);
}

static void a_row_in_one_line(void)
{
	struct within_seen seen[] = {each(ADD, true), each(COUNT, true)};
	struct probe_grammar g = grammar_of(seen, countof(seen));
	struct probe p = by_hand();
	is_str(probe_line(&g, &p, &arena),
	       "o0 = shelf_new(); shelf_enter(o0, \"ab\"); "
	       "shelf_each(o0, NULL, my_visit, NULL) { 3: shelf_enter(o0, \"ab\"); 5: shelf_count(o0) }; "
	       "shelf_free(o0)");
}

static void a_row_as_a_program(void)
{
	static const char *const parts[] = {
		"static struct shelf *o0;\n",
		"static unsigned now, backs;\n",
		"static void call_3(void)\n{\n\tnow = 0;\n\tint r3 = shelf_enter(o0, \"ab\");\n",
		"\tnow = 4;\n}\n",
		"static void call_4(void)\n{\n\tnow = 0;\n\tint r4 = shelf_count(o0);\n",
		"\tnow = 0;\n}\n",
		"\tbacks += now != 0;\n\tif (now == 3 && backs >= 3)\n\t\tcall_3();\n"
		"\tif (now == 4 && backs >= 5)\n\t\tcall_4();\n",
		"\to0 = shelf_new();\n",
		"\tbacks = 0;\n\tnow = 3;\n\tint r2 = shelf_each(o0, NULL, my_visit, NULL);\n\tnow = 0;\n",
	};
	struct within_seen seen[] = {each(ADD, true), each(COUNT, true)};
	struct probe_grammar g = grammar_of(seen, countof(seen));
	struct probe p = by_hand();
	const char *text = probe_program(&g, &p, 0, false, &arena);
	for (size_t i = 0; i < countof(parts); i++)
		tap_ok(strstr(text, parts[i]) != NULL, arena_printf(&arena, "part %zu", i + 1), __FILE__, __LINE__);
}

/* ---- made small */

static int counts_within(void *data, const struct probe *p)
{
	size_t *longest = data;
	*longest = max_size(*longest, p->len);
	for (size_t i = 0; i < p->len; i++) {
		if (p->calls[i].within && p->calls[i].function == COUNT)
			return 1;
	}
	return 0;
}

static void a_row_made_small(void)
{
	struct within_seen seen[] = {each(ADD, true), each(COUNT, true)};
	struct probe_grammar g = grammar_of(seen, countof(seen));
	struct probe_pair pair = {.g = &g};
	struct probe p = by_hand(), small;
	size_t longest = 0;
	is_int(probe_shrink(&pair, &p, counts_within, &longest, &arena, &small), 0);
	is_str(probe_line(&g, &small, &arena),
	       "o0 = shelf_new(); shelf_each(o0, NULL, my_visit, NULL) { 1: shelf_count(o0) }");
	ok(check(&g, &small, true) == 1);
	ok(longest < p.len);
}

int main(void)
{
	make_library();
	tap_run("only what does no harm", only_what_does_no_harm);
	tap_run("callbacks of two kinds call nothing", callbacks_of_two_kinds_call_nothing);
	tap_run("what may come more often calls nothing", what_may_come_more_often_calls_nothing);
	tap_run("rows keep the rules", rows_keep_the_rules);
	tap_run("a copy is the same", a_copy_is_the_same);
	tap_run("a row in one line", a_row_in_one_line);
	tap_run("a row as a program", a_row_as_a_program);
	tap_run("a row made small", a_row_made_small);
	arena_release(&arena);
	return tap_done();
}
