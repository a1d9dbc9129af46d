#include "harness/ctests.h"

#include "core/mem.h"
#include "harness/ctests_scan.h"

/*
 * A graph over functions, macros and variables of the sources: which names each
 * of them uses. Two more nodes stand for what is cut out and for the rest. An
 * orphan is reached from what is cut out, and neither from the rest nor from
 * what nothing had reached before, since that stays.
 */

struct variable {
	uint32_t name, file;
	uint32_t first, last; /* tokens */
	uint32_t next;        /* of the same name */
};

struct use {
	uint32_t node, name;
};

struct graph {
	struct ctscan scan;
	struct {
		struct variable *items;
		size_t len, cap;
	} variables;
	uint32_t *variable_of; /* by name: the first */
	struct {
		struct use *items; /* by node */
		size_t len, cap;
	} uses;
	size_t *uses_from; /* by node, and one more */
	size_t macros, vars, rest, cut, nodes; /* where each kind begins; functions come first */
	struct {
		uint32_t *items;
		size_t len, cap;
	} open; /* nodes that were reached and not yet followed */
	struct {
		struct ctest_range *items;
		size_t len, cap;
	} ranges;
};

static void graph_release(struct graph *g)
{
	vec_release(&g->variables);
	vec_release(&g->uses);
	vec_release(&g->open);
	vec_release(&g->ranges);
	ctscan_release(&g->scan);
}

/* ---- variables */

/* The statement's own name if it gives one variable a value and nothing else. */
static uint32_t variable_name(const struct ctscan_file *f, uint32_t first, uint32_t last)
{
	uint32_t assigned = first;
	while (assigned < last && ctscan_sign(f, assigned) != '=')
		assigned = ctscan_behind(f, assigned);
	uint32_t name = assigned;
	while (name > first && (name == assigned || ctscan_sign(f, name) == '['))
		name = ctscan_before(f, name);
	for (uint32_t t = assigned; t < last; t = ctscan_behind(f, t)) {
		if (ctscan_sign(f, t) == ',')
			return CTSCAN_NONE;
	}
	return assigned < last && name > first ? ctscan_name_at(f, name) : CTSCAN_NONE;
}

static void add_variable(struct graph *g, uint32_t file, uint32_t first, uint32_t last)
{
	const struct ctscan_file *f = &g->scan.files[file];
	const struct ctscan_token *tokens = f->tokens.items;
	uint32_t name = variable_name(f, first, last);
	size_t directive = ctscan_directive_from(f, tokens[first].start);
	bool whole = directive == f->directives.len || f->directives.items[directive].start > tokens[last].end;
	if (name == CTSCAN_NONE || !whole)
		return;
	*vec_push(&g->variables) = (struct variable){name, file, first, last, g->variable_of[name]};
	g->variable_of[name] = (uint32_t)g->variables.len - 1;
}

static void find_variables(struct graph *g, uint32_t file)
{
	const struct ctscan_file *f = &g->scan.files[file];
	uint32_t function = f->functions_first, first = 0;
	for (uint32_t t = 0; t < f->tokens.len; t++) {
		if (function < f->functions_end && t == g->scan.functions.items[function].first) {
			t = g->scan.functions.items[function++].last;
			first = t + 1;
			continue;
		}
		const struct ctscan_token *token = &f->tokens.items[t];
		bool ends = token->sign == ';' || (token->sign == '}' && token->pair == CTSCAN_NONE);
		if (token->up != CTSCAN_NONE || !ends)
			continue;
		if (token->sign == ';' && t > first)
			add_variable(g, file, first, t);
		first = t + 1;
	}
}

/* ---- uses */

static int by_start(const void *a, const void *b)
{
	const struct ctest_range *x = a, *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

/* What goes of one source, in order. */
static void collect_ranges(struct graph *g, size_t file, const struct ctests *tests, const bool *sealed)
{
	g->ranges.len = 0;
	for (size_t i = 0; i < tests->len; i++) {
		for (size_t k = 0; sealed[i] && k < tests->items[i].cuts_len; k++) {
			if (tests->items[i].cuts[k].source == file)
				*vec_push(&g->ranges) = tests->items[i].cuts[k];
		}
	}
	if (g->ranges.len)
		qsort(g->ranges.items, g->ranges.len, sizeof(*g->ranges.items), by_start);
}

/* For places in rising order. */
static bool is_cut(const struct graph *g, size_t *at, uint32_t place)
{
	while (*at < g->ranges.len && g->ranges.items[*at].end <= place)
		++*at;
	return *at < g->ranges.len && g->ranges.items[*at].start <= place;
}

static void use(struct graph *g, size_t node, uint32_t name)
{
	if (name != CTSCAN_NONE)
		*vec_push(&g->uses) = (struct use){(uint32_t)node, name};
}

/* Of the tokens at the file's top or in something, each once; a declaration uses nothing. */
static void use_tokens(struct graph *g, uint32_t file, size_t *mention, size_t *variable)
{
	const struct ctscan *s = &g->scan;
	const struct ctscan_file *f = &s->files[file];
	uint32_t function = f->functions_first, argument;
	size_t range = 0;
	for (uint32_t t = 0; t < f->tokens.len; t++) {
		while (function < f->functions_end && s->functions.items[function].last < t)
			function++;
		while (*variable < g->variables.len && g->variables.items[*variable].file == file &&
		       g->variables.items[*variable].last < t)
			++*variable;
		while (*mention < s->mentions.len && (s->mentions.items[*mention].file < file ||
						      (s->mentions.items[*mention].file == file &&
						       s->mentions.items[*mention].token < t)))
			++*mention;
		const struct ctscan_mention *m = *mention < s->mentions.len ? &s->mentions.items[*mention] : NULL;
		if (m && m->file == file && m->token == t && m->place == CTSCAN_DECLARATION)
			continue;
		size_t node = g->rest;
		const struct variable *v = *variable < g->variables.len ? &g->variables.items[*variable] : NULL;
		if (function < f->functions_end && s->functions.items[function].first <= t)
			node = function;
		else if (v && v->file == file && v->first <= t)
			node = g->vars + *variable;
		if (is_cut(g, &range, f->tokens.items[t].start))
			node = g->cut;
		use(g, node, f->tokens.items[t].name);
		for (uint32_t k = 0; k < CTSCAN_PASTES_MAX; k++)
			use(g, node, ctscan_made_name(s, f, t, k, &argument));
	}
	while (*variable < g->variables.len && g->variables.items[*variable].file == file)
		++*variable;
}

/* Whether the directive is this macro's definition. */
static bool is_macro(const struct graph *g, size_t macro, uint32_t file, const struct ctscan_directive *d)
{
	const struct ctscan_macro *m = macro < g->scan.macros.len ? &g->scan.macros.items[macro] : NULL;
	return m && m->file == file && m->last == d->last;
}

static void use_words(struct graph *g, uint32_t file, size_t *macro)
{
	const struct ctscan_file *f = &g->scan.files[file];
	size_t range = 0;
	for (size_t i = 0; i < f->directives.len; i++) {
		const struct ctscan_directive *d = &f->directives.items[i];
		bool defines = is_macro(g, *macro, file, d);
		size_t node = is_cut(g, &range, d->start) ? g->cut : defines ? g->macros + *macro : g->rest;
		uint32_t first = defines ? g->scan.macros.items[*macro].first : d->first;
		for (uint32_t w = first; w < d->last; w++)
			use(g, node, f->words.items[w].name);
		*macro += defines;
	}
}

static int by_node(const void *a, const void *b)
{
	const struct use *x = a, *y = b;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

static void find_uses(struct graph *g, const struct ctests *tests, const bool *sealed)
{
	size_t mention = 0, variable = 0, macro = 0, at = 0, kept = 0;
	for (uint32_t i = 0; i < g->scan.files_len; i++) {
		collect_ranges(g, i, tests, sealed);
		use_tokens(g, i, &mention, &variable);
		use_words(g, i, &macro);
	}
	struct use *uses = g->uses.items;
	if (g->uses.len)
		qsort(uses, g->uses.len, sizeof(*uses), by_node);
	for (size_t i = 0; i < g->uses.len; i++) {
		if (kept == 0 || by_node(&uses[i], &uses[kept - 1]) != 0)
			uses[kept++] = uses[i];
	}
	g->uses.len = kept;
	g->uses_from = arena_array(g->scan.arena, g->nodes + 1, size_t);
	for (size_t node = 0; node <= g->nodes; node++) {
		while (at < kept && uses[at].node < node)
			at++;
		g->uses_from[node] = at;
	}
}

/* ---- reaching */

static void reach(struct graph *g, size_t node, bool *reached)
{
	if (reached[node])
		return;
	reached[node] = true;
	*vec_push(&g->open) = (uint32_t)node;
}

/* A name is looked up once: what it stands for is reached then. */
static void follow(struct graph *g, bool *reached, bool *names)
{
	const struct ctscan *s = &g->scan;
	while (g->open.len) {
		uint32_t node = g->open.items[--g->open.len];
		for (size_t u = g->uses_from[node]; u < g->uses_from[node + 1]; u++) {
			uint32_t name = g->uses.items[u].name;
			if (names[name])
				continue;
			names[name] = true;
			for (uint32_t i = s->function_of[name]; i != CTSCAN_NONE; i = s->functions.items[i].next)
				reach(g, i, reached);
			for (uint32_t i = s->macro_of[name]; i != CTSCAN_NONE; i = s->macros.items[i].next)
				reach(g, g->macros + i, reached);
			for (uint32_t i = g->variable_of[name]; i != CTSCAN_NONE; i = g->variables.items[i].next)
				reach(g, g->vars + i, reached);
		}
	}
}

/* What is an orphan, by node. */
static bool *find_orphans(struct graph *g)
{
	struct arena *a = g->scan.arena;
	bool *before = arena_array(a, g->nodes, bool), *after = arena_array(a, g->nodes, bool);
	reach(g, g->rest, before);
	reach(g, g->cut, before);
	follow(g, before, arena_array(a, ctscan_names_len(&g->scan) + 1, bool));
	for (size_t i = 0; i < g->nodes; i++) {
		if (i == g->rest || !before[i])
			reach(g, i, after);
	}
	follow(g, after, arena_array(a, ctscan_names_len(&g->scan) + 1, bool));
	for (size_t i = 0; i < g->nodes; i++)
		before[i] = before[i] && !after[i] && i < g->rest;
	return before;
}

/* ---- cutting */

static void cut_bytes(struct graph *g, uint32_t file, uint32_t start, uint32_t end)
{
	struct ctest_range cut = ctscan_range(&g->scan.files[file], start, end, true);
	cut.source = file;
	*vec_push(&g->ranges) = cut;
}

static void cut_tokens(struct graph *g, uint32_t file, uint32_t first, uint32_t last)
{
	const struct ctscan_token *tokens = g->scan.files[file].tokens.items;
	cut_bytes(g, file, tokens[first].start, tokens[last].end);
}

static void cut_macros(struct graph *g, const bool *orphans, const bool *whole)
{
	size_t macro = 0;
	for (uint32_t i = 0; i < g->scan.files_len; i++) {
		const struct ctscan_file *f = &g->scan.files[i];
		for (size_t d = 0; d < f->directives.len; d++) {
			if (!is_macro(g, macro, i, &f->directives.items[d]))
				continue;
			if (orphans[g->macros + macro++] && !whole[i])
				cut_bytes(g, i, f->directives.items[d].start, f->directives.items[d].end);
		}
	}
}

/* By name: a function of that name goes. One of two definitions goes with both or not at all. */
static bool *functions_that_go(const struct graph *g, const bool *orphans, const bool *whole)
{
	const struct ctscan *s = &g->scan;
	bool *goes = arena_array(s->arena, ctscan_names_len(s) + 1, bool);
	for (size_t i = 0; i < s->functions.len; i++)
		goes[s->functions.items[i].name] = true;
	for (size_t i = 0; i < s->functions.len; i++) {
		const struct ctscan_function *f = &s->functions.items[i];
		if (!orphans[i] || whole[f->file] || !f->movable)
			goes[f->name] = false;
	}
	return goes;
}

static void cut_orphans(struct graph *g, const bool *orphans, const bool *whole)
{
	const struct ctscan *s = &g->scan;
	const bool *goes = functions_that_go(g, orphans, whole);
	g->ranges.len = 0;
	for (size_t i = 0; i < s->functions.len; i++) {
		const struct ctscan_function *f = &s->functions.items[i];
		if (goes[f->name])
			cut_tokens(g, f->file, f->first, f->last);
	}
	for (size_t i = 0; i < s->mentions.len; i++) {
		const struct ctscan_mention *m = &s->mentions.items[i];
		if (m->place == CTSCAN_DECLARATION && !whole[m->file] && goes[m->name])
			cut_tokens(g, m->file, m->first, m->last);
	}
	for (size_t i = 0; i < g->variables.len; i++) {
		const struct variable *v = &g->variables.items[i];
		if (orphans[g->vars + i] && !whole[v->file])
			cut_tokens(g, v->file, v->first, v->last);
	}
	cut_macros(g, orphans, whole);
}

int ctests_orphans(const struct ctest_source *sources, size_t len, const struct ctests *tests, const bool *sealed,
		   const bool *whole, struct arena *a, struct ctest_function *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct graph g = {0};
	if (ctscan_read(&g.scan, sources, len, &scratch, err) < 0)
		return -1;
	ctscan_find_items(&g.scan);
	ctscan_find_mentions(&g.scan);
	g.variable_of = arena_array(&scratch, ctscan_names_len(&g.scan) + 1, uint32_t);
	memset(g.variable_of, 0xFF, (ctscan_names_len(&g.scan) + 1) * sizeof(*g.variable_of));
	for (uint32_t i = 0; i < len; i++)
		find_variables(&g, i);
	g.macros = g.scan.functions.len;
	g.vars = g.macros + g.scan.macros.len;
	g.rest = g.vars + g.variables.len;
	g.cut = g.rest + 1;
	g.nodes = g.cut + 1;
	find_uses(&g, tests, sealed);
	cut_orphans(&g, find_orphans(&g), whole);
	*ret = (struct ctest_function){.name = "", .cuts = arena_array(a, g.ranges.len, struct ctest_range)};
	ret->cuts_len = g.ranges.len;
	if (g.ranges.len)
		memcpy(ret->cuts, g.ranges.items, g.ranges.len * sizeof(*ret->cuts));
	graph_release(&g);
	return 0;
}
