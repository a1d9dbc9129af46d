#include "harness/mutant_parts.h"

const char *mutant_operator_name(enum mutant_operator kind)
{
	static const char *const names[MUTANT_OPERATORS] = {
		[MUTANT_ARITHMETIC] = "arithmetic",     [MUTANT_RELATIONAL] = "relational",
		[MUTANT_LOGICAL] = "logical",           [MUTANT_CONSTANT] = "constant",
		[MUTANT_RETURN] = "return value",       [MUTANT_DELETED] = "deleted statement",
		[MUTANT_SWAPPED] = "swapped arguments",
	};
	return names[kind];
}

/* ---- the walk */

/* What must be constant, is not evaluated, or is no expression at all. */
static bool is_left_alone(const struct mutating *m, const struct cnode *node)
{
	switch (node->kind) {
	case CNODE_SIZEOF_EXPRESSION:
	case CNODE_ALIGNOF_EXPRESSION:
	case CNODE_OFFSETOF_EXPRESSION:
	case CNODE_GENERIC_EXPRESSION:
	case CNODE_TYPE_DESCRIPTOR:
	case CNODE_TYPE_DEFINITION:
	case CNODE_BITFIELD_CLAUSE:
	case CNODE_ENUM_SPECIFIER:
	case CNODE_STRUCT_SPECIFIER:
	case CNODE_UNION_SPECIFIER:
	case CNODE_MACRO_TYPE_SPECIFIER:
	case CNODE_PARAMETER_LIST:
	case CNODE_ATTRIBUTE_SPECIFIER:
	case CNODE_ATTRIBUTE_DECLARATION:
	case CNODE_ATTRIBUTED_STATEMENT:
	case CNODE_GNU_ASM_EXPRESSION:
	case CNODE_SUBSCRIPT_DESIGNATOR:
	case CNODE_SUBSCRIPT_RANGE_DESIGNATOR:
		return true;
	case CNODE_DECLARATION:
		return cnode_has_storage(m->syntax, node, "static") || cnode_has_storage(m->syntax, node, "extern");
	case CNODE_CAST_EXPRESSION:
		return mutate_is_null(m, node);
	case CNODE_CALL_EXPRESSION:
		return mutate_is_special_call(m, node) && !mutate_is_expectation(m, node);
	default:
		return false;
	}
}

/* The size of an array, and the value behind "case". */
static bool is_constant_place(const struct cnode *node)
{
	enum cnode_kind parent = node->parent ? node->parent->kind : CNODE_OTHER;
	if (parent == CNODE_ARRAY_DECLARATOR || parent == CNODE_ABSTRACT_ARRAY_DECLARATOR)
		return node->field == CFIELD_SIZE;
	return parent == CNODE_CASE_STATEMENT && node->field == CFIELD_VALUE;
}

/* In `a ?: b` the condition is a value, too. */
static bool has_condition(const struct cnode *node)
{
	if (node->kind == CNODE_CONDITIONAL_EXPRESSION)
		return cnode_child(node, CFIELD_CONSEQUENCE) != NULL;
	return node->kind == CNODE_IF_STATEMENT || node->kind == CNODE_WHILE_STATEMENT ||
	       node->kind == CNODE_DO_STATEMENT || node->kind == CNODE_FOR_STATEMENT;
}

static void visit(struct mutating *m, const struct cnode *node)
{
	if (is_left_alone(m, node) || is_constant_place(node))
		return;
	mutate_node(m, node);
	for (const struct cnode *child = node->first; child; child = child->next) {
		if (child->field == CFIELD_CONDITION && has_condition(node))
			mutate_condition(m, child);
		visit(m, child);
	}
}

static void visit_function(struct mutating *m, const struct cnode *definition, const struct cnode *name)
{
	*vec_push(&m->functions) = (struct mutant_function){
		.name = arena_str(m->a, cnode_text(m->syntax, name)),
		.start = definition->start,
		.end = definition->end,
		.name_start = name->start,
		.name_end = name->end,
		.is_static = cnode_has_storage(m->syntax, definition, "static"),
	};
	visit(m, cnode_child(definition, CFIELD_BODY));
}

/* What is inserted in front of two sites that begin alike must be in the order in which they hold each other. */
static int by_place(const void *a, const void *b)
{
	const struct mutant_site *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static void sort_sites(struct mutating *m)
{
	if (m->sites.len)
		qsort(m->sites.items, m->sites.len, sizeof(*m->sites.items), by_place);
	for (size_t i = 0; i < m->sites.len; i++) {
		for (size_t k = 0; k < m->sites.items[i].len; k++)
			m->mutants.items[m->sites.items[i].first + k].site = i;
	}
}

static size_t visit_all(struct mutating *m, const char *below)
{
	const struct cnode *root = m->syntax->root;
	size_t left_out = 0;
	for (const struct cnode *n = root; n;) {
		bool is_function = n->kind == CNODE_FUNCTION_DEFINITION;
		bool is_own =
			is_function && str_starts(str_of(expanded_place(m->source, n->start).file), str_of(below));
		const struct cnode *name = is_own ? cnode_function_name(n) : NULL;
		if (name && cnode_child(n, CFIELD_BODY) && !n->broken)
			visit_function(m, n, name);
		else if (is_own)
			left_out++;
		n = is_function ? cnode_past(n, root) : cnode_after(n, root);
	}
	return left_out;
}

int mutants_find(const struct expanded *source, const char *below, struct arena *a, struct mutants *ret,
		 struct err *err)
{
	struct mutating m = {.source = source, .syntax = &source->syntax, .a = a};
	struct mutants found = {.left_out = visit_all(&m, below)};
	int result = 0;
	if (m.mutants.len > MUTANTS_MAX)
		result = err_set(err, ERR_LIMIT, "%zu mutants are more than %d", m.mutants.len, MUTANTS_MAX);
	sort_sites(&m);
	found.items = arena_copy(a, m.mutants.items, m.mutants.len, sizeof(*m.mutants.items));
	found.len = m.mutants.len;
	found.sites = arena_copy(a, m.sites.items, m.sites.len, sizeof(*m.sites.items));
	found.sites_len = m.sites.len;
	found.functions = arena_copy(a, m.functions.items, m.functions.len, sizeof(*m.functions.items));
	found.functions_len = m.functions.len;
	vec_release(&m.mutants);
	vec_release(&m.sites);
	vec_release(&m.functions);
	if (result == 0)
		*ret = found;
	return result;
}
