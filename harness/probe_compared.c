#include "harness/probe_compared.h"

#include "harness/guestmemory.h"
#include "harness/wordmaker.h"

/* As many as the driver has room for; one of two that would have the same slot is enough. */
enum { SLOTS = 512, SLOT_BYTES = 16, PAIRS_TRIED = 8, LETTERS = 256 };

#define DEFINE(name, type, body) "void __sanitizer_cov_trace_" name "(" type " x, " type " y) { " body " }\n"
#define DEFINE_ALL(before, body) \
	before DEFINE("cmp1", "unsigned char", body) before DEFINE("cmp2", "unsigned short", body) \
	before DEFINE("cmp4", "unsigned", body) before DEFINE("cmp8", "unsigned long long", body) \
	before DEFINE("const_cmp1", "unsigned char", body) before DEFINE("const_cmp2", "unsigned short", body) \
	before DEFINE("const_cmp4", "unsigned", body) before DEFINE("const_cmp8", "unsigned long long", body) \
	before "void __sanitizer_cov_trace_switch(unsigned long long x, const unsigned long long *cases)\n"

const char probe_compared_driver[] =
	"static struct { unsigned long long x, y; } recast_compared[512];\n"
	"static void recast_compare(unsigned long long x, unsigned long long y)\n"
	"{\n"
	"\tunsigned slot = ((unsigned)x * 31 + (unsigned)y) * 2654435761u >> 23;\n"
	"\tif (x == y)\n"
	"\t\treturn;\n"
	"\trecast_compared[slot].x = x;\n"
	"\trecast_compared[slot].y = y;\n"
	"}\n"
	DEFINE_ALL("", "recast_compare(x, y);")
	"{\n"
	"\tfor (unsigned i = 0; i < cases[0] && i < 64; i++)\n"
	"\t\trecast_compare(cases[2 + i], x);\n"
	"}\n";

const char probe_compared_nothing[] =
	"__attribute__((weak)) void __sanitizer_cov_8bit_counters_init(void *from, void *to) { (void)from, (void)to; }\n"
	DEFINE_ALL("__attribute__((weak)) ", "(void)x, (void)y;") "{ (void)x, (void)cases; }\n";

size_t probe_compared_read(const struct hostcall *c, uint32_t address, struct arena *a, struct probe_compared **ret)
{
	struct probe_compared *pairs = arena_array(a, SLOTS, struct probe_compared);
	size_t len = 0;
	for (uint32_t i = 0; i < SLOTS; i++) {
		struct probe_compared *p = &pairs[len];
		if (!guest_number(c, address + i * SLOT_BYTES, 8, &p->wanted) ||
		    !guest_number(c, address + i * SLOT_BYTES + 8, 8, &p->had))
			break;
		len += p->wanted != p->had;
	}
	*ret = pairs;
	return len;
}

/* ---- places where what was compared may come from */

/* One place of those that were looked at so far, each as likely as the others. */
struct spot {
	size_t seen;
	size_t call, argument;
	size_t at, len; /* in its bytes */
};

struct search {
	struct probe_maker *m;
	const struct probe *p;
	uint64_t had;
	struct spot found;
};

static void offer(struct search *s, size_t call, size_t argument, size_t at, size_t len)
{
	s->found.seen++;
	if (prng_below(s->m->lot, s->found.seen) == 0)
		s->found = (struct spot){s->found.seen, call, argument, at, len};
}

static const struct probe_function *function_of(const struct search *s, size_t call)
{
	return &s->m->g->functions[s->p->calls[call].function];
}

static bool same_number(uint64_t number, uint64_t had, uint32_t size)
{
	unsigned unused = size < 8 ? 64 - 8 * size : 0;
	return number << unused == had << unused;
}

/* A byte of it, a number written down in it, or how long it is. */
static void look_in_text(struct search *s, size_t call, size_t argument, struct str text)
{
	char digits[24];
	size_t digits_len = (size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)s->had);
	for (size_t at = 0; s->had < LETTERS && at < text.len; at++) {
		if ((unsigned char)text.ptr[at] == s->had)
			offer(s, call, argument, at, 1);
	}
	for (size_t at = 0; at + digits_len <= text.len; at++) {
		if (memcmp(text.ptr + at, digits, digits_len) == 0)
			offer(s, call, argument, at, digits_len);
	}
	if (s->had == text.len)
		offer(s, call, argument, 0, text.len);
}

static void look_in_record(struct search *s, size_t call, size_t argument, const struct shape *record, struct str bytes)
{
	for (size_t i = 0; record->record && i < record->record->fields_len; i++) {
		const struct shape_field *f = &record->record->fields[i];
		uint64_t number = 0;
		if (f->shape->kind != SHAPE_INTEGER || f->bits || f->shared || f->offset + f->shape->size > bytes.len)
			continue;
		memcpy(&number, bytes.ptr + f->offset, min_size(f->shape->size, sizeof(number)));
		if (same_number(number, s->had, f->shape->size))
			offer(s, call, argument, f->offset, f->shape->size);
	}
}

static void look_everywhere(struct search *s)
{
	for (size_t i = 0; i < s->p->len; i++) {
		const struct probe_function *f = function_of(s, i);
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			const struct probe_value *v = &s->p->calls[i].args[k];
			const struct shape *shape = f->shim->signature->parameters[k];
			struct str text;
			if (v->kind == PROBE_NUMBER && same_number(v->number, s->had, shape->size))
				offer(s, i, k, 0, 0);
			else if (v->kind == PROBE_RECORD)
				look_in_record(s, i, k, shape->kind == SHAPE_POINTER ? shape->target : shape, v->bytes);
			else if (probe_value_text(&f->parameters[k], v, &text))
				look_in_text(s, i, k, text);
		}
	}
}

/* ---- the other one in its place */

/* Limits show at the limit and beside it. */
static uint64_t about(struct probe_maker *m, uint64_t number)
{
	uint64_t way = prng_below(m->lot, 4);
	return way == 0 ? number - 1 : way == 1 ? number + 1 : number;
}

static void put_wanted(struct search *s, struct str text, uint64_t wanted, struct buf *out)
{
	const struct spot *p = &s->found;
	struct wordmaker words = {s->m->words, s->m->lot, s->m->a};
	bool letter = p->len == 1 && (unsigned char)text.ptr[p->at] == s->had;
	if (p->len == text.len && s->had == text.len && !letter) {
		wordmaker_append_as_long(&words, out, text, about(s->m, wanted));
		return;
	}
	buf_append_str(out, str_first(text, p->at));
	if (letter)
		buf_append_char(out, (char)(wanted & UINT8_MAX));
	else
		buf_printf(out, "%llu", (unsigned long long)about(s->m, wanted));
	buf_append_str(out, str_from(text, p->at + p->len));
}

static void change_place(struct search *s, struct probe_call *call, uint64_t wanted)
{
	const struct spot *p = &s->found;
	const struct probe_parameter *parameter = &function_of(s, p->call)->parameters[p->argument];
	struct probe_value *v = &call->args[p->argument];
	struct str text;
	if (v->kind == PROBE_NUMBER) {
		v->number = about(s->m, wanted);
	} else if (v->kind == PROBE_RECORD) {
		char *bytes = arena_copy(s->m->a, v->bytes.ptr, v->bytes.len, 1);
		uint64_t number = about(s->m, wanted);
		memcpy(bytes + p->at, &number, min_size(p->len, sizeof(number)));
		v->bytes.ptr = bytes;
	} else if (probe_value_text(parameter, v, &text)) {
		SCOPED_BUF struct buf out;
		buf_init(&out, WORDMAKER_TEXT_MAX);
		put_wanted(s, text, wanted, &out);
		probe_value_set_text(s->m->a, parameter, v, buf_str(&out));
	}
	probe_values_fit(s->m, call);
}

bool probe_make_led(struct probe_maker *m, const struct probe *from, const struct probe_compared *pairs, size_t pairs_len,
		    struct probe *ret)
{
	struct search s = {.m = m, .p = from};
	uint64_t wanted = 0;
	for (unsigned tries = 0; pairs_len && !s.found.seen && tries < PAIRS_TRIED; tries++) {
		const struct probe_compared *pair = &pairs[prng_below(m->lot, pairs_len)];
		bool turned = prng_below(m->lot, 4) == 0;
		s.had = turned ? pair->wanted : pair->had;
		wanted = turned ? pair->had : pair->wanted;
		look_everywhere(&s);
	}
	if (!s.found.seen)
		return false;
	*ret = (struct probe){arena_array(m->a, from->len + 1, struct probe_call), from->len, from->answers};
	memcpy(ret->calls, from->calls, from->len * sizeof(*from->calls));
	struct probe_call *call = &ret->calls[s.found.call];
	*call = probe_call_copy(call, m->g, m->a);
	change_place(&s, call, wanted);
	return true;
}
