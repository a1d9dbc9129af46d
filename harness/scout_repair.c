#include "harness/scout_parts.h"

#include "core/mem.h"

/* Sources that do not compile, other than for a header: what a build would have defined is found out
 * by trying. */

enum { QUESTIONS_MAX = 24 };

static bool is_broken(const struct scout_file *f)
{
	return f->object.tried && !f->object.ok && !f->object.missing;
}

static size_t count_good(const struct scout *s, const struct scout_job *job)
{
	size_t good = 0;
	for (size_t i = 0; i < job->len; i++)
		good += s->files.items[job->items[i]].object.ok;
	return good;
}

/* Tries a macro on the sources that fail, other than for a header. */
static int try_define(struct scout *s, const struct scout_job *job, const char *define, struct err *err)
{
	struct scout_job failing = {0};
	for (size_t i = 0; i < job->len; i++) {
		if (is_broken(&s->files.items[job->items[i]]))
			*vec_push(&failing) = job->items[i];
	}
	int result = 0;
	if (failing.len && scout_list_add(&s->library.defines, define)) {
		struct scout_object *before = mem_zalloc(failing.len, sizeof(*before));
		for (size_t i = 0; i < failing.len; i++)
			before[i] = s->files.items[failing.items[i]].object;
		result = scout_compile(s, &failing, false, NULL, err);
		size_t good = count_good(s, &failing);
		/* What this attempt said of a source is of no use to the next. */
		for (size_t i = 0; i < failing.len && good == 0; i++)
			s->files.items[failing.items[i]].object = before[i];
		free(before);
		if (good == 0)
			s->library.defines.len--;
		else
			scout_find(s, FINDING_GUESSED, "library.defines",
				   "%s, without which %zu %s not compile", define, good,
				   good == 1 ? "source does" : "sources do");
	}
	vec_release(&failing);
	return result;
}

/* Whether a header that was made for the library leaves it undefined. */
static bool is_off(struct scout *s, const char *macro)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *line = arena_printf(&scratch, "/* #undef %s */", macro);
	for (size_t i = 0; i < s->library_files.len; i++) {
		struct str text = s->library_files.items[i].text;
		if (text.len && memmem(text.ptr, text.len, line, strlen(line)))
			return true;
	}
	return false;
}

/* What a configure script would have found out, or been told: macros such as HAVE_UNISTD_H that sources
 * that fail, or headers that these include, ask for. */
static void list_questions(struct scout *s, const struct scout_file *f, struct scout_list *list)
{
	struct scout_list macros = {0};
	struct scout_reach reach;
	const struct scout_file *one;
	scout_reach_init(&reach, s, &s->library.include, NULL);
	scout_reach_add(&reach, f->path);
	for (size_t i = 0; i < 50 && (one = scout_reach_next(&reach)); i++)
		scout_macros(s, one->text, &macros, 1000);
	scout_reach_release(&reach);
	for (size_t i = 0; i < macros.len && list->len < QUESTIONS_MAX; i++) {
		if (strncmp(macros.items[i], "HAVE_", 5) == 0 || strstr(macros.items[i], "_HAVE_") ||
		    is_off(s, macros.items[i]))
			scout_list_add(list, macros.items[i]);
	}
	vec_release(&macros);
}

static int try_all(struct scout *s, const struct scout_job *job, const struct scout_list *macros, struct err *err)
{
	for (size_t i = 0; i < macros->len; i++) {
		if (try_define(s, job, macros->items[i], err) < 0)
			return -1;
	}
	return 0;
}

static int try_macros(struct scout *s, const struct scout_job *job, struct err *err)
{
	struct scout_list macros = {0};
	scout_list_add(&macros, "_GNU_SOURCE");
	scout_list_add(&macros, "_DEFAULT_SOURCE");
	scout_list_add(&macros, "__unix__");
	for (size_t i = 0; i < job->len; i++) {
		const struct scout_file *f = &s->files.items[job->items[i]];
		if (!is_broken(f))
			continue;
		if (f->object.unknown_macro)
			scout_list_add(&macros, arena_printf(s->a, "%s=", f->object.unknown_macro));
		list_questions(s, f, &macros);
	}
	int result = try_all(s, job, &macros, err);
	vec_release(&macros);
	return result;
}

/* Options of a build file under which less compiles than without are dropped. */
int scout_check_options(struct scout *s, const struct scout_job *job, struct err *err)
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
		scout_find(s, FINDING_GUESSED, "library.defines",
			   "those of the build files are left out: without them more compiles");
		return 0;
	}
	vec_release(&s->library.defines);
	vec_release(&s->library.flags);
	s->library.defines = said.defines;
	s->library.flags = said.flags;
	return scout_compile_settle(s, job, false, err);
}

/* With the configuration header that a build would have, if that does no harm. */
int scout_configure(struct scout *s, struct err *err)
{
	struct scout_job job = {0};
	size_t made = s->library_files.len;
	if (s->config_refused || scout_list_has(&s->library.defines, "HAVE_CONFIG_H"))
		return 0;
	if (scout_config_header(s, err) < 0)
		return -1;
	if (s->library_files.len == made)
		return 0;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (f->in_library || (scout_is_candidate(f) && f->object.tried && !f->object.ok))
			*vec_push(&job) = i;
	}
	size_t before = count_good(s, &job);
	int result = scout_compile_settle(s, &job, false, err);
	size_t bad = before - min_size(before, count_good(s, &job));
	if (result == 0 && bad) {
		s->config_refused = true;
		s->library.defines.len--;
		s->library_files.len = made;
		scout_find(s, FINDING_GUESSED, "library.defines",
			   "HAVE_CONFIG_H is not set: with it %zu %s not compile", bad,
			   bad == 1 ? "source does" : "sources do");
		result = scout_renew_trees(s, err) < 0 ? -1 : scout_compile_settle(s, &job, false, err);
	}
	vec_release(&job);
	return result;
}

int scout_repair(struct scout *s, const struct scout_job *job, struct err *err)
{
	bool broken = false;
	for (size_t i = 0; i < job->len; i++)
		broken = broken || is_broken(&s->files.items[job->items[i]]);
	if (!broken)
		return 0;
	return scout_configure(s, err) < 0 ? -1 : try_macros(s, job, err);
}
