#include "harness/wasmcode.h"

/* Bytes that are read one after the other; reading past the end fails for good. */
struct cursor {
	const unsigned char *at, *end;
	bool failed;
};

static unsigned take_byte(struct cursor *c)
{
	if (c->at == c->end)
		c->failed = true;
	return c->failed ? 0 : *c->at++;
}

static void skip(struct cursor *c, uint64_t len)
{
	if (len > (uint64_t)(c->end - c->at))
		c->failed = true;
	else
		c->at += len;
}

/* Any LEB128 number of up to 64 bits; for signed ones only its end matters. */
static uint64_t take_number(struct cursor *c)
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

static void skip_numbers(struct cursor *c, uint64_t count)
{
	while (count-- > 0 && !c->failed)
		take_number(c);
}

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

static void skip_catches(struct cursor *c)
{
	take_number(c);
	for (uint64_t count = take_number(c); count > 0 && !c->failed; count--) {
		bool names_tag = take_byte(c) < 2;
		skip_numbers(c, names_tag ? 2 : 1);
	}
}

static void skip_bulk(struct cursor *c)
{
	/* Saturating conversions, then memory.init … table.fill. */
	static const unsigned char counts[] = {0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1};
	uint64_t which = take_number(c);
	if (which >= countof(counts))
		c->failed = true;
	else
		skip_numbers(c, counts[which]);
}

static void skip_vector(struct cursor *c)
{
	uint64_t which = take_number(c);
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

static void skip_operands(struct cursor *c, enum operands operands)
{
	switch (operands) {
	case UNKNOWN:
		c->failed = true;
		break;
	case NOTHING:
		break;
	case NUMBER:
	case BLOCK:
		take_number(c);
		break;
	case TWO_NUMBERS:
	case MEMORY:
		skip_numbers(c, 2);
		break;
	case NUMBERS:
		skip_numbers(c, take_number(c));
		take_number(c);
		break;
	case TYPES:
		skip(c, take_number(c));
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
		skip_bulk(c);
		break;
	case VECTOR:
		skip_vector(c);
		break;
	case ATOMIC:
		/* All but the fence take an address in memory. */
		skip_numbers(c, take_number(c) == 3 ? 1 : 2);
		break;
	}
}

/* Loops of a function, and how deep they stand in one another. */
struct nesting {
	uint64_t loops, deepest;
};

enum { NESTING_MAX = 4096 };

static struct nesting measure_loops(struct cursor *c)
{
	enum { OPCODE_LOOP = 0x03, OPCODE_END = 0x0B };
	struct nesting n = {0};
	bool is_loop[NESTING_MAX]; /* of each block that is open */
	uint64_t open = 0, loops_open = 0;
	while (!c->failed && c->at < c->end) {
		unsigned opcode = take_byte(c);
		enum operands operands = operands_of(opcode);
		bool opens = operands == BLOCK || operands == CATCHES;
		skip_operands(c, operands);
		if (opens && open == NESTING_MAX)
			c->failed = true;
		if (opens && !c->failed) {
			is_loop[open++] = opcode == OPCODE_LOOP;
			n.loops += opcode == OPCODE_LOOP;
			loops_open += opcode == OPCODE_LOOP;
			n.deepest = loops_open > n.deepest ? loops_open : n.deepest;
		} else if (opcode == OPCODE_END && open > 0) {
			loops_open -= is_loop[--open];
		}
	}
	return n;
}

static uint64_t function_work(struct cursor *body)
{
	uint64_t size = (uint64_t)(body->end - body->at), locals = 1;
	for (uint64_t groups = take_number(body); groups > 0 && !body->failed; groups--) {
		locals += (uint32_t)take_number(body);
		take_number(body); /* their type */
	}
	struct nesting n = measure_loops(body);
	uint64_t by_locals, by_loops;
	if (__builtin_mul_overflow(size, locals, &by_locals) ||
	    __builtin_mul_overflow(n.loops, n.deepest * n.deepest, &by_loops))
		return UINT64_MAX;
	return by_locals > UINT64_MAX - by_loops ? UINT64_MAX : by_locals + by_loops;
}

uint64_t wasmcode_work(struct str section)
{
	const unsigned char *bytes = (const unsigned char *)section.ptr;
	uint64_t work = 0;
	if (section.len == 0)
		return 0;
	struct cursor c = {bytes, bytes + section.len, false};
	for (uint64_t count = take_number(&c); count > 0 && !c.failed; count--) {
		uint64_t size = take_number(&c);
		struct cursor body = {c.at, c.at, false};
		skip(&c, size);
		if (c.failed)
			break;
		body.end = c.at;
		uint64_t of_this = function_work(&body);
		if (body.failed || of_this > UINT64_MAX - work)
			return UINT64_MAX;
		work += of_this;
	}
	return c.failed ? UINT64_MAX : work;
}
