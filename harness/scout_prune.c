#include "harness/scout_parts.h"

#include "core/mem.h"

/* Folders get into the lists whenever some source that was tried asked for a header; not all of these
 * sources stay. */

static struct scout_file *found_in(const struct scout *s, const char *folder, struct str name)
{
	SCOPED_ARENA struct arena scratch = {0};
	return scout_file(s, scout_join(&scratch, folder, name));
}

/* Marks the folder in which an include is found first; what it finds is to be followed. */
static struct scout_file *follow(const struct scout *s, const struct scout_file *from, const struct scout_include *include,
				 const struct scout_list *folders, bool *used)
{
	struct scout_file *f = include->quoted ? found_in(s, from->folder, include->name) : NULL;
	for (size_t i = 0; !f && i < folders->len; i++) {
		f = found_in(s, folders->items[i], include->name);
		used[i] = used[i] || f;
	}
	return f ? f : scout_included(s, from, include, &s->library.include);
}

static void mark_used(const struct scout *s, const struct scout_list *sources, const struct scout_list *folders, bool *used)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct scout_list seen = {0};
	/* What was made for tests is wanted. */
	for (size_t i = 0; i < folders->len; i++) {
		for (size_t k = 0; k < s->tests_files.len; k++)
			used[i] = used[i] ||
				  strcmp(scout_folder(&scratch, s->tests_files.items[k].path), folders->items[i]) == 0;
	}
	for (size_t i = 0; i < sources->len; i++)
		scout_list_add(&seen, sources->items[i]);
	for (size_t i = 0; i < seen.len && i < 5000; i++) {
		const struct scout_file *f = scout_file(s, seen.items[i]);
		for (size_t k = 0; f && k < f->includes_len; k++) {
			const struct scout_file *next = follow(s, f, &f->includes[k], folders, used);
			if (next)
				scout_list_add(&seen, next->path);
		}
	}
	vec_release(&seen);
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
