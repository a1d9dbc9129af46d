#include "harness/autofix_parts.h"

/* Where a place of a fix-it is in the text, or SIZE_MAX. */
static size_t offset_of(struct str text, unsigned line, unsigned column)
{
	size_t start = fixing_line(text, line), end = start + str_index(str_from(text, start), '\n');
	return start < text.len && start + column - 1 <= end ? start + column - 1 : SIZE_MAX;
}

static bool overlaps(const struct fixing *f, size_t start, size_t end)
{
	for (size_t i = 0; i < f->edits.len; i++) {
		const struct textedit *e = &f->edits.items[i];
		if (start < e->end && e->start < end)
			return true;
	}
	return false;
}

static void apply(struct fixing *f, const struct diag *d, const struct fixit *fix)
{
	/* The compiler names it by its whole path. */
	bool here = str_ends(str_of(fix->file), str_of(f->path));
	size_t start = offset_of(f->text, fix->line, fix->column), end = offset_of(f->text, fix->end_line, fix->end_column);
	if (!here || start == SIZE_MAX || end == SIZE_MAX || start > end || overlaps(f, start, end))
		return;
	fixing_edit(f, start, end, fix->text, arena_printf(f->a, "line %u: %s", d->line, d->message));
}

void fix_as_told(struct fixing *f)
{
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		for (size_t k = 0; d->severity == DIAG_ERROR && fixing_is_here(f, d) && k < d->fixits_len; k++)
			apply(f, d, &d->fixits[k]);
	}
}
