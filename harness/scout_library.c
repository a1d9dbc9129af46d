#include "harness/scout_parts.h"

#include "core/mem.h"

/* Which sources are the library's: those that define what public headers declare, then those that
 * these need, and so on. Where a build file lists the library, and the list holds, the list goes first. */

enum { NAMED_MAX = 5 };

/* ---- what a build file says */

static bool is_library_target(const struct fact_target *t)
{
	return !t->program && !t->test;
}

static bool defines_declared(const struct scout *s, const struct scout_object *o)
{
	for (size_t i = 0; i < o->defined.len; i++) {
		if (nameset_has(&s->declared, str_of(o->defined.items[i])))
			return true;
	}
	return false;
}

/* Such as change how the code behaves; warnings, optimisation and linking are the user's own matter. */
static bool is_useful_flag(const char *flag)
{
	static const char *const kept[] = {"-std=", "-ansi", "-fwrapv", "-fno-strict-aliasing", "-fsigned-char",
					   "-funsigned-char", "-fms-extensions", "-fno-builtin"};
	for (size_t i = 0; i < countof(kept); i++) {
		if (strncmp(flag, kept[i], strlen(kept[i])) == 0)
			return build_flag_allowed(flag);
	}
	return false;
}

static void take_options(struct scout *s, const struct fact_target *t)
{
	for (size_t i = 0; i < t->defines.len; i++) {
		if (scout_is_define(t->defines.items[i]))
			scout_list_add(&s->library.defines, t->defines.items[i]);
	}
	for (size_t i = 0; i < t->flags.len; i++) {
		if (is_useful_flag(t->flags.items[i]))
			scout_list_add(&s->library.flags, t->flags.items[i]);
	}
}

bool scout_is_candidate(const struct scout_file *f)
{
	return f->source && !f->included && (f->place == PLACE_LIBRARY || f->place == PLACE_VENDOR || f->said);
}

static bool is_defining(const struct scout_file *f)
{
	return scout_is_candidate(f) && f->object.ok && !f->object.has_main;
}

/* Marks what library targets list. */
static const struct fact_target *mark_said(struct scout *s, struct scout_job *job)
{
	const struct fact_target *first = NULL;
	for (size_t i = 0; i < s->facts.targets_len; i++) {
		const struct fact_target *t = &s->facts.targets[i];
		bool any = false;
		for (size_t k = 0; is_library_target(t) && k < t->sources.len; k++) {
			struct scout_file *f = scout_file(s, t->sources.items[k]);
			if (!f || !f->source || f->place == PLACE_TEST || f->place == PLACE_EXAMPLE)
				continue;
			any = true;
			if (!f->said && job->len < SCOUT_SOURCES_MAX)
				*vec_push(job) = (size_t)(f - s->files.items);
			f->said = true;
		}
		if (any && !first)
			first = t;
	}
	return first;
}

/* ---- symbols */

static void choose(struct scout *s, struct scout_file *f)
{
	f->in_library = true;
	for (size_t i = 0; i < f->object.defined.len; i++)
		nameset_add(&s->library_names, str_of(f->object.defined.items[i]));
}

/* How near a source is to the public headers and to what is chosen already. */
static size_t fitness(const struct scout *s, const struct scout_file *f)
{
	size_t shared = 0, fits = 99 - min_size(strlen(f->folder), 99);
	bool beside = false;
	for (size_t i = 0; i < s->headers.len; i++) {
		shared = max_size(shared, scout_shared(f->path, s->headers.items[i]));
		beside = beside || str_eq(path_stem(str_of(s->headers.items[i])), path_stem(str_of(f->path)));
	}
	fits += shared * 100;
	if (beside)
		fits += 20000;
	if (f->place == PLACE_LIBRARY)
		fits += 50000;
	if (f->said)
		fits += 100000;
	return fits;
}

static bool clashes(const struct scout *s, const struct scout_file *f)
{
	for (size_t i = 0; i < f->object.defined.len; i++) {
		if (nameset_has(&s->library_names, str_of(f->object.defined.items[i])))
			return true;
	}
	return false;
}

/* The best source for a symbol, or NULL if none is there or one is chosen already. */
static struct scout_file *source_for(struct scout *s, const struct scout_index *d, const char *name)
{
	struct scout_file *best = NULL;
	size_t best_fitness = 0;
	for (size_t i = scout_index_first(d, name); i < d->len && strcmp(d->items[i].name, name) == 0; i++) {
		struct scout_file *f = &s->files.items[d->items[i].file];
		if (f->in_library)
			return NULL;
		size_t fits = fitness(s, f);
		if (fits >= best_fitness && !clashes(s, f)) {
			best = f;
			best_fitness = fits;
		}
	}
	return best;
}

static void seal_names(struct scout *s)
{
	nameset_seal(&s->library_names);
}

/* Chooses what defines declared names; whether any did. */
static bool choose_declared(struct scout *s, const struct scout_index *d)
{
	bool any = false;
	for (size_t i = 0; i < d->len; i++) {
		bool again = i > 0 && strcmp(d->items[i].name, d->items[i - 1].name) == 0;
		if (again || !nameset_has(&s->declared, str_of(d->items[i].name)))
			continue;
		struct scout_file *f = source_for(s, d, d->items[i].name);
		if (f) {
			choose(s, f);
			seal_names(s);
			any = true;
		}
	}
	return any;
}

/* Names that chosen sources need and none of them defines. */
static void list_needed(const struct scout *s, struct nameset *needed)
{
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		for (size_t k = 0; f->in_library && k < f->object.needed.len; k++) {
			struct str name = str_of(f->object.needed.items[k]);
			if (!nameset_has(&s->library_names, name))
				nameset_add(needed, name);
		}
	}
	nameset_seal(needed);
}

static bool choose_needed(struct scout *s, const struct scout_index *d)
{
	struct nameset needed = {0};
	bool any = false;
	list_needed(s, &needed);
	for (size_t i = 0; i < needed.len; i++) {
		SCOPED_ARENA struct arena scratch = {0};
		struct scout_file *f = source_for(s, d, arena_str(&scratch, needed.items[i]));
		if (f) {
			choose(s, f);
			seal_names(s);
			any = true;
		}
	}
	nameset_release(&needed);
	return any;
}

/* ---- which sources are tried */

/* Those that were not tried and in which one of the names stands. */
static void list_untried(struct scout *s, const struct nameset *names, enum scout_place place, struct scout_job *job)
{
	for (size_t i = 0; i < s->files.len && s->compiled + job->len < SCOUT_SOURCES_MAX; i++) {
		const struct scout_file *f = &s->files.items[i];
		/* What a build file lists goes first, all of it. */
		bool untried = scout_is_candidate(f) && !f->object.tried && !f->said;
		if (untried && f->place == place && (!names || scout_mentions(f, names)))
			*vec_push(job) = i;
	}
}

static int try_sources(struct scout *s, struct scout_job *job, struct err *err)
{
	s->compiled += job->len;
	return scout_compile_settle(s, job, false, err) < 0 ? -1 : scout_repair(s, job, err);
}

/* Goes on as long as something is needed that some source may define. */
static int close_over(struct scout *s, struct err *err)
{
	struct scout_index d = {0};
	struct scout_job job = {0};
	int result = 0;
	for (size_t round = 0; result == 0 && round < SCOUT_ROUNDS_MAX; round++) {
		scout_index_make(s, is_defining, &d);
		bool any = choose_declared(s, &d);
		any = choose_needed(s, &d) || any;
		struct nameset needed = {0};
		list_needed(s, &needed);
		job.len = 0;
		list_untried(s, &needed, PLACE_LIBRARY, &job);
		if (job.len == 0)
			list_untried(s, &needed, PLACE_VENDOR, &job);
		nameset_release(&needed);
		if (job.len == 0 && !any)
			break;
		result = try_sources(s, &job, err);
	}
	vec_release(&job);
	vec_release(&d);
	return result;
}

/* ---- the whole */

/* The whole list of a build file, if what it lists is what the headers declare. */
static void choose_said(struct scout *s)
{
	for (size_t i = 0; i < s->facts.targets_len; i++) {
		const struct fact_target *t = &s->facts.targets[i];
		bool covers = false;
		for (size_t k = 0; is_library_target(t) && k < t->sources.len; k++) {
			const struct scout_file *f = scout_file(s, t->sources.items[k]);
			covers = covers || (f && f->said && f->object.ok && defines_declared(s, &f->object));
		}
		for (size_t k = 0; covers && k < t->sources.len; k++) {
			struct scout_file *f = scout_file(s, t->sources.items[k]);
			if (!f || !f->said || !f->object.ok || f->in_library || f->object.has_main || clashes(s, f))
				continue;
			choose(s, f);
			seal_names(s);
		}
	}
}

static void report(struct scout *s, const struct fact_target *said)
{
	size_t chosen = 0, listed = 0, left_out = 0;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (f->in_library)
			scout_list_add(&s->sources, f->path);
		chosen += f->in_library;
		listed += f->in_library && f->said;
		bool failed = f->said && !f->in_library && f->object.tried && !f->object.ok;
		left_out += failed;
		if (failed && left_out <= NAMED_MAX)
			scout_find(s, FINDING_GUESSED, "library.sources", "%s is left out: %.90s", f->path,
				   f->object.failure);
	}
	if (left_out > NAMED_MAX)
		scout_find(s, FINDING_GUESSED, "library.sources", "%zu more sources do not compile: left out",
			   left_out - NAMED_MAX);
	if (!chosen)
		return;
	if (listed == chosen && said)
		scout_find(s, FINDING_FOUND, "library.sources", "%zu %s, listed in %s:%u", chosen,
			   chosen == 1 ? "source" : "sources", said->file, said->line);
	else
		scout_find(s, listed ? FINDING_GUESSED : FINDING_FOUND, "library.sources",
			   chosen == 1 ? "%zu source that defines what the public headers declare"
				       : "%zu sources that define what the public headers declare, and what these need",
			   chosen);
}

/* If nothing is found by name (they may be pasted together by macros), all that lies where sources lie. */
static int try_first(struct scout *s, struct scout_job *job, struct err *err)
{
	size_t said = job->len;
	list_untried(s, &s->declared, PLACE_LIBRARY, job);
	if (job->len == said && said == 0)
		list_untried(s, NULL, PLACE_LIBRARY, job);
	s->compiled += job->len;
	if (scout_compile_settle(s, job, false, err) < 0 || scout_check_options(s, job, err) < 0)
		return -1;
	return scout_repair(s, job, err);
}

/* Where nothing was chosen, declared names may be put together by macros. */
static int look_again(struct scout *s, struct err *err)
{
	struct scout_job job = {0};
	for (size_t i = 0; i < s->files.len; i++) {
		if (s->files.items[i].in_library)
			return 0;
	}
	if (scout_expanded_names(s, err) < 0)
		return -1;
	list_untried(s, &s->declared, PLACE_LIBRARY, &job);
	int result = try_sources(s, &job, err);
	vec_release(&job);
	if (result < 0)
		return -1;
	choose_said(s);
	return close_over(s, err);
}

int scout_library(struct scout *s, struct err *err)
{
	struct scout_job job = {0};
	const struct fact_target *said = mark_said(s, &job);
	if (said)
		take_options(s, said);
	int result = try_first(s, &job, err);
	vec_release(&job);
	if (result < 0)
		return -1;
	seal_names(s);
	choose_said(s);
	if (close_over(s, err) < 0 || look_again(s, err) < 0 || scout_configure(s, err) < 0)
		return -1;
	scout_publish_made(s);
	report(s, said);
	return 0;
}
