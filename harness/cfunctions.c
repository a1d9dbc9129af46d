#include "harness/cfunctions.h"

#include "core/mem.h"
#include "harness/csyntax.h"

/* What is being declared: below pointers, brackets and attributes, the name of the function. */
static const struct cnode *declared_name(const struct cnode *definition)
{
	const struct cnode *node = cnode_child(definition, CFIELD_DECLARATOR), *function = NULL;
	while (node && node->kind != CNODE_IDENTIFIER) {
		if (node->kind == CNODE_FUNCTION_DECLARATOR)
			function = node;
		const struct cnode *inner = cnode_child(node, CFIELD_DECLARATOR);
		if (!inner && node->kind == CNODE_PARENTHESIZED_DECLARATOR)
			for (inner = node->first; inner && inner->kind == CNODE_TOKEN; inner = inner->next)
				continue;
		node = inner;
	}
	return function ? node : NULL;
}

static bool says_static(const struct csyntax *syntax, const struct cnode *definition)
{
	for (const struct cnode *child = definition->first; child; child = child->next) {
		if (child->kind == CNODE_STORAGE_CLASS_SPECIFIER && str_eq(cnode_text(syntax, child), STR("static")))
			return true;
	}
	return false;
}

static struct source_function describe(const struct csyntax *syntax, const struct cnode *definition,
				       const struct cnode *name, struct arena *a)
{
	return (struct source_function){
		.name = arena_str(a, cnode_text(syntax, name)),
		.start = definition->start,
		.end = definition->end,
		.line = definition->line,
		.end_line = definition->line + (unsigned)str_count(cnode_text(syntax, definition), '\n'),
		.is_static = says_static(syntax, definition),
	};
}

int cfunctions_find(struct str text, struct arena *a, struct source_functions *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct csyntax syntax;
	struct {
		struct source_function *items;
		size_t len, cap;
	} found = {0};
	if (text.len > CFUNCTIONS_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "%zu bytes are more than are searched for functions", text.len);
	if (csyntax_parse(text, &scratch, &syntax, err) < 0)
		return -1;
	for (const struct cnode *n = syntax.root; n;) {
		const struct cnode *name = n->kind == CNODE_FUNCTION_DEFINITION ? declared_name(n) : NULL;
		if (name)
			*vec_push(&found) = describe(&syntax, n, name, a);
		n = name ? cnode_past(n, syntax.root) : cnode_after(n, syntax.root);
	}
	*ret = (struct source_functions){arena_array(a, found.len, struct source_function), found.len};
	if (found.len)
		memcpy(ret->items, found.items, found.len * sizeof(*found.items));
	vec_release(&found);
	return 0;
}
