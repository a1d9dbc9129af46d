#include "harness/autofix_parts.h"

#include "harness/cfunctions.h"

static const struct source_function *find_function(const struct source_functions *functions, struct str name)
{
	for (size_t i = 0; i < functions->len; i++) {
		if (str_eq(str_of(functions->items[i].name), name))
			return &functions->items[i];
	}
	return NULL;
}

/* What stands in front of the body, as a declaration. */
static const char *prototype_of(const struct fixing *f, const struct source_function *function)
{
	struct str text = str_first(str_from(f->text, function->start), function->end - function->start);
	size_t body = str_index(text, '{');
	return body == text.len ? NULL : arena_printf(f->a, "%.*s;\n", STR_ARG(str_trim(str_first(text, body))));
}

static struct str undeclared(const struct diag *d)
{
	struct str name = fixing_quoted(d->message, "call to undeclared function '");
	return name.len ? name : fixing_quoted(d->message, "use of undeclared identifier '");
}

void fix_prototypes(struct fixing *f)
{
	struct source_functions functions = {0};
	if (cfunctions_find(f->text, f->a, &functions, NULL) < 0 || functions.len == 0)
		return;
	size_t at = functions.items[0].start;
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		struct str name = undeclared(d);
		const struct source_function *function = name.len ? find_function(&functions, name) : NULL;
		const char *prototype = function && fixing_is_here(f, d) ? prototype_of(f, function) : NULL;
		if (prototype)
			fixing_edit(f, at, at, prototype, arena_printf(f->a, "a prototype of %s", function->name));
	}
}
