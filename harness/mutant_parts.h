#ifndef RECAST_HARNESS_MUTANT_PARTS_H
#define RECAST_HARNESS_MUTANT_PARTS_H

/* What the files of mutant share: the walk (mutant.c) and what can be done to a node (mutant_operators.c). */

#include "core/mem.h"
#include "harness/mutant.h"

struct mutating {
	const struct expanded *source;
	const struct csyntax *syntax;
	struct arena *a;
	struct {
		struct mutant *items;
		size_t len, cap;
	} mutants;
	struct {
		struct mutant_site *items;
		size_t len, cap;
	} sites;
	struct {
		struct mutant_function *items;
		size_t len, cap;
	} functions;
};

/* Adds what can be done to the node itself, whatever it stands in. */
void mutate_node(struct mutating *m, const struct cnode *node);

/* A condition that says by itself whether it holds, as a pointer or a call does: turned round. */
void mutate_condition(struct mutating *m, const struct cnode *condition);

/* Whether calls of that function are no calls, or may stand only in certain places. */
bool mutate_is_special_call(const struct mutating *m, const struct cnode *call);

/* One of these, whose argument is an expression as any other: __builtin_expect. */
bool mutate_is_expectation(const struct mutating *m, const struct cnode *call);

/* NULL, as headers have it: the number in it is none that somebody counts with. */
bool mutate_is_null(const struct mutating *m, const struct cnode *node);

#endif
