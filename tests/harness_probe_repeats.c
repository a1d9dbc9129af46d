#include "harness/probe_kinds.h"
#include "harness/probe_repeats.h"

#include "tests/tap.h"

/* struct box *box_new(int n); void box_put(struct box *box, int n); void box_join(struct box *box, struct box *other); */
static const struct shape number = {.kind = SHAPE_INTEGER, .text = "int", .size = 4, .is_signed = true};
static const struct shape box = {.kind = SHAPE_RECORD, .text = "struct box", .is_opaque = true};
static const struct shape to_box = {.kind = SHAPE_POINTER, .text = "struct box *", .size = 4, .target = &box};
static const struct shape *of_new[] = {&number}, *of_put[] = {&to_box, &number}, *of_join[] = {&to_box, &to_box};
static const struct shape_signature signatures[] = {
	{.parameters = of_new, .parameters_len = 1},
	{.parameters = of_put, .parameters_len = 2},
	{.parameters = of_join, .parameters_len = 2},
};
static const struct shim_function shims[] = {
	{.signature = &signatures[0]}, {.signature = &signatures[1]}, {.signature = &signatures[2]}};
static struct probe_parameter parameters[][2] = {
	{{.role = PROBE_IS_NUMBER, .length = SIZE_MAX}},
	{{.role = PROBE_IS_OBJECT, .length = SIZE_MAX, .target = &box}, {.role = PROBE_IS_NUMBER, .length = SIZE_MAX}},
	{{.role = PROBE_IS_OBJECT, .length = SIZE_MAX, .target = &box},
	 {.role = PROBE_IS_OBJECT, .length = SIZE_MAX, .target = &box}},
};
enum { NEW, PUT, JOIN };
static struct probe_function functions[] = {
	{.shim = &shims[NEW], .parameters = parameters[NEW], .makes = 0, .makes_out = SIZE_MAX},
	{.shim = &shims[PUT], .parameters = parameters[PUT], .makes = PROBE_NONE, .makes_out = SIZE_MAX, .changes = true},
	{.shim = &shims[JOIN], .parameters = parameters[JOIN], .makes = PROBE_NONE, .makes_out = SIZE_MAX, .changes = true},
};
static const struct probe_grammar grammar = {.functions = functions, .functions_len = countof(functions)};

static struct arena a;

static struct probe_value of(uint64_t n)
{
	return (struct probe_value){.kind = PROBE_NUMBER, .number = n};
}

static struct probe_value object(uint32_t call)
{
	return (struct probe_value){.kind = PROBE_OBJECT, .object = call};
}

static void add(struct probe *p, uint32_t function, struct probe_value first, struct probe_value second)
{
	struct probe_value *args = arena_array(&a, 3, struct probe_value);
	args[0] = first;
	args[1] = second;
	p->calls[p->len++] = (struct probe_call){.function = function, .args = args};
}

static struct probe begin(void)
{
	return (struct probe){arena_array(&a, 20, struct probe_call), 0, 0};
}

/* "new 1; put 0 5; " */
static const char *without_repeats(const struct probe *p)
{
	static const char *const names[] = {"new", "put", "join"};
	struct probe less = probe_without_repeats(&grammar, p, &a);
	const char *text = "";
	for (size_t i = 0; i < less.len; i++) {
		const struct probe_call *c = &less.calls[i];
		text = arena_printf(&a, "%s%s", text, names[c->function]);
		for (size_t k = 0; k < grammar.functions[c->function].shim->signature->parameters_len; k++)
			text = arena_printf(&a, "%s %llu", text,
					    c->args[k].kind == PROBE_OBJECT ? (unsigned long long)c->args[k].object
									   : (unsigned long long)c->args[k].number);
		text = arena_printf(&a, "%s; ", text);
	}
	return text;
}

static void drops_the_same_call(void)
{
	struct probe p = begin();
	add(&p, NEW, of(1), of(0));
	add(&p, PUT, object(0), of(5));
	add(&p, PUT, object(0), of(6));
	add(&p, PUT, object(0), of(5));
	/* No int holds more of it. */
	add(&p, PUT, object(0), of(5 + (UINT64_C(1) << 32)));
	is_str(without_repeats(&p), "new 1; put 0 5; put 0 6; ");
}

static void drops_what_another_went_through(void)
{
	struct probe p = begin();
	add(&p, NEW, of(1), of(0));
	add(&p, PUT, object(0), of(5));
	add(&p, NEW, of(1), of(0));
	add(&p, PUT, object(2), of(5));
	is_str(without_repeats(&p), "new 1; put 0 5; ");
}

static void keeps_what_is_gone_on_with(void)
{
	struct probe p = begin();
	add(&p, NEW, of(1), of(0));
	add(&p, PUT, object(0), of(5));
	add(&p, NEW, of(1), of(0));
	add(&p, PUT, object(2), of(5));
	add(&p, PUT, object(2), of(7));
	add(&p, JOIN, object(0), object(2));
	is_str(without_repeats(&p), "new 1; put 0 5; new 1; put 2 5; put 2 7; join 0 2; ");
}

static size_t kinds_of(const struct probe *p, uint8_t *kinds)
{
	size_t before = 0, after = 0;
	for (size_t i = 0; i < PROBE_KINDS; i++)
		before += kinds[i];
	probe_kinds_note(&grammar, p, kinds);
	for (size_t i = 0; i < PROBE_KINDS; i++)
		after += kinds[i];
	return after - before;
}

static void counts_kinds(void)
{
	uint8_t *kinds = arena_alloc(&a, PROBE_KINDS, 1);
	struct probe small = begin(), other = begin(), negative = begin(), behind = begin();
	memset(kinds, 0, PROBE_KINDS);
	add(&small, NEW, of(100), of(0));
	add(&other, NEW, of(101), of(0));
	add(&negative, NEW, of((uint64_t)-100), of(0));
	add(&behind, NEW, of(100), of(0));
	add(&behind, PUT, object(0), of(100));
	ok(kinds_of(&small, kinds) > 0);
	is_int(kinds_of(&small, kinds), 0);
	is_int(kinds_of(&other, kinds), 0);
	ok(kinds_of(&negative, kinds) > 0);
	ok(kinds_of(&behind, kinds) > 0);
	add(&behind, PUT, object(0), of(100));
	ok(kinds_of(&behind, kinds) > 0);
	add(&behind, PUT, object(0), of(100));
	is_int(kinds_of(&behind, kinds), 0);
}

int main(void)
{
	tap_run("drops the same call", drops_the_same_call);
	tap_run("drops what another went through", drops_what_another_went_through);
	tap_run("keeps what is gone on with", keeps_what_is_gone_on_with);
	tap_run("counts kinds", counts_kinds);
	arena_release(&a);
	return tap_done();
}
