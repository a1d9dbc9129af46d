#include "harness/prompttests.h"

#include "core/utf8.h"
#include "harness/promptquote.h"

struct choosing {
	const struct spec *spec;
	size_t *bytes;       /* by file: what is shown */
	size_t room;
	size_t *file_of;     /* by test: index of its file, or spec->tests.len */
	size_t *best;        /* by function: the smallest file that reaches it, from 1 */
	bool *reached;       /* by function: a file that is shown reaches it */
};

static bool is_text(struct str s)
{
	for (size_t at = 0, len; at < s.len; at += len) {
		len = utf8_length(str_from(s, at));
		if (len == 0 || s.ptr[at] == '\0')
			return false;
	}
	return true;
}

static bool can_show(const struct spec_file *file)
{
	return promptquote_is_source(file->path) || (file->text.len <= PROMPTTESTS_DATA_MAX && is_text(file->text));
}

/* Tests of one file mostly follow one another. */
static void find_files(struct choosing *c)
{
	const struct spec_files *files = &c->spec->tests;
	size_t last = 0;
	for (size_t t = 0; t < c->spec->visible_len; t++) {
		const char *path = c->spec->visible[t].place.file;
		for (size_t n = 0; n < files->len && strcmp(files->items[last].path, path) != 0; n++)
			last = (last + 1) % files->len;
		bool found = files->len && strcmp(files->items[last].path, path) == 0;
		c->file_of[t] = found ? last : files->len;
	}
}

static size_t function_index(const struct interface *api, const char *name)
{
	const struct api_function *f = interface_function(api, str_of(name));
	return f ? (size_t)(f - api->functions) : api->functions_len;
}

static void find_best(struct choosing *c)
{
	const struct spec_files *files = &c->spec->tests;
	for (size_t t = 0; t < c->spec->visible_len; t++) {
		const struct strings *calls = &c->spec->visible[t].calls;
		size_t file = c->file_of[t];
		for (size_t i = 0; file < files->len && i < calls->len; i++) {
			size_t f = function_index(&c->spec->api, calls->items[i]);
			if (f == c->spec->api.functions_len)
				continue;
			size_t old = c->best[f];
			if (!old || files->items[file].text.len < files->items[old - 1].text.len)
				c->best[f] = file + 1;
		}
	}
}

static bool take_file(struct choosing *c, size_t file)
{
	const struct spec_file *f = &c->spec->tests.items[file];
	if (c->bytes[file] || f->text.len > c->room || !can_show(f))
		return false;
	c->bytes[file] = f->text.len;
	c->room -= f->text.len;
	return true;
}

static void note_reached(struct choosing *c, size_t file)
{
	for (size_t t = 0; t < c->spec->visible_len; t++) {
		const struct strings *calls = &c->spec->visible[t].calls;
		for (size_t i = 0; c->file_of[t] == file && i < calls->len; i++)
			c->reached[function_index(&c->spec->api, calls->items[i])] = true;
	}
}

static void take_telling(struct choosing *c)
{
	for (size_t f = 0; f < c->spec->api.functions_len; f++) {
		if (c->best[f] && !c->reached[f] && take_file(c, c->best[f] - 1))
			note_reached(c, c->best[f] - 1);
	}
}

/* The beginning of a file that is too large. */
static void take_part(struct choosing *c)
{
	const struct spec_files *files = &c->spec->tests;
	for (size_t i = 0; i < files->len; i++) {
		struct str text = str_first(files->items[i].text, c->room);
		if (!can_show(&files->items[i]) || text.len < c->room)
			continue;
		while (text.len && text.ptr[text.len - 1] != '\n')
			text.len--;
		c->bytes[i] = text.len;
		return;
	}
}

size_t *prompttests_choose(const struct spec *spec, struct arena *a)
{
	size_t files = spec->tests.len, functions = spec->api.functions_len;
	struct choosing c = {
		.spec = spec,
		.bytes = arena_array(a, files, size_t),
		.room = PROMPTTESTS_MAX,
		.file_of = arena_array(a, spec->visible_len, size_t),
		.best = arena_array(a, functions, size_t),
		.reached = arena_array(a, functions + 1, bool),
	};
	find_files(&c);
	find_best(&c);
	take_telling(&c);
	for (size_t i = 0; i < files; i++)
		take_file(&c, i);
	if (c.room == PROMPTTESTS_MAX)
		take_part(&c);
	return c.bytes;
}
