#include "harness/microtext_parts.h"

#include "harness/microdriver.h"

enum { TEXT_MAX = 16 << 20 };

void micro_put(struct micro_out *o, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	buf_vprintf(&o->text, format, args);
	va_end(args);
}

/* ---- calls with arguments that stay the same */

/* `object` stands for the one object that it takes. */
static void put_fixed(struct micro_out *o, const struct micro_call *call, const char *object)
{
	const struct shim_function *f = &o->shims->functions[call->function];
	micro_put(o, "%s(", f->function->name);
	for (size_t i = 0; i < f->signature->parameters_len; i++) {
		micro_put(o, "%s", i ? ", " : "");
		micro_put_fixed(o, f->signature, i, &call->args[i], object);
	}
	micro_put(o, ")");
}

static const char *object_name(struct micro_out *o, size_t index)
{
	return arena_printf(o->a, "recast_object_%zu", index);
}

static bool is_in_place(const struct micro_out *o, const struct micro_need *need)
{
	return o->micro->heard->objects[need->object].in_place;
}

static void put_need(struct micro_out *o, size_t index)
{
	const struct micro_need *need = &o->micro->needs[index];
	const char *object = object_name(o, index), *outer = index ? object_name(o, index - 1) : "0";
	if (is_in_place(o, need))
		micro_put(o, "\t%s = recast_fresh(%u);\n\t", object, o->micro->heard->objects[need->object].type->size);
	else
		micro_put(o, "\t%s = (void *)", object);
	/* In place, what it makes is its first argument. */
	put_fixed(o, need->make, is_in_place(o, need) ? object : outer);
	micro_put(o, ";\n");
	for (size_t i = 0; i < need->before_len; i++) {
		micro_put(o, "\t(void)");
		put_fixed(o, need->before[i], object);
		micro_put(o, ";\n");
	}
}

static void put_end(struct micro_out *o, const struct micro_need *need, const char *object)
{
	if (need->frees) {
		micro_put(o, "\tfree((void *)%s);\n", object);
	} else if (need->end) {
		micro_put(o, "\t(void)");
		put_fixed(o, need->end, object);
		micro_put(o, ";\n");
	}
}

static void put_objects(struct micro_out *o)
{
	const struct micro *m = o->micro;
	for (size_t i = 0; i < m->needs_len; i++)
		micro_put(o, "static void *%s;\n", object_name(o, i));
	micro_put(o, "static void recast_ready(void)\n{\n");
	for (size_t i = 0; i < m->needs_len; i++)
		put_need(o, i);
	micro_put(o, "}\nstatic void recast_over(void)\n{\n");
	for (size_t i = m->needs_len; i-- > 0;)
		put_end(o, &m->needs[i], object_name(o, i));
	micro_put(o, "}\n");
}

/* ---- the call that is measured */

static void put_result(struct micro_out *o)
{
	const struct shape *s = o->g->result;
	if (s->kind == SHAPE_INTEGER)
		micro_put(o, "\trecast_fold((recast_u64)recast_result);\n");
	else if (s->kind == SHAPE_FLOAT)
		micro_put(o, "\trecast_fold(recast_bits((double)recast_result));\n");
	else if (s->kind == SHAPE_POINTER)
		micro_put(o, "\trecast_fold(recast_result != 0);\n");
	else if (s->kind == SHAPE_RECORD)
		micro_put_fold(o, s, "&recast_result", 0);
	if (s->kind == SHAPE_POINTER && s->target->is_char)
		micro_put(o, "\trecast_fold_text((const char *)recast_result, 0);\n");
}

static void put_given_end(struct micro_out *o)
{
	const struct micro_need *gives = &o->micro->gives;
	if (!gives->make || (!gives->end && !gives->frees))
		return;
	const char *made = is_in_place(o, gives) ? "recast_room_0" : "recast_result";
	micro_put(o, is_in_place(o, gives) ? "" : "\tif (recast_result)\n\t");
	put_end(o, gives, made);
}

/* What grows is made before anything is measured. */
static void put_growing(struct micro_out *o)
{
	for (size_t i = 0; i < o->g->parameters_len; i++)
		micro_put(o, "static char *recast_g_%zu[RECAST_GROWN_CALLS];\nstatic size_t recast_l_%zu[RECAST_GROWN_CALLS];\n", i, i);
	micro_put(o, "static void recast_prepare(unsigned recast_i, unsigned recast_k, unsigned recast_s, size_t recast_n, int "
		     "recast_by)\n{\n");
	for (size_t i = 0; i < o->g->parameters_len; i++)
		micro_put_growing(o, i);
	micro_put(o, "}\n");
}

static void put_measured(struct micro_out *o, bool grown)
{
	const char *object = o->micro->needs_len ? object_name(o, o->micro->needs_len - 1) : "0";
	micro_put(o, grown ? "static void recast_grow(unsigned recast_i, unsigned recast_k)\n{\n"
			   : "static inline void recast_call(unsigned recast_k, unsigned recast_s, int recast_changed)\n{\n");
	for (size_t i = 0; i < o->g->parameters_len; i++)
		micro_put_prepared(o, i, grown);
	micro_put(o, "\t");
	if (o->g->result->kind != SHAPE_VOID)
		micro_put(o, "__typeof_unqual__(%s) recast_result = ", o->g->result_text);
	micro_put(o, "%s(", o->micro->function->function->name);
	for (size_t i = 0; i < o->g->parameters_len; i++) {
		micro_put(o, "%s", i ? ", " : "");
		micro_put_argument(o, i, grown, object);
	}
	micro_put(o, ");\n");
	put_result(o);
	for (size_t i = 0; i < o->g->parameters_len; i++)
		micro_put_written(o, i);
	put_given_end(o);
	micro_put(o, "}\n");
}

const char *micro_text(const struct suite *suite, const struct shims *shims, const struct micro *micro,
		       struct arena *a)
{
	const struct plan *plan = &suite->plan;
	struct micro_out o = {.shims = shims, .micro = micro, .g = micro->function->signature, .a = a};
	buf_init(&o.text, TEXT_MAX);
	for (size_t i = 0; i < plan->headers_len; i++)
		micro_put(&o, "#include \"" PROJECT_ROOT "/%s\"\n", plan->headers[i]);
	micro_put(&o, "%s", microdriver_begin);
	/* A macro of that name is not the function. */
	for (size_t i = 0; i < shims->functions_len; i++)
		micro_put(&o, "#undef %s\n", shims->functions[i].function->name);
	micro_put(&o, "enum { RECAST_INPUTS = %zu };\n", micro->inputs_len);
	micro_put_tables(&o);
	put_objects(&o);
	put_measured(&o, false);
	put_growing(&o);
	put_measured(&o, true);
	micro_put(&o, "%s", microdriver_end);
	const char *text = arena_str(a, buf_str(&o.text));
	buf_release(&o.text);
	return text;
}
