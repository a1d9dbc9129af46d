#include "harness/wasmwalk.h"

struct wasmwalk wasmwalk_of(struct str bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.ptr;
	return (struct wasmwalk){at, at ? at + bytes.len : NULL, false};
}

static unsigned take_byte(struct wasmwalk *c)
{
	if (c->at == c->end)
		c->failed = true;
	return c->failed ? 0 : *c->at++;
}

static void skip(struct wasmwalk *c, uint64_t len)
{
	if (len > (uint64_t)(c->end - c->at))
		c->failed = true;
	else
		c->at += len;
}

uint64_t wasmwalk_number(struct wasmwalk *c)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 70; shift += 7) {
		unsigned byte = take_byte(c);
		value |= shift < 64 ? (uint64_t)(byte & 0x7F) << shift : 0;
		if (!(byte & 0x80))
			return value;
	}
	c->failed = true;
	return 0;
}

static void skip_numbers(struct wasmwalk *c, uint64_t count)
{
	while (count-- > 0 && !c->failed)
		wasmwalk_number(c);
}

struct wasmwalk wasmwalk_part(struct wasmwalk *w, uint64_t len)
{
	struct wasmwalk part = *w;
	skip(w, len);
	part.failed = w->failed;
	part.end = w->at;
	return part;
}

uint64_t wasmwalk_locals(struct wasmwalk *body)
{
	uint64_t locals = 0;
	for (uint64_t groups = wasmwalk_number(body); groups > 0 && !body->failed; groups--) {
		locals += (uint32_t)wasmwalk_number(body);
		wasmwalk_number(body); /* their type */
	}
	return locals;
}

/* ---- instructions */

/* What follows an instruction's opcode. */
enum operands {
	UNKNOWN, /* no such instruction, or one that clang does not write */
	NOTHING,
	NUMBER,
	TWO_NUMBERS,
	NUMBERS,  /* a count, so many, and one more: br_table */
	TYPES,    /* a count and so many bytes: select with types */
	MEMORY,   /* alignment and offset */
	BYTES_4,
	BYTES_8,
	BLOCK,    /* a type; then nested code */
	CATCHES,  /* a type and a list of clauses; then nested code */
	BULK,     /* a number that says which, and what that needs */
	VECTOR,
	ATOMIC,
};

static const struct {
	unsigned char first, last, operands;
} opcodes[] = {
	{0x20, 0x26, NUMBER},  {0x45, 0xC4, NOTHING}, {0x28, 0x3E, MEMORY},  {0x3F, 0x42, NUMBER},
	{0x02, 0x04, BLOCK},   {0x05, 0x05, NOTHING}, {0x0A, 0x0B, NOTHING}, {0x0C, 0x0D, NUMBER},
	{0x10, 0x10, NUMBER},  {0x00, 0x01, NOTHING}, {0x08, 0x08, NUMBER},  {0x0E, 0x0E, NUMBERS},
	{0x0F, 0x0F, NOTHING}, {0x11, 0x11, TWO_NUMBERS}, {0x12, 0x12, NUMBER}, {0x13, 0x13, TWO_NUMBERS},
	{0x1A, 0x1B, NOTHING}, {0x1C, 0x1C, TYPES},   {0x1F, 0x1F, CATCHES}, {0x43, 0x43, BYTES_4},
	{0x44, 0x44, BYTES_8}, {0xD0, 0xD0, NUMBER},  {0xD1, 0xD1, NOTHING}, {0xD2, 0xD2, NUMBER},
	{0xFC, 0xFC, BULK},    {0xFD, 0xFD, VECTOR},  {0xFE, 0xFE, ATOMIC},
};

static enum operands operands_of(unsigned opcode)
{
	for (size_t i = 0; i < countof(opcodes); i++) {
		if (opcode >= opcodes[i].first && opcode <= opcodes[i].last)
			return (enum operands)opcodes[i].operands;
	}
	return UNKNOWN;
}

static void skip_catches(struct wasmwalk *c)
{
	wasmwalk_number(c);
	for (uint64_t count = wasmwalk_number(c); count > 0 && !c->failed; count--) {
		bool names_tag = take_byte(c) < 2;
		skip_numbers(c, names_tag ? 2 : 1);
	}
}

static uint64_t skip_bulk(struct wasmwalk *c)
{
	/* Saturating conversions, then memory.init … table.fill. */
	static const unsigned char counts[] = {0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1};
	uint64_t which = wasmwalk_number(c);
	if (which >= countof(counts))
		c->failed = true;
	else
		skip_numbers(c, counts[which]);
	return which;
}

static void skip_vector(struct wasmwalk *c)
{
	uint64_t which = wasmwalk_number(c);
	bool has_memory = which <= 11 || (which >= 84 && which <= 93);
	bool has_lane = (which >= 21 && which <= 34) || (which >= 84 && which <= 91);
	if (has_memory)
		skip_numbers(c, 2);
	if (has_lane)
		skip(c, 1);
	if (which == 12 || which == 13)
		skip(c, 16);
	if (which > 255)
		c->failed = true;
}

/* Which of several it is, for those of which the opcode does not tell. */
static uint64_t skip_operands(struct wasmwalk *c, enum operands operands)
{
	switch (operands) {
	case UNKNOWN:
		c->failed = true;
		break;
	case NOTHING:
		break;
	case NUMBER:
	case BLOCK:
		wasmwalk_number(c);
		break;
	case TWO_NUMBERS:
	case MEMORY:
		skip_numbers(c, 2);
		break;
	case NUMBERS:
		skip_numbers(c, wasmwalk_number(c));
		wasmwalk_number(c);
		break;
	case TYPES:
		skip(c, wasmwalk_number(c));
		break;
	case BYTES_4:
		skip(c, 4);
		break;
	case BYTES_8:
		skip(c, 8);
		break;
	case CATCHES:
		skip_catches(c);
		break;
	case BULK:
		return skip_bulk(c);
	case VECTOR:
		skip_vector(c);
		break;
	case ATOMIC:
		/* All but the fence take an address in memory. */
		skip_numbers(c, wasmwalk_number(c) == 3 ? 1 : 2);
		break;
	}
	return 0;
}

bool wasmwalk_next(struct wasmwalk *w, struct wasmwalk_instruction *ret)
{
	if (w->failed || w->at >= w->end)
		return false;
	const unsigned char *begin = w->at;
	unsigned opcode = take_byte(w);
	enum operands operands = operands_of(opcode);
	uint64_t which = skip_operands(w, operands);
	*ret = (struct wasmwalk_instruction){
		.bytes = {(const char *)begin, (size_t)(w->at - begin)},
		.opcode = opcode,
		.which = which,
		.opens = operands == BLOCK || operands == CATCHES,
	};
	return !w->failed;
}
