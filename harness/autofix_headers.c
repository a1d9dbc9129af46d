#include "harness/autofix_parts.h"

#include "core/path.h"

enum { NAME_LEN_MAX = 64, DISTANCE_MAX = 2 };

const char *fixing_public_name(const struct spec *spec, const char *path)
{
	const char *name = path;
	for (size_t i = 0; i < spec->include.len; i++) {
		const char *folder = spec->include.items[i];
		size_t len = strlen(folder);
		if (len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/' && path + len + 1 > name)
			name = path + len + 1;
	}
	/* The folder of each is searched, too. */
	return name == path ? path_base_of(path) : name;
}

/* Alike but for case, and for "-" and "_". */
static char folded(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

/* How many bytes must be put in, taken out or changed. */
static size_t distance(struct str a, struct str b)
{
	size_t row[NAME_LEN_MAX + 1];
	if (a.len > NAME_LEN_MAX || b.len > NAME_LEN_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i <= b.len; i++)
		row[i] = i;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0]++;
		for (size_t k = 1; k <= b.len; k++) {
			size_t same = corner + (folded(a.ptr[i - 1]) != folded(b.ptr[k - 1]));
			corner = row[k];
			row[k] = min_size(same, min_size(row[k], row[k - 1]) + 1);
		}
	}
	return row[b.len];
}

struct nearest {
	const char *name;
	size_t distance;
	bool twice; /* another is as near */
};

static void compare(struct nearest *n, struct str wrong, const char *name)
{
	size_t d = distance(path_base(wrong), str_of(path_base_of(name)));
	if (d == n->distance && n->name && strcmp(n->name, name) != 0)
		n->twice = true;
	if (d < n->distance)
		*n = (struct nearest){name, d, false};
}

/* Of the public headers and the draft's own; of the latter each folder is searched. */
static const char *nearest_header(const struct fixing *f, struct str wrong)
{
	struct nearest n = {.distance = DISTANCE_MAX + 1};
	for (size_t i = 0; i < f->spec->headers.len; i++)
		compare(&n, wrong, fixing_public_name(f->spec, f->spec->headers.items[i].path));
	for (size_t i = 0; i < f->draft->len; i++) {
		const char *path = f->draft->items[i].path;
		if (str_ends(str_of(path), STR(".h")) && strcmp(path, f->path) != 0)
			compare(&n, wrong, path_base_of(path));
	}
	return n.twice || (n.name && str_eq(str_of(n.name), wrong)) ? NULL : n.name;
}

static void fix_line(struct fixing *f, unsigned line, struct str wrong)
{
	size_t start = fixing_offset(f->text, line, 1);
	struct str rest = start < f->text.len ? str_from(f->text, start) : (struct str){0};
	rest = str_first(rest, str_index(rest, '\n'));
	const char *name = nearest_header(f, wrong);
	const char *at = rest.len ? memmem(rest.ptr, rest.len, wrong.ptr, wrong.len) : NULL;
	if (!name || !at || at == rest.ptr || !strchr("\"<", at[-1]))
		return;
	size_t from = (size_t)(at - f->text.ptr);
	fixing_edit(f, from, from + wrong.len, name, arena_printf(f->a, "\"%s\" in place of \"%.*s\"", name, STR_ARG(wrong)));
}

void fix_header_names(struct fixing *f)
{
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		struct str message = str_of(d->message), wrong = str_from(message, 1);
		wrong = str_first(wrong, str_index(wrong, '\''));
		if (fixing_is_here(f, d) && str_ends(message, STR("' file not found")) && wrong.len)
			fix_line(f, d->line, wrong);
	}
}
