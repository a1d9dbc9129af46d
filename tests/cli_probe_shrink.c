/* What is made small still shows what it showed, keeps the rules, and cannot be made smaller by one step. */

#include "tests/probe_library.h"
#include "tests/probe_rules.h"

enum { ROUNDS = 30, TRIES_MAX = 1500 };

static const struct probe_grammar *grammar;

/* Something that a probe may show. */
struct showing {
	const char *name;
	bool (*shows)(const struct probe *p);
	size_t calls;      /* that are enough */
	const char *least; /* the smallest that shows it, if there is only one */
	size_t asked;
};

static const struct probe_call *last_call(const struct probe *p, const char *function)
{
	for (size_t i = p->len; i-- > 0;) {
		if (strcmp(grammar->functions[p->calls[i].function].shim->function->name, function) == 0)
			return &p->calls[i];
	}
	return NULL;
}

static bool asks_item(const struct probe *p)
{
	return last_call(p, "item_number") != NULL;
}

/* Of one list only. */
static bool adds_two(const struct probe *p)
{
	size_t added[PROBE_CALLS_MAX] = {0};
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_call *c = &p->calls[i];
		if (strcmp(grammar->functions[c->function].shim->function->name, "list_add") == 0 && ++added[c->args[0].object] == 2)
			return true;
	}
	return false;
}

static bool has_long_text(const struct probe *p)
{
	const struct probe_call *c = last_call(p, "text_sum");
	return c && c->args[0].kind == PROBE_BYTES && c->args[1].number >= 5;
}

static bool has_word(const struct probe *p)
{
	const struct probe_call *c = last_call(p, "text_len");
	return c && c->args[0].kind == PROBE_BYTES && memmem(c->args[0].bytes.ptr, c->args[0].bytes.len, "e t", 3);
}

static bool has_large_number(const struct probe *p)
{
	const struct probe_call *c = last_call(p, "of_large");
	return c && (int64_t)c->args[2].number >= 20;
}

static bool has_low_number(const struct probe *p)
{
	const struct probe_call *c = last_call(p, "handle_open");
	return c && (int32_t)c->args[0].number <= -23;
}

static bool is_answered(const struct probe *p)
{
	return p->answers && last_call(p, "each");
}

static struct showing showings[] = {
	/* By way of a list and a cursor at most. */
	{.name = "an item that is asked", .shows = asks_item, .calls = 4},
	{.name = "two in a list", .shows = adds_two, .calls = 5},
	{.name = "five bytes", .shows = has_long_text, .calls = 1, .least = "text_sum(\"aaaaa\", 5)"},
	{.name = "a word", .shows = has_word, .calls = 1, .least = "text_len(\"e t\")"},
	{.name = "a large number", .shows = has_large_number, .calls = 1, .least = "of_large(0, 0, 20, 0u, 0)"},
	{.name = "a low number", .shows = has_low_number, .calls = 1, .least = "o0 = handle_open(-23)"},
	{.name = "answers", .shows = is_answered, .calls = 1},
};

static int shows(void *data, const struct probe *p)
{
	struct showing *x = data;
	x->asked++;
	return x->shows(p);
}

static size_t bytes_of(const struct probe *p)
{
	struct probe_rules rules = {.g = grammar, .p = p};
	return probe_rules_bytes(&rules);
}

static bool shrinks(const struct probe_library *l, struct showing *x, const struct probe *p, struct arena *a)
{
	static struct probe_rules rules;
	struct probe small;
	x->asked = 0;
	if (probe_shrink(&l->setup.pair, p, shows, x, a, &small) < 0)
		return false;
	const char *line = probe_line(grammar, &small, a), *broken = probe_rules_broken(&rules, grammar, &small);
	bool good = x->shows(&small) && !broken && small.len <= p->len && bytes_of(&small) <= bytes_of(p) &&
		    small.len <= x->calls && (!x->least || strcmp(line, x->least) == 0);
	if (!good)
		tap_print("# %s: %s\n# %s\n", x->name, broken ? broken : "not the least", line);
	return good;
}

/* From inputs as they are made, until enough have shown it. */
static void shrink_some(const struct probe_library *l, struct showing *x)
{
	struct prng lot = {21};
	size_t rounds = 0, good = 0, most = 0;
	for (unsigned tries = 0; rounds < ROUNDS && tries < 20000; tries++) {
		SCOPED_ARENA struct arena a = {0};
		struct probe_maker m = {.g = grammar, .words = &l->setup.words, .lot = &lot, .a = &a};
		probe_maker_init(&m, &a);
		struct probe p = probe_make_fresh(&m);
		for (unsigned i = 0; i < 3; i++)
			p = probe_make_changed(&m, &p, &p);
		if (!x->shows(&p) || p.len > 60)
			continue;
		rounds++;
		good += shrinks(l, x, &p, &a);
		most = x->asked > most ? x->asked : most;
	}
	tap_print("# %s: %zu times, at most %zu questions\n", x->name, rounds, most);
	ok(rounds > 3);
	is_int(good, rounds);
	ok(most <= TRIES_MAX);
}

static int fails(void *data, const struct probe *p)
{
	(void)p;
	return ++*(int *)data < 2 ? 1 : -1;
}

static void a_failure_ends_it(const struct probe_library *l, struct arena *a)
{
	struct prng lot = {22};
	struct probe_maker m = {.g = grammar, .words = &l->setup.words, .lot = &lot, .a = a};
	struct probe p = {0}, small;
	int asked = 0;
	probe_maker_init(&m, a);
	while (p.len < 20)
		p = probe_make_fresh(&m);
	is_int(probe_shrink(&l->setup.pair, &p, fails, &asked, a, &small), -1);
	is_int(asked, 2);
}

static void shrinking(struct sandbox *s)
{
	struct probe_library l;
	probe_library_open_kinds(s, &l);
	grammar = &l.setup.grammar;
	for (size_t i = 0; i < countof(showings); i++)
		shrink_some(&l, &showings[i]);
	a_failure_ends_it(&l, &s->arena);
	probe_library_close(&l);
}

int main(void)
{
	return sandbox_main(shrinking);
}
