#include "harness/layout_parts.h"

#include <math.h>

/*
 * Answers are lines of the nonce, six numbers and a text in hexadecimal. The
 * headers can make the program print anything, so nothing is taken that could
 * not be true of a 32-bit machine, and each item is answered once.
 */

enum { NUMBERS = 6, ALIGN_MAX = 1 << 28, BITS_MAX = 64 };

static const uint64_t SIZE_LIMIT = (uint64_t)1 << 32;

struct answer {
	uint64_t index, kind; /* of the item: enum layout_kind */
	uint64_t first, second, sort, real;
	struct str hex;
};

static bool read_line(struct str line, struct str nonce, struct answer *ret)
{
	uint64_t n[NUMBERS];
	struct str word;
	if (!str_starts(line, nonce) || !str_next_word(&line, &word) || !str_eq(word, nonce))
		return false;
	for (size_t i = 0; i < NUMBERS; i++) {
		if (!str_next_word(&line, &word) || !str_to_u64(word, &n[i]))
			return false;
	}
	if (!str_next_word(&line, &word) || word.ptr[0] != '=' || line.len)
		return false;
	*ret = (struct answer){n[0], n[1], n[2], n[3], n[4], n[5], str_from(word, 1)};
	return true;
}

/* ---- macros */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False if it is not what a string of that length looks like. */
static bool decode(struct str hex, uint64_t len, struct buf *ret)
{
	if (len > LAYOUT_STRING_MAX || hex.len != 2 * len)
		return false;
	for (size_t i = 0; i < hex.len; i += 2) {
		int high = hex_digit(hex.ptr[i]), low = hex_digit(hex.ptr[i + 1]);
		if (high < 0 || low < 0)
			return false;
		buf_append_char(ret, (char)(high << 4 | low));
	}
	return true;
}

/* Bytes of the UTF-8 character there that may be shown as it is; 0 if there is none. */
static size_t shown_length(struct str s)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)s.ptr[0];
	size_t len = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : 4;
	uint32_t code = len == 1 ? lead : lead & (0xFFu >> (len + 1));
	if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || len > s.len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)s.ptr[i] & 0xC0) != 0x80)
			return 0;
		code = code << 6 | ((unsigned char)s.ptr[i] & 0x3F);
	}
	bool control = code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200E && code <= 0x200F) ||
		       (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
	bool no_character = (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF;
	return code < least[len] || control || no_character ? 0 : len;
}

/* As it would stand between the quotes of a literal: three octal digits, since
 * a hexadecimal escape would go on into what follows. */
static const char *escape(struct str s, struct arena *a)
{
	static const char named[] = "\a\b\t\n\v\f\r\"\\", letters[] = "abtnvfr\"\\";
	SCOPED_BUF struct buf out;
	buf_init(&out, 4 * LAYOUT_STRING_MAX);
	while (s.len) {
		const char *name = s.ptr[0] ? strchr(named, s.ptr[0]) : NULL;
		size_t len = name ? 1 : shown_length(s);
		if (name)
			buf_printf(&out, "\\%c", letters[name - named]);
		else if (len)
			buf_append(&out, s.ptr, len);
		else
			buf_printf(&out, "\\%03o", (unsigned char)s.ptr[0]);
		s = str_from(s, max_size(len, 1));
	}
	return arena_str(a, buf_str(&out));
}

/* Exact, and as short as a decimal number can be that means the same. */
static const char *real_text(uint64_t bits, struct arena *a)
{
	double value;
	char text[64] = "";
	memcpy(&value, &bits, sizeof(value));
	if (isnan(value))
		return "nan";
	if (isinf(value))
		return value < 0 ? "-inf" : "inf";
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return arena_printf(a, "%a (%s)", value, text);
}

static bool take_macro(const struct answer *answer, struct arena *a, struct api_macro *macro)
{
	SCOPED_BUF struct buf string;
	buf_init(&string, LAYOUT_STRING_MAX);
	switch (answer->sort) {
	case 1:
		macro->kind = API_INTEGER;
		macro->value = arena_printf(a, "%lld", (long long)answer->first);
		return true;
	case 2:
		macro->kind = API_UNSIGNED;
		macro->value = arena_printf(a, "%llu", (unsigned long long)answer->first);
		return true;
	case 3:
		macro->kind = API_FLOAT;
		macro->value = real_text(answer->real, a);
		return true;
	case 4:
		if (!decode(answer->hex, answer->second, &string))
			return false;
		macro->kind = API_STRING;
		macro->value = escape(buf_str(&string), a);
		return true;
	default:
		return false;
	}
}

/* ---- types */

static bool take_type(const struct answer *answer, struct api_type *type)
{
	uint64_t align = answer->second;
	if (answer->first >= SIZE_LIMIT || align == 0 || align > ALIGN_MAX || (align & (align - 1)) != 0)
		return false;
	type->size = answer->first;
	type->align = align;
	type->known = true;
	return true;
}

/* A field lies inside what it belongs to, whose answer came before. */
static bool take_field(const struct answer *answer, const struct api_type *type, struct api_field *field)
{
	if (!type->known || answer->first > type->size || answer->second > type->size - answer->first)
		return false;
	field->offset = answer->first;
	field->size = answer->second;
	field->known = true;
	return true;
}

/* The bits that changed stand in one row, as many as there are. */
static bool take_bits(const struct answer *answer, const struct api_type *type, struct api_field *field)
{
	uint64_t bits = answer->second;
	if (!type->known || answer->sort != 1 || bits == 0 || bits > BITS_MAX || answer->first > 8 * type->size ||
	    bits > 8 * type->size - answer->first)
		return false;
	field->offset = answer->first;
	field->bits = (unsigned)bits;
	field->size = 0;
	field->known = true;
	return true;
}

/* What is above the greatest signed number has no place in the interface. */
static bool take_enumerator(const struct answer *answer, struct api_enumerator *enumerator)
{
	if (answer->second > 1 || (answer->first > INT64_MAX) != (answer->second == 1))
		return false;
	enumerator->value = (int64_t)answer->first;
	enumerator->known = true;
	return true;
}

static bool take_global(const struct answer *answer, struct api_global *global)
{
	if (answer->first >= SIZE_LIMIT)
		return false;
	global->size = answer->first;
	global->known = true;
	return true;
}

static bool take_answer(const struct answer *answer, const struct layout_item *item, struct arena *a,
			struct interface *api)
{
	if (answer->kind != (uint64_t)item->kind)
		return false;
	struct api_type *type = &api->types[item->row];
	switch (item->kind) {
	case LAYOUT_TYPE:
		return take_type(answer, type);
	case LAYOUT_FIELD:
		return take_field(answer, type, &type->fields[item->part]);
	case LAYOUT_BITS:
		return take_bits(answer, type, &type->fields[item->part]);
	case LAYOUT_ENUMERATOR:
		return take_enumerator(answer, &type->enumerators[item->part]);
	case LAYOUT_MACRO:
		return take_macro(answer, a, &api->macros[item->row]);
	case LAYOUT_GLOBAL:
		return take_global(answer, &api->globals[item->row]);
	}
	return false;
}

size_t layout_read(struct str output, const char *nonce, const struct layout_items *items, struct arena *a,
		   struct interface *api)
{
	SCOPED_ARENA struct arena scratch = {0};
	bool *answered = arena_array(&scratch, items->len, bool);
	struct str line, mark = str_of(nonce);
	struct answer answer;
	size_t taken = 0;
	while (str_next_line(&output, &line)) {
		if (!read_line(line, mark, &answer) || answer.index >= items->len || answered[answer.index])
			continue;
		answered[answer.index] = true;
		taken += take_answer(&answer, &items->items[answer.index], a, api);
	}
	return taken;
}
