#include "harness/autofix_parts.h"

#include "harness/cfunctions.h"

/* Also two insertions at one place: they may be of the same fix. */
static bool overlaps(const struct fixing *f, size_t start, size_t end)
{
	for (size_t i = 0; i < f->edits.len; i++) {
		const struct textedit *e = &f->edits.items[i];
		if (start == e->start || (start < e->end && e->start < end))
			return true;
	}
	return false;
}

static bool can_make(const struct fixing *f, const struct diag *d)
{
	for (size_t k = 0; k < d->fixits_len; k++) {
		const struct fixit *fix = &d->fixits[k];
		size_t start = fixing_offset(f->text, fix->line, fix->column);
		size_t end = fixing_offset(f->text, fix->end_line, fix->end_column);
		if (start == SIZE_MAX || end == SIZE_MAX || start > end || overlaps(f, start, end))
			return false;
	}
	return d->fixits_len > 0;
}

static void make(struct fixing *f, const struct diag *d)
{
	for (size_t k = 0; k < d->fixits_len; k++) {
		const struct fixit *fix = &d->fixits[k];
		textedit_add(&f->edits, fixing_offset(f->text, fix->line, fix->column),
			     fixing_offset(f->text, fix->end_line, fix->end_column), fix->text);
	}
	fixing_edit(f, 0, 0, "", arena_printf(f->a, "line %u, as the compiler says: %s", d->line, d->message));
}

static bool is_defined(const struct fixing *f, const struct source_functions *functions, struct str name)
{
	for (size_t i = 0; i < functions->len; i++) {
		if (str_eq(str_of(functions->items[i].name), name))
			return true;
	}
	return fixing_include_for(f, name) != NULL;
}

/* What an include or a prototype brings is not to become a name that is nearly the same. */
void fix_as_told(struct fixing *f)
{
	struct source_functions functions = {0};
	(void)cfunctions_find(f->text, f->a, &functions, NULL);
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		if (fixing_is_here(f, d) && !is_defined(f, &functions, fixing_missing(f, d)) && can_make(f, d))
			make(f, d);
	}
}
