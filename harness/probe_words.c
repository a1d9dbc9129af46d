#include "harness/probe_words.h"

#include "harness/nameset.h"
#include "harness/wasmwalk.h"

enum {
	MODULE_HEADER = 8,
	SECTION_CODE = 10,
	SECTION_DATA = 11,
	I32_CONST = 0x41,
	I64_CONST = 0x42,
	F32_CONST = 0x43,
	F64_CONST = 0x44,
	SEGMENT_PASSIVE = 1,
	SEGMENT_NAMED = 2, /* which memory it goes to */
	TEXT_MIN = 1,
};

struct collecting {
	struct probe_words *words;
	struct arena *a;
	uint64_t range_begin; /* what was just taken from a byte, or 0 */
};

static void add_number(struct collecting *c, uint64_t number)
{
	struct probe_words *w = c->words;
	for (size_t i = 0; i < w->numbers_len; i++) {
		if (w->numbers[i] == number)
			return;
	}
	if (w->numbers_len < PROBE_NUMBERS_MAX)
		w->numbers[w->numbers_len++] = number;
}

static void add_text(struct collecting *c, struct str text)
{
	struct probe_words *w = c->words;
	if (text.len < TEXT_MIN || text.len > PROBE_TEXT_KEPT || w->texts_len == PROBE_TEXTS_MAX)
		return;
	for (size_t i = 0; i < w->texts_len; i++) {
		if (str_eq(w->texts[i], text))
			return;
	}
	w->texts[w->texts_len++] = (struct str){arena_str(c->a, text), text.len};
}

static void add_real(struct collecting *c, uint64_t bits)
{
	struct probe_words *w = c->words;
	for (size_t i = 0; i < w->reals_len; i++) {
		if (w->reals[i] == bits)
			return;
	}
	if (w->reals_len < PROBE_NUMBERS_MAX)
		w->reals[w->reals_len++] = bits;
}

/* ---- what nobody has to tell */

static void add_usual(struct collecting *c)
{
	static const int64_t some[] = {0,          1,         2,        3,      4,         5,         7,
				       8,          9,         10,       11,     13,        15,        16,
				       17,         20,        31,       32,     33,        63,        64,
				       65,         99,        100,      101,    127,       128,       129,
				       255,        256,       257,      1000,   1023,      1024,      4095,
				       4096,       32767,     32768,    65535,  65536,     -1,        -2,
				       -10,        -128,      -129,     -32768, INT32_MAX, INT32_MIN, INT32_MAX - 1,
				       UINT32_MAX, INT64_MAX, INT64_MIN};
	static const double reals[] = {0,    1,    -1,   0.5,  0.1,  2,     10,     100,    1e6,
				       1e15, 1e16, 1e21, 1e-5, 1e-7, 1e300, -1e300, 3.14159};
	static const char *const texts[] = {" ",
					    "\n",
					    "\t",
					    "\r\n",
					    ",",
					    ";",
					    ":",
					    "=",
					    "\"",
					    "'",
					    "\\",
					    "/",
					    "#",
					    "[",
					    "]",
					    "{",
					    "}",
					    "(",
					    ")",
					    "0",
					    "1",
					    "-1",
					    "1e5",
					    "0x10",
					    "a",
					    "A",
					    "z",
					    "key",
					    "=value",
					    "\xff",
					    "\x80",
					    "\xc3\xa9",
					    "\xe2\x82\xac",
					    "\xf0\x9f\x98\x80",
					    "%s",
					    ".",
					    "..",
					    "\\n",
					    "\\u0041",
					    "  "};
	for (size_t i = 0; i < countof(some); i++)
		add_number(c, (uint64_t)some[i]);
	for (size_t i = 0; i < countof(reals); i++) {
		uint64_t bits;
		memcpy(&bits, &reals[i], sizeof(bits));
		add_real(c, bits);
	}
	for (size_t i = 0; i < countof(texts); i++)
		add_text(c, str_of(texts[i]));
}

/* ---- headers */

enum { LENGTHS_MAX = 600, LENGTH_MOST = 5000 };

static void add_lengths(struct collecting *c, uint64_t number)
{
	struct probe_words *w = c->words;
	for (uint64_t n = number - 1;
	     number > 2 && number < LENGTH_MOST && n <= number + 1 && w->lengths_len < LENGTHS_MAX; n++)
		w->lengths[w->lengths_len++] = n;
}

static void add_named(struct collecting *c, uint64_t number)
{
	if (c->words->named_len < LENGTHS_MAX)
		c->words->named[c->words->named_len++] = number;
	add_lengths(c, number);
}

static void add_interface(struct collecting *c, const struct interface *api)
{
	for (size_t i = 0; i < api->types_len; i++) {
		for (size_t k = 0; k < api->types[i].enumerators_len; k++) {
			add_number(c, (uint64_t)api->types[i].enumerators[k].value);
			add_lengths(c, (uint64_t)api->types[i].enumerators[k].value);
		}
	}
	for (size_t i = 0; i < api->macros_len; i++) {
		const struct api_macro *m = &api->macros[i];
		if (m->kind == API_INTEGER || m->kind == API_UNSIGNED) {
			add_number(c, strtoull(m->value, NULL, 10));
			add_named(c, strtoull(m->value, NULL, 10));
		} else if (m->kind == API_FLOAT) {
			double value = strtod(m->value, NULL);
			uint64_t bits;
			memcpy(&bits, &value, sizeof(bits));
			add_real(c, bits);
		} else if (m->kind == API_STRING) {
			add_text(c, str_of(m->value));
		}
	}
}

/* ---- tests */

static void add_heard(struct collecting *c, const struct probe_grammar *g)
{
	for (size_t p = 0; p < g->heard_len; p++) {
		for (size_t i = 0; i < g->heard[p].calls_len; i++) {
			const struct micro_call *call = &g->heard[p].calls[i];
			const struct shape_signature *s = g->shims->functions[call->function].signature;
			for (size_t k = 0; k < s->parameters_len; k++) {
				const struct micro_value *v = &call->args[k];
				if (v->kind == MICRO_NUMBER)
					add_number(c, v->number);
				else if (v->kind == MICRO_REAL)
					add_real(c, v->number);
				else if (v->bytes.ptr && s->parameters[k]->kind == SHAPE_POINTER &&
					 s->parameters[k]->target->is_byte)
					add_text(c, v->bytes);
			}
		}
	}
}

/* ---- code */

static uint64_t signed_number(struct str bytes)
{
	uint64_t value = 0;
	unsigned shift = 0;
	unsigned char byte = 0;
	for (size_t i = 1; i < bytes.len && shift < 64; i++, shift += 7) {
		byte = (unsigned char)bytes.ptr[i];
		value |= (uint64_t)(byte & 0x7F) << shift;
	}
	return byte & 0x40 && shift < 64 ? value | ~(uint64_t)0 << shift : value;
}

/* Longer than it has to be: the linker will fill it in. */
static bool is_padded(struct str bytes)
{
	if (bytes.len < 3)
		return false;
	unsigned last = (unsigned char)bytes.ptr[bytes.len - 1], before = (unsigned char)bytes.ptr[bytes.len - 2];
	return (last == 0 && !(before & 0x40)) || (last == 0x7F && before & 0x40);
}

static void add_letter(struct probe_words *w, uint64_t number)
{
	bool is_byte = number > 0 && number <= UINT8_MAX;
	if (is_byte && !memchr(w->letters, (int)number, w->letters_len))
		w->letters[w->letters_len++] = (unsigned char)number;
}

/*
 * Whether a byte is one of `a` to `z` is asked as whether it less `a` is below 26, perhaps cut to a byte between. The ends
 * of the range are letters, and those just outside of it.
 */
static void add_range(struct collecting *c, uint64_t number)
{
	uint64_t begin = 0 - number;
	if (begin <= UINT8_MAX) {
		add_letter(c->words, begin - 1);
		add_letter(c->words, begin);
		c->range_begin = begin;
	} else if (c->range_begin && number != UINT8_MAX) {
		add_letter(c->words, c->range_begin + number - 1);
		add_letter(c->words, c->range_begin + number);
		c->range_begin = 0;
	}
}

static void add_constant(struct collecting *c, const struct wasmwalk_instruction *i)
{
	uint64_t bits;
	float narrow;
	double wide;
	if ((i->opcode == I32_CONST || i->opcode == I64_CONST) && !is_padded(i->bytes)) {
		uint64_t number = signed_number(i->bytes);
		add_number(c, number);
		add_letter(c->words, number);
		add_range(c, number);
	} else if (i->opcode == F32_CONST && i->bytes.len == 1 + sizeof(narrow)) {
		memcpy(&narrow, i->bytes.ptr + 1, sizeof(narrow));
		wide = (double)narrow;
		memcpy(&bits, &wide, sizeof(bits));
		add_real(c, bits);
	} else if (i->opcode == F64_CONST && i->bytes.len == 1 + sizeof(bits)) {
		memcpy(&bits, i->bytes.ptr + 1, sizeof(bits));
		add_real(c, bits);
	}
}

static void add_code(struct collecting *c, struct wasmwalk section)
{
	uint64_t functions = wasmwalk_number(&section);
	for (uint64_t i = 0; i < functions && !section.failed; i++) {
		struct wasmwalk body = wasmwalk_part(&section, wasmwalk_number(&section));
		struct wasmwalk_instruction in;
		wasmwalk_locals(&body);
		while (wasmwalk_next(&body, &in))
			add_constant(c, &in);
	}
}

/* Texts as they stand in data: whatever ends in a NUL. */
static void add_texts(struct collecting *c, const struct wasmwalk *segment)
{
	const unsigned char *from = segment->at;
	for (const unsigned char *at = from; at < segment->end; at++) {
		bool text = (*at >= 0x20 && *at < 0x7F) || *at == '\n' || *at == '\t' || *at == '\r';
		if (text)
			continue;
		if (*at == 0 && at - from >= 2)
			add_text(c, (struct str){(const char *)from, (size_t)(at - from)});
		from = at + 1;
	}
}

static void add_data(struct collecting *c, struct wasmwalk section)
{
	uint64_t segments = wasmwalk_number(&section);
	for (uint64_t i = 0; i < segments && !section.failed; i++) {
		uint64_t kind = wasmwalk_number(&section);
		if (kind == SEGMENT_NAMED)
			wasmwalk_number(&section);
		if (kind != SEGMENT_PASSIVE) {
			/* Where it goes: an opcode with its operand, and an end. */
			wasmwalk_number(&section);
			wasmwalk_number(&section);
			wasmwalk_number(&section);
		}
		struct wasmwalk segment = wasmwalk_part(&section, wasmwalk_number(&section));
		if (!section.failed)
			add_texts(c, &segment);
	}
}

static void add_object(struct collecting *c, struct str bytes)
{
	struct wasmwalk w = wasmwalk_of(str_from(bytes, MODULE_HEADER));
	while (!w.failed && w.at < w.end) {
		uint64_t id = wasmwalk_number(&w);
		struct wasmwalk section = wasmwalk_part(&w, wasmwalk_number(&w));
		if (w.failed)
			return;
		if (id == SECTION_CODE)
			add_code(c, section);
		else if (id == SECTION_DATA)
			add_data(c, section);
	}
}

void probe_words_collect(const struct probe_grammar *g, const struct interface *api, const struct link_input *objects,
			 size_t objects_len, struct arena *a, struct probe_words *ret)
{
	struct collecting c = {.words = ret, .a = a};
	*ret = (struct probe_words){
		.numbers = arena_array(a, PROBE_NUMBERS_MAX, uint64_t),
		.texts = arena_array(a, PROBE_TEXTS_MAX, struct str),
		.named = arena_array(a, LENGTHS_MAX, uint64_t),
		.lengths = arena_array(a, LENGTHS_MAX, uint64_t),
		.reals = arena_array(a, PROBE_NUMBERS_MAX, uint64_t),
	};
	add_usual(&c);
	add_interface(&c, api);
	for (size_t i = 0; i < objects_len; i++)
		add_object(&c, objects[i].bytes);
	add_heard(&c, g);
}
