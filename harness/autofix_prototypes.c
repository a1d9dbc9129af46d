#include "harness/autofix_parts.h"

#include "core/buf.h"
#include "harness/cfunctions.h"
#include "harness/ctoken.h"

enum { PROTOTYPE_MAX = 1000 };

static const struct source_function *find_function(const struct source_functions *functions, struct str name)
{
	for (size_t i = 0; i < functions->len; i++) {
		if (str_eq(str_of(functions->items[i].name), name))
			return &functions->items[i];
	}
	return NULL;
}

/* What stands in front of its body, in one line and without comments; NULL if that is more than a declaration. */
static const char *prototype_of(const struct fixing *f, const struct source_function *function)
{
	struct ctoken_reader r = ctoken_reader(str_first(str_from(f->text, function->start), function->end - function->start));
	struct ctoken t;
	size_t end = 0;
	SCOPED_BUF struct buf out;
	buf_init(&out, PROTOTYPE_MAX);
	while (ctoken_next(&r, &t) && !ctoken_is(&t, "{")) {
		if (t.kind == CTOKEN_COMMENT)
			continue;
		/* A condition, or parameters as they were declared before C89. */
		if (t.kind == CTOKEN_HASH || ctoken_is(&t, ";"))
			return NULL;
		if (t.offset > end && out.len)
			buf_append_char(&out, ' ');
		buf_append_str(&out, t.text);
		end = t.offset + t.text.len;
	}
	return out.full || out.len == 0 ? NULL : arena_printf(f->a, "%s;", out.ptr);
}

/* With the comment right above. */
static size_t lead_of(struct str text, size_t start)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	size_t lead = start, end = 0;
	while (ctoken_next(&r, &t) && t.offset < start) {
		struct str between = str_first(str_from(text, end), t.offset - end);
		bool together = lead < start && str_count(between, '\n') == 1;
		if (t.kind == CTOKEN_COMMENT)
			lead = together ? lead : t.offset;
		else
			lead = start;
		end = t.offset + t.text.len;
	}
	bool above = lead < start && str_count(str_first(str_from(text, end), start - end), '\n') == 1;
	return above ? lead : start;
}

/* In front of the function in which it is missed: what its types need is likely to stand above that. */
static size_t place_for(const struct fixing *f, const struct source_functions *functions, unsigned line)
{
	const struct source_function *first = &functions->items[0];
	for (size_t i = 0; i < functions->len; i++) {
		if (functions->items[i].line <= line && line <= functions->items[i].end_line)
			first = &functions->items[i];
	}
	size_t at = lead_of(f->text, first->start);
	while (at > 0 && f->text.ptr[at - 1] != '\n')
		at--;
	return at;
}

void fix_prototypes(struct fixing *f)
{
	struct source_functions functions = {0};
	if (cfunctions_find(f->text, f->a, &functions, NULL) < 0 || functions.len == 0)
		return;
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		struct str name = fixing_is_here(f, d) ? fixing_missing(f, d) : (struct str){0};
		const struct source_function *function = name.len ? find_function(&functions, name) : NULL;
		const char *prototype = function && function->line > d->line ? prototype_of(f, function) : NULL;
		if (!prototype)
			continue;
		size_t at = place_for(f, &functions, d->line);
		fixing_edit(f, at, at, arena_printf(f->a, "%s\n\n", prototype),
			    arena_printf(f->a, "a prototype of %s", function->name));
	}
}
