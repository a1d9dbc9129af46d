#include "harness/nameset.h"

#include "core/mem.h"

#include <assert.h>

void nameset_add(struct nameset *set, struct str name)
{
	*vec_push(set) = name;
	set->sorted = false;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

void nameset_seal(struct nameset *set)
{
	if (set->len)
		qsort(set->items, set->len, sizeof(*set->items), by_name);
	size_t kept = 0;
	for (size_t i = 0; i < set->len; i++) {
		if (kept == 0 || !str_eq(set->items[kept - 1], set->items[i]))
			set->items[kept++] = set->items[i];
	}
	set->len = kept;
	set->sorted = true;
}

bool nameset_has(const struct nameset *set, struct str name)
{
	assert(set->sorted);
	return set->len && bsearch(&name, set->items, set->len, sizeof(name), by_name);
}

void nameset_release(struct nameset *set)
{
	vec_release(set);
}

static bool starts_identifier(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool in_identifier(char c)
{
	return starts_identifier(c) || (c >= '0' && c <= '9');
}

void nameset_add_identifiers(struct nameset *set, struct str text)
{
	for (size_t i = 0; i < text.len;) {
		size_t start = i;
		while (i < text.len && in_identifier(text.ptr[i]))
			i++;
		if (i > start && starts_identifier(text.ptr[start]))
			nameset_add(set, str_first(str_from(text, start), i - start));
		i += i == start;
	}
}

/* `# 12 "/src/ini.h" 2` → /src/ini.h */
static bool marker_path(struct str line, struct str *ret_path)
{
	if (!str_starts(line, STR("# ")))
		return false;
	size_t quote = str_index(line, '"');
	struct str path = str_from(line, quote + 1);
	if (quote == line.len)
		return false;
	*ret_path = str_first(path, str_index(path, '"'));
	return true;
}

void nameset_add_identifiers_from(struct nameset *set, struct str preprocessed, struct str path_prefix)
{
	struct str line, path;
	bool wanted = false;
	while (str_next_line(&preprocessed, &line)) {
		if (marker_path(line, &path))
			wanted = str_starts(path, path_prefix);
		else if (wanted)
			nameset_add_identifiers(set, line);
	}
}
