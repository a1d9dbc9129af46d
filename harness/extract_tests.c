#include "harness/extract_parts.h"

/* What is settled of a unit before the split. */
struct lot {
	size_t follows; /* the unit whose lot it shares, or itself */
	bool hidden, fails, open;
};

static void add_unit(struct sorting *s, const char *id, const struct strings *names, struct extracted_test test,
		     struct lot lot)
{
	struct touches t = extract_touches(s->x, s->map, names);
	test.calls = t.names;
	s->tests[s->units_len] = test;
	s->hidden[s->units_len] = lot.hidden || lot.fails;
	s->fails[s->units_len] = lot.fails;
	s->open[s->units_len] = lot.open;
	s->follows[s->units_len] = lot.follows;
	s->units[s->units_len++] = (struct split_unit){.name = id, .touches = t.items, .touches_len = t.len};
}

static unsigned lines_of(struct str text)
{
	unsigned lines = 0;
	struct str line;
	while (str_next_line(&text, &line))
		lines++;
	return lines ? lines : 1;
}

/* An exposed run is a function's own matter if it lies within it. */
static void expose_run(struct sorting *s, struct group *g, size_t source, const struct shared_run *run)
{
	struct extraction *x = s->x;
	const char *path = g->sources[source].path;
	bool consented = extract_consented(x, path);
	size_t owner = 0;
	while (owner < g->tests.len && !(g->by_function && g->tests.items[owner].source == source &&
					 g->tests.items[owner].line <= run->line &&
					 run->end_line <= g->tests.items[owner].end_line))
		owner++;
	bool in_function = owner < g->tests.len;
	extract_expose(x, &(struct exposure){
				  .what = "test",
				  .name = in_function ? g->tests.items[owner].name : path,
				  .place = {path, run->line, run->end_line},
				  .shown = consented,
				  .why = arena_printf(x->a, "it quotes %s%s", extract_quoted(x, run),
						      consented ? "; recast.json consents" : ""),
			  });
	if (!consented && in_function)
		g->quotes[owner] = true;
	else if (!consented)
		g->hidden = true;
}

static void find_overlap(struct sorting *s, struct group *g)
{
	for (size_t i = 0; i < g->sources_len; i++) {
		struct shared_runs runs = fingerprints_find(&s->x->e->implementation, g->sources[i].text,
							    FINGERPRINT_QUOTE, s->x->a);
		for (size_t k = 0; k < runs.len; k++)
			expose_run(s, g, i, &runs.items[k]);
	}
}

/* Of a program that fails, only what its report names as passed is a test. */
static bool fails_in(const struct program_result *r, const char *test)
{
	for (size_t i = 0; i < r->tests_len; i++) {
		if (r->tests[i].verdict == TEST_PASSED && strcmp(r->tests[i].name, test) == 0)
			return false;
	}
	return r->status == PROGRAM_FAILED;
}

static bool fails_anywhere(const struct sorting *s, const struct group *g, const char *test)
{
	for (size_t i = 0; i < g->programs_len; i++) {
		if (fails_in(&s->x->e->baseline.programs[g->programs[i]], test))
			return true;
	}
	return false;
}

static void add_functions(struct sorting *s, struct group *g)
{
	for (size_t i = 0; i < g->tests.len; i++) {
		const struct ctest_function *f = &g->tests.items[i];
		const char *path = g->sources[f->source].path;
		struct extracted_test test = {
			.name = f->name,
			.program = sorting_program(s, g->programs[0])->name,
			.place = {path, f->line, f->end_line},
		};
		struct lot lot = {s->units_len, g->hidden || g->quotes[i], fails_anywhere(s, g, f->name), g->open};
		add_unit(s, arena_printf(s->x->a, "%s:%s", path, f->name), &f->reaches, test, lot);
	}
}

static bool quotes_anything(const struct group *g)
{
	bool any = g->hidden;
	for (size_t i = 0; i < g->tests.len; i++)
		any |= g->quotes[i];
	return any;
}

static void add_programs(struct sorting *s, struct group *g)
{
	struct strings names = s->x->language->names(g->sources, g->sources_len, s->x->a);
	for (size_t i = 0; i < g->programs_len; i++) {
		const struct plan_program *p = sorting_program(s, g->programs[i]);
		/* One configuration tells of the others, unless each has an expected output to hide. */
		bool again = i && sorting_program(s, g->programs[i - 1])->program == p->program &&
			     !p->configuration->expect.stdout_file;
		size_t follows = again ? s->follows[s->units_len - 1] : s->units_len;
		const char *name = p->name;
		struct extracted_test test = {
			.name = name,
			.program = name,
			.place = {g->sources[0].path, 1, lines_of(g->sources[0].text)},
		};
		struct lot lot = {follows, quotes_anything(g),
				  s->x->e->baseline.programs[g->programs[i]].status == PROGRAM_FAILED, g->open};
		add_unit(s, name, &names, test, lot);
		s->units[s->units_len - 1].fixed = g->public;
	}
}

static void make_units(struct sorting *s)
{
	size_t most = 0;
	for (size_t i = 0; i < s->groups_len; i++)
		most += max_size(s->groups[i].tests.len, s->groups[i].programs_len);
	s->units = arena_array(s->x->a, most, struct split_unit);
	s->tests = arena_array(s->x->a, most, struct extracted_test);
	s->hidden = arena_array(s->x->a, most, bool);
	s->fails = arena_array(s->x->a, most, bool);
	s->open = arena_array(s->x->a, most, bool);
	s->follows = arena_array(s->x->a, most, size_t);
	s->units_len = 0;
	for (size_t i = 0; i < s->groups_len; i++) {
		struct group *g = &s->groups[i];
		g->first_unit = s->units_len;
		if (g->by_function)
			add_functions(s, g);
		else
			add_programs(s, g);
	}
}

/* Those that are hidden anyway, or shown, take no part; what is left is split, as it would be without them. */
static void split(struct sorting *s)
{
	const struct sealing *sealing = &s->x->suite->project->sealed;
	struct split_unit *open = arena_array(s->x->a, s->units_len, struct split_unit);
	size_t *index = arena_array(s->x->a, s->units_len, size_t), len = 0;
	for (size_t i = 0; i < s->units_len; i++) {
		s->units[i].sealed = s->hidden[i];
		if (!s->hidden[i] && !s->open[i] && s->follows[i] == i) {
			index[len] = i;
			open[len++] = s->units[i];
		}
	}
	if (sealing->percent)
		split_choose(open, len, s->x->e->spec.api.functions_len, sealing->percent, sealing->seed);
	for (size_t i = 0; i < len; i++)
		s->units[index[i]].sealed = open[i].sealed;
	for (size_t i = 0; i < s->units_len; i++)
		s->units[i].sealed = s->hidden[i] || s->units[s->follows[i]].sealed;
	for (size_t i = 0; i < s->units_len; i++)
		s->tests[i].visible = !s->units[i].sealed;
}

static void take_split(struct sorting *s)
{
	for (size_t i = 0; i < s->groups_len; i++) {
		struct group *g = &s->groups[i];
		for (size_t k = 0; g->by_function && k < g->tests.len; k++)
			g->sealed[k] = s->units[g->first_unit + k].sealed;
	}
}

enum { ROUNDS_BY_FUNCTION = 20 };

static int choose(struct sorting *s, struct err *err)
{
	bool again = true;
	for (unsigned round = 0; again; round++) {
		/* Each round splits all anew, which can break another group. */
		for (size_t i = 0; round >= ROUNDS_BY_FUNCTION && i < s->groups_len; i++)
			s->groups[i].by_function = false;
		make_units(s);
		split(s);
		take_split(s);
		if (extract_check_visible(s, &again, err) < 0)
			return -1;
	}
	return 0;
}

int extract_tests(struct extraction *x, struct err *err)
{
	struct sorting s = {.x = x, .map = extract_touch_map(x)};
	if (extract_groups(&s, err) < 0)
		return -1;
	for (size_t i = 0; i < s.groups_len; i++)
		find_overlap(&s, &s.groups[i]);
	if (choose(&s, err) < 0)
		return -1;
	extract_show_tests(&s);
	x->e->tests = s.tests;
	for (size_t i = 0; i < s.units_len; i++) {
		if (s.fails[i])
			continue;
		x->e->tests[x->e->tests_len++] = s.tests[i];
		for (size_t k = 0; k < s.tests[i].calls.len; k++)
			interface_function(&x->e->spec.api, str_of(s.tests[i].calls.items[k]))->tested = true;
	}
	x->e->spec.sealed_len = x->e->tests_len - x->e->spec.visible_len;
	return 0;
}

json_t *extract_tests_json(const struct extracted *e)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < e->tests_len; i++) {
		const struct extracted_test *t = &e->tests[i];
		json_array_append_new(rows, json_pack("{s:o, s:o, s:o, s:i, s:i, s:b, s:o}", "name", json_text(t->name),
						      "program", json_text(t->program), "file", json_text(t->place.file),
						      "line", (int)t->place.line, "end_line", (int)t->place.end_line,
						      "visible", t->visible, "calls", json_texts(&t->calls)));
	}
	return rows;
}
