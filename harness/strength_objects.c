#include "core/path.h"
#include "harness/strength_parts.h"

/* More mutants in one text than that take the compiler its time and memory. */
enum { ROUNDS_MAX = 24, MUTANTS_AT_ONCE = 12000 };

static const char ROOT[] = PROJECT_ROOT "/";

struct strength_place strength_place(const struct strength_object *o, size_t at, struct arena *a)
{
	struct expanded_place p = expanded_place(&o->source, at);
	struct str path = str_of(p.file);
	if (str_starts(path, STR(ROOT)))
		path = str_from(path, sizeof(ROOT) - 1);
	const char *clean = path_join(a, "", path);
	return (struct strength_place){clean ? clean : arena_str(a, path), p.line, p.column};
}

/* ---- reading */

struct reading {
	struct strength *strength;
	struct tree *tree;
};

static int read_object(const struct reading *r, size_t index, struct strength_object *o)
{
	const struct suite *suite = r->strength->suite;
	const struct plan_object *planned = &suite->plan.objects[o->planned];
	struct built text;
	struct err why = {0};
	if (build_preprocess(suite->tools->toolchain, r->tree, &planned->compile, &suite->project->limits.build,
			     &o->arena, &text, &o->error) < 0)
		return -1;
	if (!text.ok)
		o->failure = text.failure;
	else if (expanded_read(text.bytes, &o->arena, &o->source, &why) < 0 ||
		 instrument(&o->source, ROOT, (unsigned)(index << STATEMENT_BITS), &o->arena, &o->counted, &why) < 0 ||
		 mutants_find(&o->source, ROOT, &o->arena, &o->mutants, &why) < 0)
		o->failure = arena_strdup(&o->arena, why.text);
	return 0;
}

static void read_one(void *data, size_t index)
{
	struct reading *r = data;
	struct strength_object *o = &r->strength->objects[index];
	const char *name = r->strength->suite->plan.objects[o->planned].name;
	if (read_object(r, index, o) < 0)
		err_wrap(&o->error, "%s", name);
	event_send(r->strength->suite->tools->observer, EVENT_STEP, name, 0);
}

/* Those of the library that some program is linked with which counts. */
static void choose_objects(struct strength *s)
{
	const struct plan *plan = &s->suite->plan;
	s->object_of = arena_array(&s->arena, plan->objects_len, size_t);
	s->objects = mem_zalloc(plan->objects_len + 1, sizeof(*s->objects));
	for (size_t i = 0; i < plan->objects_len; i++)
		s->object_of[i] = SIZE_MAX;
	for (size_t p = 0; p < s->programs_len; p++) {
		const struct plan_program *planned = s->programs[p].planned;
		for (size_t i = 0; i < planned->library_len && s->objects_len < STRENGTH_OBJECTS_MAX; i++) {
			size_t *object = &s->object_of[planned->library[i]];
			if (*object != SIZE_MAX)
				continue;
			*object = s->objects_len;
			s->objects[s->objects_len++].planned = planned->library[i];
		}
	}
}

static int first_error(const struct strength *s, struct err *err)
{
	for (size_t i = 0; i < s->objects_len; i++) {
		if (s->objects[i].error.kind != ERR_NONE)
			return err_copy(err, &s->objects[i].error);
	}
	return 0;
}

int strength_read_objects(struct strength *s, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	choose_objects(s);
	if (build_tree(s->suite->tools->toolchain, s->suite->plan.library_tree, &tree, err) < 0)
		return -1;
	struct reading r = {s, tree};
	if (tools_stage(s->suite->tools, "reading", s->objects_len, read_one, &r, err) < 0)
		return -1;
	return first_error(s, err);
}

/* ---- compiling */

/* What a mutant does wrong must not let the compiler conclude that it is never selected. */
static const char *const mutated_flags[] = {
	"-w",
	"-fwrapv",
	"-fno-strict-aliasing",
	"-fno-delete-null-pointer-checks",
	"-fno-finite-loops",
	"-ftrivial-auto-var-init=pattern",
};

/* The preprocessor is done, a warning is no mistake here, and two texts are compared by their bytes. */
static bool is_kept(const char *flag, enum strength_how how)
{
	static const char *const never[] = {"-D", "-U", "-Werror", "-pedantic-errors", "-g"};
	for (size_t i = 0; i < countof(never); i++) {
		if (str_starts(str_of(flag), str_of(never[i])))
			return false;
	}
	return how == STRENGTH_AS_IT_IS || !str_starts(str_of(flag), STR("-O"));
}

static struct strings flags_for(const struct compile *c, enum strength_how how, struct arena *a)
{
	struct strings flags = {arena_array(a, c->flags_len + countof(mutated_flags) + 1, const char *), 0};
	for (size_t i = 0; i < countof(mutated_flags) && how != STRENGTH_AS_IT_IS; i++)
		flags.items[flags.len++] = mutated_flags[i];
	if (how != STRENGTH_AS_IT_IS)
		flags.items[flags.len++] = "-O1";
	for (size_t i = 0; i < c->flags_len; i++) {
		if (is_kept(c->flags[i], how))
			flags.items[flags.len++] = c->flags[i];
	}
	return flags;
}

int strength_compile(const struct strength *s, const struct strength_object *o, struct str text, enum strength_how how,
		     struct arena *a, struct built *ret, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	const struct plan_object *planned = &s->suite->plan.objects[o->planned];
	struct toolchain *tc = s->suite->tools->toolchain;
	const struct build_limits *limits = &s->suite->project->limits.build;
	struct strings flags = flags_for(&planned->compile, how, a);
	struct compile c = {
		.source = arena_printf(a, PROJECT_ROOT "/%s.i", planned->name),
		.flags = flags.items,
		.flags_len = flags.len,
		.shown_below = ROOT,
	};
	if (build_tree(tc, NULL, &tree, err) < 0 || tree_add_file(tree, c.source, text, err) < 0)
		return -1;
	return how == STRENGTH_CHECKED ? build_check(tc, tree, &c, limits, a, ret, err)
				       : build_compile(tc, tree, &c, limits, a, ret, err);
}

/* Of too many, as many as fit, evenly spread. */
static void thin_out(struct strength_object *o)
{
	size_t len = o->mutants.len;
	for (size_t i = 0; len > MUTANTS_AT_ONCE && i < len; i++) {
		bool kept = (i + 1) * MUTANTS_AT_ONCE / len > i * MUTANTS_AT_ONCE / len;
		o->mutants.items[i].dropped |= !kept;
		o->thinned += !kept;
	}
}

/* Until only those are left that compile. */
static int compile_mutants(const struct strength *s, size_t index, struct strength_object *o)
{
	struct splice text;
	struct err why = {0};
	thin_out(o);
	for (size_t round = 0; round < ROUNDS_MAX; round++) {
		SCOPED_ARENA struct arena scratch = {0};
		struct built checked;
		if (mutants_write(&o->source, &o->mutants, (unsigned)index, &scratch, &text, &why) < 0) {
			o->failure = arena_strdup(&o->arena, why.text);
			return 0;
		}
		if (strength_compile(s, o, text.text, STRENGTH_CHECKED, &scratch, &checked, &o->error) < 0)
			return -1;
		if (checked.ok)
			return strength_compile(s, o, text.text, STRENGTH_MUTATED, &o->arena, &o->mutated_object,
						&o->error);
		o->failure = arena_strdup(&o->arena, checked.failure);
		if (!mutants_drop_failed(&o->mutants, &text, &checked.diags))
			return 0;
	}
	return 0;
}

static int compile_object(const struct strength *s, size_t index, struct strength_object *o)
{
	if (o->failure)
		return 0;
	if (strength_compile(s, o, o->counted.text, STRENGTH_MUTATED, &o->arena, &o->counted_object, &o->error) < 0 ||
	    compile_mutants(s, index, o) < 0)
		return -1;
	if (o->mutated_object.ok)
		o->failure = NULL;
	else if (o->mutated_object.failure)
		o->failure = o->mutated_object.failure;
	if (!o->counted_object.ok)
		o->failure = o->counted_object.failure;
	return 0;
}

static void compile_one(void *data, size_t index)
{
	struct strength *s = data;
	struct strength_object *o = &s->objects[index];
	const char *name = s->suite->plan.objects[o->planned].name;
	if (compile_object(s, index, o) < 0)
		err_wrap(&o->error, "%s", name);
	event_send(s->suite->tools->observer, EVENT_STEP, name, 0);
}

int strength_compile_objects(struct strength *s, struct err *err)
{
	if (tools_stage(s->suite->tools, "compiling mutants", s->objects_len, compile_one, s, err) < 0)
		return -1;
	return first_error(s, err);
}
