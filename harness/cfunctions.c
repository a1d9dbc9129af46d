#include "harness/cfunctions.h"

#include "core/mem.h"
#include "harness/csyntax.h"

static struct source_function describe(const struct csyntax *syntax, const struct cnode *definition,
				       const struct cnode *name, struct arena *a)
{
	return (struct source_function){
		.name = arena_str(a, cnode_text(syntax, name)),
		.start = definition->start,
		.end = definition->end,
		.line = definition->line,
		.end_line = definition->line + (unsigned)str_count(cnode_text(syntax, definition), '\n'),
		.is_static = cnode_has_storage(syntax, definition, "static"),
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
		const struct cnode *name = n->kind == CNODE_FUNCTION_DEFINITION ? cnode_function_name(n) : NULL;
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
