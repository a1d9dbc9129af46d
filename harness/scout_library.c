#include "harness/scout_parts.h"

#include "core/mem.h"

/* Which sources are the library's: those that define what public headers declare, then those that
 * these need, and so on. Where a build file lists the library, and the list holds, the list goes first. */

enum { QUESTIONS_MAX = 24, NAMED_MAX = 5 };

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

static bool is_plain_define(const char *define)
{
	size_t n = strspn(define, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	return n > 0 && (define[n] == '\0' || define[n] == '=') && !(define[0] >= '0' && define[0] <= '9');
}

static void take_options(struct scout *s, const struct fact_target *t)
{
	for (size_t i = 0; i < t->defines.len; i++) {
		if (is_plain_define(t->defines.items[i]))
			scout_list_add(&s->library.defines, t->defines.items[i]);
	}
	for (size_t i = 0; i < t->flags.len; i++) {
		if (is_useful_flag(t->flags.items[i]))
			scout_list_add(&s->library.flags, t->flags.items[i]);
	}
}

static bool is_candidate(const struct scout_file *f)
{
	return f->source && !f->included && (f->place == PLACE_LIBRARY || f->place == PLACE_VENDOR || f->said);
}

static bool is_defining(const struct scout_file *f)
{
	return is_candidate(f) && f->object.ok && !f->object.has_main;
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
		beside = beside || str_eq(scout_stem(s->headers.items[i]), scout_stem(f->path));
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
		if (is_candidate(f) && !f->object.tried && f->place == place && (!names || scout_mentions(f, names)))
			*vec_push(job) = i;
	}
}

static int try_sources(struct scout *s, struct scout_job *job, struct err *err)
{
	s->compiled += job->len;
	int result = scout_compile_settle(s, job, false, err);
	return result;
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

/* ---- what does not compile */

/* Tries a macro or flag on the sources that fail for names that nobody declared. Whether it helps. */
static int try_define(struct scout *s, const char *define, bool *ret_helped, struct err *err)
{
	struct scout_job job = {0};
	size_t good = 0;
	*ret_helped = false;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (is_candidate(f) && f->object.tried && !f->object.ok && f->object.undeclared)
			*vec_push(&job) = i;
	}
	if (job.len && scout_list_add(&s->library.defines, define)) {
		if (scout_compile(s, &job, false, NULL, err) < 0) {
			vec_release(&job);
			return -1;
		}
		for (size_t i = 0; i < job.len; i++)
			good += s->files.items[job.items[i]].object.ok;
		*ret_helped = good > 0;
		if (!good)
			s->library.defines.len--;
		else
			scout_find(s, FINDING_GUESSED, "library.defines", "%s, without which %zu sources do not compile", define,
				   good);
	}
	vec_release(&job);
	return 0;
}

/* What a configure script would have found out: macros such as HAVE_UNISTD_H that sources that fail,
 * or headers that these include, ask for. */
static void list_questions(struct scout *s, const struct scout_file *f, struct scout_list *list)
{
	struct scout_list macros = {0}, seen = {0};
	scout_list_add(&seen, f->path);
	for (size_t i = 0; i < seen.len && i < 50; i++) {
		const struct scout_file *one = scout_file(s, seen.items[i]);
		scout_macros(s, one->text, &macros, 1000);
		for (size_t k = 0; k < one->includes_len; k++) {
			const struct scout_file *header = scout_included(s, one, &one->includes[k], &s->library.include);
			if (header)
				scout_list_add(&seen, header->path);
		}
	}
	for (size_t i = 0; i < macros.len && list->len < QUESTIONS_MAX; i++) {
		if (strncmp(macros.items[i], "HAVE_", 5) == 0 || strstr(macros.items[i], "_HAVE_"))
			scout_list_add(list, macros.items[i]);
	}
	vec_release(&seen);
	vec_release(&macros);
}

static int try_all(struct scout *s, const struct scout_list *macros, struct err *err)
{
	bool helped;
	for (size_t i = 0; i < macros->len; i++) {
		if (try_define(s, macros->items[i], &helped, err) < 0)
			return -1;
	}
	return 0;
}

static int try_feature_macros(struct scout *s, struct err *err)
{
	struct scout_list macros = {0};
	scout_list_add(&macros, "_GNU_SOURCE");
	scout_list_add(&macros, "_DEFAULT_SOURCE");
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (is_candidate(f) && f->object.tried && !f->object.ok && f->object.undeclared)
			list_questions(s, f, &macros);
	}
	int result = try_all(s, &macros, err);
	vec_release(&macros);
	return result;
}

/* Options of a build file under which less compiles than without are dropped. */
static int check_options(struct scout *s, const struct scout_job *job, struct err *err)
{
	size_t with = 0, without = 0;
	struct scout_options said = s->library;
	if (said.defines.len == 0 && said.flags.len == 0)
		return 0;
	for (size_t i = 0; i < job->len; i++)
		with += s->files.items[job->items[i]].object.ok;
	if (with == job->len)
		return 0;
	s->library.defines = s->library.flags = (struct scout_list){0};
	if (scout_compile_settle(s, job, false, err) < 0)
		return -1;
	for (size_t i = 0; i < job->len; i++)
		without += s->files.items[job->items[i]].object.ok;
	if (without > with) {
		s->refused = said.defines;
		vec_release(&said.flags);
		scout_find(s, FINDING_GUESSED, "library.defines", "those of the build files are left out: without them more compiles");
		return 0;
	}
	vec_release(&s->library.defines);
	vec_release(&s->library.flags);
	s->library.defines = said.defines;
	s->library.flags = said.flags;
	return scout_compile_settle(s, job, false, err);
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
			scout_find(s, FINDING_GUESSED, "library.sources", "%s is left out: %s", f->path, f->object.failure);
	}
	if (left_out > NAMED_MAX)
		scout_find(s, FINDING_GUESSED, "library.sources", "%zu more that do not compile are left out",
			   left_out - NAMED_MAX);
	if (!chosen)
		return;
	if (listed == chosen && said)
		scout_find(s, FINDING_FOUND, "library.sources", "%zu, as %s:%u lists them", chosen, said->file, said->line);
	else
		scout_find(s, listed ? FINDING_GUESSED : FINDING_FOUND, "library.sources",
			   "%zu that define what the public headers declare, and what these need", chosen);
}

static size_t count_good(const struct scout *s, const struct scout_job *job)
{
	size_t good = 0;
	for (size_t i = 0; i < job->len; i++)
		good += s->files.items[job->items[i]].object.ok;
	return good;
}

/* With the configuration header that a build would have, if that does no harm. */
static int configure(struct scout *s, struct err *err)
{
	struct scout_job job = {0};
	size_t made = s->library_files.len;
	if (scout_list_has(&s->library.defines, "HAVE_CONFIG_H"))
		return 0;
	if (scout_config_header(s, err) < 0)
		return -1;
	if (s->library_files.len == made)
		return 0;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (f->in_library || (is_candidate(f) && f->object.tried && !f->object.ok))
			*vec_push(&job) = i;
	}
	size_t before = count_good(s, &job);
	int result = scout_compile_settle(s, &job, false, err);
	size_t bad = before - min_size(before, count_good(s, &job));
	if (result == 0 && bad) {
		s->library.defines.len--;
		s->library_files.len = made;
		scout_find(s, FINDING_GUESSED, "library.defines", "HAVE_CONFIG_H is not set: with it %zu sources do not compile",
			   bad);
		result = scout_renew_trees(s, err) < 0 ? -1 : scout_compile_settle(s, &job, false, err);
	}
	vec_release(&job);
	return result;
}

/* If nothing is found by name (they may be pasted together by macros), all that lies where sources lie. */
static int try_first(struct scout *s, struct scout_job *job, struct err *err)
{
	size_t said = job->len;
	list_untried(s, &s->declared, PLACE_LIBRARY, job);
	if (job->len == said && said == 0)
		list_untried(s, NULL, PLACE_LIBRARY, job);
	if (try_sources(s, job, err) < 0 || check_options(s, job, err) < 0 || configure(s, err) < 0)
		return -1;
	return try_feature_macros(s, err);
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
	if (close_over(s, err) < 0 || configure(s, err) < 0)
		return -1;
	report(s, said);
	return 0;
}
