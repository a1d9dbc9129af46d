#include "harness/probe_text_parts.h"

enum { DEPTH_MAX = 3, ELEMENTS_SHOWN = 8, KNOWN_MAX = 200 };

/* A value that is told. */
struct told {
	const struct shape *shape;
	const char *label, *expression;
	unsigned depth, tabs;
};

static void tell(struct probe_writer *w, const struct told *t);

static void put_tabs(struct probe_writer *w, unsigned tabs)
{
	for (unsigned i = 0; i < tabs; i++)
		buf_append_char(&w->out, '\t');
}

/* ---- what leads nowhere */

static void tell_number(struct probe_writer *w, const struct told *t)
{
	bool wide = t->shape->kind == SHAPE_INTEGER && t->shape->size == 8 && !t->shape->is_signed;
	put_tabs(w, t->tabs);
	if (t->shape->kind == SHAPE_FLOAT)
		buf_printf(&w->out, "printf(\"%s: %%.17g\\n\", (double)%s);\n", t->label, t->expression);
	else
		buf_printf(&w->out, wide ? "printf(\"%s: %%llu\\n\", (unsigned long long)%s);\n" :
					   "printf(\"%s: %%lld\\n\", (long long)%s);\n", t->label, t->expression);
}

static void tell_name(struct probe_writer *w, const struct told *t)
{
	w->names = true;
	put_tabs(w, t->tabs);
	buf_printf(&w->out, "printf(\"%s: %%s\\n\", name_of((const void *)%s));\n", t->label, t->expression);
}

static void tell_text(struct probe_writer *w, const struct told *t, const char *most)
{
	w->texts = w->names = true;
	put_tabs(w, t->tabs);
	buf_printf(&w->out, "tell_text(\"%s\", %s, %s);\n", t->label, t->expression, most);
}

/* ---- what has parts */

static void tell_fields(struct probe_writer *w, const struct told *t, const struct shape *record, const char *link)
{
	for (size_t i = 0; i < record->record->fields_len; i++) {
		const struct shape_field *f = &record->record->fields[i];
		if (f->shared || !f->name[0])
			continue;
		struct told field = {f->shape, arena_printf(w->a, "%s%s%s", t->label, link, f->name),
				     arena_printf(w->a, "%s%s%s", t->expression, link, f->name), t->depth + 1, t->tabs};
		tell(w, &field);
	}
}

static void tell_elements(struct probe_writer *w, const struct told *t)
{
	for (size_t i = 0; i < min_size(t->shape->count, ELEMENTS_SHOWN); i++) {
		struct told element = {t->shape->target, arena_printf(w->a, "%s[%zu]", t->label, i),
				       arena_printf(w->a, "%s[%zu]", t->expression, i), t->depth + 1, t->tabs};
		tell(w, &element);
	}
}

static void tell_pointer(struct probe_writer *w, const struct told *t)
{
	const struct shape *target = t->shape->target;
	bool visible = target->kind == SHAPE_RECORD && target->record && target->record->fields_len &&
		       t->depth < DEPTH_MAX;
	if (target->is_char) {
		tell_text(w, t, "(size_t)-1");
		return;
	}
	tell_name(w, t);
	if (!visible)
		return;
	struct told inner = *t;
	inner.tabs++;
	put_tabs(w, t->tabs);
	buf_printf(&w->out, "if (%s) {\n", t->expression);
	tell_fields(w, &inner, target, "->");
	put_tabs(w, t->tabs);
	buf_append_cstr(&w->out, "}\n");
}

static void tell(struct probe_writer *w, const struct told *t)
{
	switch (t->shape->kind) {
	case SHAPE_INTEGER:
	case SHAPE_FLOAT:
		tell_number(w, t);
		return;
	case SHAPE_POINTER:
		tell_pointer(w, t);
		return;
	case SHAPE_RECORD:
		if (t->shape->record && t->depth < DEPTH_MAX)
			tell_fields(w, t, t->shape, ".");
		return;
	case SHAPE_ARRAY:
		if (t->shape->target->is_char)
			tell_text(w, t, arena_printf(w->a, "%u", t->shape->count));
		else if (t->depth < DEPTH_MAX)
			tell_elements(w, t);
		return;
	default:
		return;
	}
}

void probe_tell(struct probe_writer *w, const struct shape *s, const char *label, const char *expression)
{
	tell(w, &(struct told){s, label, expression, 0, 1});
}

void probe_tell_briefly(struct probe_writer *w, const struct shape *s, const char *label, const char *expression)
{
	struct told t = {s, label, expression, 0, 1};
	if (s->kind == SHAPE_POINTER && s->target->is_char && s->target->is_const)
		tell_text(w, &t, "(size_t)-1");
	else if (s->kind == SHAPE_POINTER)
		buf_printf(&w->out, "\tprintf(\"%s: %%s\\n\", %s ? \"not NULL\" : \"NULL\");\n", label, expression);
	else if (s->kind == SHAPE_INTEGER || s->kind == SHAPE_FLOAT)
		tell_number(w, &t);
}

void probe_tell_bytes(struct probe_writer *w, const char *label, const char *variable)
{
	w->bytes = true;
	buf_printf(&w->out, "\ttell_bytes(\"%s\", &%s, sizeof(%s));\n", label, variable, variable);
}

/* ---- the functions that all of it calls */

/* Addresses differ from run to run; which of them are the same does not. */
static const char NAME_OF[] =
	"static const char *name_of(const void *p)\n"
	"{\n"
	"\tstatic char numbers[200][8];\n"
	"\tsize_t i = 0;\n"
	"\tif (!p)\n"
	"\t\treturn \"NULL\";\n"
	"\twhile (i < 199 && known[i].at && known[i].at != p)\n"
	"\t\ti++;\n"
	"\tif (known[i].at == p)\n"
	"\t\treturn known[i].name;\n"
	"\tsnprintf(numbers[i], sizeof(numbers[i]), \"#%zu\", i + 1);\n"
	"\tknown[i].at = p;\n"
	"\treturn known[i].name = numbers[i];\n"
	"}\n\n";

static const char TELL_TEXT[] =
	"static void tell_text(const char *label, const char *text, size_t most)\n"
	"{\n"
	"\tprintf(text ? \"%s: \\\"\" : \"%s: NULL\", label);\n"
	"\tfor (size_t i = 0; text && i < most && text[i]; i++)\n"
	"\t\tprintf(text[i] >= ' ' && text[i] <= '~' ? \"%c\" : \"\\\\x%02x\", (unsigned char)text[i]);\n"
	"\tif (text)\n"
	"\t\tprintf(\"\\\" %s\", name_of(text));\n"
	"\tputchar('\\n');\n"
	"}\n\n";

static const char TELL_BYTES[] =
	"static void tell_bytes(const char *label, const void *memory, size_t len)\n"
	"{\n"
	"\tconst unsigned char *bytes = memory;\n"
	"\twhile (len && bytes[len - 1] == 0xCD)\n"
	"\t\tlen--;\n"
	"\tprintf(\"%s: \\\"\", label);\n"
	"\tfor (size_t i = 0; i < len; i++)\n"
	"\t\tprintf(bytes[i] >= ' ' && bytes[i] <= '~' ? \"%c\" : \"\\\\x%02x\", bytes[i]);\n"
	"\tputs(\"\\\"\");\n"
	"}\n\n";

void probe_put_tellers(struct probe_writer *w)
{
	if (w->names) {
		buf_printf(&w->out, "static struct {\n\tconst void *at;\n\tconst char *name;\n} known[%d] = {\n",
			   KNOWN_MAX);
		for (size_t i = 0; i < PROBE_USERS; i++) {
			if (w->users[i])
				buf_printf(&w->out, "\t{user_%zu, \"user_%zu\"},\n", i, i);
		}
		buf_append_cstr(&w->out, "\t{NULL, NULL},\n};\n\n");
		buf_append_cstr(&w->out, NAME_OF);
	}
	buf_append_cstr(&w->out, w->texts ? TELL_TEXT : "");
	buf_append_cstr(&w->out, w->bytes ? TELL_BYTES : "");
}
