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

/* How many bytes a comment or literal at the front takes; 0 if there is none. */
static size_t skipped(struct str text)
{
	bool block = str_starts(text, STR("/*")), line = str_starts(text, STR("//"));
	if (block) {
		const char *end = memmem(text.ptr + 2, text.len - 2, "*/", 2);
		return end ? (size_t)(end - text.ptr) + 2 : text.len;
	}
	if (line)
		return str_index(text, '\n');
	if (text.ptr[0] != '"' && text.ptr[0] != '\'')
		return 0;
	size_t n = 1;
	while (n < text.len && text.ptr[n] != text.ptr[0] && text.ptr[n] != '\n')
		n += text.ptr[n] == '\\' ? 2 : 1;
	return min_size(n + 1, text.len);
}

void nameset_add_identifiers(struct nameset *set, struct str text)
{
	while (text.len) {
		size_t n = skipped(text);
		if (n == 0) {
			while (n < text.len && in_identifier(text.ptr[n]))
				n++;
			if (n && starts_identifier(text.ptr[0]))
				nameset_add(set, str_first(text, n));
			n = max_size(n, 1);
		}
		text = str_from(text, n);
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
