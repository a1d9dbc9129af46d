#include "harness/judgefeedback.h"

#include "core/utf8.h"
#include "harness/ctoken.h"

enum { LINE_MAX_BYTES = 300, PROGRAM_TOLD_MAX = 3000 };

/* Problems in the making: each text once. */
struct telling {
	struct strings list;
	size_t max, left_out;
	struct arena *a;
};

static struct telling begin(size_t max, struct arena *a)
{
	return (struct telling){.list = {arena_array(a, max + 1, const char *), 0}, .max = max, .a = a};
}

static void tell(struct telling *t, const char *text)
{
	if (strings_have(&t->list, text))
		return;
	if (t->list.len < t->max)
		t->list.items[t->list.len++] = text;
	else
		t->left_out++;
}

static struct strings finish(struct telling *t, const char *what)
{
	if (t->left_out)
		t->list.items[t->list.len++] = arena_printf(t->a, "(%zu more %s)", t->left_out, what);
	return t->list;
}

/* One line of the text, by its number; bounded. */
static const char *line_at(struct str text, unsigned number, struct arena *a)
{
	struct str line = {0};
	for (unsigned i = 0; i < number; i++) {
		if (!str_next_line(&text, &line))
			return "";
	}
	SCOPED_BUF struct buf out;
	buf_init(&out, LINE_MAX_BYTES);
	utf8_append_line(&out, str_trim(line));
	return arena_str(a, str_whole_characters(buf_str(&out)));
}

static const char *at_place(const struct draft *draft, const char *file, unsigned line, const char *text,
			    struct arena *a)
{
	const char *quoted = line_at(draft_text(draft, file), line, a);
	if (!file[0])
		return arena_strdup(a, text);
	if (!line)
		return arena_printf(a, "%s: %s", file, text);
	return arena_printf(a, "%s:%u: %s%s%s", file, line, text, quoted[0] ? "\n    " : "", quoted);
}

struct feedback feedback_of_compiler(const struct autofix *fix, const char *path, struct arena *a)
{
	struct telling t = begin(FEEDBACK_ERRORS_MAX, a);
	bool compiles = fix->problems.len && fix->diags.len == 0 && !fix->failure;
	for (size_t i = 0; i < fix->problems.len; i++)
		tell(&t, fix->problems.items[i]);
	for (size_t i = 0; i < fix->diags.len; i++) {
		const struct diag *d = &fix->diags.items[i];
		if (d->severity == DIAG_ERROR)
			tell(&t, at_place(&fix->draft, d->file, d->line, d->message, a));
	}
	if (t.list.len == 0)
		tell(&t, fix->failure ? fix->failure : "the compiler gives up without saying why");
	const char *summary = compiles ? "It cannot be part of a library." : "It does not compile.";
	return (struct feedback){.summary = summary, .problems = finish(&t, "errors"), .file = path};
}

struct feedback feedback_of_problems(const struct strings *problems, const char *path, struct arena *a)
{
	struct telling t = begin(FEEDBACK_PROBLEMS_MAX, a);
	for (size_t i = 0; i < problems->len; i++)
		tell(&t, problems->items[i]);
	return (struct feedback){
		.summary = "The reply could not be used as it was.", .problems = finish(&t, "problems"), .file = path};
}

/* ---- judges */

/* What recast.json could allow is for people to decide. */
static bool is_for_model(const char *remedy)
{
	static const char *const people[] = {"recast.json", "candidate.", "trace.", "verdict."};
	return remedy[0] && !str_mentions(remedy, people, countof(people));
}

static void tell_gate(struct telling *t, const struct gate *gate, const struct draft *draft)
{
	for (size_t i = 0; i < gate->findings.len; i++) {
		const struct remark *r = &gate->findings.items[i];
		const char *text = is_for_model(r->remedy) ? arena_printf(t->a, "%s (%s)", r->text, r->remedy)
							   : r->text;
		tell(t, at_place(draft, r->place.file, r->place.line, text, t->a));
	}
	if (gate->findings.len == 0)
		tell(t, arena_strdup(t->a, gate->detail));
}

static const struct divergence *divergence_of(const struct tests_judgement *t, const struct judged_test *test)
{
	for (size_t i = 0; i < t->divergences_len; i++) {
		const struct divergence *d = &t->divergences[i];
		if (strcmp(d->program, test->program) == 0 && (strcmp(d->test, test->name) == 0 || !d->test[0]))
			return d;
	}
	return NULL;
}

static const char *describe(const struct judged_test *test, const struct divergence *d, struct arena *a)
{
	const char *name = test->name[0] ? test->name : test->program, *ended = "";
	if (!d)
		return arena_printf(a, "test %s: %s", name, test->why);
	if (d->ended && d->ended[0])
		ended = arena_printf(a, "the program %s\n    before that, ", d->ended);
	if (strcmp(d->what, "end") == 0)
		return arena_printf(a, "test %s: the call %s does not come back, it %s", name, d->call, d->got);
	if (d->tampering)
		return arena_printf(a, "test %s: %sthe call %s writes where no call has business: %s", name, ended,
				    d->call, d->got);
	return arena_printf(a, "test %s: %sthe call %s\n    %s expected: %s\n    %s got: %s", name, ended, d->call,
			    d->what, d->expected, d->what, d->got);
}

/* Two tests that stumble over the same thing tell it once. */
static bool is_told(const struct tests_judgement *t, const struct judged_test *upto, const struct divergence *d)
{
	for (const struct judged_test *test = t->tests; d && test < upto; test++) {
		const struct divergence *other = test->passed ? NULL : divergence_of(t, test);
		if (other && strcmp(other->function, d->function) == 0 && strcmp(other->what, d->what) == 0 &&
		    strcmp(other->got, d->got) == 0)
			return true;
	}
	return false;
}

static const char *tell_tests(struct telling *told, const struct tests_judgement *t)
{
	const char *function = NULL;
	for (const struct judged_test *test = t->tests; test < t->tests + t->tests_len; test++) {
		if (test->passed || test->unstable)
			continue;
		size_t unreported = judged_unreported(t, (size_t)(test - t->tests));
		if (unreported)
			tell(told, arena_printf(told->a, "%s: %s", test->program,
						judged_unreported_text(unreported, told->a)));
		const struct divergence *d = divergence_of(t, test);
		if (test->unreported || is_told(t, test, d))
			continue;
		if (!function && d)
			function = d->function;
		tell(told, describe(test, d, told->a));
	}
	return function;
}

/* What goes wrong with memory; the first file that is named, or NULL. */
static const char *tell_memory(struct telling *t, const struct judgement *j, const struct draft *draft)
{
	const struct gate *gate = &j->gates[GATE_MEMORY];
	if (gate->verdict != VERDICT_FAIL)
		return NULL;
	tell_gate(t, gate, draft);
	return gate->findings.len && gate->findings.items[0].place.file[0] ? gate->findings.items[0].place.file : NULL;
}

/* The unit that defines the function, or has the file; else the last one. */
static const char *unit_of(const struct unitplan *plan, const char *function, const char *file)
{
	const struct unit *unit = function ? unitplan_owner(plan, function) : NULL;
	for (size_t i = 0; !unit && file && i < plan->len; i++) {
		if (strcmp(plan->items[i].path, file) == 0)
			unit = &plan->items[i];
	}
	return unit ? unit->path : plan->items[plan->len - 1].path;
}

/* Whether the name stands in the text, and not as a part of another. */
static bool has_name(const char *text, const char *name)
{
	size_t len = strlen(name);
	for (const char *at = strstr(text, name); at; at = strstr(at + 1, name)) {
		if ((at == text || !ctoken_name_byte(at[-1])) && !ctoken_name_byte(at[len]))
			return true;
	}
	return false;
}

/* The first public function that a finding speaks of. */
static const char *function_in(const struct gate *gate, const struct unitplan *plan)
{
	for (size_t i = 0; i < gate->findings.len; i++) {
		for (size_t u = 0; u < plan->len; u++) {
			const struct unit *unit = &plan->items[u];
			for (size_t f = 0; f < unit->functions.len; f++) {
				if (has_name(gate->findings.items[i].text, unit->functions.items[f]))
					return unit->functions.items[f];
			}
		}
	}
	return NULL;
}

static const char *describe_difference(const struct differential *all, const struct found_difference *d,
				       struct arena *a)
{
	/* The line has all of it, unless something was left out there. */
	bool as_program = d->reproduced && strstr(d->calls, "…") && strlen(d->program) <= PROGRAM_TOLD_MAX;
	const char *built = d->way ? arena_printf(a, "\n    built with %s", all->ways[d->way].flags) : "";
	const char *head = arena_printf(a, "%s: %s%s\n    %s expected: %s\n    %s got: %s", d->function, d->calls, built,
					d->what, d->expected, d->what, d->got);
	for (size_t i = 0; i < d->also.len; i++)
		head = arena_printf(a, "%s%s%s", head, i ? ", " : "\n    also shows in: ", d->also.items[i]);
	return as_program ? arena_printf(a, "%s\n    as a program:\n%s", head, d->program) : head;
}

/* Only where the visible tests pass, so there is nothing else to tell. */
static struct feedback feedback_of_differences(const struct differential *d, const struct unitplan *plan,
					       struct arena *a)
{
	struct telling t = begin(FEEDBACK_DIFFERENCES_MAX, a);
	for (size_t i = 0; i < d->differences_len; i++)
		tell(&t, describe_difference(d, &d->differences[i], a));
	return (struct feedback){
		"All visible tests pass, but these calls are answered otherwise than the original answers them.",
		finish(&t, "differences"), unit_of(plan, d->differences_len ? d->differences[0].function : NULL, NULL)};
}

struct feedback feedback_of_judgement(const struct judgement *j, const struct unitplan *plan, const struct draft *draft,
				      struct arena *a)
{
	static const char *const summaries[GATES] = {
		[GATE_BUILD] = "It does not build.",
		[GATE_SYMBOLS] = "It refers to what it may not use, or defines what it may not define.",
		[GATE_API] = "The interface is not as the headers declare it.",
	};
	struct telling t = begin(FEEDBACK_PROBLEMS_MAX, a);
	for (enum gate_name g = GATE_BUILD; g < GATE_TESTS; g++) {
		const struct gate *gate = &j->gates[g];
		if (gate->verdict == VERDICT_PASS)
			continue;
		tell_gate(&t, gate, draft);
		const char *file = gate->findings.len ? gate->findings.items[0].place.file : NULL;
		return (struct feedback){summaries[g], finish(&t, "findings"),
					 unit_of(plan, function_in(gate, plan), file)};
	}
	if (j->gates[GATE_DIFFERENTIAL].verdict == VERDICT_FAIL)
		return feedback_of_differences(&j->differential, plan, a);
	const char *function = tell_tests(&t, &j->tests);
	const char *summary = arena_printf(a, "Of %zu visible tests that were run, %zu fail.",
					   j->tests.visible_failed + j->tests.visible_passed, j->tests.visible_failed);
	bool tests_pass = j->gates[GATE_TESTS].verdict == VERDICT_PASS;
	const char *file = tell_memory(&t, j, draft);
	if (t.list.len == 0)
		tell(&t, arena_strdup(a, j->gates[GATE_TESTS].detail && !tests_pass ? j->gates[GATE_TESTS].detail
										    : j->reason));
	if (tests_pass && j->gates[GATE_MEMORY].verdict == VERDICT_FAIL) {
		function = file ? NULL : function_in(&j->gates[GATE_MEMORY], plan);
		return (struct feedback){"The visible tests pass, but what it does with memory is wrong.",
					 finish(&t, "findings"), unit_of(plan, function, file)};
	}
	return (struct feedback){summary, finish(&t, "problems"), unit_of(plan, function, NULL)};
}
