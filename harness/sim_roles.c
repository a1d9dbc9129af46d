#include "harness/sim_roles.h"

enum {
	EVERYWHERE = UINT32_MAX,
	ROUNDS = 2, /* what is taken out of a table may be handed on once more */
};

/* NULL if it is no name, or none in code. */
static struct sim_role *role_at(const struct sim_roles *s, uint32_t at)
{
	uint32_t name;
	if (!sim_is_name(&s->tokens[at]) || !sim_set_find(&s->side->names.exact, s->tokens[at].exact, &name))
		return NULL;
	return &s->roles[name];
}

/* "vm->code", "vm.code" */
static bool is_field(const struct sim_roles *s, uint32_t at)
{
	return at > s->first && (sim_is_sign(&s->tokens[at - 1], '.') || sim_is_word(&s->tokens[at - 1], "->"));
}

/* A role in a table that holds in the body at hand. */
const struct sim_role *sim_roles_at(const struct sim_roles *s, uint32_t at)
{
	const struct sim_role *r = role_at(s, at);
	bool holds = r && r->hidden != s->body + 1 && (r->body == s->body || r->body == EVERYWHERE);
	return holds && r->table && !(r->is_array && is_field(s, at)) ? r : NULL;
}

static bool advances(const struct sim_roles *s, uint32_t at)
{
	const struct sim_role *r = role_at(s, at);
	return r && r->steps == s->body + 1;
}

/* Behind the bracket that closes the one at `at`, or where it is given up. */
uint32_t sim_roles_past_group(const struct sim_roles *s, uint32_t at)
{
	unsigned depth = 0;
	for (uint32_t i = at; i < s->past && i < at + SIM_ROLES_EXPRESSION_MAX; i++) {
		const struct sim_token *t = &s->tokens[i];
		depth += sim_is_sign(t, '(') || sim_is_sign(t, '[');
		if ((sim_is_sign(t, ')') || sim_is_sign(t, ']')) && --depth == 0)
			return i + 1;
	}
	return at + 1;
}

/* Where "vm->code" begins, if `at` is at "code". */
static uint32_t begin_of_path(const struct sim_roles *s, uint32_t at)
{
	while (at > s->first + 1 && is_field(s, at) && sim_is_name(&s->tokens[at - 2]))
		at -= 2;
	return at;
}

/* Whether "*" at `at` stands in front of an address, and does not multiply. */
bool sim_roles_dereferences(const struct sim_roles *s, uint32_t at)
{
	if (at <= s->first)
		return false;
	const struct sim_token *before = &s->tokens[at - 1];
	bool operand = sim_is_name(before) || before->class == SIM_VALUE || sim_is_sign(before, ')') ||
		       sim_is_sign(before, ']');
	return sim_is_sign(&s->tokens[at], '*') && !operand;
}

/* ---- taking values out */

/* A place that advances by itself; not one that is read from somewhere, or mixed. */
static bool is_own_place(const struct sim_roles *s, uint32_t from, uint32_t past)
{
	bool moves = false;
	for (uint32_t i = from; i < past; i++) {
		const struct sim_token *t = &s->tokens[i];
		bool mixed = sim_is_sign(t, '^') || sim_is_sign(t, '[');
		if (mixed || t->class == SIM_CALLED || sim_roles_dereferences(s, i))
			return false;
		moves |= advances(s, i);
	}
	return moves;
}

/* "code[pc++]", "*pc++", "pc->op", "pc[1]": returns the table that a value is taken from, + 1, or 0. */
uint32_t sim_roles_fetched(const struct sim_roles *s, uint32_t at)
{
	const struct sim_role *r = sim_roles_at(s, at);
	if (!r || r->is_value || at + 1 >= s->past)
		return 0;
	bool indexed = sim_is_sign(&s->tokens[at + 1], '[');
	if (indexed && is_own_place(s, at + 2, sim_roles_past_group(s, at + 1) - 1))
		return r->table;
	if (r->is_array || !advances(s, at))
		return 0;
	uint32_t begin = begin_of_path(s, at);
	begin -= begin > s->first && sim_is_word(&s->tokens[begin - 1], "++");
	bool read = begin > s->first && sim_roles_dereferences(s, begin - 1);
	return read || indexed || sim_is_word(&s->tokens[at + 1], "->") ? r->table : 0;
}

/* The table of which something between these is an instruction, + 1, or 0. */
uint32_t sim_roles_instruction_in(const struct sim_roles *s, uint32_t from, uint32_t past)
{
	for (uint32_t i = from; i < past; i++) {
		const struct sim_role *r = sim_roles_at(s, i);
		uint32_t table = r && r->is_value ? r->table : sim_roles_fetched(s, i);
		if (table)
			return table;
	}
	return 0;
}

uint32_t sim_roles_end_of_value(const struct sim_roles *s, uint32_t at)
{
	for (uint32_t end = at; end < s->past && end < at + SIM_ROLES_EXPRESSION_MAX; end++) {
		const struct sim_token *t = &s->tokens[end];
		if (sim_is_sign(t, '(') || sim_is_sign(t, '['))
			end = sim_roles_past_group(s, end) - 1;
		else if (sim_is_sign(t, ';') || sim_is_sign(t, ',') || sim_is_sign(t, ')') || sim_is_sign(t, '{'))
			return end;
	}
	return at;
}

/* The table that an address between these is in, + 1, or 0; and whether it advances. */
static uint32_t address_in(const struct sim_roles *s, uint32_t from, uint32_t past, bool *ret_advances)
{
	uint32_t table = 0;
	for (uint32_t i = from; i < past; i++) {
		const struct sim_role *r = sim_roles_at(s, i);
		bool taken = i + 1 < past && sim_is_sign(&s->tokens[i + 1], '[') && !sim_is_sign(&s->tokens[from], '&');
		if (r && !r->is_value && !taken && !table)
			table = r->table;
		*ret_advances |= advances(s, i);
	}
	return table;
}

static bool mentions(const struct sim_roles *s, uint32_t from, uint32_t past, uint32_t name)
{
	for (uint32_t i = from; i < past; i++) {
		if (s->tokens[i].exact == s->tokens[name].exact)
			return true;
	}
	return false;
}

/* "x = …": what x is from then on. What it is looked up by itself is its next place, and no instruction. */
static void assign(struct sim_roles *s, uint32_t name)
{
	struct sim_role *r = role_at(s, name);
	uint32_t from = name + 2, past = sim_roles_end_of_value(s, from);
	uint32_t table = sim_roles_instruction_in(s, from, past), steps = r->steps;
	bool moves = false, field = begin_of_path(s, name) < name;
	if (r->is_array || (r->table && r->body == EVERYWHERE) || (table && mentions(s, from, past, name)))
		return;
	if (table) {
		*r = (struct sim_role){.table = table, .body = s->body, .steps = steps, .is_value = true};
	} else if ((table = address_in(s, from, past, &moves))) {
		steps = moves ? s->body + 1 : steps;
		*r = (struct sim_role){.table = table, .body = field ? EVERYWHERE : s->body, .steps = steps};
	}
}

bool sim_roles_assigned(const struct sim_roles *s, uint32_t at)
{
	return at + 2 < s->past && sim_is_sign(&s->tokens[at + 1], '=') && role_at(s, at);
}

/* "x++", "--x", "x += …", "x = x + …" */
static void find_steps(struct sim_roles *s)
{
	static const char *const signs[] = {"++", "--", "+=", "-="};
	for (uint32_t i = s->first; i + 1 < s->past; i++) {
		struct sim_role *r = role_at(s, i);
		bool steps = r && sim_roles_assigned(s, i) && s->tokens[i + 2].exact == s->tokens[i].exact;
		for (size_t k = 0; r && k < countof(signs); k++) {
			uint32_t begin = begin_of_path(s, i);
			steps |= sim_is_word(&s->tokens[i + 1], signs[k]);
			steps |= k < 2 && begin > s->first && sim_is_word(&s->tokens[begin - 1], signs[k]);
		}
		if (steps)
			r->steps = s->body + 1;
	}
}

/* ---- where tables go */

/* What a parameter stands for, in a body that is called with a table. */
struct sim_given {
	uint32_t name, table;
	uint32_t next; /* of the same body, + 1; 0: none */
};

/* The name in front of "[…] = {" stands for the table in this body, unless its values are mostly texts. */
static void name_table(const struct sim_roles *s, uint32_t index, uint32_t body)
{
	const struct sim_data *d = &s->side->tables.items[index];
	size_t texts = 0, depth = 0;
	for (uint32_t i = d->first; i <= d->last; i++)
		texts += s->tokens[i].class == SIM_TEXT;
	uint32_t at = d->first - 1;
	while (at > 0 && (sim_is_sign(&s->tokens[at - 1], ']') || depth)) {
		at--;
		depth += sim_is_sign(&s->tokens[at], ']');
		depth -= sim_is_sign(&s->tokens[at], '[');
	}
	struct sim_role *r = at > 0 && at + 1 < d->first ? role_at(s, at - 1) : NULL;
	if (r && texts * 2 < d->len && (!r->table || body != EVERYWHERE))
		*r = (struct sim_role){.table = index + 1, .body = body, .named_at = at - 1, .is_array = true};
}

static bool enter(struct sim_roles *s, uint32_t body)
{
	const struct sim_body *b = &s->side->bodies.items[body];
	s->body = body;
	s->first = b->first;
	s->past = b->last + 1;
	return b->name[0] != '\0';
}

/* The first table that does not begin before the token. */
static uint32_t table_from(const struct sim_text *side, uint32_t token)
{
	size_t low = 0, high = side->tables.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (side->tables.items[middle].first < token)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

/* Whether the table, which begins no sooner than the body at hand, stands in it. */
static bool is_own(const struct sim_roles *s, uint32_t table)
{
	return table < s->side->tables.len && s->side->tables.items[table].last < s->past;
}

static void name_own(const struct sim_roles *s)
{
	for (uint32_t i = table_from(s->side, s->first); is_own(s, i); i++)
		name_table(s, i, s->body);
}

/* All others. */
static void name_common(struct sim_roles *s)
{
	const struct sim_text *side = s->side;
	bool *own = mem_zalloc(side->tables.len, sizeof(*own));
	for (uint32_t i = 0; i < side->bodies.len; i++) {
		bool function = enter(s, i);
		for (uint32_t k = table_from(side, s->first); function && is_own(s, k); k++)
			own[k] = true;
	}
	for (uint32_t i = 0; i < side->tables.len; i++) {
		if (!own[i])
			name_table(s, i, EVERYWHERE);
	}
	free(own);
}

/* "T x", "T *x", "x = …", "x++": what is declared or changed is not the table, but another of its name. */
static bool is_another(const struct sim_roles *s, uint32_t at)
{
	const struct sim_token *t = &s->tokens[at];
	bool pointer = at > s->first + 1 && sim_is_sign(t - 1, '*') && !sim_is_sign(t + 1, '[');
	const struct sim_token *type = pointer ? t - 2 : t - 1;
	return type->class == SIM_TYPE || type->class == SIM_ID || sim_is_sign(t + 1, '=') || sim_is_word(t + 1, "++");
}

static void hide(const struct sim_roles *s, uint32_t at)
{
	struct sim_role *r = role_at(s, at);
	if (!r || !r->is_array || at == s->first)
		return;
	if (at != r->named_at && is_another(s, at))
		r->hidden = s->body + 1;
}

static bool has_table(const struct sim_roles *s)
{
	bool any = false;
	for (uint32_t i = s->first; i + 1 < s->past; i++)
		hide(s, i);
	for (uint32_t i = s->first; i < s->past && !any; i++)
		any = sim_roles_at(s, i);
	return any;
}

/* The name of a parameter in the heading of the body at hand: the last one before its comma. */
static struct sim_role *parameter(const struct sim_roles *s, size_t index)
{
	uint32_t at = s->first;
	struct sim_role *last = NULL;
	while (at + 1 < s->past && s->tokens[at].class != SIM_CALLED && !sim_is_sign(&s->tokens[at], '{'))
		at++;
	for (at += 2; at < s->past && !sim_is_sign(&s->tokens[at], ')') && !sim_is_sign(&s->tokens[at], '{'); at++) {
		if (sim_is_sign(&s->tokens[at], ','))
			index--;
		if (index == 0 && role_at(s, at))
			last = role_at(s, at);
		if (index == SIZE_MAX)
			break;
	}
	return last;
}

/* The first function of this name. */
static bool find_function(const struct sim_roles *s, uint64_t name, uint32_t *ret_body)
{
	uint32_t number;
	bool there = sim_set_find(&s->functions, name, &number);
	if (there)
		*ret_body = s->function_bodies[number];
	return there;
}

static void give(struct sim_roles *s, uint64_t callee, size_t index, uint32_t table)
{
	struct sim_roles in = *s;
	uint32_t body;
	if (!find_function(s, callee, &body) || !enter(&in, body))
		return;
	const struct sim_role *r = parameter(&in, index);
	if (!r)
		return;
	*vec_push(&s->given) = (struct sim_given){(uint32_t)(r - s->roles), table, s->first_given[body]};
	s->first_given[body] = (uint32_t)s->given.len;
}

/* Arguments that are a table, or begin in it. */
static void find_given(struct sim_roles *s, uint32_t call)
{
	size_t index = 0;
	for (uint32_t i = call + 2, past = sim_roles_past_group(s, call + 1); i + 1 < past; i++) {
		const struct sim_token *before = &s->tokens[i - 1], *behind = &s->tokens[i + 1];
		const struct sim_role *r = sim_roles_at(s, i);
		bool address = sim_is_sign(before, '&') && sim_is_sign(behind, '[');
		bool begins = sim_is_sign(before, '(') || sim_is_sign(before, ',') || sim_is_sign(before, ')');
		bool ends = sim_is_sign(behind, ')') || sim_is_sign(behind, ',') || sim_is_sign(behind, '+');
		if (r && r->is_array && (address || (begins && ends)))
			give(s, s->tokens[call].exact, index, r->table);
		if (sim_is_sign(&s->tokens[i], '('))
			i = sim_roles_past_group(s, i) - 1;
		index += sim_is_sign(&s->tokens[i], ',');
	}
}

/* Into fields, which keep it for other functions, and into parameters. */
static void follow(struct sim_roles *s)
{
	for (uint32_t i = s->first; i + 1 < s->past; i++) {
		if (sim_roles_assigned(s, i))
			assign(s, i);
		else if (s->tokens[i].class == SIM_CALLED)
			find_given(s, i);
	}
}

void sim_roles_init(struct sim_roles *s, const struct sim_text *side, struct arena *a)
{
	*s = (struct sim_roles){.side = side, .tokens = side->tokens.items};
	s->roles = arena_array(a, side->names.len, struct sim_role);
	s->first_given = arena_array(a, side->bodies.len, uint32_t);
	s->function_bodies = arena_array(a, side->bodies.len, uint32_t);
	for (uint32_t i = 0; i < side->bodies.len; i++) {
		size_t known = s->functions.len;
		uint32_t number = sim_set_add(&s->functions, sim_hash(str_of(side->bodies.items[i].name)));
		if (number == known)
			s->function_bodies[number] = i;
	}
	name_common(s);
	for (uint32_t i = 0; i < side->bodies.len; i++) {
		if (!enter(s, i))
			continue;
		name_own(s);
		if (has_table(s))
			follow(s);
	}
}

void sim_roles_release(struct sim_roles *s)
{
	sim_set_release(&s->functions);
	vec_release(&s->given);
}

bool sim_roles_enter(struct sim_roles *s, uint32_t body)
{
	if (!enter(s, body))
		return false;
	for (uint32_t i = s->first_given[body]; i; i = s->given.items[i - 1].next) {
		const struct sim_given *g = &s->given.items[i - 1];
		struct sim_role *r = &s->roles[g->name];
		if (!r->table || r->body != EVERYWHERE)
			*r = (struct sim_role){.table = g->table, .body = body};
	}
	name_own(s);
	if (!has_table(s))
		return false;
	find_steps(s);
	for (int round = 0; round < ROUNDS; round++) {
		for (uint32_t i = s->first; i < s->past; i++) {
			if (sim_roles_assigned(s, i))
				assign(s, i);
		}
	}
	return true;
}
