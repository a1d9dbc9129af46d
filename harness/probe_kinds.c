#include "harness/probe_kinds.h"

#include "harness/probe_make.h"

enum { FEW = 3 };

enum kind {
	KIND_NULL,
	KIND_EMPTY,
	KIND_LENGTH,
	KIND_FIRST_LETTER,
	KIND_LAST_LETTER,
	KIND_SOME_LETTER,
	KIND_ALL_ALIKE,
	KIND_NUMBER,
	KIND_REAL,
	KIND_ALIKE_NUMBERS,
	KIND_FEW_AND_FEW,
	KIND_SAME_OBJECT,
	KIND_BEHIND, /* what was done with the object before */
};

struct noting {
	uint8_t *kinds;
	uint32_t function;
	size_t parameter;
};

static void note(const struct noting *n, enum kind kind, uint64_t which)
{
	uint64_t x = ((uint64_t)n->function << 40) ^ ((uint64_t)n->parameter << 32) ^ ((uint64_t)kind << 24) ^ which;
	x *= 0x9E3779B97F4A7C15u;
	n->kinds[(x >> 40) % PROBE_KINDS] = 1;
}

/* White space, each by itself, is what functions differ about, and what is not plain ASCII; of others that it is such. */
static unsigned letter_kind(unsigned char c)
{
	if ((c >= '\t' && c <= '\r') || c == ' ' || c == '\0')
		return c;
	return c >= 0x80 ? 0x80 : c < ' ' || c == 0x7F ? 1 : 'a';
}

static unsigned size_kind(uint64_t size)
{
	unsigned kind = 0;
	for (; size; size >>= 2)
		kind++;
	return kind;
}

static void note_text(const struct noting *n, struct str text)
{
	bool alike = text.len > 1;
	note(n, text.len ? KIND_LENGTH : KIND_EMPTY, size_kind(text.len));
	for (size_t i = 0; i < text.len; i++) {
		unsigned letter = letter_kind((unsigned char)text.ptr[i]);
		note(n, KIND_SOME_LETTER, letter);
		alike &= text.ptr[i] == text.ptr[0];
		if (i == 0)
			note(n, KIND_FIRST_LETTER, letter);
		if (i + 1 == text.len)
			note(n, KIND_LAST_LETTER, letter);
	}
	if (alike)
		note(n, KIND_ALL_ALIKE, letter_kind((unsigned char)text.ptr[0]));
}

static void note_number(const struct noting *n, const struct shape *s, uint64_t number)
{
	unsigned unused = s->size < 8 ? 64 - 8 * s->size : 0;
	int64_t value = (int64_t)(number << unused) >> unused;
	bool negative = value < 0;
	uint64_t size = negative ? 0 - (uint64_t)value : (uint64_t)value;
	note(n, KIND_NUMBER, size_kind(size) | (negative ? 0x80u : 0));
	if (size < FEW)
		note(n, KIND_NUMBER, 0x100 | (size << 1) | negative);
}

static void note_real(const struct noting *n, uint64_t bits)
{
	double value;
	memcpy(&value, &bits, sizeof(value));
	bool whole = value > -1e9 && value < 1e9 && (double)(int64_t)value == value;
	note(n, KIND_REAL, (value != value) | (value - value != 0) << 1 | (value < 0) << 2 | (value == 0) << 3 | whole << 4);
}

/* What these are to each other. */
static void note_pairs(const struct noting *n, const struct probe_function *f, const struct probe_call *c, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		const struct probe_value *v = &c->args[i], *w = &c->args[k];
		bool numbers = v->kind == PROBE_NUMBER && w->kind == PROBE_NUMBER && !f->parameters[i].is_length &&
			       !f->parameters[k].is_length;
		if (numbers && v->number == w->number)
			note(n, KIND_ALIKE_NUMBERS, k);
		if (numbers && v->number < FEW && w->number < FEW)
			note(n, KIND_FEW_AND_FEW, (k << 8) | (v->number << 4) | w->number);
		if (v->kind == PROBE_OBJECT && w->kind == PROBE_OBJECT && v->object == w->object)
			note(n, KIND_SAME_OBJECT, k);
	}
}

static bool takes(const struct probe_grammar *g, const struct probe_call *c, uint32_t object)
{
	for (size_t i = 0; i < g->functions[c->function].shim->signature->parameters_len; i++) {
		if (c->args[i].kind == PROBE_OBJECT && c->args[i].object == object)
			return true;
	}
	return false;
}

static void note_object(const struct noting *n, const struct probe_grammar *g, const struct probe *p, size_t call,
			uint32_t object)
{
	size_t at = call - 1;
	while (at > object && !takes(g, &p->calls[at], object))
		at--;
	note(n, KIND_BEHIND, p->calls[at].function);
}

void probe_kinds_note(const struct probe_grammar *g, const struct probe *p, uint8_t *kinds)
{
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_call *c = &p->calls[i];
		const struct probe_function *f = &g->functions[c->function];
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			const struct noting n = {kinds, c->function, k};
			const struct probe_value *v = &c->args[k];
			struct str text;
			if (v->kind == PROBE_NULL)
				note(&n, KIND_NULL, 0);
			else if (probe_value_text(&f->parameters[k], v, &text))
				note_text(&n, text);
			else if (v->kind == PROBE_NUMBER)
				note_number(&n, f->shim->signature->parameters[k], v->number);
			else if (v->kind == PROBE_REAL)
				note_real(&n, v->number);
			else if (v->kind == PROBE_OBJECT && v->object < i)
				note_object(&n, g, p, i, v->object);
			note_pairs(&n, f, c, k);
		}
	}
}
