#include "harness/autofix_parts.h"

#include <ctype.h>

enum { NAME_MAX_BYTES = 64, DISTANCE_MAX = 2 };

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* How many bytes must be put in, taken out or changed; case does not count. */
static size_t distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), row[NAME_MAX_BYTES + 1];
	if (la > NAME_MAX_BYTES || lb > NAME_MAX_BYTES)
		return SIZE_MAX;
	for (size_t i = 0; i <= lb; i++)
		row[i] = i;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0]++;
		for (size_t k = 1; k <= lb; k++) {
			size_t same = corner + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[k - 1]));
			corner = row[k];
			row[k] = min_size(same, min_size(row[k], row[k - 1]) + 1);
		}
	}
	return row[lb];
}

struct nearest {
	const char *name;
	size_t distance;
};

static void compare(struct nearest *n, const char *wrong, const char *path)
{
	const char *name = last_name(path);
	size_t d = distance(last_name(wrong), name);
	if (d < n->distance)
		*n = (struct nearest){name, d};
}

static const char *nearest_header(const struct fixing *f, const char *wrong)
{
	struct nearest n = {NULL, DISTANCE_MAX + 1};
	for (size_t i = 0; i < f->spec->headers.len; i++)
		compare(&n, wrong, f->spec->headers.items[i].path);
	for (size_t i = 0; i < f->draft->len; i++) {
		if (str_ends(str_of(f->draft->items[i].path), STR(".h")))
			compare(&n, wrong, f->draft->items[i].path);
	}
	return n.name;
}

static void fix_line(struct fixing *f, unsigned line, struct str wrong)
{
	size_t start = fixing_line(f->text, line);
	struct str rest = str_from(f->text, start);
	const char *name = nearest_header(f, arena_str(f->a, wrong));
	rest = str_first(rest, str_index(rest, '\n'));
	const char *at = rest.len ? memmem(rest.ptr, rest.len, wrong.ptr, wrong.len) : NULL;
	if (!name || !at || at == rest.ptr)
		return;
	size_t from = (size_t)(at - f->text.ptr) - 1; /* with its quotes or brackets */
	fixing_edit(f, from, from + wrong.len + 2, arena_printf(f->a, "\"%s\"", name),
		    arena_printf(f->a, "#include \"%s\" for %.*s", name, STR_ARG(wrong)));
}

void fix_header_names(struct fixing *f)
{
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		struct str wrong = fixing_quoted(d->message, "'");
		if (wrong.len && fixing_is_here(f, d) && strstr(d->message, "file not found"))
			fix_line(f, d->line, wrong);
	}
}
