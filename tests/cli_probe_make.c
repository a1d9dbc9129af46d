/* Whatever is made by lot, out of nothing, out of calls that were heard or out of others, keeps the rules. */

#include "core/hash.h"
#include "harness/probe_row.h"
#include "tests/probe_library.h"
#include "tests/probe_rules.h"

enum { FRESH = 1500, CHANGES = 6000, KEPT = 40 };

static const struct probe_grammar *grammar;

static struct probe_maker maker_of(const struct probe_library *l, struct prng *lot, struct arena *a)
{
	struct probe_maker m = {.g = &l->setup.grammar, .words = &l->setup.words, .lot = lot, .a = a};
	probe_maker_init(&m, a);
	return m;
}

/* One assertion for many probes; the first that is wrong is shown. */
static bool keeps(struct sandbox *s, const struct probe *p, const char *how, unsigned number)
{
	static struct probe_rules rules;
	const char *broken = probe_rules_broken(&rules, grammar, p);
	if (!broken && p->len < PROBE_CALLS_MAX / 2 && probe_rules_left_over(&rules))
		broken = "something is left that nobody ends";
	if (!broken)
		return true;
	tap_print("# %s %u: %s\n", how, number, broken);
	tap_print("# %s\n", probe_line(grammar, p, &s->arena));
	return false;
}

static size_t missing_callbacks(const struct probe *p)
{
	size_t missing = 0;
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_function *f = &grammar->functions[p->calls[i].function];
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++)
			missing += f->parameters[k].role == PROBE_IS_CALLBACK && p->calls[i].args[k].kind == PROBE_NULL;
	}
	return missing;
}

static void fresh_ones(struct sandbox *s, const struct probe_library *l)
{
	struct prng lot = {1};
	size_t called = 0, longest = 0, broken = 0, missing = 0;
	SCOPED_ARENA struct arena all = {0};
	bool *seen = arena_array(&all, grammar->functions_len, bool);
	for (unsigned i = 0; i < FRESH && !broken; i++) {
		SCOPED_ARENA struct arena a = {0};
		struct probe_maker m = maker_of(l, &lot, &a);
		struct probe p = probe_make_fresh(&m);
		broken += !keeps(s, &p, "fresh", i);
		missing += missing_callbacks(&p);
		longest = p.len > longest ? p.len : longest;
		for (size_t k = 0; k < p.len; k++)
			seen[p.calls[k].function] = true;
	}
	ok(!broken);
	ok(longest > 300);
	ok(missing > 10); /* as a test was heard to do it */
	for (size_t i = 0; i < grammar->functions_len; i++)
		called += seen[i] || grammar->functions[i].refused;
	is_int(called, grammar->functions_len);
}

static void heard_ones(struct sandbox *s, const struct probe_library *l)
{
	struct prng lot = {2};
	const struct micro_calls *h = &grammar->heard[0];
	size_t broken = 0, alone = 0, rows = 0;
	ok(h->calls_len > 30);
	for (uint32_t i = 0; i < h->calls_len; i++) {
		SCOPED_ARENA struct arena a = {0};
		struct probe_maker m = maker_of(l, &lot, &a);
		struct probe p = probe_make_alone(&m, &h->calls[i]);
		broken += !keeps(s, &p, "alone", i);
		alone += p.len > 0;
		if (!probe_make_heard(&m, h, i, &p))
			continue;
		broken += !keeps(s, &p, "heard", i);
		rows++;
	}
	ok(!broken);
	ok(alone + 2 >= h->calls_len); /* makers are chosen by lot, too, and not without end */
	ok(rows > 20);
}

/* Each change is made to what others have made, as it is when inputs are looked for. */
static void changed_ones(struct sandbox *s, const struct probe_library *l)
{
	struct prng lot = {3};
	static struct probe kept[KEPT];
	static struct arena arenas[KEPT];
	size_t broken = 0;
	for (unsigned i = 0; i < CHANGES && !broken; i++) {
		SCOPED_ARENA struct arena a = {0};
		struct probe_maker m = maker_of(l, &lot, &a);
		const struct probe *from = &kept[prng_below(&lot, KEPT)], *other = &kept[prng_below(&lot, KEPT)];
		struct probe p = from->len ? probe_make_changed(&m, from, other) : probe_make_fresh(&m);
		broken += !keeps(s, &p, "changed", i);
		size_t to = prng_below(&lot, KEPT);
		struct arena own = {0}; /* it may borrow from the one whose place it takes */
		kept[to] = probe_copy(&p, grammar, &own);
		arena_release(&arenas[to]);
		arenas[to] = own;
	}
	ok(!broken);
	for (size_t i = 0; i < KEPT; i++)
		arena_release(&arenas[i]);
}

/* Real numbers are such wherever they lie. */
static void reals(const struct probe_library *l)
{
	struct prng lot = {6};
	SCOPED_ARENA struct arena a = {0};
	struct probe_maker m = maker_of(l, &lot, &a);
	struct probe_call call = {.function = (uint32_t)(probe_library_function(l, "reals_sum") - grammar->functions)};
	size_t all = 0, known = 0;
	for (unsigned i = 0; i < 1000; i++) {
		float number;
		probe_values_make(&m, &call);
		for (size_t at = 0; at + sizeof(number) <= call.args[1].bytes.len; at += sizeof(number)) {
			memcpy(&number, call.args[1].bytes.ptr + at, sizeof(number));
			known += number > 0.4f && number < 0.6f;
			all++;
		}
	}
	ok(all > 1000);
	ok(known > all / 100);
}

static void hash_value(struct hasher *h, const struct probe_value *v)
{
	hasher_field_u64(h, v->kind);
	hasher_field_u64(h, v->number);
	hasher_field_u64(h, v->object);
	hasher_field(h, v->bytes);
}

static struct hash hash_of_some(const struct probe_library *l, uint64_t seed)
{
	struct prng lot = {seed};
	struct hasher h;
	hasher_init(&h);
	struct probe before = {0};
	SCOPED_ARENA struct arena a = {0};
	struct probe_maker m = maker_of(l, &lot, &a);
	for (unsigned i = 0; i < 50; i++) {
		struct probe p = before.len && i % 5 ? probe_make_changed(&m, &before, &before) : probe_make_fresh(&m);
		hasher_field_u64(&h, p.answers);
		for (size_t k = 0; k < p.len; k++) {
			hasher_field_u64(&h, p.calls[k].function);
			for (size_t n = 0; n < grammar->functions[p.calls[k].function].shim->signature->parameters_len; n++)
				hash_value(&h, &p.calls[k].args[n]);
		}
		before = p;
	}
	return hasher_finish(&h);
}

static void seeds(const struct probe_library *l)
{
	struct hash once = hash_of_some(l, 7), again = hash_of_some(l, 7), other = hash_of_some(l, 8);
	is_mem(&once, &again, sizeof(once));
	ok(memcmp(&once, &other, sizeof(once)) != 0);
}

/* ---- call by call */

/* "item_new list_new list_add(1,0)": objects are numbers of calls. Takes a word off the front. */
static bool next_call(const struct probe_library *l, struct probe_maker *m, struct str *rest, struct probe_call *ret)
{
	struct str word;
	if (!str_next_word(rest, &word))
		return false;
	SCOPED_ARENA struct arena a = {0};
	char *text = arena_str(&a, word), *at = strchr(text, '(');
	if (at)
		*at++ = '\0';
	const struct probe_function *f = probe_library_function(l, text);
	*ret = (struct probe_call){.function = (uint32_t)(f - grammar->functions)};
	probe_values_make(m, ret);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		if (f->parameters[i].role == PROBE_IS_OBJECT && ret->args[i].kind != PROBE_PLACE && at)
			ret->args[i] = (struct probe_value){.kind = PROBE_OBJECT, .object = (uint32_t)strtoul(at, &at, 10)};
		at = at && *at ? at + 1 : NULL;
	}
	return true;
}

static const char *shape_of_row(const struct probe *p, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 10000);
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_function *f = &grammar->functions[p->calls[i].function];
		const char *between = "(";
		buf_printf(&out, "%s%s", i ? " " : "", f->shim->function->name);
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			if (p->calls[i].args[k].kind != PROBE_OBJECT)
				continue;
			buf_printf(&out, "%s%u", between, p->calls[i].args[k].object);
			between = ",";
		}
		buf_append_cstr(&out, *between == ',' ? ")" : "");
	}
	return arena_str(a, buf_str(&out));
}

static const struct {
	const char *calls, *row;
} rows[] = {
	{"list_new list_len(0)", "list_new list_len(0) list_free(0)"},
	/* What there is of the type stands in for what there is not. */
	{"list_new list_len(5)", "list_new list_len(0) list_free(0)"},
	{"list_len(0)", ""},
	{"list_new item_number(0)", "list_new list_free(0)"},
	/* Over is over. */
	{"list_new list_free(0) list_len(0) list_free(0)", "list_new list_free(0)"},
	{"item_new list_new list_add(1,0) item_number(0) item_free(0) list_add(1,0)",
	 "item_new list_new list_add(1,0) item_number(0) list_free(1)"},
	/* What became a part, whether it was made before the whole or behind it. */
	{"item_new list_new list_add(1,0) list_free(1) item_number(0)", "item_new list_new list_add(1,0) list_free(1)"},
	{"list_new item_new list_add(0,1) list_free(0) item_number(1)", "list_new item_new list_add(0,1) list_free(0)"},
	/* What was got from it, until it changes. */
	{"list_new item_new list_add(0,1) list_at(0) item_number(3) item_new list_add(0,5) item_number(3)",
	 "list_new item_new list_add(0,1) list_at(0) item_number(3) item_new list_add(0,5) item_number(5) list_free(0)"},
	{"list_new list_take(0) list_free(0)", "list_new list_take(0) item_free(1) list_free(0)"},
	/* What hangs on it goes first, and what is got from that with it. */
	{"list_new cursor_open(0) list_free(0) cursor_next(1)", "list_new cursor_open(0) cursor_close(1) list_free(0)"},
	{"list_new cursor_open(0) cursor_next(1) cursor_close(1) item_number(2)",
	 "list_new cursor_open(0) cursor_next(1) cursor_close(1) list_free(0)"},
	/* Nothing becomes a part of itself, or of what hangs on it. */
	{"list_new list_join(0,0)", "list_new list_free(0)"},
	{"list_new list_new list_join(1,0) list_len(0)", "list_new list_new list_join(1,0) list_len(1) list_free(1)"},
	/* The second argument is ended, and by the one that it came from. */
	{"pool_make pool_make pool_get(0) block_size(2) pool_put(0,2) block_size(2)",
	 "pool_make pool_make pool_get(0) block_size(2) pool_put(0,2) pool_over(1) pool_over(0)"},
	{"pool_make pool_get(0) pool_make pool_get(2)",
	 "pool_make pool_get(0) pool_make pool_get(2) pool_put(2,3) pool_over(2) pool_put(0,1) pool_over(0)"},
	{"pool_make pool_get(0) pool_over(0) block_size(1)", "pool_make pool_get(0) pool_put(0,1) pool_over(0)"},
	{"counter_init counter_next(0) counter_fini(0) counter_next(0)", "counter_init counter_next(0) counter_fini(0)"},
	{"say rows_sum", ""},
};

static void call_by_call(struct sandbox *s, const struct probe_library *l)
{
	struct prng lot = {5};
	for (size_t i = 0; i < countof(rows); i++) {
		struct probe_maker m = maker_of(l, &lot, &s->arena);
		struct probe_row *row = probe_row_begin(&m);
		struct str rest = str_of(rows[i].calls);
		struct probe_call call;
		while (next_call(l, &m, &rest, &call))
			probe_row_append(row, &call);
		struct probe p = probe_row_finish(row, 0);
		tap_str(shape_of_row(&p, &s->arena), rows[i].row, rows[i].calls, __FILE__, __LINE__);
		keeps(s, &p, "row", (unsigned)i);
	}
}

static void made(struct sandbox *s)
{
	struct probe_library l;
	probe_library_open_kinds(s, &l);
	grammar = &l.setup.grammar;
	call_by_call(s, &l);
	fresh_ones(s, &l);
	heard_ones(s, &l);
	changed_ones(s, &l);
	reals(&l);
	seeds(&l);
	probe_library_close(&l);
}

int main(void)
{
	return sandbox_main(made);
}
