#include "harness/sim_parts.h"

/*
 * Statements and conditions in a form that does not tell how they were written: names, casts, types of declarations,
 * brackets and the form of a loop do not count, `x += 1` is `x = x + 1`, `a[i]` is `*(a + i)`, `p->x` is `(*p).x`. So a unit is
 * the same after most of what can be done to code without changing what it does.
 */

enum {
	FORCED_UNITS = 2, /* at most, of a function of the interface that only hands on */
	FORCED_TOKENS = 28,
	BRANCHES_MAX = 64,
	UNIT_OPS_MAX = 400, /* of longer ones the beginning counts */
};

/* ---- one unit, made simple */

/* An operation of a unit's form, and how much it takes to say it. */
struct op {
	uint64_t code;
	float bits;
};

struct form {
	struct op ops[UNIT_OPS_MAX];
	size_t len;
};

static float bits_of(char code)
{
	static const struct {
		char code;
		float bits;
	} costs[] = {
		{'i', 1.2f}, {'=', 2.2f}, {'.', 2.3f}, {'N', 3.0f}, {'c', 3.2f}, {'+', 3.3f}, {'e', 3.5f}, {'<', 4.5f},
		{'-', 4.5f}, {'?', 3.0f}, {'L', 5.0f}, {'r', 3.5f}, {'S', 5.0f}, {'a', 4.5f}, {'*', 5.5f}, {'s', 6.5f},
		{'&', 5.5f}, {'|', 6.5f}, {'^', 9.0f}, {'%', 8.5f}, {'~', 9.0f}, {':', 6.5f}, {'/', 7.0f},
	};
	for (size_t i = 0; i < countof(costs); i++) {
		if (costs[i].code == code)
			return costs[i].bits;
	}
	return 7.5f;
}

static void add_op(struct form *f, uint64_t code, float bits)
{
	if (f->len < UNIT_OPS_MAX)
		f->ops[f->len++] = (struct op){code, bits};
}

static void add_code(struct form *f, char code)
{
	add_op(f, (unsigned char)code, bits_of(code));
}

static bool is(const struct sim_token *t, const char *text)
{
	return str_eq(t->text, str_of(text));
}

/* Behind it an operator has one operand. */
static bool is_unary_after(const struct sim_token *t)
{
	return !t || t->class == SIM_WORD || (t->class == SIM_SIGN && !is(t, ")") && !is(t, "]"));
}

/* One sign; '\0' for what does not count. */
static char code_of_sign(const struct sim_token *t, bool unary)
{
	static const struct {
		const char *text;
		char code;
	} codes[] = {
		{"(", 0},    {")", 0},    {",", 0},    {"]", 0},    {"[", '+'}, {"->", '.'}, {".", '.'},
		{"==", 'e'}, {"!=", 'e'}, {"!", 'e'},  {"<", '<'},  {">", '<'}, {"<=", '<'}, {">=", '<'},
		{"&&", 'a'}, {"||", 'a'}, {"<<", 's'}, {">>", 's'}, {"?", '?'}, {":", ':'},
	};
	if (unary && (is(t, "*") || is(t, "&") || is(t, "+")))
		return 0;
	for (size_t i = 0; i < countof(codes); i++) {
		if (is(t, codes[i].text))
			return codes[i].code;
	}
	return t->text.ptr[0];
}

static void add_sign(struct form *f, const struct sim_token *t, bool unary)
{
	struct str text = t->text;
	if (is(t, "++") || is(t, "--")) {
		add_code(f, '=');
		add_code(f, text.ptr[0]);
		add_code(f, 'N');
	} else if (text.len >= 2 && text.ptr[text.len - 1] == '=' && !strchr("=!<>", text.ptr[0])) {
		add_code(f, '=');
		add_code(f, text.ptr[0]);
	} else if (is(t, "<<=") || is(t, ">>=")) {
		add_code(f, '=');
		add_code(f, 's');
	} else {
		char code = code_of_sign(t, unary);
		if (code)
			add_code(f, code);
	}
}

static void add_token(struct form *f, const struct sim_token *t, const struct sim_token *before)
{
	switch (t->class) {
	case SIM_ID:
		/* Two names in a row are a type and a name. */
		if (!before || before->class != SIM_ID || !f->len || f->ops[f->len - 1].code != 'i')
			add_code(f, 'i');
		break;
	case SIM_CALLED:
		add_code(f, 'c');
		break;
	case SIM_LIBC:
		add_op(f, t->exact, 7.5f);
		break;
	case SIM_VALUE:
		add_code(f, 'N');
		break;
	case SIM_TEXT:
		add_code(f, 'S');
		break;
	case SIM_WORD:
		add_code(f, is(t, "return") ? 'r' : 'z');
		break;
	default:
		add_sign(f, t, is_unary_after(before));
		break;
	}
}

/* `x = x + …` says no more than `x += …` */
static void shorten(struct form *f)
{
	static const char operators[] = "+-*&|s/%^";
	struct op *o = f->ops;
	if (f->len > 4 && o[0].code == 'i' && o[1].code == '=' && o[2].code == 'i' && o[3].code < 128 &&
	    strchr(operators, (char)o[3].code)) {
		memmove(&o[2], &o[3], (f->len - 3) * sizeof(*o));
		f->len--;
	}
}

/* ---- functions, one after the other */

struct building {
	struct sim_text *side;
	uint32_t *row; /* tokens of the unit at hand */
	size_t row_len, row_cap;
	char control;  /* '?' or 'L': the unit is a condition; or 0 */
	uint32_t function;
};

static const struct sim_token *token(const struct building *b, uint32_t index)
{
	return &b->side->tokens.items[index];
}

/* "size_t n" of "size_t n = 3": the row without the type of a declaration. */
static size_t after_type(const struct building *b)
{
	size_t at = 1;
	if (b->row_len < 2 || token(b, b->row[0])->class != SIM_ID)
		return 0;
	while (at < b->row_len && is(token(b, b->row[at]), "*"))
		at++;
	if (at >= b->row_len || token(b, b->row[at])->class != SIM_ID)
		return 0;
	if (at + 1 == b->row_len)
		return at;
	const struct sim_token *next = token(b, b->row[at + 1]);
	return is(next, "=") || is(next, "[") || is(next, ",") ? at : 0;
}

/* The unit that the row makes, unless it says nothing. */
static void end_unit(struct building *b)
{
	struct form form;
	struct sim_unit unit = {.function = b->function};
	const struct sim_token *before = NULL;
	size_t shared = 0;
	form.len = 0;
	if (b->control)
		add_code(&form, b->control);
	for (size_t i = after_type(b); i < b->row_len; i++) {
		const struct sim_token *t = token(b, b->row[i]);
		add_token(&form, t, before);
		before = t;
		shared += (t->flags & SIM_IS_SHARED) != 0;
	}
	shorten(&form);
	if (b->row_len && form.len >= 2 && shared * 2 <= b->row_len) {
		unit.first = b->row[0];
		unit.last = b->row[b->row_len - 1];
		unit.tokens = (uint32_t)form.len;
		for (size_t i = 0; i < form.len; i++) {
			unit.shape = sim_mix(unit.shape, form.ops[i].code);
			unit.bits += form.ops[i].bits;
		}
		*vec_push(&b->side->units) = unit;
	}
	b->row_len = 0;
	b->control = 0;
}

static void add_to_row(struct building *b, uint32_t index)
{
	const struct sim_token *t = token(b, index);
	if (t->class == SIM_TYPE || t->class == SIM_BREAK || t->flags & SIM_IS_TABLE)
		return;
	b->row = mem_grow(b->row, b->row_len, &b->row_cap, sizeof(*b->row));
	b->row[b->row_len++] = index;
}

/* What stands in brackets behind if, while, switch or for; returns its last token. */
static uint32_t read_condition(struct building *b, uint32_t at, uint32_t end)
{
	const struct sim_token *word = token(b, at);
	bool is_for = is(word, "for");
	char control = is(word, "if") || is(word, "switch") ? '?' : 'L';
	unsigned depth = 0, parts = 0;
	end_unit(b);
	if (at + 1 >= end || !is(token(b, at + 1), "("))
		return at;
	b->control = is_for ? 0 : control;
	for (at++; at < end; at++) {
		const struct sim_token *t = token(b, at);
		if (is(t, "(") && depth++ == 0)
			continue;
		if (is(t, ")") && --depth == 0)
			break;
		if (is_for && depth == 1 && is(t, ";")) {
			end_unit(b);
			b->control = ++parts == 1 ? 'L' : 0;
		} else if (is(t, "{") || is(t, "}")) {
			end_unit(b); /* out of step: brackets do not match */
			return at - 1;
		} else {
			add_to_row(b, at);
		}
	}
	end_unit(b);
	return at;
}

/* "case 3:" is a comparison. */
static void begin_case(struct building *b)
{
	end_unit(b);
	b->control = '?';
}

static bool is_label_end(const struct building *b)
{
	return b->row_len <= 1 || b->control == '?';
}

/* One word that is no part of an expression; returns the last token that it takes. */
static uint32_t read_word(struct building *b, uint32_t at, uint32_t end)
{
	const struct sim_token *t = token(b, at);
	if (is(t, "if") || is(t, "while") || is(t, "for") || is(t, "switch"))
		return read_condition(b, at, end);
	if (is(t, "return") || is(t, "sizeof")) {
		add_to_row(b, at);
		return at;
	}
	if (is(t, "case"))
		begin_case(b);
	else
		end_unit(b);
	while (is(t, "goto") && at + 1 < end && !is(token(b, at + 1), ";"))
		at++;
	return at;
}

static void read_units(struct building *b, uint32_t from, uint32_t end)
{
	for (uint32_t at = from; at < end; at++) {
		const struct sim_token *t = token(b, at);
		if (t->class == SIM_WORD) {
			at = read_word(b, at, end);
		} else if (t->class == SIM_BREAK || is(t, ";") || is(t, "{") || is(t, "}")) {
			end_unit(b);
		} else if (is(t, ":") && is_label_end(b)) {
			if (b->control)
				end_unit(b);
			b->row_len = 0;
		} else {
			add_to_row(b, at);
		}
	}
	end_unit(b);
}

static void add_body(struct building *b, const char *name, uint32_t first, uint32_t from, uint32_t end)
{
	struct sim_body body = {.name = name, .first = first, .last = end, .unit = (uint32_t)b->side->units.len};
	b->function = (uint32_t)b->side->bodies.len;
	read_units(b, from, end);
	body.units = (uint32_t)b->side->units.len - body.unit;
	*vec_push(&b->side->bodies) = body;
}

/* Where braces are closed again that open at `at`; of alternatives of the preprocessor each begins as deep as the first. */
static uint32_t end_of_braces(const struct sim_text *side, uint32_t at)
{
	unsigned depth = 0, branches = 0, depths[BRANCHES_MAX];
	for (; at < side->tokens.len; at++) {
		const struct sim_token *t = &side->tokens.items[at];
		if (t->flags & SIM_IS_MACRO)
			continue;
		if (t->flags & SIM_BRANCHES && branches < BRANCHES_MAX)
			depths[branches++] = depth;
		else if (t->flags & SIM_ELSE && branches)
			depth = depths[branches - 1];
		else if (t->flags & SIM_JOINS && branches)
			branches--;
		if (is(t, "{"))
			depth++;
		else if (is(t, "}") && (depth <= 1 || --depth == 0))
			return at;
	}
	return at - 1;
}

/* What stands in front of a brace, as far as it says whether a function begins there. */
struct head {
	uint32_t first, bracket; /* the first token; the first "(" */
	bool open, has_bracket, has_value;
};

static void read_head(struct head *h, const struct sim_token *t, uint32_t at)
{
	if (!h->open)
		*h = (struct head){.open = true, .first = at};
	if (is(t, "(") && !h->has_bracket && at > h->first) {
		h->has_bracket = true;
		h->bracket = at;
	}
	h->has_value |= is(t, "=");
}

/* All functions of the side. */
static void read_bodies(struct building *b)
{
	struct sim_text *side = b->side;
	struct head head = {0};
	for (uint32_t at = 0; at < side->tokens.len; at++) {
		const struct sim_token *t = &side->tokens.items[at];
		if (t->flags & SIM_IS_MACRO || t->class == SIM_BREAK)
			continue;
		if (is(t, ";") || is(t, "}")) {
			head.open = false;
		} else if (!is(t, "{")) {
			read_head(&head, t, at);
		} else if (head.open && head.has_bracket && !head.has_value) {
			uint32_t end = end_of_braces(side, at);
			add_body(b, arena_str(&side->arena, side->tokens.items[head.bracket - 1].text), head.first,
				 at + 1, end);
			at = end;
			head.open = false;
		} else if (!(head.open && at == head.first + 2 && side->tokens.items[at - 1].class == SIM_TEXT)) {
			at = end_of_braces(side,
					   at); /* a type or a value; what stands in extern "C" is as if outside */
		}
	}
}

/* What macros stand for, each by itself. */
static void read_macros(struct building *b)
{
	struct sim_tokens *t = &b->side->tokens;
	for (uint32_t at = 0; at < t->len; at++) {
		uint32_t from = at;
		while (at < t->len && t->items[at].flags & SIM_IS_MACRO)
			at++;
		size_t units = b->side->units.len;
		if (at > from)
			add_body(b, "", from, from, at);
		if (at > from && b->side->units.len == units)
			b->side->bodies.len--;
	}
}

/* A function of the interface that only hands on, or only looks something up, can hardly be written otherwise. */
static void find_forced(struct sim_text *side, const struct strings *interface)
{
	for (size_t i = 0; i < side->bodies.len; i++) {
		struct sim_body *body = &side->bodies.items[i];
		body->forced = body->units <= FORCED_UNITS && body->last - body->first <= FORCED_TOKENS + 20 &&
			       interface && strings_have(interface, body->name);
		for (uint32_t t = body->first; body->forced && t <= body->last && t < side->tokens.len; t++)
			side->tokens.items[t].flags |= SIM_IS_FORCED;
	}
}

void sim_read_units(struct sim_text *side, const struct strings *interface)
{
	struct building b = {.side = side};
	read_bodies(&b);
	read_macros(&b);
	free(b.row);
	find_forced(side, interface);
}
