#include "harness/extract_parts.h"

#include "core/mem.h"

enum {
	DATA_FILE_MAX = 64 << 10, /* larger ones are not shown */
	DATA_TOTAL_MAX = 1 << 20,
};

/* What is shown of one group, and the files beside its sources that might be. */
struct showing {
	struct sorting *s;
	struct nameset sources; /* of all test programs: shown as visible tests or not at all */
	struct nameset sealed;  /* names of sealed test functions */
	struct nameset words;   /* of the group's visible texts */
	struct {
		const char **items;
		size_t len, cap;
	} data;
};

/* ---- data */

static bool is_word_byte(char c)
{
	return c == '_' || c == '-' || c == '.' || c == '+' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Takes the next word off the front, of those that names of files are made of. */
static bool next_word(struct str *text, struct str *ret)
{
	size_t at = 0, end;
	while (at < text->len && !is_word_byte(text->ptr[at]))
		at++;
	for (end = at; end < text->len && is_word_byte(text->ptr[end]); end++)
		continue;
	*ret = str_first(str_from(*text, at), end - at);
	*text = str_from(*text, end);
	return ret->len > 0;
}

static void add_words(struct nameset *words, struct str text)
{
	struct str word;
	while (next_word(&text, &word))
		nameset_add(words, word);
}

/* Whether the texts speak of the file: of its name, and of its folder if the program does not begin in it. */
static bool is_mentioned(const struct showing *w, const struct program *program, const char *path)
{
	struct str all = str_of(path), name = all;
	while (str_index(name, '/') < name.len)
		name = str_from(name, str_index(name, '/') + 1);
	struct str folder = str_first(all, name.len == all.len ? 0 : all.len - name.len - 1);
	bool here = str_eq(folder, str_of(program->cwd));
	while (str_index(folder, '/') < folder.len)
		folder = str_from(folder, str_index(folder, '/') + 1);
	return nameset_has(&w->words, name) && (here || nameset_has(&w->words, folder));
}

/* Files that the program read, as far as its visible tests speak of them. */
static void find_data(struct showing *w, const struct group *g, size_t index)
{
	const struct strings *inputs = &w->s->x->e->baseline.programs[index].inputs;
	const struct plan_program *p = sorting_program(w->s, index);
	for (size_t i = 0; i < inputs->len; i++) {
		if (!g->by_function || is_mentioned(w, p->program, inputs->items[i]))
			*vec_push(&w->data) = inputs->items[i];
	}
	/* These are the program's as a whole. */
	if (p->program->stdin_file && !extract_has_sealed(g))
		*vec_push(&w->data) = p->program->stdin_file;
	if (p->configuration->expect.stdout_file && !extract_has_sealed(g))
		*vec_push(&w->data) = p->configuration->expect.stdout_file;
}

/* Lists where the file quotes the implementation, if it does. */
static bool may_be_shown(const struct showing *w, const char *path, struct str text)
{
	struct extraction *x = w->s->x;
	bool consented = extract_consented(x, path);
	struct shared_runs runs = fingerprints_find(&x->e->implementation, text, FINGERPRINT_QUOTE, x->a);
	bool own = nameset_has(&x->suite->private_files, str_of(path));
	if (own)
		extract_expose(x, &(struct exposure){.what = "test", .name = path, .place = {path, 1, 1},
						     .shown = consented, .why = "it is the library's own"});
	for (size_t i = 0; i < runs.len && !own; i++)
		extract_expose(x, &(struct exposure){
					  .what = "test",
					  .name = path,
					  .place = {path, runs.items[i].line, runs.items[i].end_line},
					  .shown = consented,
					  .why = arena_printf(x->a, "it quotes %s%s", extract_quoted(x, &runs.items[i]),
							      consented ? "; recast.json consents" : ""),
				  });
	return consented || (!own && runs.len == 0);
}

static void show_data(struct showing *w)
{
	const struct suite *suite = w->s->x->suite;
	size_t left = DATA_TOTAL_MAX;
	struct strings paths = {w->data.items, w->data.len};
	strings_sort(&paths);
	for (size_t i = 0; i < paths.len; i++) {
		const char *path = paths.items[i];
		struct str text = plan_text(suite->plan.tests_tree, path);
		if ((i && strcmp(path, paths.items[i - 1]) == 0) || text.len > min_size(DATA_FILE_MAX, left) ||
		    suite_is_public(suite, path) || nameset_has(&w->sources, str_of(path)) ||
		    extract_names_any(text, &w->sealed) || !may_be_shown(w, path, text))
			continue;
		left -= text.len;
		*vec_push(&w->s->x->e->spec.tests) = (struct spec_file){path, text};
	}
}

/* ---- groups */

static void show_group(struct showing *w, const struct group *g)
{
	struct sorting *s = w->s;
	if (extract_all_sealed(s, g))
		return;
	w->words = (struct nameset){0};
	for (size_t i = 0; i < g->sources_len; i++) {
		struct str text = extract_visible_text(s, g, i);
		extract_add_file(&s->x->e->spec.tests, g->sources[i].path, text);
		add_words(&w->words, text);
	}
	nameset_seal(&w->words);
	for (size_t i = 0; i < g->programs_len; i++) {
		if (g->by_function || !s->units[g->first_unit + i].sealed)
			find_data(w, g, g->programs[i]);
	}
	nameset_release(&w->words);
}

static void prepare(struct showing *w)
{
	const struct plan *plan = &w->s->x->suite->plan;
	for (size_t i = 0; i < plan->objects_len; i++) {
		if (!plan->objects[i].of_library)
			nameset_add(&w->sources, str_of(plan->objects[i].name));
	}
	for (size_t i = 0; i < w->s->groups_len; i++) {
		const struct group *g = &w->s->groups[i];
		for (size_t k = 0; k < g->sources_len; k++)
			nameset_add(&w->sources, str_of(g->sources[k].path));
		extract_add_sealed(g, &w->sealed);
	}
	nameset_seal(&w->sources);
	nameset_seal(&w->sealed);
}

void extract_show_tests(struct sorting *s)
{
	struct spec *spec = &s->x->e->spec;
	struct showing w = {.s = s};
	spec->visible = arena_array(s->x->a, s->units_len, struct spec_test);
	for (size_t i = 0; i < s->units_len; i++) {
		const struct extracted_test *t = &s->tests[i];
		if (t->visible)
			spec->visible[spec->visible_len++] =
				(struct spec_test){t->name, t->program, t->place, t->calls};
	}
	prepare(&w);
	for (size_t i = 0; i < s->groups_len; i++)
		show_group(&w, &s->groups[i]);
	show_data(&w);
	vec_release(&w.data);
	nameset_release(&w.sources);
	nameset_release(&w.sealed);
}
