#ifndef RECAST_HARNESS_SIM_ROLES_H
#define RECAST_HARNESS_SIM_ROLES_H

/*
 * What names of a side have to do with its tables, within the similarity engine: which is a table, which an address in
 * one, which a value that was taken out, and what advances by itself. Read flat, from tokens. What a name stands for in
 * one function says nothing in another, but for tables and for fields.
 */

#include "harness/sim_parts.h"

enum { SIM_ROLES_EXPRESSION_MAX = 200 }; /* tokens that are looked at */

/* What a name stands for. */
struct sim_role {
	uint32_t table;    /* + 1, in which it is or of which its value is; 0: none */
	uint32_t body;     /* where that is so */
	uint32_t steps;    /* body in which it advances, + 1 */
	uint32_t named_at; /* token that names the table */
	uint32_t hidden;   /* body in which another has its name, + 1 */
	bool is_array;     /* the table itself */
	bool is_value;     /* taken out of it */
};

/* The body at hand, and all names. */
struct sim_roles {
	const struct sim_text *side;
	const struct sim_token *tokens;
	struct sim_role *roles; /* of each name */
	uint32_t body;
	uint32_t first, past;   /* its tokens */
	struct sim_set functions;
	uint32_t *function_bodies; /* of each function's name, the first body */
	struct {
		struct sim_given *items;
		size_t len, cap;
	} given;                /* tables that functions are called with */
	uint32_t *first_given;  /* of each body, + 1 */
};

/* Tables, and where they are handed to. */
void sim_roles_init(struct sim_roles *roles, const struct sim_text *side, struct arena *a);
void sim_roles_release(struct sim_roles *roles);

/* Goes on with this body; false if no table has a part in it. */
bool sim_roles_enter(struct sim_roles *roles, uint32_t body);

static inline bool sim_is_word(const struct sim_token *t, const char *word)
{
	return str_eq(t->text, str_of(word));
}

static inline bool sim_is_name(const struct sim_token *t)
{
	return (t->class == SIM_ID || t->class == SIM_CALLED) && !(t->flags & SIM_IS_TABLE);
}

/* The name's role in a table that holds in the body at hand; NULL if it has none. */
const struct sim_role *sim_roles_at(const struct sim_roles *roles, uint32_t at);

/* "code[pc++]", "*pc++", "pc->op", "pc[1]": the table that a value is taken from, at a place that advances by itself,
 * + 1; or 0. */
uint32_t sim_roles_fetched(const struct sim_roles *roles, uint32_t at);

/* The table of which something between these is an instruction, + 1, or 0. */
uint32_t sim_roles_instruction_in(const struct sim_roles *roles, uint32_t from, uint32_t past);

/* "x = …" */
bool sim_roles_assigned(const struct sim_roles *roles, uint32_t at);

/* Behind the bracket that closes the one at `at`; the end of a value. Where these are far, they are given up. */
uint32_t sim_roles_past_group(const struct sim_roles *roles, uint32_t at);
uint32_t sim_roles_end_of_value(const struct sim_roles *roles, uint32_t at);

/* Whether "*" at `at` stands in front of an address, and does not multiply. */
bool sim_roles_dereferences(const struct sim_roles *roles, uint32_t at);

#endif
