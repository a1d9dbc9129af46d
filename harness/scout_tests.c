#include "harness/scout_parts.h"

#include "core/mem.h"

/* Which programs are tests: those that a build file calls so, and sources with a main where tests lie.
 * What else each needs is found by symbols. */

static bool is_source_of(const struct scout_file *f, enum scout_place place)
{
	return f->source && f->place == place && !f->in_library;
}

/* ---- what lies where tests lie */

static size_t count_good(const struct scout *s, const struct scout_job *job)
{
	size_t good = 0;
	for (size_t i = 0; i < job->len; i++)
		good += s->files.items[job->items[i]].object.ok;
	return good;
}

/* A framework that knows no such system as the sandbox may take it for a Unix. */
static int try_platform(struct scout *s, const struct scout_job *job, struct err *err)
{
	static const char *const platform = "__unix__";
	struct scout_job failing = {0};
	for (size_t i = 0; i < job->len; i++) {
		const struct scout_object *o = &s->files.items[job->items[i]].object;
		if (!o->ok && !o->missing)
			*vec_push(&failing) = job->items[i];
	}
	size_t before = count_good(s, job);
	struct scout_options extra = {0};
	scout_list_add(&extra.defines, platform);
	int result = failing.len ? scout_compile(s, &failing, true, &extra, err) : 0;
	bool helps = result == 0 && count_good(s, job) > before;
	/* Others may not like it, or what failed is as it was. */
	if (helps)
		result = scout_compile(s, job, true, &extra, err);
	if (result == 0 && helps && count_good(s, job) > before) {
		scout_list_add(&s->tests.defines, platform);
		scout_find(s, FINDING_GUESSED, "tests.defines", "%s, without which %zu of the tests' sources fail to compile",
			   platform, count_good(s, job) - before);
	} else if (result == 0 && failing.len) {
		result = scout_compile(s, job, true, NULL, err);
	}
	vec_release(&extra.defines);
	vec_release(&failing);
	return result;
}

static int compile_programs(struct scout *s, enum scout_place place, struct err *err)
{
	struct scout_job job = {0};
	for (size_t i = 0; i < s->files.len && s->compiled + job.len < SCOUT_SOURCES_MAX; i++) {
		if (is_source_of(&s->files.items[i], place) && !s->files.items[i].included)
			*vec_push(&job) = i;
	}
	s->compiled += job.len;
	int result = scout_compile_settle(s, &job, true, err);
	if (result == 0 && place == PLACE_TEST)
		result = scout_public_tests(s, &job, err);
	if (result == 0)
		result = try_platform(s, &job, err);
	vec_release(&job);
	return result;
}

/* ---- helpers */

static bool is_helper(const struct scout_file *f)
{
	return f->source && !f->in_library && f->object.ok && !f->object.has_main;
}

static size_t helper_fitness(const struct scout_file *f, const char *main)
{
	size_t place = f->place == PLACE_TEST ? 2000 : f->place == PLACE_VENDOR ? 1000 : 0;
	return place + scout_shared(f->path, main) * 10;
}

static const struct scout_file *helper_for(const struct scout *s, const struct scout_index *index, const char *name,
					   const char *main)
{
	const struct scout_file *best = NULL;
	for (size_t i = scout_index_first(index, name); i < index->len; i++) {
		if (strcmp(index->items[i].name, name) != 0)
			break;
		const struct scout_file *f = &s->files.items[index->items[i].file];
		if (!best || helper_fitness(f, main) > helper_fitness(best, main))
			best = f;
	}
	return best;
}

/* Adds what the object needs and neither the library nor the program has. */
static void add_helpers_of(struct scout *s, const struct scout_index *index, struct scout_program *p,
			   const struct scout_object *o, struct nameset *open)
{
	for (size_t i = 0; i < o->needed.len; i++) {
		const char *name = o->needed.items[i];
		if (nameset_has(&s->library_names, str_of(name)))
			continue;
		const struct scout_file *f = helper_for(s, index, name, p->source);
		if (f)
			scout_list_add(&p->helpers, f->path);
		else
			nameset_add(open, str_of(name));
	}
}

static void add_helpers(struct scout *s, const struct scout_index *index, struct scout_program *p,
			struct nameset *open)
{
	const struct scout_file *main = scout_file(s, p->source);
	if (!main || !main->object.ok)
		return;
	add_helpers_of(s, index, p, &main->object, open);
	for (size_t i = 0; i < p->helpers.len && i < 1000; i++) {
		const struct scout_file *f = scout_file(s, p->helpers.items[i]);
		if (f && f->object.ok)
			add_helpers_of(s, index, p, &f->object, open);
	}
}

/* Sources elsewhere that may define what is still open: a framework that is brought along. */
static int compile_more(struct scout *s, struct nameset *open, bool *ret_any, struct err *err)
{
	struct scout_job job = {0};
	nameset_seal(open);
	for (size_t i = 0; i < s->files.len && s->compiled + job.len < SCOUT_SOURCES_MAX; i++) {
		const struct scout_file *f = &s->files.items[i];
		bool place = f->place == PLACE_VENDOR || f->place == PLACE_LIBRARY;
		if (f->source && place && !f->object.tried && !f->included && scout_mentions(f, open))
			*vec_push(&job) = i;
	}
	*ret_any = job.len > 0;
	s->compiled += job.len;
	int result = scout_compile_settle(s, &job, true, err);
	vec_release(&job);
	return result;
}

static int find_helpers(struct scout *s, struct err *err)
{
	struct scout_index index = {0};
	bool any = true;
	int result = 0;
	for (size_t round = 0; result == 0 && any && round < SCOUT_ROUNDS_MAX; round++) {
		struct nameset open = {0};
		scout_index_make(s, is_helper, &index);
		for (size_t i = 0; i < s->programs.len; i++)
			add_helpers(s, &index, &s->programs.items[i], &open);
		result = compile_more(s, &open, &any, err);
		nameset_release(&open);
	}
	vec_release(&index);
	return result;
}

/* ---- programs */

static struct scout_program *add_program(struct scout *s, const char *name, const char *source)
{
	struct scout_program *p = vec_push(&s->programs);
	*p = (struct scout_program){.name = name, .source = source, .report = "exit", .cwd = ""};
	p->variants = arena_array(s->a, 1, struct scout_variant);
	p->variants[0].name = "";
	p->variants_len = 1;
	return p;
}

static bool has_program(const struct scout *s, const char *source)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		if (strcmp(s->programs.items[i].source, source) == 0)
			return true;
	}
	return false;
}

/* A source that does not compile could be a program too. */
static void say_broken(struct scout *s, enum scout_place place)
{
	const struct scout_file *first = NULL;
	size_t count = 0;
	/* Where a build file lists the tests, others are those of a framework, or no longer used. */
	for (size_t i = 0; i < s->files.len && s->programs.len == 0; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (!is_source_of(f, place) || !f->object.tried || f->object.ok || has_program(s, f->path))
			continue;
		first = first ? first : f;
		count++;
	}
	if (count == 1)
		scout_find(s, FINDING_OPEN, "tests.programs", "%s does not compile: %s", first->path,
			   first->object.failure);
	else if (count)
		scout_find(s, FINDING_OPEN, "tests.programs", "%s and %zu more sources of tests do not compile: %s",
			   first->path,
			   count - 1, first->object.failure);
}

static void add_guessed(struct scout *s, enum scout_place place)
{
	size_t left_out = 0;
	say_broken(s, place);
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (!is_source_of(f, place) || !f->object.ok || !f->object.has_main || has_program(s, f->path))
			continue;
		if (s->programs.len >= SCOUT_PROGRAMS_MAX)
			left_out++;
		else
			add_program(s, arena_str(s->a, path_stem(str_of(f->path))), f->path);
	}
	if (left_out)
		scout_find(s, FINDING_OPEN, "tests.programs", "%zu more sources with a main were not tried",
			   left_out);
}

void scout_name_programs(struct scout *s)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		struct scout_program *p = &s->programs.items[i];
		p->given = p->given ? p->given : p->name;
		p->name = p->given;
		for (size_t k = 0, n = 2; k < i; k++) {
			if (s->programs.items[k].drop || strcmp(s->programs.items[k].name, p->name) != 0)
				continue;
			p->name = arena_printf(s->a, "%s-%zu", p->given, n++);
			k = SIZE_MAX;
		}
	}
}

/* Sources that all programs need stand once. */
static void find_common(struct scout *s)
{
	if (s->programs.len == 0)
		return;
	const struct scout_program *first = &s->programs.items[0];
	for (size_t i = 0; s->programs.len > 1 && i < first->helpers.len; i++) {
		bool all = true;
		for (size_t k = 1; all && k < s->programs.len; k++)
			all = scout_list_has(&s->programs.items[k].helpers, first->helpers.items[i]);
		if (all)
			scout_list_add(&s->common, first->helpers.items[i]);
	}
}

static bool all_define(const struct scout *s, const char *define)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		if (!scout_list_has(&s->programs.items[i].options.defines, define))
			return false;
	}
	return true;
}

static void find_common_defines(struct scout *s)
{
	for (size_t i = 0; s->programs.len > 1 && i < s->programs.items[0].options.defines.len; i++) {
		if (all_define(s, s->programs.items[0].options.defines.items[i]))
			scout_list_add(&s->tests.defines, s->programs.items[0].options.defines.items[i]);
	}
	for (size_t i = 0; i < s->programs.len; i++) {
		struct scout_list *own = &s->programs.items[i].options.defines;
		size_t kept = 0;
		for (size_t k = 0; k < own->len; k++) {
			if (!scout_list_has(&s->tests.defines, own->items[k]))
				own->items[kept++] = own->items[k];
		}
		own->len = kept;
	}
}

int scout_tests(struct scout *s, struct err *err)
{
	if (compile_programs(s, PLACE_TEST, err) < 0)
		return -1;
	if (scout_said_tests(s, err) < 0)
		return -1;
	add_guessed(s, PLACE_TEST);
	scout_name_programs(s);
	if (find_helpers(s, err) < 0)
		return -1;
	find_common(s);
	find_common_defines(s);
	return 0;
}

int scout_examples(struct scout *s, struct err *err)
{
	if (compile_programs(s, PLACE_EXAMPLE, err) < 0)
		return -1;
	add_guessed(s, PLACE_EXAMPLE);
	scout_name_programs(s);
	return find_helpers(s, err);
}
