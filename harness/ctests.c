#include "harness/ctests.h"

#include "core/mem.h"
#include "harness/ctests_scan.h"

/* A function that something registers, and what its text is cut into. */
struct candidate {
	uint32_t name;
	uint32_t definition; /* the first one */
	bool kept;           /* cannot go without breaking what stays */
};

struct finding {
	struct ctscan scan;
	struct {
		struct candidate *items;
		size_t len, cap;
	} candidates;
	uint32_t *candidate_of; /* by name, or CTSCAN_NONE */
	struct {
		struct ctest_range *items;
		size_t len, cap;
	} cuts; /* of the test at work */
};

/* ---- which functions can be cut out */

static void add_candidate(struct finding *f, uint32_t name)
{
	const struct ctscan *s = &f->scan;
	if (f->candidate_of[name] != CTSCAN_NONE)
		return;
	f->candidate_of[name] = (uint32_t)f->candidates.len;
	struct candidate c = {.name = name, .definition = s->function_of[name]};
	c.kept = str_eq(ctscan_name(s, name), STR("main"));
	for (uint32_t i = c.definition; i != CTSCAN_NONE; i = s->functions.items[i].next) {
		c.definition = i; /* the last of the row is the first in the sources */
		c.kept = c.kept || !s->functions.items[i].movable;
	}
	*vec_push(&f->candidates) = c;
}

static struct candidate *candidate_around(const struct finding *f, const struct ctscan_mention *m)
{
	if (m->function == CTSCAN_NONE)
		return NULL;
	uint32_t candidate = f->candidate_of[f->scan.functions.items[m->function].name];
	return candidate == CTSCAN_NONE ? NULL : &f->candidates.items[candidate];
}

/* What is mentioned where nothing can be cut stays, and so does what another test runs. */
static void keep_what_is_used(struct finding *f)
{
	for (size_t i = 0; i < f->scan.mentions.len; i++) {
		const struct ctscan_mention *m = &f->scan.mentions.items[i];
		uint32_t candidate = f->candidate_of[m->name];
		if (candidate == CTSCAN_NONE || m->place == CTSCAN_OWN || m->place == CTSCAN_DECLARATION)
			continue;
		if (!m->accepted || candidate_around(f, m))
			f->candidates.items[candidate].kept = true;
	}
}

static int by_place(const void *a, const void *b, void *context)
{
	const struct ctscan_mention *items = context;
	const struct ctscan_mention *x = &items[*(const uint32_t *)a], *y = &items[*(const uint32_t *)b];
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/* Two tests in one statement or declaration: neither can go alone. */
static void keep_what_overlaps(struct finding *f)
{
	struct ctscan_mention *items = f->scan.mentions.items;
	uint32_t *order = arena_array(f->scan.arena, f->scan.mentions.len + 1, uint32_t);
	size_t len = 0;
	for (uint32_t i = 0; i < f->scan.mentions.len; i++) {
		bool declared = items[i].place == CTSCAN_DECLARATION && f->candidate_of[items[i].name] != CTSCAN_NONE;
		if (items[i].accepted || declared)
			order[len++] = i;
	}
	if (len)
		qsort_r(order, len, sizeof(*order), by_place, items);
	const struct ctscan_mention *farthest = NULL;
	for (size_t i = 0; i < len; i++) {
		const struct ctscan_mention *m = &items[order[i]];
		bool overlaps = farthest && farthest->file == m->file && m->first <= farthest->last;
		if (overlaps && farthest->name != m->name) {
			f->candidates.items[f->candidate_of[m->name]].kept = true;
			f->candidates.items[f->candidate_of[farthest->name]].kept = true;
		}
		if (!overlaps || m->last > farthest->last)
			farthest = m;
	}
}

static int by_definition(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	return (x->definition > y->definition) - (x->definition < y->definition);
}

static int find_candidates(struct finding *f, struct err *err)
{
	const struct ctscan *s = &f->scan;
	f->candidate_of = arena_array(s->arena, ctscan_names_len(s) + 1, uint32_t);
	memset(f->candidate_of, 0xFF, ctscan_names_len(s) * sizeof(*f->candidate_of));
	for (size_t i = 0; i < s->mentions.len; i++) {
		if (s->mentions.items[i].accepted)
			add_candidate(f, s->mentions.items[i].name);
	}
	if (f->candidates.len > CTESTS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d tests in one program", CTESTS_MAX);
	keep_what_is_used(f);
	keep_what_overlaps(f);
	if (f->candidates.len)
		qsort(f->candidates.items, f->candidates.len, sizeof(*f->candidates.items), by_definition);
	for (uint32_t i = 0; i < f->candidates.len; i++)
		f->candidate_of[f->candidates.items[i].name] = i;
	return 0;
}

/* ---- bytes */

static void add_cut(struct finding *f, uint32_t file, uint32_t first, uint32_t last, bool definition)
{
	const struct ctscan_file *source = &f->scan.files[file];
	const struct ctscan_token *tokens = source->tokens.items;
	struct ctest_range cut = ctscan_range(source, tokens[first].start, tokens[last].end, definition);
	cut.source = file;
	*vec_push(&f->cuts) = cut;
}

static int by_start(const void *a, const void *b)
{
	const struct ctest_range *x = a, *y = b;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* A macro that makes one name twice registers a test twice in one place. */
static void sort_cuts(struct finding *f, struct ctest_function *test)
{
	qsort(f->cuts.items, f->cuts.len, sizeof(*f->cuts.items), by_start);
	test->cuts = arena_array(f->scan.arena, f->cuts.len, struct ctest_range);
	for (size_t i = 0; i < f->cuts.len; i++) {
		const struct ctest_range *cut = &f->cuts.items[i];
		struct ctest_range *last = test->cuts_len ? &test->cuts[test->cuts_len - 1] : NULL;
		if (last && last->source == cut->source && cut->start < last->end)
			last->end = max_size(last->end, cut->end);
		else
			test->cuts[test->cuts_len++] = *cut;
	}
	f->cuts.len = 0;
}

static struct ctest_function describe(struct finding *f, const struct candidate *c)
{
	const struct ctscan *s = &f->scan;
	const struct ctscan_function *definition = &s->functions.items[c->definition];
	const struct ctscan_token *tokens = s->files[definition->file].tokens.items;
	struct ctest_function test = {
		.name = arena_str(s->arena, ctscan_name(s, c->name)),
		.source = definition->file,
		.line = tokens[definition->first].line,
		.end_line = tokens[definition->last].line,
	};
	for (uint32_t i = s->function_of[c->name]; i != CTSCAN_NONE; i = s->functions.items[i].next)
		add_cut(f, s->functions.items[i].file, s->functions.items[i].first, s->functions.items[i].last, true);
	for (uint32_t i = s->mentions_from[c->name]; i < s->mentions_from[c->name + 1]; i++) {
		const struct ctscan_mention *m = &s->mentions.items[s->mention_order[i]];
		bool declared = m->place == CTSCAN_DECLARATION && !candidate_around(f, m);
		if (m->accepted || declared)
			add_cut(f, m->file, m->first, m->last, declared && m->function == CTSCAN_NONE);
	}
	sort_cuts(f, &test);
	return test;
}

static void describe_all(struct finding *f, const char *framework, struct ctests *ret)
{
	struct arena *a = f->scan.arena;
	struct ctests tests = {.framework = framework};
	tests.items = arena_array(a, f->candidates.len + 1, struct ctest_function);
	uint32_t *names = arena_array(a, f->candidates.len + 1, uint32_t);
	struct strings *reaches = arena_array(a, f->candidates.len + 1, struct strings);
	for (size_t i = 0; i < f->candidates.len; i++) {
		if (f->candidates.items[i].kept)
			continue;
		names[tests.len] = f->candidates.items[i].name;
		tests.items[tests.len++] = describe(f, &f->candidates.items[i]);
	}
	ctests_reach(&f->scan, names, tests.len, reaches);
	for (size_t i = 0; i < tests.len; i++)
		tests.items[i].reaches = reaches[i];
	if (tests.len == 0)
		tests.framework = "";
	*ret = tests;
}

int ctests_find(const struct ctest_source *sources, size_t len, struct arena *a, struct ctests *ret, struct err *err)
{
	struct finding f = {0};
	if (ctscan_read(&f.scan, sources, len, a, err) < 0)
		return -1;
	ctscan_find_items(&f.scan);
	ctscan_find_mentions(&f.scan);
	const char *framework = ctests_accept_framework(&f.scan);
	if (!framework) {
		framework = "functions";
		ctests_accept_plain(&f.scan);
	}
	int result = find_candidates(&f, err);
	if (result == 0)
		describe_all(&f, framework, ret);
	vec_release(&f.candidates);
	vec_release(&f.cuts);
	ctscan_release(&f.scan);
	return result;
}

struct strings ctests_names(const struct ctest_source *sources, size_t len, struct arena *a)
{
	struct ctscan scan;
	struct strings names = {0};
	uint32_t *rank;
	if (ctscan_read(&scan, sources, len, a, NULL) < 0)
		return names;
	ctscan_find_items(&scan);
	names = ctscan_all_names(&scan, &rank);
	ctscan_release(&scan);
	return names;
}
