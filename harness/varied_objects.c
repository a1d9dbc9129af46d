#include "core/mem.h"
#include "harness/varied_parts.h"

enum { ROUNDS_MAX = 24 };

static const char ROOT[] = PROJECT_ROOT "/";

struct making {
	const struct varied_ask *ask;
	struct tree *tree; /* the tests', with the sysroot */
	struct varied_objects *objects;
};

/* ---- what the library says of numbers */

static bool knows(void *data, struct str function, size_t argument, bool *ret_length)
{
	const struct shims *shims = data;
	for (size_t i = 0; i < shims->functions_len; i++) {
		const struct shim_function *f = &shims->functions[i];
		if (!str_eq(str_of(f->function->name), function))
			continue;
		*ret_length = argument >= f->signature->parameters_len || f->signature->says_length[argument];
		return true;
	}
	return false;
}

/* ---- compiling */

/* The preprocessor is done, and what a constant holds must be looked up when it is used. */
static bool is_kept(const char *flag)
{
	static const char *const never[] = {"-D", "-U", "-Werror", "-pedantic-errors", "-g", "-O"};
	for (size_t i = 0; i < countof(never); i++) {
		if (str_starts(str_of(flag), str_of(never[i])))
			return false;
	}
	return true;
}

static struct strings flags_of(const struct compile *c, struct arena *a)
{
	static const char *const own[] = {"-w", "-O0", "-fno-builtin"};
	struct strings flags = {arena_array(a, c->flags_len + countof(own), const char *), 0};
	for (size_t i = 0; i < c->flags_len; i++) {
		if (is_kept(c->flags[i]))
			flags.items[flags.len++] = c->flags[i];
	}
	for (size_t i = 0; i < countof(own); i++)
		flags.items[flags.len++] = own[i];
	return flags;
}

static int compile_text(const struct varied_ask *ask, struct varied_object *o, struct str text, bool check,
			struct arena *a, struct built *ret)
{
	SCOPED_TREE struct tree *tree = NULL;
	const struct suite *suite = ask->rewrite->suite;
	const struct plan_object *planned = &suite->plan.objects[o->planned];
	struct toolchain *tc = suite->tools->toolchain;
	const struct build_limits *limits = &suite->project->limits.build;
	struct strings flags = flags_of(&planned->compile, a);
	struct compile c = {
		.source = arena_printf(a, PROJECT_ROOT "/%s.i", planned->name),
		.flags = flags.items,
		.flags_len = flags.len,
		.shown_below = ROOT,
	};
	if (build_tree(tc, NULL, &tree, &o->error) < 0 || tree_add_file(tree, c.source, text, &o->error) < 0)
		return -1;
	return check ? build_check(tc, tree, &c, limits, a, ret, &o->error)
		     : build_compile(tc, tree, &c, limits, a, ret, &o->error);
}

/* Until only those are left that compile. */
static int compile_literals(const struct making *m, size_t index, struct varied_object *o)
{
	struct splice text;
	struct err why = {0};
	o->failure = "its literals cannot be told apart";
	for (size_t round = 0; round < ROUNDS_MAX; round++) {
		SCOPED_ARENA struct arena scratch = {0};
		struct built checked;
		if (varytext_write(&o->source, &o->literals, index << VARIED_OBJECT_BITS, &scratch, &text, &why) < 0) {
			o->failure = arena_strdup(&o->arena, why.text);
			return 0;
		}
		if (compile_text(m->ask, o, text.text, true, &scratch, &checked) < 0)
			return -1;
		if (checked.ok) {
			if (compile_text(m->ask, o, text.text, false, &o->arena, &o->object) < 0)
				return -1;
			o->failure = o->object.failure;
			return 0;
		}
		o->failure = arena_strdup(&o->arena, checked.failure);
		if (!varytext_drop_failed(&o->source, &o->literals, &text, &checked.diags))
			return 0;
	}
	return 0;
}

static int make_object(const struct making *m, size_t index, struct varied_object *o)
{
	const struct suite *suite = m->ask->rewrite->suite;
	const struct plan_object *planned = &suite->plan.objects[o->planned];
	struct varied_callees callees = {(void *)(uintptr_t)m->ask->grammar->shims, knows};
	struct built text;
	struct err why = {0};
	if (build_preprocess(suite->tools->toolchain, m->tree, &planned->compile, &suite->project->limits.build,
			     &o->arena, &text, &o->error) < 0)
		return -1;
	if (!text.ok) {
		o->failure = text.failure;
		return 0;
	}
	if (expanded_read(text.bytes, &o->arena, &o->source, &why) < 0) {
		o->failure = arena_strdup(&o->arena, why.text);
		return 0;
	}
	varytext_find(&o->source, ROOT, &callees, &o->arena, &o->literals);
	if (!o->literals.len) {
		o->failure = "it has no literals that a call is given";
		return 0;
	}
	return compile_literals(m, index, o);
}

static void make_one(void *data, size_t index)
{
	const struct making *m = data;
	struct varied_object *o = &m->objects->items[index];
	const char *name = m->ask->rewrite->suite->plan.objects[o->planned].name;
	if (make_object(m, index, o) < 0)
		err_wrap(&o->error, "%s", name);
	event_send(m->ask->rewrite->suite->tools->observer, EVENT_STEP, name, 0);
}

int varied_objects_make(const struct varied_ask *ask, const bool *wanted, struct varied_objects *ret, struct err *err)
{
	const struct suite *suite = ask->rewrite->suite;
	SCOPED_TREE struct tree *tree = NULL;
	struct varied_objects objects = {
		.items = mem_zalloc(suite->plan.objects_len + 1, sizeof(*objects.items)),
		.of_planned = mem_zalloc(suite->plan.objects_len + 1, sizeof(size_t)),
	};
	struct making m = {ask, NULL, &objects};
	for (size_t i = 0; i < suite->plan.objects_len; i++) {
		bool fits = wanted[i] && objects.len < (size_t)1 << (32 - VARIED_OBJECT_BITS);
		objects.of_planned[i] = fits ? objects.len : SIZE_MAX;
		if (fits)
			objects.items[objects.len++].planned = i;
	}
	int result = build_tree(suite->tools->toolchain, suite->plan.tests_tree, &tree, err);
	m.tree = tree;
	if (result == 0)
		result = tools_stage(suite->tools, "reading tests", objects.len, make_one, &m, err);
	for (size_t i = 0; result == 0 && i < objects.len; i++) {
		if (objects.items[i].error.kind != ERR_NONE)
			result = err_copy(err, &objects.items[i].error);
	}
	*ret = objects;
	if (result < 0)
		varied_objects_release(ret);
	return result;
}

void varied_objects_release(struct varied_objects *objects)
{
	for (size_t i = 0; i < objects->len; i++)
		arena_release(&objects->items[i].arena);
	free(objects->items);
	free(objects->of_planned);
	*objects = (struct varied_objects){0};
}
