/* Traces made by hand, side by side. */

#include "harness/segments.h"
#include "harness/testreport.h"
#include "harness/trace_compare.h"

#include "core/mem.h"
#include "tests/tap.h"

enum { EVENTS_MAX = 40, ITEMS_MAX = 60 };

/* f: int f(int a, char *out), g: struct h *g(void), w: void w(const void *p), s: void s(struct set *set); callback: cb */
enum { F, G, W, S };

/* Of struct set, and `KEY` of struct slot. */
enum { TABLE, INNER, NUMBERS, KEY };

static struct arena arena;
static struct shims shims;
static const struct shape_field *fields[KEY + 1];

static void make_shims(void)
{
	static struct parameter of_f[] = {{"a", "int", false}, {"out", "char *", false}}, of_w[] = {{"", "const void *", false}},
				of_s[] = {{"set", "struct set *", false}};
	static struct api_function functions[] = {
		{.name = "f", .signature = {"int", of_f, 2, false, false}},
		{.name = "g", .signature = {"struct h *", NULL, 0, false, false}},
		{.name = "w", .signature = {"void", of_w, 1, false, false}},
		{.name = "s", .declaration = "void s(struct set *set)", .doc = "", .signature = {"void", of_s, 1, false, false}},
	};
	static struct api_field of_slot[] = {{"key", "const char *", true, 0, 4, 0}},
				of_set[] = {{"table", "const struct slot *", true, 0, 4, 0},
					    {"inner", "struct inner *", true, 4, 4, 0}, {"numbers", "int *", true, 8, 4, 0}};
	static struct api_type types[] = {
		{.kind = API_STRUCT, .name = "slot", .target = "", .known = true, .size = 4, .fields = of_slot, .fields_len = 1,
		 .written = "", .doc = ""},
		{.kind = API_STRUCT, .name = "set", .target = "", .known = true, .size = 12, .fields = of_set, .fields_len = 3,
		 .written = "", .doc = ""},
		{.kind = API_STRUCT, .name = "inner", .target = "", .opaque = true, .written = "", .doc = ""},
	};
	static struct interface api = {.functions = functions, .functions_len = countof(functions), .types = types,
				       .types_len = countof(types)};
	for (size_t i = 0; i < S; i++)
		functions[i].declaration = functions[i].doc = "";
	struct shapes *shapes = shapes_new(&api, &arena);
	shims.functions = arena_array(&arena, countof(functions), struct shim_function);
	for (size_t i = 0; i < countof(functions); i++)
		shims.functions[i] = (struct shim_function){&functions[i], shape_signature(shapes, &functions[i].signature)};
	shims.functions_len = countof(functions);
	const struct shape_record *set = shape_of(shapes, "struct set")->record;
	for (size_t i = TABLE; i < KEY; i++)
		fields[i] = &set->fields[i];
	fields[KEY] = &shape_of(shapes, "struct slot")->record->fields[0];
	shims.callbacks = arena_array(&arena, 1, struct shim_callback);
	shims.callbacks[0] = (struct shim_callback){shape_callback(shape_of(shapes, "int (*)(int n)")), "cb"};
	shims.callbacks_len = 1;
}

/* ---- building */

struct made {
	struct trace trace;
	struct trace_event events[EVENTS_MAX];
	struct trace_item items[ITEMS_MAX];
	struct trace_write writes[8];
	struct trace_end ends[8];
};

static struct made sides[3];
static struct made *const O = &sides[0], *const N = &sides[1], *const R = &sides[2];
static struct made *at;
static int nesting;

static void clear(void)
{
	for (size_t i = 0; i < countof(sides); i++) {
		buf_release(&sides[i].trace.bytes);
		memset(&sides[i], 0, sizeof(sides[i]));
		sides[i].trace = (struct trace){.events = sides[i].events, .items = sides[i].items,
						.writes = sides[i].writes, .ends = sides[i].ends};
		buf_init(&sides[i].trace.bytes, 100000);
	}
	nesting = 0;
	at = O;
}

static struct made *on(struct made *side)
{
	nesting = 0;
	return at = side;
}

static struct trace_event *event(enum trace_kind kind, unsigned index)
{
	struct trace *t = &at->trace;
	nesting += (kind == TRACE_CALLBACK) - (kind == TRACE_CALLBACK_RETURN);
	struct trace_event *e = &at->events[t->events_len++];
	*e = (struct trace_event){.kind = (uint8_t)kind, .index = (uint16_t)index, .nesting = (uint8_t)nesting,
				  .items = (uint32_t)t->items_len, .out_len = (uint32_t)t->out.len};
	return e;
}

static struct trace_item *item(unsigned parameter, enum trace_value value, uint64_t number)
{
	struct trace *t = &at->trace;
	struct trace_event *e = &at->events[t->events_len - 1];
	e->items_len++;
	struct trace_item *i = &at->items[t->items_len++];
	*i = (struct trace_item){.parameter = (uint16_t)parameter, .value = (uint8_t)value, .number = number,
				 .changed = true, .input = e->kind == TRACE_CALL || e->kind == TRACE_CALLBACK_RETURN,
				 .depth = parameter < TRACE_ERRORS && e->kind == TRACE_RETURN};
	return i;
}

static struct trace_item *bytes_item(unsigned parameter, enum trace_value value, const char *bytes, size_t len)
{
	struct trace_item *i = item(parameter, value, value == TRACE_TEXT ? len : len);
	i->at = (uint32_t)at->trace.bytes.len;
	i->len = (uint32_t)len;
	buf_append(&at->trace.bytes, bytes, value == TRACE_BYTES ? 2 * len : len);
	return i;
}

/* f(a) and what it gave. */
static void call_f(int a, int result)
{
	event(TRACE_CALL, F);
	item(0, TRACE_NUMBER, (uint64_t)a);
	item(1, TRACE_ADDRESS, 0);
	event(TRACE_RETURN, F);
	item(TRACE_RESULT, TRACE_NUMBER, (uint64_t)result);
}

static void call_g(unsigned thing)
{
	event(TRACE_CALL, G);
	event(TRACE_RETURN, G);
	item(TRACE_RESULT, TRACE_THING, thing);
}

static void end(unsigned thing)
{
	struct trace *t = &at->trace;
	t->ends[t->ends_len++] = (struct trace_end){(uint32_t)t->events_len, thing};
}

static void callback(int n)
{
	event(TRACE_CALLBACK, 0);
	item(0, TRACE_NUMBER, (uint64_t)n)->input = false;
	event(TRACE_CALLBACK_RETURN, 0);
}

/* ---- comparing */

static const char *declared_items[4];
static struct strings declared = {declared_items, 0};
static struct trace_difference difference;
static struct trace_text text;

/* What was found, as text; "" if nothing was. The noise is the original's trace unless it was made. */
static const char *compared(void)
{
	struct made *noise = N->trace.events_len ? N : O;
	struct comparison *c = comparison_new(&shims, &O->trace, &noise->trace, &R->trace, &declared);
	struct trace_range o = {0, O->trace.events_len}, n = {0, noise->trace.events_len}, r = {0, R->trace.events_len};
	difference = (struct trace_difference){0};
	if (!comparison_is_stable(c, o, n)) {
		comparison_free(c);
		return "unstable";
	}
	difference = comparison_run(c, o, n, r);
	const char *said = "";
	if (difference.kind == TRACE_STARVED) {
		said = "starved";
	} else if (difference.kind != TRACE_SAME) {
		text = comparison_describe(c, &difference, &arena);
		said = arena_printf(&arena, "%zu %s: %s: %s / %s", text.index, text.call, text.what, text.expected, text.got);
	}
	comparison_free(c);
	return said;
}

static void values(void)
{
	clear();
	is_str(compared(), "");
	call_f(1, 2), call_f(3, -4);
	on(R), call_f(1, 2), call_f(3, -4);
	is_str(compared(), "");
	on(R)->items[5].number = 9;
	is_str(compared(), "2 f(3, an address): result: -4 / 9");
	is_str(text.function, "f");
	is_str(text.free_item, "f.result");
	R->items[5].value = TRACE_NULL;
	is_str(compared(), "2 f(3, an address): result: -4 / NULL");
	/* what neither has written may be anything */
	R->items[5].changed = O->items[5].changed = false;
	is_str(compared(), "");
	O->items[5].changed = true;
	is_str(compared(), "2 f(3, an address): result: -4 / NULL (as before)");
	/* another number that the test gives shows that it got something else, by ways that nobody hears */
	R->items[5] = O->items[5];
	R->items[3].number = 7;
	is_str(compared(), "2 f(3, an address): a: 3 / 7");
	/* where a pointer of the test's leads is not compared */
	R->items[3].value = TRACE_ADDRESS;
	is_str(compared(), "");
}

static void real(uint64_t a, uint64_t b, unsigned len, const char *want)
{
	clear();
	event(TRACE_RETURN, F), item(TRACE_RESULT, TRACE_REAL, a)->len = len;
	on(R), event(TRACE_RETURN, F), item(TRACE_RESULT, TRACE_REAL, b)->len = len;
	is_str(compared(), want);
}

static void reals(void)
{
	real(0x3FF0000000000000, 0x3FF0000000000000, 8, "");
	real(0x3FF0000000000000, 0x3FF0000000000001, 8, "0 f(): result: 1 / 1.0000000000000002");
	real(0x7FF8000000000000, 0xFFF8000000000001, 8, "");
	real(0x7FF0000000000000, 0x7FF8000000000000, 8, "0 f(): result: inf / nan");
	real(0, 0x8000000000000000, 8, "0 f(): result: 0 / -0");
	real(0x7FC00000, 0xFFC00001, 4, "");
	real(0x3F800000, 0x40000000, 4, "0 f(): result: 1 / 2");
}

static void texts(void)
{
	static const struct {
		const char *a, *b, *want;
	} rows[] = {
		{"same", "same", ""},
		{"some", "same", "\"some\" / \"same\""},
		{"", "x", "\"\" / \"x\""},
		{"ab", "abc", "\"ab\" / \"abc\""},
		{"a\"\\\n\x1b\xff", "a\"\\\n\x1b\xfe", "\"a\\\"\\\\\\n\\x1b\\xff\" / \"a\\\"\\\\\\n\\x1b\\xfe\""},
		{"0123456789012345678901234567890123456789012345678901234567890123456789",
		 "012345678901234567890123456789012345678901234567890123456789012345678x",
		 "…\"9012345678901234567890123456789\" / …\"901234567890123456789012345678x\""},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		clear();
		call_f(1, 0), bytes_item(1, TRACE_TEXT, rows[i].a, strlen(rows[i].a));
		on(R), call_f(1, 0), bytes_item(1, TRACE_TEXT, rows[i].b, strlen(rows[i].b));
		is_str(compared(), rows[i].want[0] ? arena_printf(&arena, "1 f(1, an address): *out: %s", rows[i].want) : "");
	}
	char hash[32] = "0123456789abcdef0123456789abcde";
	clear();
	call_f(1, 0), bytes_item(1, TRACE_HASHED, hash, 32)->number = 5000;
	hash[31] = 'x';
	on(R), call_f(1, 0), bytes_item(1, TRACE_HASHED, hash, 32)->number = 5000;
	is_str(compared(), "1 f(1, an address): *out: 5000 bytes, hash 303132… / 5000 bytes, hash 303132…");
}

static const char *buffers(const char *a, const char *b, size_t len)
{
	clear();
	call_f(1, 0), bytes_item(1, TRACE_BYTES, a, len);
	on(R), call_f(1, 0), bytes_item(1, TRACE_BYTES, b, len);
	return compared();
}

/* What it holds, then what it held before. */
static void buffers_that_are_written_in_part(void)
{
	is_str(buffers("abcd....", "abcd....", 4), "");
	is_str(buffers("abxxxxxx", "abyyyyyy", 4), "");
	is_str(buffers("abxx..xx", "abzy..xy", 4), "1 f(1, an address): *out: byte 2: 78 78 / byte 2: 7a 79");
	is_str(buffers("abxx..xx", "abcx..xx", 4), "1 f(1, an address): *out: byte 2: 78 78 / byte 2: 63 78");
	is_str(buffers("ab\xffx....", "abcx....", 4), "1 f(1, an address): *out: byte 2: ff 78 / byte 2: 63 78");
}

static void calls(void)
{
	clear();
	call_f(1, 0), call_g(1);
	on(R), call_f(1, 0);
	is_str(compared(), "2 g(): calls: g() / no further call");
	is_str(text.free_item, "");
	on(R), call_f(2, 0);
	is_str(compared(), "2 g(): calls: g() / f(2, an address)");
	clear();
	call_f(1, 0);
	on(R), call_f(1, 0), call_f(2, 0);
	is_str(compared(), "2 f(2, an address): calls: no further call / f(2, an address)");
	clear();
	on(R), call_g(1);
	is_str(compared(), "1 g(): calls: no further call / g()");
	clear();
	call_g(1);
	is_str(compared(), "1 g(): calls: g() / no further call");
}

/* What the next test does is not told in this one's place. */
static void the_end_of_a_range_is_an_end(void)
{
	clear();
	call_f(1, 0), call_g(1);
	on(R), call_f(1, 0), call_f(5, 0), call_g(1);
	struct comparison *c = comparison_new(&shims, &O->trace, &O->trace, &R->trace, NULL);
	struct trace_difference d = comparison_run(c, (struct trace_range){0, 2}, (struct trace_range){0, 2}, (struct trace_range){0, 4});
	text = comparison_describe(c, &d, &arena);
	is_str(text.function, "f");
	is_str(text.expected, "no further call");
	is_str(text.got, "f(5, an address)");
	comparison_free(c);
}

static void callbacks(void)
{
	clear();
	event(TRACE_CALL, F), callback(1), callback(2), event(TRACE_RETURN, F);
	on(R), event(TRACE_CALL, F), callback(1), callback(2), event(TRACE_RETURN, F);
	is_str(compared(), "");
	R->items[1].number = 3;
	is_str(compared(), "1 callback cb(2): n: 2 / 3");
	is_str(text.free_item, "cb.n");
	clear();
	event(TRACE_CALL, F), callback(1), callback(2), event(TRACE_RETURN, F);
	on(R), event(TRACE_CALL, F), callback(1), event(TRACE_RETURN, F);
	is_str(compared(), "1 callback cb(2): calls: callback cb(2) / return from f");
	is_str(text.free_item, "cb.calls");
	declared_items[declared.len++] = "cb.calls";
	is_str(compared(), "");
	/* with what is called from within */
	on(R), event(TRACE_CALL, F), event(TRACE_CALLBACK, 0), call_f(9, 9), event(TRACE_CALLBACK_RETURN, 0), event(TRACE_RETURN, F);
	on(O), event(TRACE_CALL, F), event(TRACE_RETURN, F);
	is_str(compared(), "");
	on(O), call_f(1, 2);
	on(R), call_f(1, 3);
	is_str(compared(), "3 f(1, an address): result: 2 / 3");
	declared.len = 0;
}

static void things(void)
{
	clear();
	call_g(1), call_g(2), call_g(1);
	on(R), call_g(7), call_g(3), call_g(7);
	is_str(compared(), "");
	R->items[2].number = 3;
	is_str(compared(), "3 g(): result: object 1 / object 3");
	R->items[2].number = 4;
	R->items[2].fresh = true;
	is_str(compared(), "3 g(): result: object 1 / new object 4");
	/* two that are one in the rewrite */
	R->items[1].number = 7;
	is_str(compared(), "2 g(): result: object 2 / object 7");
	R->items[1].value = TRACE_NULL;
	is_str(compared(), "2 g(): result: object 2 / NULL");
	R->items[1].value = TRACE_INSIDE;
	R->items[1].number = 4;
	is_str(compared(), "2 g(): result: object 2 / argument + 4");
}

/* An address that is used again is another thing if the first one is over. */
static void things_that_end(void)
{
	clear();
	call_g(1), end(1), call_g(2);
	on(R), call_g(1), call_g(1);
	is_str(compared(), "");
	clear();
	call_g(1), call_g(2);
	on(R), call_g(1), call_g(1);
	is_str(compared(), "2 g(): result: object 2 / object 1");
	clear();
	call_g(1), call_g(1);
	on(R), call_g(1), end(1), call_g(2);
	is_str(compared(), "");
	clear(); /* it ends too late */
	call_g(1), call_g(2), end(1);
	on(R), call_g(1), call_g(1);
	is_str(compared(), "2 g(): result: object 2 / object 1");
}

/* ---- fields of public structs */

/* s(), and what stands in a field then; "as before" if the call has not written it. */
static void call_s(unsigned field, enum trace_value value, uint64_t number, bool changed)
{
	event(TRACE_CALL, S);
	event(TRACE_RETURN, S);
	struct trace_item *i = item(0, value, number);
	i->field = fields[field];
	i->changed = changed;
}

static void table(unsigned thing, bool changed)
{
	call_s(TABLE, TRACE_THING, thing, changed);
}

/* What is in the table's first slot. */
static void key(const char *value, bool changed)
{
	struct trace_item *i = bytes_item(0, TRACE_TEXT, value, strlen(value));
	i->field = fields[KEY];
	i->depth = 2;
	i->changed = changed;
}

/* Where a table lies is the library's affair, as long as nobody has been given it. */
static void tables_that_move(void)
{
	clear();
	table(1, true), table(1, false), table(1, false);
	on(R), table(1, true), table(2, true), table(2, false);
	is_str(compared(), "");
	/* and back, where it was before */
	R->items[2].number = 1;
	R->items[2].changed = true;
	is_str(compared(), "");
	/* the original moves it */
	clear();
	table(1, true), table(2, true), table(3, true);
	on(R), table(1, true), table(1, false), table(1, false);
	is_str(compared(), "");
	/* both go, to what is not the same */
	clear();
	table(1, true), table(2, true), table(1, true);
	on(R), table(1, true), table(2, true), table(3, true);
	is_str(compared(), "3 s(): set->table: object 1 / object 3");
	R->items[2].number = 2;
	R->items[2].changed = false;
	is_str(compared(), "3 s(): set->table: object 1 / object 2 (as before)");
	/* a second one cannot be what the first one is */
	clear();
	table(1, true), table(2, true), table(2, false);
	on(R), table(1, true), table(2, true), table(1, true);
	is_str(compared(), "3 s(): set->table: object 2 (as before) / object 1");
	/* what is there or not is seen */
	clear();
	table(1, true), call_s(TABLE, TRACE_NULL, 0, true);
	on(R), table(1, true), table(1, false);
	is_str(compared(), "2 s(): set->table: NULL / object 1 (as before)");
}

static void what_stands_in_them_stays(void)
{
	clear();
	table(1, true), key("a", true), table(1, false), key("a", false);
	on(R), table(1, true), key("a", true), table(2, true), key("a", true);
	is_str(compared(), "");
	clear();
	table(1, true), key("a", true), table(1, false), key("a", false);
	on(R), table(1, true), key("a", true), table(2, true), key("b", true);
	is_str(compared(), "2 s(): set->key: \"a\" (as before) / \"b\"");
	/* unless it was given back: then the original has something else there each time */
	on(N), table(1, true), key("a", true), table(1, false), key("c", false);
	is_str(compared(), "");
}

/* Whoever has got a pointer by itself can compare it with another. */
static void what_was_handed_out_stays(void)
{
	clear();
	call_g(1), table(1, true), table(1, false);
	on(R), call_g(1), table(1, true), table(2, true);
	is_str(compared(), "3 s(): set->table: object 1 (as before) / object 2");
	clear();
	table(1, true), table(1, false), call_g(1);
	on(R), table(1, true), table(2, true), call_g(2);
	is_str(compared(), "");
	R->items[2].number = 1;
	is_str(compared(), "3 g(): result: object 1 / object 1");
	/* what nobody looks into for the judge is known by its place alone */
	clear();
	call_s(NUMBERS, TRACE_THING, 1, true), call_s(NUMBERS, TRACE_THING, 1, false);
	on(R), call_s(NUMBERS, TRACE_THING, 1, true), call_s(NUMBERS, TRACE_THING, 2, true);
	is_str(compared(), "2 s(): set->numbers: object 1 (as before) / object 2");
}

static const char *inner(enum trace_value original, bool changed, enum trace_value rewrite, bool rewrite_changed)
{
	clear();
	call_s(INNER, original, 1, changed);
	on(R), call_s(INNER, rewrite, 1, rewrite_changed);
	return compared();
}

/* Only that it is gone where the original takes it away is promised. */
static void what_only_the_library_follows(void)
{
	is_str(inner(TRACE_THING, true, TRACE_NULL, true), "");
	is_str(inner(TRACE_THING, true, TRACE_NULL, false), "");
	is_str(inner(TRACE_NULL, true, TRACE_THING, true), "");
	is_str(inner(TRACE_NULL, false, TRACE_THING, true), "");
	is_str(inner(TRACE_NULL, true, TRACE_NULL, false), "");
	is_str(inner(TRACE_THING, true, TRACE_ADDRESS, true), "");
	is_str(inner(TRACE_NULL, false, TRACE_THING, false), "");
	is_str(inner(TRACE_NULL, true, TRACE_THING, false), "1 s(): set->inner: NULL / object 1 (as before)");
	clear();
	call_s(INNER, TRACE_THING, 1, true), call_s(INNER, TRACE_THING, 1, false), call_s(INNER, TRACE_THING, 2, true);
	on(R), call_s(INNER, TRACE_THING, 1, true), call_s(INNER, TRACE_THING, 2, true), call_s(INNER, TRACE_THING, 1, true);
	is_str(compared(), "");
}

static void what_is_free(void)
{
	static const char *const items[] = {"f.result", "f.*", "f.out", "g.result", "F.result", "f", ""};
	clear();
	call_f(1, 2);
	on(R), call_f(1, 3);
	for (size_t i = 0; i < countof(items); i++) {
		declared_items[0] = items[i];
		declared.len = 1;
		is_str(compared(), i < 2 ? "" : "1 f(1, an address): result: 2 / 3");
	}
	declared.len = 0;
	/* the original does not always give it either */
	on(N), call_f(1, 5);
	is_str(compared(), "");
	N->items[2].number = 2;
	is_str(compared(), "1 f(1, an address): result: 2 / 3");
	on(N), call_f(1, 2);
	is_str(compared(), "unstable");
	/* what is behind an item that the noise lacks */
	clear();
	call_f(1, 2);
	on(N), call_f(1, 2), N->events[1].items_len = 0;
	on(R), call_f(1, 4);
	is_str(compared(), "");
}

static void tampering(void)
{
	static struct trace_segment segments[] = {{.address = 100, .len = 50, .name = "failures (tests/t.c)"},
					     {.address = 200, .len = 500, .constant = true, .name = "constants"}};
	clear();
	call_f(1, 2);
	on(R), call_f(1, 2);
	R->trace.segments = segments;
	R->writes[0] = (struct trace_write){0, 8, 1};
	R->events[1].writes_len = 1;
	is_str(compared(), "1 f(1, an address): memory of the test: untouched / 1 byte written to failures (tests/t.c) of the tests");
	is_int(difference.kind, TRACE_TAMPERING);
	R->writes[0] = (struct trace_write){TRACE_STACK, 1000, 4};
	is_str(compared(), "1 f(1, an address): memory of the test: untouched / 4 bytes written to the test's stack");
	/* the original writes there, too, or nearly */
	O->events[1].writes_len = 1;
	O->writes[0] = (struct trace_write){TRACE_STACK, 1060, 1};
	is_str(compared(), "");
	O->writes[0].offset = 1064;
	is_str(compared(), "");
	O->writes[0].offset = 1065;
	is_int((compared(), difference.kind), TRACE_TAMPERING);
	O->writes[0].offset = 939;
	is_str(compared(), "");
	O->writes[0].offset = 938;
	is_int((compared(), difference.kind), TRACE_TAMPERING);
	O->writes[0] = (struct trace_write){1, 1000, 4};
	is_int((compared(), difference.kind), TRACE_TAMPERING);
}

static void starved(void)
{
	clear();
	call_f(1, 2), call_f(2, 3);
	on(R), call_f(1, 2), call_f(2, 9);
	O->events[3].starved = true;
	is_str(compared(), "starved");
	R->items[2].number = 8;
	is_str(compared(), "1 f(1, an address): result: 2 / 8");
	R->items[2].number = 2;
	O->events[3].starved = false;
	R->events[3].starved = true; /* only the rewrite's doing */
	is_str(compared(), "2 f(2, an address): result: 3 / 9");
}

/* ---- segments */

static void is_segments(size_t tests, const char *format, const char *want)
{
	struct segments s = {0};
	struct err err = {0};
	const char *got = "";
	is_int(segments_find(&O->trace, format ? testreport_find(format) : NULL, tests, &arena, &s, &err), 0);
	for (size_t i = 0; i < s.len; i++)
		got = arena_printf(&arena, "%s%zu-%zu ", got, s.ranges[i].from, s.ranges[i].to);
	is_str(arena_printf(&arena, "%s%s", got, s.whole ? "whole" : ""), want);
}

static void print(const char *line)
{
	at->trace.out = str_of(arena_printf(&arena, "%.*s%s", STR_ARG(at->trace.out), line));
}

static void segments(void)
{
	clear();
	is_segments(0, NULL, "0-0 0-0 ");
	is_segments(2, "tap", "0-0 0-0 0-0 ");
	print("1..3\n"), call_f(1, 0), call_f(2, 0);
	print("ok 1 - a\n"), call_f(3, 0);
	print("not ok 2 - b\n"), print("ok 3 - c\n"), call_f(4, 0);
	is_segments(3, "tap", "0-4 4-6 6-6 6-8 ");
	is_segments(3, NULL, "0-8 8-8 ");
	is_segments(2, "tap", "0-4 4-6 6-8 ");
	is_segments(5, "tap", "0-4 4-6 6-6 6-8 8-8 8-8 ");
	/* tests that are named when they begin, too */
	clear();
	print("[ RUN      ] a\n"), call_f(1, 0), print("[       OK ] a\n");
	print("[ RUN      ] b\n"), call_f(2, 0), call_f(3, 0), print("[       OK ] b\n");
	is_segments(2, "cmocka", "0-2 2-6 6-6 ");
	is_segments(1, "cmocka", "0-2 2-6 ");
	/* all at the end */
	clear();
	call_f(1, 0), call_f(2, 0);
	print("1..2\nok 1\nok 2\n");
	is_segments(2, "tap", "0-4 4-4 4-4 whole");
	/* before the first call */
	clear();
	print("1..2\nok 1\nok 2\n"), call_f(1, 0);
	is_segments(2, "tap", "0-0 0-0 0-2 ");
	/* within a call, and a line that is not whole yet */
	clear();
	print("1..2\n"), event(TRACE_CALL, F), print("ok 1\no"), event(TRACE_RETURN, F), print("k 2\n"), call_g(1);
	is_segments(2, "tap", "0-1 1-2 2-4 ");
	clear();
	for (int i = 0; i < 15; i++)
		print(arena_printf(&arena, "ok %d\n", i + 1)), event(TRACE_CALL, F), event(TRACE_RETURN, F);
	is_segments(15, "tap", "0-0 0-2 2-4 4-6 6-8 8-10 10-12 12-14 14-16 16-18 18-20 20-22 22-24 24-26 26-28 28-30 ");
}

/* Behind how many of these tests the last part of the other run begins. */
static void reached(void)
{
	struct test_line all[] = {{"a", TEST_PASSED, ""}, {"b", TEST_PASSED, ""}, {"c", TEST_FAILED, ""}};
	struct test_line other = {"d", TEST_PASSED, ""};
	for (size_t i = 0; i <= countof(all); i++)
		is_int(segments_reached(all, i, all, countof(all)), i);
	/* one that left some out; more than there are; a name that is not known, and one at another place */
	is_int(segments_reached(&all[2], 1, all, countof(all)), 3);
	is_int(segments_reached(all, countof(all), all, 2), 2);
	is_int(segments_reached(all, countof(all), NULL, 0), 0);
	is_int(segments_reached(&other, 1, all, countof(all)), 1);
	is_int(segments_reached(all, 2, &all[1], 1), 1);
}

int main(void)
{
	make_shims();
	tap_run("values", values);
	tap_run("reals", reals);
	tap_run("texts", texts);
	tap_run("buffers that are written in part", buffers_that_are_written_in_part);
	tap_run("calls", calls);
	tap_run("the end of a range is an end", the_end_of_a_range_is_an_end);
	tap_run("callbacks", callbacks);
	tap_run("things", things);
	tap_run("things that end", things_that_end);
	tap_run("tables that move", tables_that_move);
	tap_run("what stands in them stays", what_stands_in_them_stays);
	tap_run("what was handed out stays", what_was_handed_out_stays);
	tap_run("what only the library follows", what_only_the_library_follows);
	tap_run("what is free", what_is_free);
	tap_run("tampering", tampering);
	tap_run("starved", starved);
	tap_run("segments", segments);
	tap_run("reached", reached);
	clear();
	for (size_t i = 0; i < countof(sides); i++)
		buf_release(&sides[i].trace.bytes);
	arena_release(&arena);
	return tap_done();
}
