#include "harness/sim_reader.h"

static bool is_name(const struct sim_reader *r, uint32_t at)
{
	return sim_symbol(r, at) == SIM_WORD_NAME;
}

/* "T x", "T *x = …", or a keyword of types. */
static bool is_declaration(const struct sim_reader *r)
{
	uint32_t at = r->at;
	uint32_t symbol = sim_symbol(r, at);
	if (symbol != SIM_WORD_NAME)
		return sim_type_at(r, at);
	bool type = sim_type_at(r, at);
	if (is_name(r, at + 1))
		return true;
	if (sim_type_at(r, at + 1))
		return true;
	while (sim_symbol(r, at + 1) == SYM_STAR || sim_symbol(r, at + 1) == SYM_CONST)
		at++;
	if (at == r->at || !is_name(r, at + 1))
		return false;
	symbol = sim_symbol(r, at + 2);
	return type || symbol == SYM_SET || symbol == SYM_SEMICOLON || symbol == SYM_COMMA || symbol == SYM_BRACKET;
}

static void declared_value(struct sim_reader *r, uint32_t name)
{
	struct sim_value variable = {.kind = OP_VARIABLE, .name = name};
	r->at++;
	if (sim_at(r, SYM_BEGIN) && r->side->tokens.items[r->codes[r->at].token].flags & SIM_IS_TABLE) {
		r->at = sim_past_group(r, r->at); /* data is compared apart */
		return;
	}
	sim_set(r, variable, sim_at(r, SYM_BEGIN) ? sim_initialiser(r) : sim_assignment(r));
}

/* The members of a type: "struct {", "enum e {". */
static bool opens_members(const struct sim_reader *r)
{
	uint32_t at = r->at - (r->at > 0 && is_name(r, r->at - 1)), symbol = at ? sim_symbol(r, at - 1) : SIM_WORD_STRAY;
	return symbol == SYM_STRUCT || symbol == SYM_UNION || symbol == SYM_ENUM;
}

/* Up to its semicolon, or to what cannot belong to it. */
static void read_declaration(struct sim_reader *r)
{
	uint32_t name = 0;
	while (r->at < r->end) {
		uint32_t symbol = sim_symbol(r, r->at);
		if (symbol == SYM_SEMICOLON || symbol == SYM_END || symbol == SYM_CLOSE || (symbol == SYM_BEGIN && !opens_members(r)))
			return;
		if (symbol == SYM_SET) {
			declared_value(r, name);
			continue;
		}
		bool pointer = symbol == SYM_OPEN && sim_symbol(r, r->at + 1) == SYM_STAR && is_name(r, r->at + 2);
		bool group = symbol == SYM_OPEN || symbol == SYM_BRACKET || symbol == SYM_BEGIN;
		if (pointer || is_name(r, r->at))
			name = r->codes[r->at + (pointer ? 2 : 0)].name + 1;
		r->at = group ? sim_past_group(r, r->at) : r->at + 1;
	}
}

static bool declaration(struct sim_reader *r)
{
	bool found = is_declaration(r);
	if (found)
		read_declaration(r);
	return found;
}

static struct sim_value read_condition(struct sim_reader *r)
{
	struct sim_value none = {.kind = OP_NONE};
	if (!sim_take(r, SYM_OPEN))
		return none;
	struct sim_value v = sim_expression(r);
	sim_take(r, SYM_CLOSE);
	return v;
}

static void read_for(struct sim_reader *r)
{
	if (!sim_take(r, SYM_OPEN))
		return;
	if (!sim_at(r, SYM_SEMICOLON) && !declaration(r))
		sim_expression(r);
	if (!sim_take(r, SYM_SEMICOLON)) {
		sim_take(r, SYM_CLOSE);
		return;
	}
	if (!sim_at(r, SYM_SEMICOLON))
		sim_condition(r, sim_expression(r));
	sim_take(r, SYM_SEMICOLON);
	if (!sim_at(r, SYM_CLOSE))
		sim_expression(r);
	sim_take(r, SYM_CLOSE);
}

static void read_switch(struct sim_reader *r)
{
	struct sim_value v = read_condition(r);
	if (r->switches_len == SIM_SWITCHES)
		return;
	r->switches[r->switches_len].value = v;
	r->switches[r->switches_len++].braces = r->braces;
}

/* As "if (value == constant)". */
static void read_case(struct sim_reader *r)
{
	struct sim_value values[2] = {{.kind = OP_VARIABLE}, {.kind = OP_CONSTANT}};
	if (r->switches_len)
		values[0] = r->switches[r->switches_len - 1].value;
	while (r->at < r->end && !sim_at(r, SYM_COLON) && !sim_at(r, SYM_SEMICOLON) && !sim_at(r, SYM_BEGIN))
		r->at++;
	sim_condition(r, sim_emit(r, OP_EQUAL, values, 2));
}

static void close_brace(struct sim_reader *r)
{
	r->braces -= r->braces > 0;
	while (r->switches_len && r->switches[r->switches_len - 1].braces >= r->braces)
		r->switches_len--;
}

static void read_return(struct sim_reader *r)
{
	struct sim_value v;
	if (sim_at(r, SYM_SEMICOLON)) {
		sim_emit(r, OP_RETURN, NULL, 0);
		return;
	}
	v = sim_expression(r);
	sim_emit(r, OP_RETURN, &v, 1);
}

static void read_plain(struct sim_reader *r)
{
	if (is_name(r, r->at) && sim_symbol(r, r->at + 1) == SYM_COLON)
		r->at += 2; /* a label */
	else if (!declaration(r))
		sim_expression(r);
}

static void read_statement(struct sim_reader *r, uint32_t symbol)
{
	r->at++;
	switch (symbol) {
	case SYM_BEGIN:
		r->braces++;
		break;
	case SYM_END:
		close_brace(r);
		break;
	case SYM_IF:
	case SYM_WHILE:
		sim_condition(r, read_condition(r));
		break;
	case SYM_SWITCH:
		read_switch(r);
		break;
	case SYM_FOR:
		read_for(r);
		break;
	case SYM_CASE:
		read_case(r);
		break;
	case SYM_RETURN:
		read_return(r);
		break;
	case SYM_GOTO:
		r->at += r->at < r->end;
		break;
	case SYM_ASM:
	case SYM_ATTRIBUTE:
		while (sim_at(r, SYM_VOLATILE) || sim_at(r, SYM_GOTO))
			r->at++;
		r->at = sim_at(r, SYM_OPEN) ? sim_past_group(r, r->at) : r->at;
		break;
	default: /* else, do, break, continue, ";" and strays say nothing */
		r->at--;
		read_plain(r);
	}
}

void sim_read_statements(struct sim_reader *r)
{
	while (r->at < r->end) {
		uint32_t before = r->at;
		r->nesting = 0;
		read_statement(r, sim_symbol(r, r->at));
		r->at += r->at == before;
	}
}
