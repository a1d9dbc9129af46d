#include "harness/layout_parts.h"

#include "core/mem.h"

/*
 * Two units. One includes the headers and holds nothing but constants, a
 * declaration a line, so that an error names its item and whatever the headers
 * define bends no more than that. The other sees no header and prints what the
 * first one holds.
 */

/* Before the headers, so that nothing of theirs is in the way. __builtin_constant_p keeps
 * calls and variables out: they have no value here, and nothing to be linked with. */
static const char HELPERS[] =
	"struct recast_item {\n"
	"	unsigned long long index, kind, first, second, sort;\n"
	"	double real;\n"
	"	const char *text;\n"
	"};\n"
	"#define RECAST_SORT(x) _Generic((x), "
	"_Bool: 1, char: 1, signed char: 1, short: 1, int: 1, long: 1, long long: 1, "
	"unsigned char: 2, unsigned short: 2, unsigned: 2, unsigned long: 2, unsigned long long: 2, "
	"float: 3, double: 3, long double: 3, default: 0)\n"
	"#define RECAST_TEXT(x) _Generic((__typeof__(x) *)0, char (*)[sizeof(x)]: 4, default: 0)\n"
	"#define RECAST_KNOWN(x) (__builtin_constant_p(x) ? RECAST_SORT(x) + RECAST_TEXT(x) : 0)\n"
	"#define RECAST_PICK(i, sort, x, other) __builtin_choose_expr(recast_known_##i == sort, (x), other)\n"
	/* the name once, so that what is no expression is one error, and as an argument, as below: a comma is another */
	"#define RECAST_ONE(x) (x)\n"
	"#define RECAST_TRIAL(i, x) extern char recast_##i[sizeof(__typeof__(RECAST_ONE(x)) *)];\n"
	"#define RECAST_MACRO(i, x) enum { recast_known_##i = RECAST_KNOWN(x) }; "
	"const struct recast_item recast_##i = {i, 5, "
	"(unsigned long long)RECAST_PICK(i, 1, x, RECAST_PICK(i, 2, x, 0)), sizeof(RECAST_PICK(i, 4, x, \"\")) - 1, "
	"recast_known_##i, (double)RECAST_PICK(i, 3, x, 0.0), RECAST_PICK(i, 4, x, 0)};\n";

const char LAYOUT_PRINTER[] =
	"#include <string.h>\n"
	"#include <unistd.h>\n"
	"struct recast_item {\n"
	"	unsigned long long index, kind, first, second, sort;\n"
	"	double real;\n"
	"	const char *text;\n"
	"};\n"
	"extern const struct recast_item *const recast_items[];\n"
	"static char out[1 << 16];\n"
	"static unsigned long used;\n"
	"static void flush(void)\n"
	"{\n"
	"	for (unsigned long at = 0; at < used;) {\n"
	"		long n = write(1, out + at, used - at);\n"
	"		if (n <= 0)\n"
	"			__builtin_trap();\n"
	"		at += (unsigned long)n;\n"
	"	}\n"
	"	used = 0;\n"
	"}\n"
	"static void put(char c)\n"
	"{\n"
	"	if (used == sizeof(out))\n"
	"		flush();\n"
	"	out[used++] = c;\n"
	"}\n"
	"static void put_number(unsigned long long n)\n"
	"{\n"
	"	char digits[20];\n"
	"	int len = 0;\n"
	"	put(' ');\n"
	"	do\n"
	"		digits[len++] = (char)('0' + n % 10);\n"
	"	while (n /= 10);\n"
	"	while (len)\n"
	"		put(digits[--len]);\n"
	"}\n"
	"static void put_bits(const struct recast_item *item)\n"
	"{\n"
	"	unsigned long first = 0, last = 0, set = 0;\n"
	"	for (unsigned long i = 0; i < 8 * item->first; i++) {\n"
	"		if (!((unsigned char)item->text[i / 8] >> i % 8 & 1))\n"
	"			continue;\n"
	"		first = set++ ? first : i;\n"
	"		last = i;\n"
	"	}\n"
	"	put_number(first);\n"
	"	put_number(set);\n"
	"	put_number(set == last - first + 1);\n"
	"}\n"
	"static void put_item(const struct recast_item *item)\n"
	"{\n"
	"	static const char hex[] = \"0123456789abcdef\";\n"
	"	unsigned long long real;\n"
	"	for (const char *c = RECAST_NONCE; *c; c++)\n"
	"		put(*c);\n"
	"	put_number(item->index);\n"
	"	put_number(item->kind);\n"
	"	if (item->kind == 3) {\n"
	"		put_bits(item);\n"
	"	} else {\n"
	"		put_number(item->first);\n"
	"		put_number(item->second);\n"
	"		put_number(item->sort);\n"
	"	}\n"
	"	memcpy(&real, &item->real, sizeof(real));\n"
	"	put_number(real);\n"
	"	put(' ');\n"
	"	put('=');\n"
	"	for (unsigned long long i = 0; item->kind == 5 && item->text && i < item->second && i <= RECAST_STRING_MAX; i++) {\n"
	"		put(hex[(unsigned char)item->text[i] >> 4]);\n"
	"		put(hex[(unsigned char)item->text[i] & 15]);\n"
	"	}\n"
	"	put('\\n');\n"
	"}\n"
	"int main(void)\n"
	"{\n"
	"	for (unsigned long i = 0; recast_items[i]; i++)\n"
	"		put_item(recast_items[i]);\n"
	"	flush();\n"
	"	return 0;\n"
	"}\n";

/* ---- what is asked */

struct found {
	struct layout_item *items;
	size_t len, cap;
	bool cut;
};

/* Whether the text is a type or a path of fields, and stays in its line. */
static bool is_plain(const char *text)
{
	for (const char *c = text; *c; c++) {
		bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
		if (!letter && !strchr("_$ .[]", *c))
			return false;
	}
	return text[0] != '\0';
}

/* What is worth something else on each line, or in each file, has no value. */
static bool depends_on_place(const char *body)
{
	static const char *const words[] = {"__LINE__", "__FILE__", "__BASE_FILE__", "__COUNTER__",
					    "__DATE__", "__TIME__", "__INCLUDE_LEVEL__"};
	for (size_t i = 0; i < countof(words); i++) {
		if (strstr(body, words[i]))
			return true;
	}
	return false;
}

static void add(struct found *found, enum layout_kind kind, size_t row, size_t part)
{
	if (found->len == LAYOUT_ITEMS_MAX)
		found->cut = true;
	else
		*vec_push(found) = (struct layout_item){kind, row, part};
}

static void add_type(struct found *found, const struct interface *api, size_t row)
{
	const struct api_type *t = &api->types[row];
	for (size_t i = 0; i < t->enumerators_len; i++) {
		if (is_plain(t->enumerators[i].name))
			add(found, LAYOUT_ENUMERATOR, row, i);
	}
	if (t->opaque || !is_plain(t->spelling))
		return;
	add(found, LAYOUT_TYPE, row, 0);
	for (size_t i = 0; i < t->fields_len; i++) {
		if (is_plain(t->fields[i].name))
			add(found, t->fields[i].bits ? LAYOUT_BITS : LAYOUT_FIELD, row, i);
	}
}

struct layout_items layout_list(const struct interface *api, struct arena *a)
{
	struct found found = {0};
	for (size_t i = 0; i < api->types_len; i++)
		add_type(&found, api, i);
	for (size_t i = 0; i < api->macros_len; i++) {
		const struct api_macro *m = &api->macros[i];
		if (!m->function_like && m->body[0] && is_plain(m->name) && !depends_on_place(m->body))
			add(&found, LAYOUT_MACRO, i, 0);
	}
	for (size_t i = 0; i < api->globals_len; i++) {
		if (is_plain(api->globals[i].name))
			add(&found, LAYOUT_GLOBAL, i, 0);
	}
	struct layout_items items = {arena_array(a, found.len, struct layout_item), found.len, found.cut};
	if (found.len)
		memcpy(items.items, found.items, found.len * sizeof(*items.items));
	vec_release(&found);
	return items;
}

/* ---- how */

/* An array without a size at the end of a struct has none. */
static bool is_flexible(const char *type)
{
	return strstr(type, "[]") && !strchr(type, '(');
}

static void write_field(const struct api_type *t, size_t part, size_t index, struct buf *out)
{
	const struct api_field *f = &t->fields[part];
	buf_printf(out, "const struct recast_item recast_%zu = {%zu, %d, __builtin_offsetof(%s, %s), ", index, index,
		   LAYOUT_FIELD, t->spelling, f->name);
	if (is_flexible(f->type))
		buf_append_cstr(out, "0};\n");
	else
		buf_printf(out, "sizeof(((%s *)0)->%s)};\n", t->spelling, f->name);
}

/* An object in which this field alone has all its bits set. */
static void write_bits(const struct api_type *t, size_t part, size_t index, struct buf *out)
{
	buf_printf(out,
		   "_Static_assert(sizeof(%s) <= %d, \"\"); static const %s recast_bits_%zu = {.%s = -1}; "
		   "const struct recast_item recast_%zu = {%zu, %d, sizeof(%s), 0, 0, 0, (const char *)&recast_bits_%zu};\n",
		   t->spelling, LAYOUT_OBJECT_MAX, t->spelling, index, t->fields[part].name, index, index, LAYOUT_BITS,
		   t->spelling, index);
}

static void write_item(const struct interface *api, const struct layout_item *item, size_t index, bool trial,
		       struct buf *out)
{
	static const char before[] = "const struct recast_item recast_%zu = {%zu, %d, ";
	const struct api_type *t = &api->types[item->row];
	const char *name;
	switch (item->kind) {
	case LAYOUT_TYPE:
		buf_printf(out, before, index, index, item->kind);
		buf_printf(out, "sizeof(%s), _Alignof(%s)};\n", t->spelling, t->spelling);
		return;
	case LAYOUT_FIELD:
		write_field(t, item->part, index, out);
		return;
	case LAYOUT_BITS:
		write_bits(t, item->part, index, out);
		return;
	case LAYOUT_ENUMERATOR:
		name = t->enumerators[item->part].name;
		buf_printf(out, before, index, index, item->kind);
		buf_printf(out, "(unsigned long long)(%s), (%s) < 0};\n", name, name);
		return;
	case LAYOUT_MACRO:
		buf_printf(out, "RECAST_%s(%zu, %s)\n", trial ? "TRIAL" : "MACRO", index, api->macros[item->row].name);
		return;
	case LAYOUT_GLOBAL:
		buf_printf(out, before, index, index, item->kind);
		buf_printf(out, "sizeof(%s)};\n", api->globals[item->row].name);
		return;
	}
}

unsigned layout_write(const struct interface *api, const char *const *headers, size_t headers_len,
		      const struct layout_item *items, const size_t *alive, size_t alive_len, bool trial,
		      struct buf *out)
{
	buf_clear(out);
	buf_append_cstr(out, HELPERS);
	for (size_t i = 0; i < headers_len; i++)
		buf_printf(out, "#include \"" PROJECT_ROOT "/%s\"\n", headers[i]);
	unsigned first = (unsigned)str_count(buf_str(out), '\n') + 1;
	for (size_t i = 0; i < alive_len; i++)
		write_item(api, &items[alive[i]], alive[i], trial, out);
	buf_append_cstr(out, "const struct recast_item *const recast_items[] = {\n");
	for (size_t i = 0; i < alive_len && !trial; i++)
		buf_printf(out, "&recast_%zu,\n", alive[i]);
	buf_append_cstr(out, "0};\n");
	return first;
}
