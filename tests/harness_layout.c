#include "harness/layout_parts.h"

#include "core/mem.h"
#include "tests/tap.h"

static struct arena arena;

/* ---- a small interface, fresh for each case */

static struct api_field fields[3];
static struct api_enumerator enumerators[1];
static struct api_type types[2];
static struct api_macro macros[1];
static struct api_global globals[1];
static struct interface api;

/* In the order of the list: */
enum { ITEM_ENUMERATOR, ITEM_TYPE, ITEM_FIELD, ITEM_BITS, ITEM_MACRO, ITEM_GLOBAL, ITEMS };

static void set_up(void)
{
	fields[0] = (struct api_field){.name = "a.b[0]", .type = "int"};
	fields[1] = (struct api_field){.name = "c", .type = "int", .bits = 1};
	fields[2] = (struct api_field){.name = "bad;name", .type = "int"};
	enumerators[0] = (struct api_enumerator){.name = "E"};
	types[0] = (struct api_type){.name = "", .spelling = "", .enumerators = enumerators, .enumerators_len = 1};
	types[1] = (struct api_type){.name = "s", .spelling = "struct s", .fields = fields, .fields_len = 3};
	macros[0] = (struct api_macro){.name = "M", .body = "1"};
	globals[0] = (struct api_global){.name = "g"};
	api = (struct interface){
		.types = types, .types_len = 2, .macros = macros, .macros_len = 1, .globals = globals, .globals_len = 1,
	};
}

static size_t read_lines(const char *text)
{
	set_up();
	struct layout_items items = layout_list(&api, &arena);
	return layout_read(str_of(text), "abc", &items, &arena, &api);
}

static void lists_what_can_be_asked(void)
{
	set_up();
	struct layout_items items = layout_list(&api, &arena);
	static const enum layout_kind kinds[] = {LAYOUT_ENUMERATOR, LAYOUT_TYPE,  LAYOUT_FIELD,
						 LAYOUT_BITS,	    LAYOUT_MACRO, LAYOUT_GLOBAL};
	is_int(items.len, ITEMS);
	for (size_t i = 0; i < ITEMS; i++)
		is_int(items.items[i].kind, kinds[i]);
	types[1].opaque = macros[0].function_like = true;
	is_int(layout_list(&api, &arena).len, 2);
	set_up();
	types[1].spelling = "struct s; int x";
	macros[0].body = "__LINE__ + 1";
	globals[0].name = "g\n";
	is_int(layout_list(&api, &arena).len, 1);
	set_up();
	macros[0].body = "";
	is_int(layout_list(&api, &arena).len, 5);
}

static void each_item_has_a_line(void)
{
	SCOPED_BUF struct buf text;
	static const char *const headers[] = {"a.h", "b c.h"};
	static const size_t alive[] = {ITEM_TYPE, ITEM_FIELD, ITEM_BITS, ITEM_MACRO, ITEM_GLOBAL};
	buf_init(&text, 1 << 16);
	set_up();
	struct layout_items items = layout_list(&api, &arena);
	unsigned first = layout_write(&api, headers, 2, items.items, alive, countof(alive), false, &text);
	struct str rest = buf_str(&text), line;
	ok(strstr(text.ptr, "#include \"/src/b c.h\"\n") != NULL);
	for (unsigned n = 1; str_next_line(&rest, &line); n++) {
		if (n < first || n >= first + countof(alive))
			continue;
		const char *name = arena_printf(&arena, n == first + 3 ? "RECAST_MACRO(%zu," : "recast_%zu = {%zu,",
						alive[n - first], alive[n - first]);
		tap_ok(strstr(arena_str(&arena, line), name) != NULL, name, __FILE__, __LINE__);
	}
	types[1].fields[0].type = "char []";
	layout_write(&api, headers, 2, items.items, alive, 2, true, &text);
	ok(strstr(text.ptr, "__builtin_offsetof(struct s, a.b[0]), 0};\n") != NULL);
}

/* ---- answers */

static void takes_good_answers(void)
{
	is_int(read_lines("abc 1 1 24 8 0 0 =\nabc 2 2 4 20 0 0 =\nabc 3 3 65 7 1 0 =\n"
			  "abc 0 4 18446744073709551615 1 0 0 =\nabc 4 5 7 0 1 0 =\nabc 5 6 12 0 0 0 =\n"),
	       ITEMS);
	ok(types[1].known && types[1].size == 24 && types[1].align == 8);
	ok(fields[0].known && fields[0].offset == 4 && fields[0].size == 20);
	ok(fields[1].known && fields[1].offset == 65 && fields[1].bits == 7);
	ok(enumerators[0].known && enumerators[0].value == -1);
	ok(globals[0].known && globals[0].size == 12);
	is_int(macros[0].kind, API_INTEGER);
	is_str(macros[0].value, "7");
}

/* What a macro's answer says, and what is shown. */
static const struct {
	const char *line;
	enum api_value_kind kind;
	const char *value;
} values[] = {
	{"abc 4 5 18446744073709551611 0 1 0 =", API_INTEGER, "-5"},
	{"abc 4 5 18446744073709551615 0 2 0 =", API_UNSIGNED, "18446744073709551615"},
	{"abc 4 5 0 0 3 4609434218613702656 =", API_FLOAT, "0x1.8p+0 (1.5)"},
	{"abc 4 5 0 0 3 4591870180066957722 =", API_FLOAT, "0x1.999999999999ap-4 (0.1)"},
	{"abc 4 5 0 0 3 9218868437227405312 =", API_FLOAT, "inf"},
	{"abc 4 5 0 0 3 18442240474082181120 =", API_FLOAT, "-inf"},
	{"abc 4 5 0 0 3 18444492273895866368 =", API_FLOAT, "nan"},
	{"abc 4 5 0 0 4 0 =", API_STRING, ""},
	{"abc 4 5 0 5 4 0 =6100620a22", API_STRING, "a\\000b\\n\\\""},
	{"abc 4 5 0 4 4 0 =5cff1b39", API_STRING, "\\\\\\377\\0339"},
	{"abc 4 5 0 5 4 0 =c3a4e282ac", API_STRING, "\xC3\xA4\xE2\x82\xAC"},
	/* not UTF-8, or not to be shown: overlong, cut, a surrogate, C1, a change of direction */
	{"abc 4 5 0 2 4 0 =c0af", API_STRING, "\\300\\257"},
	{"abc 4 5 0 1 4 0 =e2", API_STRING, "\\342"},
	{"abc 4 5 0 3 4 0 =eda080", API_STRING, "\\355\\240\\200"},
	{"abc 4 5 0 2 4 0 =c29b", API_STRING, "\\302\\233"},
	{"abc 4 5 0 3 4 0 =e280ae", API_STRING, "\\342\\200\\256"},
	{"abc 4 5 0 4 4 0 =f09f9880", API_STRING, "\xF0\x9F\x98\x80"},
	{"abc 4 5 0 4 4 0 =f4908080", API_STRING, "\\364\\220\\200\\200"},
	/* none */
	{"abc 4 5 1 0 0 0 =", API_NO_VALUE, NULL},
	{"abc 4 5 1 0 5 0 =", API_NO_VALUE, NULL},
	{"abc 4 5 0 2 4 0 =61", API_NO_VALUE, NULL},
	{"abc 4 5 0 1 4 0 =6x", API_NO_VALUE, NULL},
	{"abc 4 5 0 1 4 0 =6A", API_NO_VALUE, NULL},
	{"abc 4 5 0 18446744073709551615 4 0 =", API_NO_VALUE, NULL},
};

static void shows_values_of_macros(void)
{
	for (size_t i = 0; i < countof(values); i++) {
		size_t taken = read_lines(values[i].line);
		bool good = taken == (values[i].kind != API_NO_VALUE) && macros[0].kind == values[i].kind;
		tap_ok(good, values[i].line, __FILE__, __LINE__);
		is_str(macros[0].value, values[i].value);
	}
}

static void nonsense_is_not_taken(void)
{
	static const char *const lines[] = {
		"", "\n\n", "abc", "abc 1", "abc 1 1 24 8 0 0", "abc 1 1 24 8 0 0 ", "abc 1 1 24 8 0 0 x",
		"abc 1 1 24 8 0 0 = more", "abcd 1 1 24 8 0 0 =", "ab 1 1 24 8 0 0 =", " abc 1 1 24 8 0 0 =",
		"abc -1 1 24 8 0 0 =", "abc 6 1 24 8 0 0 =", "abc 99999999999999999999 1 24 8 0 0 =",
		"abc 4294967297 1 24 8 0 0 =",
		"abc 1 2 24 8 0 0 =",		/* of another kind */
		"abc 1 4294967297 24 8 0 0 =",
		"abc 1 1 4294967296 8 0 0 =",	/* too large */
		"abc 1 1 24 3 0 0 =",		/* no power of two */
		"abc 1 1 24 0 0 0 =", "abc 1 1 24 1073741824 0 0 =",
		"abc 2 2 0 4 0 0 =",		/* a field of a type that is not known */
		"abc 0 4 1 1 0 0 =",		/* positive, and said to be below zero */
		"abc 0 4 9223372036854775808 0 0 0 =",
		"abc 0 4 1 2 0 0 =", "abc 5 6 4294967296 0 0 0 =",
	};
	for (size_t i = 0; i < countof(lines); i++)
		tap_ok(read_lines(lines[i]) == 0 && !types[1].known, lines[i], __FILE__, __LINE__);
}

static void fields_lie_inside(void)
{
	static const char *const lines[] = {
		"abc 2 2 25 0 0 0 =", "abc 2 2 24 1 0 0 =", "abc 2 2 18446744073709551615 2 0 0 =",
		"abc 3 3 192 1 1 0 =", "abc 3 3 0 65 1 0 =", "abc 3 3 0 0 1 0 =", "abc 3 3 0 3 0 0 =",
		"abc 3 3 18446744073709551615 2 1 0 =",
	};
	for (size_t i = 0; i < countof(lines); i++) {
		const char *text = arena_printf(&arena, "abc 1 1 24 8 0 0 =\n%s\n", lines[i]);
		tap_ok(read_lines(text) == 1 && !fields[0].known && !fields[1].known, lines[i], __FILE__, __LINE__);
	}
	is_int(read_lines("abc 1 1 24 8 0 0 =\nabc 2 2 24 0 0 0 =\nabc 3 3 128 64 1 0 =\n"), 3);
}

static void each_item_is_answered_once(void)
{
	is_int(read_lines("abc 5 6 1 0 0 0 =\nabc 5 6 2 0 0 0 =\nother words\nabc 5 6 3 0 0 0 ="), 1);
	is_int(globals[0].size, 1);
	/* also if the first one was nonsense */
	is_int(read_lines("abc 5 1 1 0 0 0 =\nabc 5 6 2 0 0 0 =\n"), 0);
	ok(!globals[0].known);
}

int main(void)
{
	tap_run("lists what can be asked", lists_what_can_be_asked);
	tap_run("each item has a line", each_item_has_a_line);
	tap_run("takes good answers", takes_good_answers);
	tap_run("shows values of macros", shows_values_of_macros);
	tap_run("nonsense is not taken", nonsense_is_not_taken);
	tap_run("fields lie inside", fields_lie_inside);
	tap_run("each item is answered once", each_item_is_answered_once);
	arena_release(&arena);
	return tap_done();
}
