/*
 * Calls as programs of users: each compiles, comes back as it does where the driver makes the calls, and hands over the
 * very bytes.
 */

#include "harness/differential_examples.h"
#include "harness/probe_row.h"
#include "tests/probe_library.h"

#include <math.h>

enum { BATCHES = 3, ROW_CALLS = 60 };

/* What the program printed, or NULL. */
static const char *printed(struct sandbox *s, const struct probe_library *l, const char *program)
{
	const struct probe_setup *x = &l->setup;
	struct example_sides sides = {.suite = &l->suite, .planned = x->planned};
	struct module *module;
	struct str text = {0};
	const char *failure;
	struct err err = {0};
	sandbox_check(example_load(&sides, program, x->original, x->original_len, &s->arena, &module, &failure, &err), &err);
	if (module)
		sandbox_check(example_run(&sides, module, NULL, 0, &s->arena, &text, &failure, &err), &err);
	module_free(module);
	if (failure)
		tap_print("# %s\n", failure);
	return failure ? NULL : arena_str(&s->arena, text);
}

/* How the driver fares with it. */
static struct probe_outcome driven(const struct probe_library *l, const struct probe *p)
{
	struct probe_job job = {.probes = p, .len = 1};
	struct probe_outcome o;
	struct trace trace;
	struct err err = {0};
	sandbox_check(probe_side_run(l->setup.pair.original, &job, &o, &trace, &err), &err);
	trace_release(&trace);
	return o;
}

/* ---- by lot */

/* Whatever may be called, in turn; `except` names what prints by itself. */
static struct probe a_row(const struct probe_library *l, struct prng *lot, struct arena *a)
{
	struct probe_maker m = {.g = &l->setup.grammar, .words = &l->setup.words, .lot = lot, .a = a};
	probe_maker_init(&m, a);
	struct probe_row *row = probe_row_begin(&m);
	for (size_t i = 0; row->len < ROW_CALLS; i++) {
		struct probe_call call = {.function = (uint32_t)(prng_next(lot) % m.g->functions_len)};
		if (m.g->functions[call.function].refused)
			continue;
		probe_values_make(&m, &call);
		probe_row_append(row, &call);
	}
	return probe_row_finish(row, prng_next(lot));
}

static void rows(struct sandbox *s, const struct probe_library *l)
{
	struct prng lot = {14};
	for (size_t i = 0; i < BATCHES; i++) {
		SCOPED_ARENA struct arena a = {0};
		struct probe p = a_row(l, &lot, &a);
		const char *program = probe_program(&l->setup.grammar, &p, i % 3 ? p.len / 2 : 0, i % 2, &s->arena);
		struct probe_outcome o = driven(l, &p);
		is_int(o.end, PROBE_RAN);
		is_str(o.why, "");
		if (!ok(printed(s, l, program) != NULL))
			tap_print("# %s\n", arena_strdup(&s->arena, program));
	}
}

/* ---- value by value */

struct making {
	const struct probe_library *l;
	struct arena *a;
	struct probe_call calls[200];
	size_t len;
};

static void call(struct making *m, const char *function, struct probe_value first, struct probe_value second)
{
	const struct probe_function *f = probe_library_function(m->l, function);
	struct probe_value *args = arena_array(m->a, 3, struct probe_value);
	args[0] = first;
	args[1] = second;
	m->calls[m->len++] = (struct probe_call){.function = (uint32_t)(f - m->l->setup.grammar.functions), .args = args};
}

static void call_with_text(struct making *m, struct str text)
{
	struct probe_value bytes = {.kind = PROBE_BYTES, .bytes = text}, none = {.kind = PROBE_NULL},
			   len = {.kind = PROBE_NUMBER, .number = text.len};
	call(m, "show_bytes", bytes, len);
	text.len = str_index(text, '\0');
	bytes.bytes = (struct str){arena_str(m->a, text), text.len + 1};
	call(m, "show_text", bytes, none);
}

static void put_hex(struct buf *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(out, "%02x", (unsigned char)bytes.ptr[i]);
	buf_append_char(out, '\n');
}

/* The library prints what comes in, byte by byte. */
static void same_bytes(struct sandbox *s, const struct making *m)
{
	struct probe p = {m->len ? (struct probe_call *)(uintptr_t)m->calls : NULL, m->len, 0};
	const char *text = printed(s, m->l, probe_program(&m->l->setup.grammar, &p, 0, false, m->a));
	SCOPED_BUF struct buf want;
	buf_init(&want, 1 << 20);
	for (size_t i = 0; i < m->len; i++)
		put_hex(&want, m->calls[i].args[0].bytes);
	is_str(text, want.ptr);
	is_int(driven(m->l, &p).end, PROBE_RAN);
}

static void hostile_texts(struct sandbox *s, const struct probe_library *l)
{
	const struct str texts[] = {
		STR(""), STR("\""), STR("\\"), STR("\\\""), STR("?" "?="), STR("?" "?/"), STR("?" "?" "?/\""), STR("\0" "1"),
		STR("\001" "7"), STR("\x7F" "9"), STR("\xFF" "f"), STR("\0\0\0"), STR("a\0b"), STR("\n\r\t\v\f\b\a\x1B"),
		STR("%s%n%d"), STR("*/ // /*"), STR("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), STR("\xC3"), STR("\xEF\xBB\xBF"),
		STR("'\"'"), STR("\\x41"), STR("\\u0041"), STR("\\\n"), STR("#define x\n#include <y>\n"),
	};
	struct making m = {.l = l, .a = &s->arena};
	for (size_t i = 0; i < countof(texts); i++)
		call_with_text(&m, texts[i]);
	same_bytes(s, &m);
}

static void random_texts(struct sandbox *s, const struct probe_library *l)
{
	static const char alphabet[] = "\"\\?=/0123456789\0\1\177\377\n%";
	struct making m = {.l = l, .a = &s->arena};
	struct prng lot = {12};
	for (size_t i = 0; i < 60; i++) {
		size_t len = prng_below(&lot, i % 10 ? 40 : 700);
		char *text = arena_alloc(&s->arena, len + 1, 1);
		for (size_t k = 0; k < len; k++)
			text[k] = i % 2 ? (char)prng_below(&lot, 256) : alphabet[prng_below(&lot, sizeof(alphabet))];
		call_with_text(&m, (struct str){text, len});
	}
	/* All of them, and each before a digit. */
	char *all = arena_alloc(&s->arena, 512, 1);
	for (size_t i = 0; i < 256; i++) {
		all[2 * i] = (char)i;
		all[2 * i + 1] = '7';
	}
	call_with_text(&m, (struct str){all, 512});
	same_bytes(s, &m);
}

static uint64_t bits_of(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static void numbers(struct sandbox *s, const struct probe_library *l)
{
	const double values[] = {0, -0.0, 1, -1, 0.1, 1e300, 5e-324, 1.7976931348623157e308, 123456789012345678.0,
				 4294967296.0, 1e17, HUGE_VAL, -HUGE_VAL};
	struct making m = {.l = l, .a = &s->arena};
	SCOPED_BUF struct buf want;
	buf_init(&want, 10000);
	for (size_t i = 0; i < countof(values); i++) {
		call(&m, "show_real", (struct probe_value){.kind = PROBE_REAL, .number = bits_of(values[i])}, (struct probe_value){0});
		put_hex(&want, (struct str){(const char *)&values[i], sizeof(values[i])});
	}
	static const uint64_t flags[] = {0, 1, 2, 256, UINT64_MAX};
	for (size_t i = 0; i < countof(flags); i++) {
		call(&m, "show_flag", (struct probe_value){.kind = PROBE_NUMBER, .number = flags[i]}, (struct probe_value){0});
		buf_append_cstr(&want, flags[i] ? "1\n" : "0\n");
	}
	struct probe p = {m.calls, m.len, 0};
	is_str(printed(s, l, probe_program(&l->setup.grammar, &p, 0, false, m.a)), want.ptr);
}

/* Room that nothing stands in takes no room in the program. */
static void much_room(const struct probe_library *l, struct arena *a)
{
	const struct probe_function *f = probe_library_function(l, "text_turn");
	struct probe_value *value = arena_array(a, 1, struct probe_value);
	struct making m = {.l = l, .a = a};
	*value = (struct probe_value){.kind = PROBE_BYTES, .bytes = {arena_array(a, PROBE_ROOM_MAX, char), PROBE_ROOM_MAX}};
	for (m.len = 0; m.len < countof(m.calls); m.len++)
		m.calls[m.len] = (struct probe_call){.function = (uint32_t)(f - l->setup.grammar.functions), .args = value};
	struct probe p = {m.calls, m.len, 0};
	ok(strlen(probe_program(&l->setup.grammar, &p, 0, false, a)) < 40000);
}

/* ---- the whole */

static void programs(struct sandbox *s)
{
	struct probe_library l;
	probe_library_open_kinds(s, &l);
	for (size_t i = 0; i < l.setup.grammar.functions_len; i++) {
		const struct probe_function *f = &l.setup.grammar.functions[i];
		bool refused = strcmp(f->shim->function->name, "say") == 0 || strcmp(f->shim->function->name, "rows_sum") == 0;
		if (!tap_ok((f->refused != NULL) == refused, f->shim->function->name, __FILE__, __LINE__))
			tap_print("# %s\n", f->refused);
	}
	hostile_texts(s, &l);
	random_texts(s, &l);
	numbers(s, &l);
	much_room(&l, &s->arena);
	rows(s, &l);
	probe_library_close(&l);
}

int main(void)
{
	return sandbox_main(programs);
}
