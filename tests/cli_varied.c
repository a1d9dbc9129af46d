/*
 * Test programs with other inputs: with nothing changed they do what they do; what a changed one shows is told apart,
 * made small, and shown by calls that need no test, if there are such.
 */

#include "harness/varied_parts.h"
#include "harness/wordmaker.h"
#include "tests/probe_library.h"

static const char header[] =
	"struct pairs;\n"
	"struct pairs *pairs_parse(const char *text);\n"
	"int pairs_count(const struct pairs *p, char separator);\n"
	"double pairs_share(const struct pairs *p, double of, int percent);\n"
	"int pairs_each(const struct pairs *p, int (*each)(void *data, char letter), void *data);\n"
	"void pairs_free(struct pairs *p);\n";

/* ODD is what nobody tests. */
static const char library[] =
	"#include \"lib.h\"\n#include <stdlib.h>\n#include <string.h>\n"
	"#ifndef ODD\n#define ODD 0\n#endif\n"
	"struct pairs { char *text; };\n"
	"struct pairs *pairs_parse(const char *text) { struct pairs *p = malloc(sizeof(*p)); p->text = strdup(text); return p; }\n"
	"int pairs_count(const struct pairs *p, char separator)\n"
	"{ int n = 0; for (const char *c = p->text; *c; c++) n += *c == separator; return n + (ODD && strchr(p->text, '#')); }\n"
	"double pairs_share(const struct pairs *p, double of, int percent)\n"
	"{ return (double)strlen(p->text) * of * (percent + (ODD && percent == 77)); }\n"
	"int pairs_each(const struct pairs *p, int (*each)(void *data, char letter), void *data)\n"
	"{ int sum = 0; for (const char *c = p->text; *c; c++) sum += each(data, ODD && *c == '!' ? '?' : *c); return sum; }\n"
	"void pairs_free(struct pairs *p) { free(p->text); free(p); }\n";

static const char test[] =
	"#include \"lib.h\"\n#include <stdio.h>\n#include <string.h>\n"
	"static const char *const table[] = {\"a=1\", \"b=2;c=3\", \"\"};\n"
	"static int add(void *data, char letter) { *(int *)data += letter; return 1; }\n"
	"static int of_text(const char *text)\n"
	"{ struct pairs *p = pairs_parse(text); int n = pairs_count(p, '='); pairs_free(p); return n; }\n"
	"int main(void)\n{\n"
	"	char line[100] = \"\"; int sum = 0, all = 0;\n"
	"	FILE *f = fopen(\"input.txt\", \"r\");\n"
	"	while (f && fgets(line, sizeof(line), f)) all += of_text(line);\n"
	"	if (f) fclose(f);\n"
	"	for (int i = 0; i < 3; i++) sum += of_text(table[i]);\n"
	"	struct pairs *p = pairs_parse(\"key=value; other=text\");\n"
	"	int count = pairs_count(p, '='), each = pairs_each(p, add, &sum);\n"
	"	double share = pairs_share(p, 0.5, 20);\n"
	"	pairs_free(p);\n"
	"	return all != 3 || count != 2 || each != 21 || share != 210;\n"
	"}\n";

static const char file[] = "one=1\ntwo=2\nthree=3\n";

struct made {
	struct probe_library library;
	struct sidebuild watched;
	struct varied_ask ask;
	struct varied_objects objects;
	struct link_input guest;
	struct varied_program program;
};

static void make(struct sandbox *s, struct made *m)
{
	struct err err = {0};
	struct probe_texts texts = {header, library, test, arena_printf(&s->arena, "#define ODD 1\n%s", library), file};
	bool *wanted;
	*m = (struct made){0};
	probe_library_open(s, &m->library, &texts);
	struct probe_setup *x = &m->library.setup;
	m->ask = (struct varied_ask){
		.rewrite = &m->library.rewrite, .extracted = &m->library.extracted, .grammar = &x->grammar, .words = &x->words,
		.pair = &x->pair, .watched = &x->watched_original, .heap = x->objects.heap, .undefined = x->objects.undefined,
		.runs = 100, .cost = UINT64_MAX / 4, .seed = 5,
	};
	wanted = arena_array(&s->arena, m->library.suite.plan.objects_len, bool);
	memset(wanted, true, m->library.suite.plan.objects_len);
	sandbox_check(varied_guest_object(&s->tools.tools, &s->arena, &m->guest, &err), &err);
	sandbox_check(varied_objects_make(&m->ask, wanted, &m->objects, &err), &err);
	m->program = (struct varied_program){.ask = &m->ask, .objects = &m->objects, .planned = x->planned, .guest = &m->guest};
	sandbox_check(varied_program_make(&m->program, &err), &err);
}

static void release(struct made *m)
{
	varied_program_release(&m->program);
	varied_objects_release(&m->objects);
	probe_library_close(&m->library);
}

/* ---- nothing changed */

/* Of the program as its sources have it. */
static struct trace plain_trace(const struct made *m)
{
	struct err err = {0};
	struct program_other other = {0};
	struct program_result result = {0};
	const struct shims *shims = m->ask.grammar->shims;
	struct recorder *recorder = recorder_new(shims, 0, 0);
	recorder_watch_stack_only(recorder);
	recorder_hear(recorder, &other);
	other.shims = shims->object;
	other.wrapped = &shims->wrapped;
	sandbox_check(program_check_with(&m->library.suite, m->program.planned, &other, &result, &err), &err);
	is_int(result.status, PROGRAM_PASSED);
	struct trace trace = recorder_take(recorder);
	recorder_free(recorder);
	arena_release(&result.arena);
	return trace;
}

static void same_trace(struct sandbox *s, const struct made *m, const struct trace *plain, const struct trace *varied)
{
	struct comparison *c = comparison_new(m->ask.grammar->shims, plain, plain, varied, m->ask.pair->declared);
	struct trace_range whole = {0, plain->events_len};
	struct trace_difference d = comparison_run(c, whole, whole, (struct trace_range){0, varied->events_len});
	if (!is_int(d.kind, TRACE_SAME)) {
		struct trace_text t = comparison_describe(c, &d, &s->arena);
		tap_print("# %s: %s is %s, not %s\n", t.function, t.what, t.got, t.expected);
	}
	is_int(varied->events_len, plain->events_len);
	comparison_free(c);
}

static void nothing_changed(struct sandbox *s, const struct made *m)
{
	static const struct variation nothing = {.len = 0};
	struct err err = {0};
	struct trace plain = plain_trace(m);
	ok(plain.events_len > 40);
	is_str(m->program.left_out, NULL);
	same_trace(s, m, &plain, &m->program.base);
	for (enum varied_side side = VARIED_ORIGINAL; side <= VARIED_REWRITE; side++) {
		struct varied_run run = {0};
		struct varied_conditions conditions = {.fuel = 0};
		sandbox_check(varied_program_run(&m->program, side, &nothing, &conditions, &run, &err), &err);
		is_int(run.result.exit_code, 0);
		same_trace(s, m, &plain, &run.trace);
		varied_run_release(&run);
	}
	trace_release(&plain);
}

/* ---- something changed */

/* inputs_len if there is none. */
static size_t input_of(const struct varied_program *p, const char *text)
{
	size_t i = 0;
	while (i < p->inputs_len && !(p->inputs[i].reached && p->inputs[i].text.ptr && str_eq(p->inputs[i].text, str_of(text))))
		i++;
	return i;
}

static size_t input_of_number(const struct varied_program *p, enum varied_form form, uint64_t number)
{
	size_t i = 0;
	while (i < p->inputs_len && !(p->inputs[i].reached && p->inputs[i].form == form && p->inputs[i].number == number))
		i++;
	return i;
}

static void inputs_are_known(const struct made *m)
{
	const struct varied_program *p = &m->program;
	const double half = 0.5;
	uint64_t bits;
	memcpy(&bits, &half, sizeof(bits));
	size_t all[] = {input_of(p, "a=1"), input_of(p, "b=2;c=3"), input_of(p, "key=value; other=text"), input_of(p, file),
			input_of_number(p, VARIED_NUMBER, 20), input_of_number(p, VARIED_REAL, bits)};
	for (size_t i = 0; i < countof(all); i++)
		ok(all[i] < p->inputs_len);
	/* What goes to the system's functions is not asked for. */
	is_int(input_of(p, "input.txt"), p->inputs_len);
	is_int(input_of(p, "r"), p->inputs_len);
	ok(p->reached_len > p->reached_literals);
}

static struct probe_difference difference(struct sandbox *s, struct made *m, const struct variation *v, bool want)
{
	struct err err = {0};
	struct probe_difference d = {0};
	enum probe_verdict verdict;
	sandbox_check(varied_confirm(&m->program, v, &s->arena, &verdict, &d, &err), &err);
	is_int(verdict, want ? PROBE_DIFFERS : PROBE_SAME);
	return d;
}

struct again {
	const struct varied_program *program;
	const char *cause;
};

static int shows(void *data, const struct variation *v)
{
	const struct again *a = data;
	struct err err = {0};
	bool differs;
	sandbox_check(varied_still_differs(a->program, v, a->cause, &differs, &err), &err);
	return differs;
}

/* `alone` is how the calls begin that show it without the test; NULL if there are none. */
static void one_difference(struct sandbox *s, struct made *m, struct variation v, const char *function, const char *said,
			   const char *alone)
{
	struct err err = {0};
	struct probe_difference d = difference(s, m, &v, true), own;
	struct again again = {&m->program, d.cause};
	struct variation small;
	struct probe probe;
	bool found;
	is_str(d.text.function, function);
	sandbox_check(varied_shrink(&m->program, &v, shows, &again, &s->arena, &small), &err);
	is_int(small.len, 1);
	is_str(varied_say(&m->program, &small, &s->arena), said);
	d = difference(s, m, &small, true);
	sandbox_check(varied_alone(&m->program, &small, &d, &s->arena, &probe, &own, &found, &err), &err);
	is_int(found, alone != NULL);
	if (found && alone) {
		const char *line = probe_line(m->ask.grammar, &probe, &s->arena);
		if (!ok(str_starts(str_of(line), str_of(alone))))
			tap_print("# %s\n", line);
		is_str(own.cause, d.cause);
	}
}

static void differences(struct sandbox *s, struct made *m)
{
	const struct varied_program *p = &m->program;
	size_t a = input_of(p, "a=1"), pairs = input_of(p, "key=value; other=text"), lines = input_of(p, file),
	       percent = input_of_number(p, VARIED_NUMBER, 20);
	struct variation v = {.len = 2, .changes = {{a, STR("no = sign"), 0}, {pairs, STR("x=1"), 0}}};
	if (a > pairs)
		v = (struct variation){.len = 2, .changes = {{pairs, STR("x=1"), 0}, {a, STR("no = sign"), 0}}};
	difference(s, m, &v, false);
	for (size_t i = 0; i < 2; i++)
		v.changes[i].text = v.changes[i].input == a ? STR("with # in it") : STR("x=1");
	one_difference(s, m, v, "pairs_count", "test program t, with t.c:4: \"a=1\" as \"#\"",
		       "o0 = pairs_parse(\"#\"); pairs_count(o0, 0)");
	v = (struct variation){.len = 1, .changes = {{lines, STR("one=1\ntwo # 2\n"), 0}}};
	one_difference(s, m, v, "pairs_count", "test program t, with input.txt as \"#\"",
		       "o0 = pairs_parse(\"#\"); pairs_count(o0, 0)");
	v = (struct variation){.len = 1, .changes = {{percent, STR(""), 77}}};
	one_difference(s, m, v, "pairs_share", "test program t, with t.c:17: 20 as 77",
		       "o0 = pairs_parse(\"a\"); pairs_share(o0, 0.5, 77)");
	v = (struct variation){.len = 1, .changes = {{pairs, STR("key!"), 0}}};
	one_difference(s, m, v, "pairs_each_each", "test program t, with t.c:15: \"key=value; other=text\" as \"!\"",
		       "o0 = pairs_parse(\"!\"); pairs_each(o0, my_each, ");
}

/* Of what has sealed tests in it no input is told. */
static void sealed_ones(struct sandbox *s, struct made *m)
{
	struct variation v = {.len = 1, .changes = {{input_of(&m->program, "a=1"), STR("secret"), 0}}};
	m->program.sealed = true;
	is_str(varied_say(&m->program, &v, &s->arena), "test program t, with other inputs");
	m->program.sealed = false;
}

/* ---- changes by lot */

static void check_variation(const struct varied_program *p, const struct variation *v, size_t *wrong)
{
	for (size_t i = 0; i < v->len; i++) {
		const struct varied_change *c = &v->changes[i];
		const struct varied_input *input = &p->inputs[c->input];
		*wrong += c->input >= p->inputs_len || !input->reached || (i && c->input <= v->changes[i - 1].input);
		*wrong += input->downward && input->form == VARIED_NUMBER && (int64_t)input->number > 0 &&
			  c->number > input->number;
		*wrong += input->form <= VARIED_TABLE && c->text.len > VARIED_FILE_MAX + WORDMAKER_TEXT_MAX;
	}
}

static void by_lot(struct sandbox *s, struct made *m)
{
	const struct varied_program *p = &m->program;
	struct prng lot = {9};
	struct varied_maker maker = {p, &lot, arena_array(&s->arena, p->inputs_len + 1, unsigned),
				     arena_array(&s->arena, p->inputs_len + 1, unsigned)};
	bool *changed = arena_array(&s->arena, p->inputs_len + 1, bool);
	struct variation v = {.len = 0};
	size_t wrong = 0, most = 0, all = 0;
	struct arena arenas[2] = {{0}};
	for (size_t i = 0; i < 3000; i++) {
		v = i % 40 ? varied_change(&maker, &v, &arenas[0]) : (struct variation){.len = 0};
		check_variation(p, &v, &wrong);
		most = v.len > most ? v.len : most;
		for (size_t k = 0; k < v.len; k++)
			changed[v.changes[k].input] = true;
		v = variation_copy(&v, &arenas[1]);
		arena_release(&arenas[0]);
		struct arena kept = arenas[0];
		arenas[0] = arenas[1];
		arenas[1] = kept;
		if (i % 40 == 39)
			v.len = 0;
	}
	arena_release(&arenas[0]);
	arena_release(&arenas[1]);
	is_int(wrong, 0);
	for (size_t i = 0; i < p->reached_len; i++)
		all += changed[p->reached[i]];
	is_int(all, p->reached_len);
	is_int(most, min_size(VARIED_CHANGES_MAX, p->reached_len));
}

static void varied(struct sandbox *s)
{
	struct made m;
	make(s, &m);
	nothing_changed(s, &m);
	inputs_are_known(&m);
	differences(s, &m);
	sealed_ones(s, &m);
	by_lot(s, &m);
	release(&m);
}

int main(void)
{
	return sandbox_main(varied);
}
