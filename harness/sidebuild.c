#include "harness/sidebuild.h"

#include "core/mem.h"

struct side_object {
	const char *name;
	struct built built;
	struct err error; /* the compiler could not be run */
	struct arena arena;
};

struct making {
	const struct sidebuild *b;
	const struct strings *flags;
	struct tree *tree; /* the original's, with the sysroot */
	size_t *todo;      /* indices of objects */
};

/* Objects of a rewrite are numbered variant by variant. */
static size_t per_variant(const struct rewrite *r)
{
	return r->variants[0].objects_len;
}

static void make_of_rewrite(const struct making *m, size_t index, struct side_object *o)
{
	const struct rewrite *r = m->b->rewrite;
	const struct rewrite_variant *variant = &r->variants[index / per_variant(r)];
	const struct rewrite_object *from = &variant->objects[index % per_variant(r)];
	o->name = from->name;
	rewrite_compile(r, variant, from, m->flags, &o->arena, &o->built, &o->error);
}

static void make_of_original(const struct making *m, size_t index, struct side_object *o)
{
	const struct suite *s = m->b->suite;
	const struct plan_object *from = &s->plan.objects[index];
	struct compile c = from->compile;
	struct strings own = {(const char **)arena_copy(&o->arena, c.flags, c.flags_len, sizeof(*c.flags)), c.flags_len};
	struct strings flags = arena_joined(&o->arena, &own, m->flags);
	c.flags = flags.items;
	c.flags_len = flags.len;
	o->name = from->name;
	build_compile(s->tools->toolchain, m->tree, &c, &s->project->limits.build, &o->arena, &o->built, &o->error);
}

static void make_object(void *data, size_t i)
{
	const struct making *m = data;
	size_t index = m->todo[i];
	struct side_object *o = &m->b->objects[index];
	if (m->b->rewrite)
		make_of_rewrite(m, index, o);
	else
		make_of_original(m, index, o);
	event_send(m->b->suite->tools->observer, EVENT_STEP, o->name, 0);
}

static int make_all(struct sidebuild *b, const struct strings *flags, struct err *err)
{
	const struct plan *plan = &b->suite->plan;
	SCOPED_TREE struct tree *tree = NULL;
	SCOPED_MEM size_t *todo = mem_zalloc(b->objects_len + 1, sizeof(*todo));
	struct making m = {.b = b, .flags = flags, .todo = todo};
	size_t len = 0;
	for (size_t i = 0; i < b->objects_len; i++) {
		if (b->rewrite || plan->objects[i].of_library)
			todo[len++] = i;
	}
	if (!b->rewrite && build_tree(b->suite->tools->toolchain, plan->library_tree, &tree, err) < 0)
		return -1;
	m.tree = tree;
	if (tools_stage(b->suite->tools, "compiling", len, make_object, &m, err) < 0)
		return -1;
	for (size_t i = 0; i < b->objects_len; i++) {
		if (b->objects[i].error.kind != ERR_NONE)
			return err_copy(err, &b->objects[i].error);
	}
	return 0;
}

int sidebuild_make(const struct suite *suite, const struct rewrite *rewrite, const struct strings *flags,
		   struct sidebuild *ret, struct err *err)
{
	struct sidebuild b = {.suite = suite, .rewrite = rewrite};
	b.objects_len = rewrite ? rewrite->variants_len * per_variant(rewrite) : suite->plan.objects_len;
	b.objects = mem_zalloc(b.objects_len + 1, sizeof(*b.objects));
	if (make_all(&b, flags, err) < 0) {
		sidebuild_release(&b);
		return -1;
	}
	*ret = b;
	return 0;
}

void sidebuild_release(struct sidebuild *b)
{
	for (size_t i = 0; i < b->objects_len; i++)
		arena_release(&b->objects[i].arena);
	free(b->objects);
	*b = (struct sidebuild){0};
}

struct link_input *sidebuild_inputs(const struct sidebuild *b, const struct plan_program *planned, size_t room,
				    struct arena *a, size_t *ret_len, const char **ret_why)
{
	const struct rewrite *r = b->rewrite;
	size_t len = r ? per_variant(r) : planned->library_len;
	size_t first = r ? r->variant_of[planned - b->suite->plan.programs] * len : 0;
	struct link_input *inputs = arena_array(a, len + room, struct link_input);
	for (size_t i = 0; i < len; i++) {
		const struct side_object *o = &b->objects[r ? first + i : planned->library[i]];
		if (!o->built.ok) {
			*ret_why = o->built.failure;
			return NULL;
		}
		inputs[i] = (struct link_input){o->name, o->built.bytes};
	}
	*ret_len = len;
	return inputs;
}
