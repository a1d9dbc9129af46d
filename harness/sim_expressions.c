#include "harness/sim_reader.h"

static const struct sim_value nothing = {.kind = OP_NONE};
static const struct sim_value constant = {.kind = OP_CONSTANT};

bool sim_type_at(const struct sim_reader *r, uint32_t at)
{
	uint32_t symbol = sim_symbol(r, at);
	if (symbol == SIM_WORD_NAME)
		return sim_known(r, at)->type;
	return symbol >= SYM_STRUCT && symbol <= SYM_ATTRIBUTE;
}

static bool is_name(const struct sim_reader *r, uint32_t at)
{
	return sim_symbol(r, at) == SIM_WORD_NAME;
}

static bool is_operand(const struct sim_value *v)
{
	return (v->kind == OP_VARIABLE && !v->field) || v->kind == OP_CONSTANT || v->kind == OP_STRING;
}

/* Operands in either order are the same. */
static bool commutes(enum sim_op_kind kind)
{
	return kind == OP_ADD || kind == OP_MUL || kind == OP_AND || kind == OP_OR || kind == OP_XOR || kind == OP_EQUAL ||
	       kind == OP_LESS;
}

static const struct sim_token *token_at(const struct sim_reader *r, uint32_t at)
{
	return &r->side->tokens.items[r->codes[at].token];
}

/* Most of it stands in what both sides have by design. */
static bool is_shared(const struct sim_reader *r, uint32_t first, uint32_t past)
{
	uint32_t shared = 0;
	for (uint32_t i = first; i < past; i++)
		shared += (token_at(r, i)->flags & SIM_IS_SHARED) != 0;
	return shared * 2 > past - first;
}

static void name_operand(const struct sim_reader *r, struct sim_op *op, size_t at, const struct sim_value *v,
			 bool global)
{
	if (r->side->names.items[v->name - 1].shared)
		return; /* says nothing, both must call it so */
	op->names[at] = v->name;
	op->global = (uint8_t)(op->global | (v->field || global) << at);
	op->told = (uint8_t)(op->told | v->field << at);
}

/* A step; what is public goes no further than its value. */
struct sim_value sim_emit(struct sim_reader *r, enum sim_op_kind kind, const struct sim_value *operands, size_t len)
{
	uint32_t last = r->at - (r->at > 0), first = r->counted < last ? r->counted : last;
	struct sim_op op = {.kind = (uint64_t)kind, .body = r->body, .first = r->codes[first].token, .weight = 1};
	bool swap = commutes(kind) && len == 2 && operands[0].kind > operands[1].kind;
	size_t names = 0;
	op.last = r->codes[last].token;
	for (size_t i = 0; i < len; i++) {
		const struct sim_value *v = &operands[swap ? 1 - i : i];
		op.shape = sim_mix(op.shape, (uint64_t)v->kind + 1);
		op.weight += is_operand(v);
		if (v->name && names < SIM_OPERANDS)
			name_operand(r, &op, names++, v, (kind == OP_FIELD && i == 1) || (kind == OP_CALL && i == 0));
	}
	op.shape = sim_mix(op.shape, (uint64_t)kind << 8);
	if (!is_shared(r, first, r->at))
		*vec_push(&r->side->ops) = op;
	r->counted = r->at;
	return (struct sim_value){.kind = kind};
}

struct sim_value sim_set(struct sim_reader *r, struct sim_value left, struct sim_value right)
{
	sim_emit(r, OP_SET, (struct sim_value[]){left, right}, 2);
	return left;
}

void sim_condition(struct sim_reader *r, struct sim_value value)
{
	if (value.kind != OP_COND && value.kind != OP_CONSTANT && value.kind != OP_NONE)
		sim_emit(r, OP_COND, &value, 1);
}

/* Whether "(" opens a cast: a type stands in it, or only a name, and an operand behind it. */
static bool is_cast(const struct sim_reader *r)
{
	uint32_t at = r->at + 1;
	if (sim_type_at(r, at)) {
		while (sim_type_at(r, at) || is_name(r, at) || sim_symbol(r, at) == SYM_STAR)
			at++;
		uint32_t symbol = sim_symbol(r, at);
		return symbol == SYM_CLOSE || symbol == SYM_BRACKET || symbol == SYM_OPEN || symbol == SYM_BEGIN;
	}
	if (!is_name(r, at))
		return false;
	bool pointer = sim_symbol(r, ++at) == SYM_STAR;
	while (sim_symbol(r, at) == SYM_STAR)
		at++;
	if (sim_symbol(r, at) != SYM_CLOSE)
		return false;
	uint32_t symbol = sim_symbol(r, at + 1);
	bool operand = symbol == SIM_WORD_NAME || symbol == SIM_WORD_NUMBER || symbol == SIM_WORD_STRING;
	return operand || symbol == SYM_NOT || symbol == SYM_TILDE || symbol == SYM_BEGIN ||
	       (pointer && (symbol == SYM_OPEN || symbol == SYM_AND || symbol == SYM_STAR));
}

/* Of libc, or at least defined nowhere here: nobody can have given it another name. */
static bool is_foreign(const struct sim_reader *r, uint32_t at)
{
	const struct sim_known *n = sim_known(r, at);
	return token_at(r, at)->class == SIM_LIBC || (!n->defined && !n->shared && n->uses == n->calls);
}

static size_t read_arguments(struct sim_reader *r, struct sim_value *values, size_t max)
{
	size_t len = 0;
	while (r->at < r->end && !sim_at(r, SYM_CLOSE) && !sim_at(r, SYM_SEMICOLON) && !sim_at(r, SYM_END)) {
		uint32_t before = r->at;
		struct sim_value v = sim_assignment(r);
		if (len < max)
			values[len++] = v;
		sim_take(r, SYM_COMMA);
		r->at += r->at == before;
	}
	sim_take(r, SYM_CLOSE);
	return len;
}

static struct sim_value call(struct sim_reader *r, struct sim_value callee)
{
	enum { ARGUMENTS_MAX = 8 };
	struct sim_value values[ARGUMENTS_MAX + 1] = {callee};
	uint32_t name = r->at - 1;
	bool foreign = callee.kind == OP_VARIABLE && r->at > 0 && is_name(r, name) && is_foreign(r, name);
	uint64_t which = foreign ? token_at(r, name)->exact : 0;
	size_t before;
	r->at++;
	if (foreign)
		values[0].name = 0;
	size_t len = 1 + read_arguments(r, values + 1, ARGUMENTS_MAX);
	before = r->side->ops.len;
	struct sim_value made = sim_emit(r, OP_CALL, values, len);
	if (r->side->ops.len > before)
		r->side->ops.items[before].shape = sim_mix(r->side->ops.items[before].shape, which);
	return made;
}

static bool is_zero(struct str number)
{
	if (str_eq(number, STR("'\\0'")))
		return true;
	for (size_t i = 0; i < number.len; i++) {
		if (!strchr("0xXuUlL.f", number.ptr[i]))
			return false;
	}
	return true;
}

static struct sim_value name_value(struct sim_reader *r)
{
	struct str text = token_at(r, r->at)->text;
	const struct sim_known *known = sim_known(r, r->at);
	uint32_t name = r->codes[r->at++].name;
	if (str_eq(text, STR("NULL")) || str_eq(text, STR("false")) || str_eq(text, STR("nullptr")))
		return (struct sim_value){.kind = OP_CONSTANT, .zero = true};
	if (known->constant || str_eq(text, STR("true")))
		return constant;
	return (struct sim_value){.kind = OP_VARIABLE, .name = name + 1};
}

static struct sim_value string_value(struct sim_reader *r)
{
	while (sim_symbol(r, r->at) == SIM_WORD_STRING)
		r->at++;
	return (struct sim_value){.kind = OP_STRING};
}

struct sim_value sim_initialiser(struct sim_reader *r)
{
	uint32_t end = sim_past_group(r, r->at);
	if (token_at(r, r->at++)->flags & SIM_IS_TABLE || r->nesting >= SIM_NESTING_MAX) {
		r->at = end;
		return constant;
	}
	r->nesting++;
	while (r->at + 1 < end) {
		uint32_t before = r->at;
		if (sim_at(r, SYM_BEGIN))
			sim_initialiser(r);
		else
			sim_assignment(r);
		sim_take(r, SYM_COMMA);
		r->at += r->at == before;
	}
	r->nesting--;
	r->at = end;
	return constant;
}

static struct sim_value unary(struct sim_reader *r);

static struct sim_value in_parentheses(struct sim_reader *r)
{
	if (is_cast(r)) {
		r->at = sim_past_group(r, r->at);
		return sim_at(r, SYM_BEGIN) ? sim_initialiser(r) : unary(r);
	}
	r->at++;
	struct sim_value v = sim_expression(r);
	sim_take(r, SYM_CLOSE);
	return v;
}

static struct sim_value primary(struct sim_reader *r)
{
	switch (sim_symbol(r, r->at)) {
	case SIM_WORD_NAME:
		return name_value(r);
	case SIM_WORD_NUMBER:
		return (struct sim_value){.kind = OP_CONSTANT, .zero = is_zero(token_at(r, r->at++)->text)};
	case SIM_WORD_STRING:
		return string_value(r);
	case SYM_OPEN:
		return in_parentheses(r);
	default:
		return nothing;
	}
}

static struct sim_value step(struct sim_reader *r, struct sim_value v, bool up)
{
	return sim_set(r, v, sim_emit(r, up ? OP_ADD : OP_SUB, (struct sim_value[]){v, constant}, 2));
}

static struct sim_value dereferenced(struct sim_reader *r, struct sim_value v)
{
	return sim_emit(r, OP_DEREF, &v, 1);
}

/* The sum of an address and an index; an index of zero changes nothing. */
static struct sim_value indexed(struct sim_reader *r, struct sim_value v)
{
	r->at++;
	struct sim_value index = sim_expression(r);
	sim_take(r, SYM_BRACKET_END);
	if (!index.zero)
		v = sim_emit(r, OP_ADD, (struct sim_value[]){v, index}, 2);
	return dereferenced(r, v);
}

/* "(*x).f" is "x->f": the step before goes. */
static struct sim_value field(struct sim_reader *r, struct sim_value v)
{
	struct sim_ops *ops = &r->side->ops;
	r->at++;
	if (!is_name(r, r->at))
		return v;
	struct sim_value values[2] = {v, {.kind = OP_VARIABLE, .name = r->codes[r->at++].name + 1}};
	if (v.kind == OP_DEREF && ops->len && ops->items[ops->len - 1].kind == OP_DEREF &&
	    ops->items[ops->len - 1].body == r->body) {
		const struct sim_op *last = &ops->items[--ops->len];
		values[0].kind = last->names[0] ? OP_VARIABLE : OP_FIELD;
		values[0].name = last->names[0];
	}
	sim_emit(r, OP_FIELD, values, 2);
	return (struct sim_value){.kind = OP_VARIABLE, .name = values[1].name, .field = true};
}

static struct sim_value postfix(struct sim_reader *r)
{
	struct sim_value v = primary(r);
	for (;;) {
		switch (sim_symbol(r, r->at)) {
		case SYM_OPEN:
			v = call(r, v);
			break;
		case SYM_BRACKET:
			v = indexed(r, v);
			break;
		case SYM_DOT:
		case SYM_ARROW:
			v = field(r, v);
			break;
		case SYM_INC:
		case SYM_DEC:
			r->at++;
			v = step(r, v, sim_symbol(r, r->at - 1) == SYM_INC);
			break;
		default:
			return v;
		}
	}
}

/* Its operand is not evaluated. */
static struct sim_value size_of(struct sim_reader *r)
{
	r->at++;
	while (sim_at(r, SYM_STAR) || sim_at(r, SYM_AND))
		r->at++;
	if (sim_at(r, SYM_OPEN))
		r->at = sim_past_group(r, r->at);
	else
		r->at += r->at < r->end;
	while (sim_at(r, SYM_DOT) || sim_at(r, SYM_ARROW) || sim_at(r, SYM_BRACKET))
		r->at = sim_at(r, SYM_BRACKET) ? sim_past_group(r, r->at) : (uint32_t)min_size(r->at + 2, r->end);
	return constant;
}

static struct sim_value unary_of(struct sim_reader *r)
{
	uint32_t symbol = sim_symbol(r, r->at);
	struct sim_value v;
	switch (symbol) {
	case SYM_SIZEOF:
	case SYM_ALIGNOF:
		return size_of(r);
	case SYM_NOT:
	case SYM_AND:
	case SYM_PLUS:
	case SYM_LAND: /* the address of a label */
		r->at++;
		return unary(r);
	case SYM_MINUS:
	case SYM_TILDE:
		r->at++;
		v = unary(r);
		return v.kind == OP_CONSTANT ? v : sim_emit(r, symbol == SYM_MINUS ? OP_NEG : OP_COMPLEMENT, &v, 1);
	case SYM_STAR:
		r->at++;
		v = unary(r);
		return dereferenced(r, v);
	case SYM_INC:
	case SYM_DEC:
		r->at++;
		return step(r, unary(r), symbol == SYM_INC);
	default:
		return postfix(r);
	}
}

static struct sim_value unary(struct sim_reader *r)
{
	if (r->nesting >= SIM_NESTING_MAX) {
		r->at += r->at < r->end;
		return nothing;
	}
	r->nesting++;
	struct sim_value v = unary_of(r);
	r->nesting--;
	return v;
}

struct operator {
	unsigned char level; /* 0: none; higher binds closer */
	enum sim_op_kind kind;
};

static struct operator operator_of(uint32_t symbol)
{
	static const struct operator rows[SYM_COUNT] = {
		[SYM_LOR] = {1, OP_COND}, [SYM_LAND] = {2, OP_COND}, [SYM_OR] = {3, OP_OR}, [SYM_XOR] = {4, OP_XOR},
		[SYM_AND] = {5, OP_AND}, [SYM_EQ] = {6, OP_EQUAL}, [SYM_NOT_EQ] = {6, OP_EQUAL}, [SYM_LESS] = {7, OP_LESS},
		[SYM_GREATER] = {7, OP_LESS}, [SYM_LESS_EQ] = {7, OP_LESS}, [SYM_GREATER_EQ] = {7, OP_LESS},
		[SYM_SHL] = {8, OP_SHL}, [SYM_SHR] = {8, OP_SHR}, [SYM_PLUS] = {9, OP_ADD}, [SYM_MINUS] = {9, OP_SUB},
		[SYM_STAR] = {10, OP_MUL}, [SYM_SLASH] = {10, OP_DIV}, [SYM_PERCENT] = {10, OP_MOD},
	};
	return symbol < SYM_COUNT ? rows[symbol] : (struct operator){0, OP_NONE};
}

static struct sim_value combined(struct sim_reader *r, enum sim_op_kind kind, struct sim_value left,
				 struct sim_value right)
{
	if (left.kind == OP_CONSTANT && right.kind == OP_CONSTANT)
		return constant;
	if (kind == OP_EQUAL && (left.zero || right.zero))
		return left.zero ? right : left;
	return sim_emit(r, kind, (struct sim_value[]){left, right}, 2);
}

static struct sim_value binary(struct sim_reader *r, unsigned level)
{
	struct sim_value left = unary(r);
	for (;;) {
		struct operator o = operator_of(sim_symbol(r, r->at));
		if (o.level <= level)
			return left;
		r->at++;
		if (o.kind == OP_COND)
			sim_condition(r, left);
		struct sim_value right = binary(r, o.level);
		if (o.kind == OP_COND)
			sim_condition(r, right);
		left = o.kind == OP_COND ? (struct sim_value){.kind = OP_COND} : combined(r, o.kind, left, right);
	}
}

static struct sim_value choice(struct sim_reader *r)
{
	struct sim_value v = binary(r, 0);
	if (!sim_take(r, SYM_QUESTION))
		return v;
	sim_condition(r, v);
	sim_expression(r);
	sim_take(r, SYM_COLON);
	if (r->nesting < SIM_NESTING_MAX) {
		r->nesting++;
		choice(r);
		r->nesting--;
	}
	return (struct sim_value){.kind = OP_SELECT};
}

static enum sim_op_kind set_with(uint32_t symbol)
{
	static const enum sim_op_kind kinds[] = {OP_SET, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
						 OP_AND, OP_OR,  OP_XOR, OP_SHL, OP_SHR};
	return symbol >= SYM_SET && symbol <= SYM_SET_SHR ? kinds[symbol - SYM_SET] : OP_NONE;
}

struct sim_value sim_assignment(struct sim_reader *r)
{
	struct sim_value left = choice(r), right = nothing;
	enum sim_op_kind kind = set_with(sim_symbol(r, r->at));
	if (kind == OP_NONE || r->nesting >= SIM_NESTING_MAX)
		return left;
	r->at++;
	r->nesting++;
	right = sim_at(r, SYM_BEGIN) ? sim_initialiser(r) : sim_assignment(r);
	r->nesting--;
	if (kind != OP_SET)
		right = sim_emit(r, kind, (struct sim_value[]){left, right}, 2);
	return sim_set(r, left, right);
}

struct sim_value sim_expression(struct sim_reader *r)
{
	struct sim_value v = sim_assignment(r);
	while (sim_take(r, SYM_COMMA))
		v = sim_assignment(r);
	return v;
}
