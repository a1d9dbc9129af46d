#include "harness/probe_ways.h"

#include "core/buf.h"
#include "core/mem.h"
#include "core/prng.h"

enum { FLAGS_MAX = 4000, SHARE_MIN = 1000 /* less is not worth what a way of its own takes */ };

/* A program that is cut short may find that it has too few tests; what it calls is good all the same. */
bool probe_can_be_heard(const struct program_result *r)
{
	bool partly = r->status == PROGRAM_FAILED && r->passed && r->run.outcome == OUTCOME_EXITED;
	return r->status == PROGRAM_PASSED || partly;
}

struct finding {
	const struct rewrite *rewrite;
	const struct suite *suite;
	const struct extracted *extracted;
	struct probe_ways *ways;
	size_t *way_of; /* for each program; SIZE_MAX as long as it is not known */
	struct arena *a;
};

/* ---- which there are */

static struct str bytes_of(const struct finding *f, const struct plan_program *p, size_t index)
{
	return f->suite->plan.objects[p->library[index]].built.bytes;
}

static const struct rewrite_variant *variant_of(const struct finding *f, const struct plan_program *p)
{
	return &f->rewrite->variants[f->rewrite->variant_of[p - f->suite->plan.programs]];
}

static bool same_objects(const struct finding *f, const struct plan_program *one, const struct plan_program *other)
{
	const struct rewrite_variant *x = variant_of(f, one), *y = variant_of(f, other);
	for (size_t i = 0; i < one->library_len && one->library != other->library; i++) {
		if (one->library[i] != other->library[i] && !str_eq(bytes_of(f, one, i), bytes_of(f, other, i)))
			return false;
	}
	for (size_t i = 0; i < x->objects_len && x != y; i++) {
		if (!str_eq(x->objects[i].object.bytes, y->objects[i].object.bytes))
			return false;
	}
	return true;
}

static const char *flags_of(const struct configuration *c, struct arena *a)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, FLAGS_MAX);
	for (size_t i = 0; i < c->defines.len; i++)
		buf_printf(&text, "%s-D%s", text.len ? " " : "", c->defines.items[i]);
	for (size_t i = 0; i < c->flags.len; i++)
		buf_printf(&text, "%s%s", text.len ? " " : "", c->flags.items[i]);
	return arena_str(a, buf_str(&text));
}

/* What the headers say behind what the command line does: nothing else differs if nothing of that does. */
static struct str behind_command_line(struct str text)
{
	static const char end[] = "# 1 \"<built-in>\" 2\n";
	const char *at = text.len ? memmem(text.ptr, text.len, end, strlen(end)) : NULL;
	return at ? str_from(text, (size_t)(at - text.ptr)) : text;
}

static bool same_headers(const struct probe_way *one, const struct probe_way *other)
{
	return str_eq(behind_command_line(one->suite.headers.bytes), behind_command_line(other->suite.headers.bytes));
}

/* As a user compiles who wants the library so. */
static int read_headers(const struct finding *f, struct probe_way *way, const struct configuration *c, struct err *err)
{
	struct build_options *user = &way->suite.plan.user;
	struct built headers;
	if (c->defines.len == 0 && c->flags.len == 0)
		return 0;
	user->defines = arena_joined(f->a, &user->defines, &c->defines);
	user->flags = arena_joined(f->a, &user->flags, &c->flags);
	if (f->suite->plan.headers_len == 0)
		return 0;
	if (suite_read_headers(f->suite, user, f->a, &headers, err) < 0)
		return -1;
	if (headers.ok)
		way->suite.headers = headers;
	return 0;
}

/* Programs that want the same share a list, whose objects are made once. */
static size_t way_with_library(const struct finding *f, const struct plan_program *planned)
{
	const struct plan *plan = &f->suite->plan;
	for (size_t i = 0; i < plan->programs_len; i++) {
		if (plan->programs[i].library == planned->library && f->way_of[i] != SIZE_MAX)
			return f->way_of[i];
	}
	return SIZE_MAX;
}

static size_t way_like(const struct finding *f, const struct probe_way *way, const struct plan_program *planned)
{
	for (size_t i = 0; i < f->ways->len; i++) {
		const struct probe_way *known = &f->ways->items[i];
		if (known->planned && same_objects(f, known->planned, planned) && same_headers(known, way))
			return i;
	}
	return SIZE_MAX;
}

static int add_program(struct finding *f, const struct plan_program *planned, bool heard, struct err *err)
{
	struct probe_ways *all = f->ways;
	size_t at = way_with_library(f, planned);
	struct probe_way way = {.suite = *f->suite, .extracted = *f->extracted, .planned = heard ? planned : NULL};
	if (at == SIZE_MAX && read_headers(f, &way, planned->configuration, err) < 0)
		return -1;
	if (at == SIZE_MAX)
		at = way_like(f, &way, planned);
	if (at == SIZE_MAX) {
		at = all->len++;
		way.flags = flags_of(planned->configuration, f->a);
		all->items[at] = way;
	}
	all->items[at].programs += heard;
	f->way_of[planned - f->suite->plan.programs] = at;
	return 0;
}

/* Those that pass first: in a way of theirs, what others are built so for says nothing. */
static int add_all(struct finding *f, struct err *err)
{
	const struct plan *plan = &f->suite->plan;
	f->ways->items = arena_array(f->a, plan->programs_len + 1, struct probe_way);
	f->way_of = arena_array(f->a, plan->programs_len + 1, size_t);
	for (size_t i = 0; i < plan->programs_len; i++)
		f->way_of[i] = SIZE_MAX;
	for (size_t i = 0; i < 2 * plan->programs_len; i++) {
		size_t at = i % plan->programs_len;
		bool heard = probe_can_be_heard(&f->extracted->baseline.programs[at]);
		if (heard == (i < plan->programs_len) && add_program(f, &plan->programs[at], heard, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- which are looked into, and how */

/* In place, as few as there are; those that as many programs want stay in order. */
static void sort(struct finding *f)
{
	struct probe_ways *all = f->ways;
	for (size_t i = 1; i < all->len; i++) {
		for (size_t k = i; k > 0 && all->items[k - 1].programs < all->items[k].programs; k--) {
			struct probe_way more = all->items[k];
			all->items[k] = all->items[k - 1];
			all->items[k - 1] = more;
			for (size_t p = 0; p < f->suite->plan.programs_len; p++) {
				size_t *way = &f->way_of[p];
				*way = *way == k ? k - 1 : *way == k - 1 ? k : *way;
			}
		}
	}
}

static void share_out(struct probe_ways *all, size_t inputs, uint64_t seed)
{
	size_t passing = 0;
	while (passing < all->len && all->items[passing].planned)
		passing++;
	if (passing == 0)
		return;
	size_t rest = passing > 1 ? inputs / 2 : 0, others = rest ? min_size(passing - 1, max_size(1, rest / SHARE_MIN)) : 0;
	all->items[0].inputs = inputs - rest;
	all->items[0].seed = seed;
	for (size_t i = 1; i <= others; i++) {
		all->items[i].inputs = rest / others + (i <= rest % others);
		all->items[i].seed = prng_next(&(struct prng){seed + i});
	}
}

/* What does not come to an interface is read as the library's users do who want nothing of their own. */
static int read_interface(const struct finding *f, struct probe_way *way, struct err *err)
{
	const struct language *language = language_find(f->suite->project->language);
	const struct probe_way plain = {.suite = *f->suite};
	struct interface api;
	const char *trouble;
	struct err refusal = {0};
	if (same_headers(way, &plain))
		return 0;
	if (language->read_interface(&way->suite, f->a, &api, &trouble, &refusal) == 0) {
		way->extracted.spec.api = api;
		way->extracted.layout_trouble = trouble;
		return 0;
	}
	way->suite.headers = f->suite->headers;
	return refusal.kind == ERR_PARSE || refusal.kind == ERR_LIMIT ? 0 : err_copy(err, &refusal);
}

/* Where the headers say something else, a struct may lie in memory otherwise. */
static void choose_heard(const struct finding *f, struct probe_way *way)
{
	const struct plan *plan = &f->suite->plan;
	bool all = true;
	way->hears = arena_array(f->a, plan->programs_len + 1, bool);
	for (size_t i = 0; i < plan->programs_len; i++) {
		way->hears[i] = same_headers(way, &f->ways->items[f->way_of[i]]);
		all &= way->hears[i];
	}
	if (all)
		way->hears = NULL;
}

static int prepare(struct finding *f, struct err *err)
{
	struct probe_ways *all = f->ways;
	if (all->len < 2 || !all->items[1].planned) {
		if (all->len)
			all->items[0].suite = *f->suite;
		return 0;
	}
	for (size_t i = 0; i < probe_ways_explored(all); i++) {
		if (read_interface(f, &all->items[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < probe_ways_explored(all); i++)
		choose_heard(f, &all->items[i]);
	return 0;
}

size_t probe_ways_explored(const struct probe_ways *ways)
{
	size_t len = 0;
	while (len < ways->len && ways->items[len].inputs)
		len++;
	return len;
}

int probe_ways_find(const struct rewrite *rewrite, const struct extracted *extracted, size_t inputs, uint64_t seed,
		    struct probe_ways *ret, struct err *err)
{
	struct probe_ways ways = {0};
	struct finding f = {
		.rewrite = rewrite, .suite = rewrite->suite, .extracted = extracted, .ways = &ways, .a = &ways.arena};
	if (add_all(&f, err) < 0) {
		probe_ways_release(&ways);
		return -1;
	}
	sort(&f);
	share_out(&ways, inputs, seed);
	if (prepare(&f, err) < 0) {
		probe_ways_release(&ways);
		return -1;
	}
	*ret = ways;
	return 0;
}

void probe_ways_release(struct probe_ways *ways)
{
	arena_release(&ways->arena);
	*ways = (struct probe_ways){0};
}
