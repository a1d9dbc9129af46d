#include "harness/sim_roles.h"

/*
 * Tables that are programs: a loop takes one value after the other out of one, and a switch, a chain of comparisons or
 * a row of functions says what each does; or it goes from state to state by a table. What is only looked up by
 * something that comes from elsewhere, as in a checksum or in classes of characters, is none: there the place in
 * the table does not advance by itself, or nothing is decided by what stands there.
 */

enum {
	CASES_LEAST = 4,    /* of a switch, or of a chain, that tells instructions apart */
	SWITCH_MAX = 10000, /* tokens in which these are sought */
	FOUND_MAX = 1000,   /* more are not told */
};

/* ---- what is done with them */

static void found(struct sim_text *side, uint32_t table, uint32_t body, enum sim_dispatch how)
{
	for (size_t i = 0; i < side->interpreters.len; i++) {
		const struct sim_interpreted *known = &side->interpreters.items[i];
		if (known->table == table && known->body == body)
			return;
	}
	if (side->interpreters.len < FOUND_MAX)
		*vec_push(&side->interpreters) = (struct sim_interpreted){table, body, how};
}

/* Whether a switch of which the body begins at `at` has as many cases as tell. */
static bool has_cases(const struct sim_roles *s, uint32_t at)
{
	size_t cases = 0, depth = 0;
	for (uint32_t i = at; i < s->past && i - at < SWITCH_MAX && cases < CASES_LEAST; i++) {
		depth += sim_is_sign(&s->tokens[i], '{');
		cases += sim_is_word(&s->tokens[i], "case");
		if (sim_is_sign(&s->tokens[i], '}') && --depth == 0)
			break;
	}
	return cases >= CASES_LEAST;
}

static uint32_t by_switch(const struct sim_roles *s, uint32_t at)
{
	if (s->tokens[at].class != SIM_WORD || !sim_is_word(&s->tokens[at], "switch"))
		return 0;
	uint32_t past = sim_roles_past_group(s, at + 1), table = sim_roles_instruction_in(s, at + 2, past);
	return table && has_cases(s, past) ? table : 0;
}

/* "handlers[op](…)", "(*handlers[op])(…)", "goto *labels[op]" */
static uint32_t by_call(const struct sim_roles *s, uint32_t at)
{
	if (!sim_is_name(&s->tokens[at]) || at < s->first + 2 || !sim_is_sign(&s->tokens[at + 1], '['))
		return 0;
	uint32_t past = sim_roles_past_group(s, at + 1), behind = past;
	behind += past < s->past && sim_is_sign(&s->tokens[past], ')');
	bool jumps = sim_is_sign(&s->tokens[at - 1], '*') && sim_is_word(&s->tokens[at - 2], "goto");
	bool calls = behind < s->past && sim_is_sign(&s->tokens[behind], '(') &&
		     (behind == past || sim_roles_dereferences(s, at - 1));
	return jumps || calls ? sim_roles_instruction_in(s, at + 2, past - 1) : 0;
}

/* "x == …" or "code[pc] == …": one link of a chain. */
static uint32_t compared(const struct sim_roles *s, uint32_t at)
{
	const struct sim_role *r = sim_roles_at(s, at);
	uint32_t table = r && r->is_value ? r->table : sim_roles_fetched(s, at), past = at + 1;
	while (table && past + 1 < s->past) {
		if (sim_is_sign(&s->tokens[past], '['))
			past = sim_roles_past_group(s, past);
		else if (sim_is_sign(&s->tokens[past], '.') || sim_is_word(&s->tokens[past], "->"))
			past += 2;
		else
			break;
	}
	return table && past < s->past && sim_is_word(&s->tokens[past], "==") ? table : 0;
}

/* Whether a state picks a row in it: "state * 16 + c". */
static bool scales(const struct sim_roles *s, uint32_t at)
{
	return sim_is_sign(&s->tokens[at + 1], '*') || sim_is_word(&s->tokens[at + 1], "<<") ||
	       (sim_is_sign(&s->tokens[at - 1], '*') && !sim_roles_dereferences(s, at - 1));
}

/* "state = next[state][c]": a row for each state. */
static uint32_t by_state(const struct sim_roles *s, uint32_t at)
{
	if (!sim_roles_assigned(s, at))
		return 0;
	uint32_t end = sim_roles_end_of_value(s, at + 2), i = at + 2, groups = 0;
	bool itself = false, scaled = false;
	while (i < end && (sim_is_sign(&s->tokens[i], '(') || s->tokens[i].class == SIM_TYPE))
		i = sim_is_sign(&s->tokens[i], '(') ? sim_roles_past_group(s, i) : i + 1;
	const struct sim_role *r = i < end ? sim_roles_at(s, i) : NULL;
	if (!r || r->is_value)
		return 0;
	for (i++; i < end && sim_is_sign(&s->tokens[i], '['); groups++) {
		for (uint32_t past = sim_roles_past_group(s, i); i < past; i++) {
			bool same = s->tokens[i].exact == s->tokens[at].exact;
			itself |= same;
			scaled |= same && scales(s, i);
			if (sim_is_sign(&s->tokens[i], '^'))
				return 0;
		}
	}
	return i == end && itself && (groups > 1 || scaled) ? r->table : 0;
}

static bool loops(const struct sim_roles *s)
{
	for (uint32_t i = s->first; i < s->past; i++) {
		const struct sim_token *t = &s->tokens[i];
		if (t->class == SIM_WORD && (sim_is_word(t, "for") || sim_is_word(t, "while") || sim_is_word(t, "do")))
			return true;
	}
	return false;
}

static void look_through(const struct sim_roles *s, struct sim_text *side)
{
	uint32_t table, links = 0, chained = s->first;
	for (uint32_t i = s->first; i + 1 < s->past; i++) {
		if ((table = by_switch(s, i)))
			found(side, table - 1, s->body, SIM_BY_SWITCH);
		else if ((table = by_call(s, i)))
			found(side, table - 1, s->body, SIM_BY_CALL);
		else if ((table = by_state(s, i)))
			found(side, table - 1, s->body, SIM_BY_STATE);
		if (!(table = compared(s, i)))
			continue;
		links = s->tokens[i].exact == s->tokens[chained].exact ? links + 1 : 1;
		chained = i;
		if (links == CASES_LEAST)
			found(side, table - 1, s->body, SIM_BY_CHAIN);
	}
}

void sim_read_interpreters(struct sim_text *side)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct sim_roles roles;
	if (side->tables.len == 0)
		return;
	sim_roles_init(&roles, side, &scratch);
	for (uint32_t i = 0; i < side->bodies.len; i++) {
		if (sim_roles_enter(&roles, i) && loops(&roles))
			look_through(&roles, side);
	}
	sim_roles_release(&roles);
}

/* ---- comparing */

const char *sim_dispatch_name(enum sim_dispatch how)
{
	static const char *const names[] = {
		[SIM_BY_SWITCH] = "switch",
		[SIM_BY_CHAIN] = "chain",
		[SIM_BY_CALL] = "calls",
		[SIM_BY_STATE] = "states",
	};
	return names[how];
}

void sim_compare_interpreters(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
			      struct similarity *ret)
{
	ret->interpreters = arena_array(a, candidate->interpreters.len, struct sim_interpreter);
	for (size_t i = 0; i < candidate->interpreters.len; i++) {
		const struct sim_interpreted *from = &candidate->interpreters.items[i];
		const struct sim_body *body = &candidate->bodies.items[from->body];
		const struct sim_data *table = &candidate->tables.items[from->table];
		struct sim_interpreter *to = &ret->interpreters[ret->interpreters_len++];
		*to = (struct sim_interpreter){
			.function = arena_strdup(a, body->name),
			.place = sim_place(candidate, body->first, body->last),
			.table = sim_place(candidate, table->first, table->last),
			.elements = table->len,
			.how = from->how,
		};
		for (size_t k = 0; k < original->interpreters.len; k++)
			to->in_original |= original->interpreters.items[k].how == from->how;
	}
}
