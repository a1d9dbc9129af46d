#include "harness/judge_api_ask.h"

#include "core/mem.h"
#include "harness/ctoken.h"

#include <inttypes.h>

struct asking {
	struct {
		struct api_question *items;
		size_t len, cap;
	} rows;
	size_t skipped;
	size_t behind; /* of the type at hand */
	struct arena *a;
};

/* Stays in its line and opens no directive, comment or other string. */
static bool is_plain(const char *text)
{
	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == '#' || *c == '"' || *c == '\\')
			return false;
	}
	return text[0] && !strstr(text, "//") && !strstr(text, "/*") && !strchr(text, ';') && !strchr(text, '{');
}

static void add(struct asking *k, const struct api_question *question)
{
	if (k->rows.len == API_QUESTIONS_MAX)
		k->skipped++;
	else
		*vec_push(&k->rows) = *question;
	if (k->rows.len && k->rows.items[k->rows.len - 1].line == question->line)
		k->rows.items[k->rows.len - 1].behind = k->behind;
}

/* ---- numbers */

static const char *number(struct asking *k, int64_t value)
{
	if (value == INT64_MIN)
		return "(-9223372036854775807LL - 1)";
	return arena_printf(k->a, "(%" PRId64 "LL)", value);
}

/* Two numbers are compared, so that the compiler tells the one that it found. */
static void ask_number(struct asking *k, const char *expression, uint64_t wanted, const char *what, const char *unit,
		       const char *name, struct place place)
{
	struct api_question q = {
		.line = arena_printf(k->a, "_Static_assert(%s == %" PRIu64 ", \"\");\n", expression, wanted),
		.wrong = arena_printf(k->a, "%s other than the original's, which is %" PRIu64 "%s", what, wanted, unit),
		.value = arena_printf(k->a, "%s ", what),
		.wanted = arena_printf(k->a, "%s, the original's %" PRIu64, unit, wanted),
		.name = name,
		.place = place,
	};
	add(k, &q);
}

/* ---- types */

static void ask_enumerators(struct asking *k, const struct api_type *t)
{
	for (size_t i = 0; i < t->enumerators_len; i++) {
		const struct api_enumerator *e = &t->enumerators[i];
		if (!e->known || !is_plain(e->name)) {
			k->skipped++;
			continue;
		}
		struct api_question q = {
			.line = arena_printf(k->a, "_Static_assert(%s == %s, \"\");\n", e->name, number(k, e->value)),
			.wrong = arena_printf(k->a, "%s is not there, or not %" PRId64, e->name, e->value),
			.value = arena_printf(k->a, "%s is ", e->name),
			.wanted = arena_printf(k->a, ", the original's %" PRId64, e->value),
			.name = e->name,
			.place = t->place,
		};
		add(k, &q);
	}
}

/* The bits that it can hold: an object of all ones there has as many. */
static void ask_bits(struct asking *k, const struct api_type *t, const struct api_field *f)
{
	uint64_t most = f->bits >= 64 ? UINT64_MAX : ((uint64_t)1 << f->bits) - 1;
	bool signs = !strstr(f->type, "unsigned") && !strstr(f->type, "_Bool");
	const char *object = arena_printf(k->a, "((const %s){.%s = %s}).%s", t->spelling, f->name, "-1", f->name);
	const char *half = arena_printf(k->a, "((const %s){.%s = %" PRIu64 "ULL}).%s", t->spelling, f->name,
					(most >> 1) + 1, f->name);
	struct api_question q = {
		.line = signs ? arena_printf(k->a, "_Static_assert(%s < 0 || %s == %" PRIu64 ", \"\");\n", half, object, most)
			      : arena_printf(k->a, "_Static_assert(%s == %" PRIu64 ", \"\");\n", object, most),
		.wrong = arena_printf(k->a, "%s: its field %s has other than the original's %u bits", t->spelling, f->name,
				      f->bits),
		.name = f->name,
		.place = t->place,
	};
	add(k, &q);
}

static void ask_field(struct asking *k, const struct api_type *t, const struct api_field *f)
{
	if (!f->known || !is_plain(f->name)) {
		k->skipped++;
		return;
	}
	if (f->bits) {
		ask_bits(k, t, f);
		return;
	}
	ask_number(k, arena_printf(k->a, "__builtin_offsetof(%s, %s)", t->spelling, f->name), f->offset,
		   arena_printf(k->a, "%s: its field %s is at", t->spelling, f->name), "", f->name, t->place);
	if (f->size)
		ask_number(k, arena_printf(k->a, "sizeof(((%s *)0)->%s)", t->spelling, f->name), f->size,
			   arena_printf(k->a, "%s: its field %s is", t->spelling, f->name), " bytes", f->name, t->place);
}

/* Of a typedef: that there is such a name, and for the same type. */
static void ask_name(struct asking *k, const struct api_type *t, size_t index)
{
	struct api_question q = {
		.line = arena_printf(k->a, "typedef %s *recast_type_%zu;\n", t->spelling, index),
		.wrong = arena_printf(k->a, "%s: there is no such type", t->spelling),
		.name = t->name,
		.place = t->place,
	};
	add(k, &q);
	k->behind = k->rows.len;
	bool body = strcmp(t->target, "struct") == 0 || strcmp(t->target, "union") == 0 || strcmp(t->target, "enum") == 0;
	if (body || !is_plain(t->target))
		return;
	q.line = arena_printf(k->a, "_Static_assert(__builtin_types_compatible_p(%s, %s), \"\");\n", t->spelling, t->target);
	q.wrong = arena_printf(k->a, "%s: it is not the original's %s", t->spelling, t->target);
	add(k, &q);
}

/* That it is defined at all, before its parts. */
static void ask_body(struct asking *k, const struct api_type *t)
{
	struct api_question q = {
		.line = arena_printf(k->a, "_Static_assert(sizeof(%s) < (unsigned long)-1, \"\");\n", t->spelling),
		.wrong = arena_printf(k->a, "%s: the headers do not define it", t->spelling),
		.name = t->name,
		.place = t->place,
	};
	add(k, &q);
	k->behind = k->rows.len;
}

static void ask_type(struct asking *k, const struct api_type *t, size_t index)
{
	k->behind = 0;
	ask_enumerators(k, t);
	if (!is_plain(t->spelling))
		return;
	if (t->kind == API_TYPEDEF)
		ask_name(k, t, index);
	if (t->opaque)
		return;
	if (!t->known) {
		k->skipped++;
		return;
	}
	if (t->kind != API_TYPEDEF)
		ask_body(k, t);
	ask_number(k, arena_printf(k->a, "sizeof(%s)", t->spelling), t->size, arena_printf(k->a, "%s is", t->spelling),
		   " bytes", t->name, t->place);
	ask_number(k, arena_printf(k->a, "_Alignof(%s)", t->spelling), t->align,
		   arena_printf(k->a, "%s is aligned to", t->spelling), " bytes", t->name, t->place);
	for (size_t i = 0; i < t->fields_len; i++)
		ask_field(k, t, &t->fields[i]);
}

/* ---- macros */

/* With "+ 0", since the compiler does not tell the values of two that are plain numbers. */
static const char *macro_test(struct asking *k, const struct api_macro *m)
{
	if (m->kind == API_NO_VALUE || !m->value)
		return NULL;
	struct str first = str_first(str_of(m->value), str_index(str_of(m->value), ' '));
	switch (m->kind) {
	case API_INTEGER:
		if (strcmp(m->value, "-9223372036854775808") == 0)
			return arena_printf(k->a, "(%s) + 0 == (-9223372036854775807LL - 1)", m->name);
		return arena_printf(k->a, "(%s) + 0 == (%sLL)", m->name, m->value);
	case API_UNSIGNED:
		return arena_printf(k->a, "(%s) + 0 == %sULL", m->name, m->value);
	case API_FLOAT:
		return strchr(m->value, 'n') ? NULL /* "inf", "nan" */
					     : arena_printf(k->a, "(double)(%s) == %.*s", m->name, STR_ARG(first));
	case API_STRING:
		return strpbrk(m->value, "\n\r") ? NULL
						 : arena_printf(k->a, "sizeof(%s) == sizeof(\"%s\") && "
								      "__builtin_memcmp(%s, \"%s\", sizeof(\"%s\")) == 0",
								m->name, m->value, m->name, m->value, m->value);
	default:
		return NULL;
	}
}

static void ask_macro(struct asking *k, const struct api_macro *m)
{
	const char *test = m->function_like || !is_plain(m->name) ? NULL : macro_test(k, m);
	if (!test) {
		k->skipped += !m->function_like && m->body[0];
		return;
	}
	bool integer = m->kind == API_INTEGER || m->kind == API_UNSIGNED;
	struct api_question q = {
		.line = arena_printf(k->a, "_Static_assert(%s, \"\");\n", test),
		.wrong = arena_printf(k->a, "%s is not there, or not the original's %.200s", m->name, m->value),
		.value = integer ? arena_printf(k->a, "%s is ", m->name) : NULL,
		.wanted = arena_printf(k->a, ", the original's %s", m->value),
		.macro = true,
		.name = m->name,
		.place = m->place,
	};
	add(k, &q);
}

/* ---- functions and globals */

/* The declaration with another name in place of the item's; NULL if it cannot be told which word that is. */
static const char *renamed(struct asking *k, const char *declaration, const char *name, const char *other, bool calls)
{
	struct ctoken_reader r = ctoken_reader(str_of(declaration));
	struct ctoken t, next, found = {0};
	bool tag = false;
	for (bool more = ctoken_next(&r, &t); more; t = next) {
		more = ctoken_next(&r, &next);
		bool fits = !calls || (more && (ctoken_is(&next, "(") || ctoken_is(&next, ")")));
		if (t.kind == CTOKEN_NAME && ctoken_is(&t, name) && fits && !tag && !found.text.len)
			found = t;
		tag = ctoken_is(&t, "struct") || ctoken_is(&t, "union") || ctoken_is(&t, "enum");
	}
	if (!found.text.len)
		return NULL;
	return arena_printf(k->a, "%.*s%s%s", (int)found.offset, declaration, other,
			    declaration + found.offset + found.text.len);
}

static void ask_declaration(struct asking *k, const char *declaration, const char *name, size_t index, bool calls,
			    struct place place)
{
	const char *other = arena_printf(k->a, "recast_%s_%zu", calls ? "function" : "global", index);
	const char *own = is_plain(declaration) && is_plain(name) ? renamed(k, declaration, name, other, calls) : NULL;
	if (!own) {
		k->skipped++;
		return;
	}
	struct api_question q = {
		.line = arena_printf(k->a,
				     "extern %s; _Static_assert(__builtin_types_compatible_p(__typeof__(%s), __typeof__(%s)), "
				     "\"\");\n",
				     own, name, other),
		.wrong = arena_printf(k->a, "%s: it is not declared, or not as the original's: %.300s", name, declaration),
		.name = name,
		.place = place,
	};
	add(k, &q);
}

struct api_questions api_ask(const struct interface *api, struct arena *a)
{
	struct asking k = {.a = a};
	for (size_t i = 0; i < api->functions_len; i++)
		ask_declaration(&k, api->functions[i].declaration, api->functions[i].name, i, true, api->functions[i].place);
	for (size_t i = 0; i < api->types_len; i++)
		ask_type(&k, &api->types[i], i);
	k.behind = 0;
	for (size_t i = 0; i < api->macros_len; i++)
		ask_macro(&k, &api->macros[i]);
	for (size_t i = 0; i < api->globals_len; i++)
		ask_declaration(&k, api->globals[i].declaration, api->globals[i].name, i, false, api->globals[i].place);
	struct api_questions all = {arena_array(a, k.rows.len, struct api_question), k.rows.len, k.skipped};
	if (k.rows.len)
		memcpy(all.items, k.rows.items, k.rows.len * sizeof(*all.items));
	vec_release(&k.rows);
	return all;
}
