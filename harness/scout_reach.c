#include "harness/scout_parts.h"

#include "core/mem.h"

void scout_reach_init(struct scout_reach *reach, const struct scout *s, const struct scout_list *first,
		      const struct scout_list *second)
{
	*reach = (struct scout_reach){.s = s, .folders = {first, second}};
	reach->seen = mem_zalloc(s->files.len + 1, sizeof(*reach->seen));
}

static void add_file(struct scout_reach *reach, const struct scout_file *f)
{
	size_t index = f ? (size_t)(f - reach->s->files.items) : 0;
	if (!f || reach->seen[index])
		return;
	reach->seen[index] = true;
	*vec_push(&reach->queue) = index;
}

void scout_reach_add(struct scout_reach *reach, const char *path)
{
	add_file(reach, scout_file(reach->s, path));
}

const struct scout_file *scout_reach_next(struct scout_reach *reach)
{
	if (reach->at >= reach->queue.len)
		return NULL;
	const struct scout_file *f = &reach->s->files.items[reach->queue.items[reach->at++]];
	for (size_t i = 0; i < f->includes_len; i++) {
		const struct scout_file *next = NULL;
		for (size_t k = 0; !next && k < countof(reach->folders); k++) {
			if (reach->folders[k])
				next = scout_included(reach->s, f, &f->includes[i], reach->folders[k]);
		}
		add_file(reach, next);
	}
	return f;
}

void scout_reach_release(struct scout_reach *reach)
{
	free(reach->seen);
	vec_release(&reach->queue);
}

bool scout_reaches(const struct scout *s, const char *source, const struct scout_made_list *files)
{
	struct scout_reach reach;
	const struct scout_file *f;
	bool found = false;
	scout_reach_init(&reach, s, &s->tests.include, &s->library.include);
	scout_reach_add(&reach, source);
	while (!found && (f = scout_reach_next(&reach))) {
		for (size_t k = 0; k < files->len; k++)
			found = found || strcmp(files->items[k].path, f->path) == 0;
	}
	scout_reach_release(&reach);
	return found;
}

/* ---- folders that are not needed after all */

/* Folders get into the lists whenever some source that was tried asked for a header; not all of these
 * sources stay. */

static bool found_in(const struct scout *s, const char *folder, struct str name)
{
	SCOPED_ARENA struct arena scratch = {0};
	return scout_file(s, path_join(&scratch, folder, name)) != NULL;
}

/* Marks the folder in which an include is found first. */
static void mark_one(const struct scout *s, const struct scout_file *from, const struct scout_include *include,
		     const struct scout_list *folders, bool *used)
{
	bool found = include->quoted && found_in(s, from->folder, include->name);
	for (size_t i = 0; !found && i < folders->len; i++) {
		found = found_in(s, folders->items[i], include->name);
		used[i] = used[i] || found;
	}
}

static void mark_used(const struct scout *s, const struct scout_list *sources, const struct scout_list *folders,
		      bool *used)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct scout_reach reach;
	const struct scout_file *f;
	/* What was made for tests is wanted. */
	for (size_t i = 0; i < folders->len; i++) {
		for (size_t k = 0; k < s->tests_files.len; k++)
			used[i] = used[i] ||
				  strcmp(arena_str(&scratch, path_folder(str_of(s->tests_files.items[k].path))),
					 folders->items[i]) == 0;
	}
	scout_reach_init(&reach, s, folders, &s->library.include);
	for (size_t i = 0; i < sources->len; i++)
		scout_reach_add(&reach, sources->items[i]);
	while ((f = scout_reach_next(&reach))) {
		for (size_t k = 0; k < f->includes_len; k++)
			mark_one(s, f, &f->includes[k], folders, used);
	}
	scout_reach_release(&reach);
}

static size_t good(const struct scout *s, const struct scout_job *job)
{
	size_t count = 0;
	for (size_t i = 0; i < job->len; i++)
		count += s->files.items[job->items[i]].object.ok;
	return count;
}

/* An include can be made by a macro, which only the compiler sees. */
static int drop_unused(struct scout *s, const struct scout_job *job, const bool *used, struct scout_list *folders,
		       struct err *err)
{
	struct scout_list all = *folders, kept = {0};
	if (scout_compile(s, job, true, NULL, err) < 0)
		return -1;
	size_t before = good(s, job);
	for (size_t i = 0; i < all.len; i++) {
		if (used[i])
			scout_list_add(&kept, all.items[i]);
	}
	*folders = kept;
	int result = scout_compile(s, job, true, NULL, err);
	if (result < 0 || good(s, job) < before) {
		*folders = all;
		vec_release(&kept);
	} else {
		vec_release(&all);
	}
	return result;
}

int scout_prune(struct scout *s, const struct scout_list *sources, struct scout_list *folders, struct err *err)
{
	struct scout_job job = {0};
	bool *used = mem_zalloc(folders->len + 1, sizeof(*used));
	int result = 0;
	mark_used(s, sources, folders, used);
	for (size_t i = 0; i < sources->len; i++) {
		const struct scout_file *f = scout_file(s, sources->items[i]);
		if (f)
			*vec_push(&job) = (size_t)(f - s->files.items);
	}
	for (size_t i = 0; i < folders->len; i++) {
		if (!used[i]) {
			result = drop_unused(s, &job, used, folders, err);
			break;
		}
	}
	free(used);
	vec_release(&job);
	return result;
}
