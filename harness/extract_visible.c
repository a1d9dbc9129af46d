#include "harness/extract_parts.h"

#include "core/mem.h"
#include "core/parallel.h"
#include "harness/ctoken.h"
#include "harness/textedit.h"

bool extract_has_sealed(const struct group *g)
{
	for (size_t i = 0; g->by_function && i < g->tests.len; i++) {
		if (g->sealed[i])
			return true;
	}
	return false;
}

bool extract_all_sealed(const struct sorting *s, const struct group *g)
{
	size_t units = g->by_function ? g->tests.len : g->programs_len;
	for (size_t i = 0; i < units; i++) {
		if (!s->units[g->first_unit + i].sealed)
			return false;
	}
	return true;
}

bool extract_names_any(struct str text, const struct nameset *names)
{
	size_t start = 0;
	for (size_t i = 0; names->len && i <= text.len; i++) {
		if (i < text.len && ctoken_name_byte(text.ptr[i]))
			continue;
		if (i > start && nameset_has(names, str_first(str_from(text, start), i - start)))
			return true;
		start = i + 1;
	}
	return false;
}

/* "basic" is a word like others, "test_basic" a name. */
static bool is_telling(const char *name)
{
	return strpbrk(name, "_0123456789") != NULL;
}

void extract_add_sealed(const struct group *g, struct nameset *names)
{
	for (size_t i = 0; g->by_function && i < g->tests.len; i++) {
		if (g->sealed[i] && is_telling(g->tests.items[i].name))
			nameset_add(names, str_of(g->tests.items[i].name));
	}
}

/* Comments that speak of sealed tests go with them. */
static struct str without_remarks(struct str text, const struct nameset *names, struct arena *a)
{
	struct textedits edits = {0};
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind == CTOKEN_COMMENT && extract_names_any(t.text, names))
			textedit_add(&edits, t.offset, t.offset + t.text.len, " ");
	}
	struct str out = textedit_make(&edits, text, a);
	vec_release(&edits);
	return out;
}

struct str extract_visible_text(const struct sorting *s, const struct group *g, size_t source)
{
	SCOPED(nameset_release) struct nameset names = {0};
	if (!extract_has_sealed(g))
		return g->sources[source].text;
	extract_add_sealed(g, &names);
	nameset_seal(&names);
	struct str text = s->x->language->cut_tests(g->sources, source, &g->cut, g->sealed, s->x->a);
	return g->shared[source] ? text : without_remarks(text, &names, s->x->a);
}

/* The project as it is with these sources cut. */
static int cut_tree(struct sorting *s, const struct group *g, struct tree **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	if (tree_add_tree(tree, PROJECT_ROOT, s->x->suite->plan.tests_tree, PROJECT_ROOT, err) < 0)
		return -1;
	for (size_t i = 0; i < g->sources_len; i++) {
		const char *path = arena_printf(&scratch, PROJECT_ROOT "/%s", g->sources[i].path);
		struct str text = extract_visible_text(s, g, i);
		if (!str_eq(text, g->sources[i].text) && tree_add_file(tree, path, text, err) < 0)
			return -1;
	}
	*out = take(tree);
	return 0;
}

static int compile_group(struct sorting *s, struct group *g, struct err *err)
{
	const struct suite *suite = s->x->suite;
	const struct plan_program *p = sorting_program(s, g->programs[0]);
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_TREE struct tree *cut = NULL;
	SCOPED_TREE struct tree *tree = NULL;
	if (cut_tree(s, g, &cut, err) < 0 || build_tree(suite->tools->toolchain, cut, &tree, err) < 0)
		return -1;
	for (size_t i = 0; i < p->objects_len && !g->broken; i++) {
		struct built built;
		if (build_compile(suite->tools->toolchain, tree, &suite->plan.objects[p->objects[i]].compile,
				  &suite->project->limits.build, &scratch, &built, err) < 0)
			return -1;
		g->broken = !built.ok;
	}
	return 0;
}

/* What only sealed tests use tells of them: tables of cases, checks that one of them was made of. */
static int cut_helpers(struct sorting *s, struct group *g, struct err *err)
{
	bool *with = &g->sealed[g->tests.len];
	*with = false;
	if (g->keeps_helpers)
		return 0;
	if (s->x->language->find_orphans(g->sources, g->sources_len, &g->tests, g->sealed, g->shared, s->x->a,
					 &g->cut.items[g->tests.len], err) < 0)
		return -1;
	*with = true;
	return 0;
}

/* One after the other, since they share an arena. */
static void compile_groups(void *data, size_t index)
{
	(void)index;
	struct sorting *s = data;
	for (size_t i = 0; i < s->groups_len; i++) {
		struct group *g = &s->groups[i];
		g->broken = false;
		if (extract_has_sealed(g) && !extract_all_sealed(s, g) && cut_helpers(s, g, &g->error) == 0)
			compile_group(s, g, &g->error);
		event_send(s->x->suite->tools->observer, EVENT_STEP, g->sources[0].path, 0);
	}
}

int extract_check_visible(struct sorting *s, bool *ret_again, struct err *err)
{
	struct parallel p = {.threads = 1, .stack_bytes = tools_stack_bytes(), .work = compile_groups, .data = s};
	const struct observer *observer = s->x->suite->tools->observer;
	event_send(observer, EVENT_STAGE, "sealing", s->groups_len);
	int result = parallel_run(&p, 1, err);
	event_send(observer, EVENT_DONE, "sealing", s->groups_len);
	*ret_again = false;
	for (size_t i = 0; i < s->groups_len && result == 0; i++) {
		struct group *g = &s->groups[i];
		if (g->error.kind != ERR_NONE) {
			err_copy(err, &g->error);
			result = -1;
		}
		*ret_again |= g->by_function && g->broken;
		g->by_function &= !g->broken || !g->keeps_helpers;
		g->keeps_helpers |= g->broken;
	}
	return result;
}
