#include "harness/scout_parts.h"

#include "core/mem.h"

/* Programs that build files call tests: targets that are built for tests, and each way in which one is run. */

enum { CHECKS_MAX = 300 };

/* The program that a test runs; several build files may know one of that name. */
static const struct fact_target *target_of(const struct scout *s, const struct fact_test *test)
{
	const struct fact_target *found = NULL;
	for (size_t i = 0; test->program && i < s->facts.targets_len; i++) {
		const struct fact_target *t = &s->facts.targets[i];
		if (!t->program || strcmp(t->name, test->program) != 0)
			continue;
		if (strcmp(path_base_of(t->file), path_base_of(test->file)) == 0)
			return t;
		found = found ? found : t;
	}
	return found;
}

static size_t runs_of(const struct scout *s, const char *target)
{
	size_t runs = 0;
	for (size_t i = 0; i < s->facts.tests_len; i++)
		runs += s->facts.tests[i].program && strcmp(s->facts.tests[i].program, target) == 0;
	return runs;
}

static bool is_test(const struct scout *s, const struct fact_target *t)
{
	return t->test || runs_of(s, t->name);
}

/* Defines that are not the library's own already. */
static void take_defines(const struct scout *s, const struct fact_target *t, struct scout_list *list)
{
	for (size_t i = 0; i < t->defines.len; i++) {
		const char *define = t->defines.items[i];
		if (scout_is_define(define) && !scout_list_has(&s->library.defines, define) &&
		    !scout_list_has(&s->refused, define))
			scout_list_add(list, define);
	}
}

/* ---- sources */

static bool has_main(const struct scout *s, const struct fact_target *t)
{
	for (size_t i = 0; i < t->sources.len; i++) {
		const struct scout_file *f = scout_file(s, t->sources.items[i]);
		if (f && f->object.ok && f->object.has_main)
			return true;
	}
	return false;
}

/* The source with main; if none compiles, the one where tests lie, or the first. */
static const struct scout_file *main_of(const struct scout *s, const struct fact_target *t)
{
	const struct scout_file *best = NULL;
	for (size_t i = 0; i < t->sources.len; i++) {
		const struct scout_file *f = scout_file(s, t->sources.items[i]);
		if (!f || !f->source || f->in_library)
			continue;
		if (f->object.ok && f->object.has_main)
			return f;
		if (!f->object.ok && !best)
			best = f;
	}
	return best;
}

/* Whether the source compiles with these alone; what is known of it stays. */
static int compiles_with(struct scout *s, const struct scout_file *f, const struct scout_options *extra, bool *ret,
			 struct err *err)
{
	size_t index = (size_t)(f - s->files.items);
	struct scout_object before = f->object;
	if (scout_compile(s, &(struct scout_job){.items = &index, .len = 1}, true, extra, err) < 0)
		return -1;
	*ret = s->files.items[index].object.ok;
	s->files.items[index].object = before;
	return 0;
}

/* A define that breaks a main which compiles without it was misread: it depends on an option. */
static int check_defines(struct scout *s, const struct fact_target *t, const struct scout_options *extra,
			 struct err *err)
{
	const struct scout_file *main = main_of(s, t);
	bool good = true;
	if (!main || !main->object.ok || s->checked++ >= CHECKS_MAX)
		return 0;
	if (compiles_with(s, main, extra, &good, err) < 0)
		return -1;
	for (size_t i = 0; !good && i < extra->defines.len && s->checked < CHECKS_MAX; i++, s->checked++) {
		struct scout_options one = {.defines = {.items = &extra->defines.items[i], .len = 1}};
		bool alone = true;
		if (compiles_with(s, main, &one, &alone, err) < 0)
			return -1;
		if (alone || !scout_list_add(&s->refused, extra->defines.items[i]))
			continue;
		scout_find(s, FINDING_GUESSED, "tests.defines", "%.60s of %s:%u is left out: with it %s does not compile",
			   extra->defines.items[i], t->file, t->line, main->path);
	}
	return 0;
}

/* Those of the target that are not the library's, compiled as it does; if none has a main, its defines
 * may bring one forth. */
static int compile_target(struct scout *s, const struct fact_target *t, struct err *err)
{
	struct scout_job job = {0};
	struct scout_options extra = {0};
	bool all = !has_main(s, t);
	take_defines(s, t, &extra.defines);
	for (size_t i = 0; i < t->sources.len && i < 1000; i++) {
		struct scout_file *f = scout_file(s, t->sources.items[i]);
		if (f && f->source && !f->in_library && (all || !f->object.ok))
			*vec_push(&job) = (size_t)(f - s->files.items);
	}
	int result = job.len ? scout_compile_settle(s, &job, true, err) : 0;
	if (result == 0 && extra.defines.len)
		result = job.len ? scout_compile(s, &job, true, &extra, err) : check_defines(s, t, &extra, err);
	vec_release(&job);
	vec_release(&extra.defines);
	return result;
}

/* What the target lists beside its main; and what the targets list with which it is linked, such as
 * a framework. A source that belongs to the library and was left out there is left out here. */
static void take_helpers(struct scout *s, const struct fact_target *t, struct scout_program *p, bool linked)
{
	for (size_t i = 0; i < t->sources.len; i++) {
		const struct scout_file *f = scout_file(s, t->sources.items[i]);
		bool fits = f && f->source && !f->in_library && !f->included && !f->said && !f->object.has_main;
		if (fits && strcmp(f->path, p->source) != 0 && (!linked || f->place != PLACE_LIBRARY))
			scout_list_add(&p->helpers, f->path);
	}
	for (size_t i = 0; !linked && i < t->links.len; i++) {
		for (size_t k = 0; k < s->facts.targets_len; k++) {
			const struct fact_target *other = &s->facts.targets[k];
			if (!other->program && strcmp(other->name, t->links.items[i]) == 0)
				take_helpers(s, other, p, true);
		}
	}
}

/* ---- one program in several ways */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_list(const struct scout_list *a, const struct scout_list *b)
{
	return strings_eq(&(struct strings){a->items, a->len}, &(struct strings){b->items, b->len});
}

/* Where it starts does not count between build files of two kinds. */
static bool runs_alike(const struct scout_program *p, const struct scout_program *q)
{
	bool cwd = !p->cwd || !q->cwd || strcmp(p->cwd, q->cwd) == 0 || strcmp(p->said_in, q->said_in) != 0;
	return strcmp(p->source, q->source) == 0 && strings_eq(&p->args, &q->args) &&
	       strings_eq(&p->env, &q->env) && same_text(p->stdin_file, q->stdin_file) && cwd;
}

bool scout_is_told_twice(const struct scout_program *p, const struct scout_program *q)
{
	return p->said && q->said && strcmp(p->said_in, q->said_in) != 0 && strcmp(p->source, q->source) == 0 &&
	       strings_eq(&p->args, &q->args) && same_text(p->stdin_file, q->stdin_file) &&
	       p->variants_len == q->variants_len;
}

static bool has_variant(const struct scout_program *p, const struct scout_variant *v)
{
	for (size_t i = 0; i < p->variants_len; i++) {
		if (same_list(&p->variants[i].defines, &v->defines) &&
		    same_text(p->variants[i].expected_file, v->expected_file))
			return true;
	}
	return false;
}

/* What a build file of another kind says too, maybe in other words. */
static bool is_there(const struct scout *s, const struct scout_program *p)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		const struct scout_program *q = &s->programs.items[i];
		if (runs_alike(p, q) && (has_variant(q, p->variants) || strcmp(p->said_in, q->said_in) != 0))
			return true;
	}
	return false;
}

/* A program that differs only in how it is built, library and all: defines of a configuration go to
 * the library too. */
static struct scout_program *twin_of(struct scout *s, const struct scout_program *p)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		struct scout_program *q = &s->programs.items[i];
		if (p->builds_library && q->builds_library && runs_alike(p, q) && same_list(&p->helpers, &q->helpers))
			return q;
	}
	return NULL;
}

static bool builds_library(const struct scout *s, const struct fact_target *t)
{
	for (size_t i = 0; i < t->sources.len; i++) {
		const struct scout_file *f = scout_file(s, t->sources.items[i]);
		if (f && f->in_library)
			return true;
	}
	/* One that is a header is built wherever it is included. */
	return s->is_single;
}

static void add_variant(struct scout *s, struct scout_program *p, const struct scout_variant *v)
{
	struct scout_variant *all = arena_array(s->a, p->variants_len + 1, struct scout_variant);
	memcpy(all, p->variants, p->variants_len * sizeof(*all));
	all[p->variants_len++] = *v;
	p->variants = all;
}

/* ---- from facts to programs */

static void add_run(struct scout *s, const struct fact_target *t, const struct fact_test *run)
{
	const struct scout_file *main = main_of(s, t);
	if (!main || s->programs.len >= SCOUT_PROGRAMS_MAX)
		return;
	struct scout_program p = {
		.name = run && run->name && runs_of(s, t->name) > 1 ? run->name : t->name,
		.source = main->path,
		.report = "exit",
		.cwd = run ? run->cwd : NULL,
		.said = is_test(s, t),
		.said_in = path_base_of(run ? run->file : t->file),
		.said_by = arena_printf(s->a, "%s:%u", run ? run->file : t->file, run ? run->line : t->line),
		.variants = arena_new(s->a, struct scout_variant),
		.variants_len = 1,
	};
	if (run) {
		p.args = run->args;
		p.env = run->env;
		p.stdin_file = run->stdin_file;
		p.variants->expected_file = run->expected_file;
		p.variants->expected_exit = run->expected_exit;
	}
	p.variants->name = p.name;
	take_defines(s, t, &p.variants->defines);
	p.builds_library = builds_library(s, t);
	take_helpers(s, t, &p, false);
	struct scout_program *twin = twin_of(s, &p);
	bool there = is_there(s, &p);
	if (!there && !twin) {
		*vec_push(&s->programs) = p;
		return;
	}
	if (!there && twin->variants_len < 1000)
		add_variant(s, twin, p.variants);
	else
		vec_release(&p.variants->defines);
	vec_release(&p.helpers);
}

/* "test_strict" among "test_default", "test_links" is "strict". */
static void shorten_names(struct scout *s, struct scout_program *p)
{
	size_t shared = strlen(p->variants[0].name);
	for (size_t i = 1; i < p->variants_len; i++) {
		size_t same = 0;
		while (same < shared && p->variants[i].name[same] &&
		       p->variants[i].name[same] == p->variants[0].name[same])
			same++;
		shared = same;
	}
	while (shared && !strchr("_-./ ", p->variants[0].name[shared - 1]))
		shared--;
	for (size_t i = 0; i < p->variants_len; i++)
		p->variants[i].name += p->variants[i].name[shared] ? shared : 0;
	p->name = arena_str(s->a, path_stem(str_of(p->source)));
}

static void settle_variants(struct scout *s)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		struct scout_program *p = &s->programs.items[i];
		if (p->variants_len > 1) {
			shorten_names(s, p);
			continue;
		}
		if (p->builds_library && p->variants[0].defines.len) {
			p->variants[0].name = "default";
			continue;
		}
		p->variants[0].name = "";
		p->options.defines = p->variants[0].defines;
		p->variants[0].defines = (struct scout_list){0};
	}
}

/* Its main lies where tests lie, though no build file says what it is for: how it is built is told. */
static bool lies_among_tests(const struct scout *s, const struct fact_target *t)
{
	for (size_t i = 0; i < t->sources.len; i++) {
		const struct scout_file *f = scout_file(s, t->sources.items[i]);
		if (f && f->source && f->place == PLACE_TEST && !f->in_library)
			return true;
	}
	return false;
}

static bool has_said(const struct scout *s, const char *source)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		if (s->programs.items[i].said && strcmp(s->programs.items[i].source, source) == 0)
			return true;
	}
	return false;
}

static void add_unsaid(struct scout *s, const struct fact_target *t)
{
	const struct scout_file *main = main_of(s, t);
	if (main && main->place == PLACE_TEST && main->object.ok && main->object.has_main && !has_said(s, main->path))
		add_run(s, t, NULL);
}

int scout_said_tests(struct scout *s, struct err *err)
{
	for (size_t i = 0; i < s->facts.targets_len; i++) {
		const struct fact_target *t = &s->facts.targets[i];
		bool concerns = is_test(s, t) || lies_among_tests(s, t);
		if (t->program && concerns && compile_target(s, t, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < s->facts.tests_len; i++) {
		const struct fact_target *t = target_of(s, &s->facts.tests[i]);
		if (t)
			add_run(s, t, &s->facts.tests[i]);
	}
	for (size_t i = 0; i < s->facts.targets_len; i++) {
		const struct fact_target *t = &s->facts.targets[i];
		if (t->program && t->test && !runs_of(s, t->name))
			add_run(s, t, NULL);
	}
	for (size_t i = 0; i < s->facts.targets_len; i++) {
		const struct fact_target *t = &s->facts.targets[i];
		if (t->program && !is_test(s, t) && lies_among_tests(s, t))
			add_unsaid(s, t);
	}
	settle_variants(s);
	return 0;
}
