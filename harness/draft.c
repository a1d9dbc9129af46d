#include "harness/draft.h"

/* Where the path stands, or where it would have to go. */
static size_t place_of(const struct draft *draft, const char *path, bool *ret_found)
{
	size_t low = 0, high = draft->len;
	*ret_found = false;
	while (low < high && !*ret_found) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(path, draft->items[middle].path);
		*ret_found = order == 0;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return *ret_found ? high : low;
}

struct str draft_text(const struct draft *draft, const char *path)
{
	bool found;
	size_t at = place_of(draft, path, &found);
	return found ? draft->items[at].text : (struct str){0};
}

bool draft_has(const struct draft *draft, const char *path)
{
	bool found;
	place_of(draft, path, &found);
	return found;
}

struct draft draft_with(const struct draft *draft, const char *path, struct str text, struct arena *a)
{
	bool found;
	size_t at = place_of(draft, path, &found);
	struct draft with = {arena_array(a, draft->len + 1, struct draft_file), 0};
	for (size_t i = 0; i < at; i++)
		with.items[with.len++] = draft->items[i];
	with.items[with.len++] = (struct draft_file){arena_strdup(a, path), text};
	for (size_t i = at + found; i < draft->len; i++)
		with.items[with.len++] = draft->items[i];
	return with;
}

int draft_tree(const struct draft *draft, const char *root, struct tree *tree, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < draft->len; i++) {
		const char *path = arena_printf(&scratch, "%s/%s", root, draft->items[i].path);
		if (tree_add_file(tree, path, draft->items[i].text, err) < 0)
			return -1;
	}
	return 0;
}
