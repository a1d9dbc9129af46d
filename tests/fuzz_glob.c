/*
 * The first line is a pattern, the others are files of a tree. What the pattern
 * finds in the tree and what it says about each path alone is the same, and no
 * pattern takes long: the fuzzer's own time limit watches over that.
 */

#include "core/mem.h"
#include "harness/glob.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct checking {
	const char *pattern;
	const struct glob_list *found;
	size_t matched;
};

static bool is_found(const struct glob_list *list, const char *path)
{
	size_t times = 0;
	for (size_t i = 0; i < list->len; i++)
		times += strcmp(list->items[i], path) == 0;
	assert(times <= 1);
	return times == 1;
}

static void check(struct checking *c, const struct tree_node *node, const char *path, struct arena *a)
{
	for (size_t i = 0; i < node->children_len; i++) {
		const struct tree_node *child = node->children[i];
		const char *child_path = arena_printf(a, "%s%s%s", path, path[0] ? "/" : "", child->name);
		if (child->type == TREE_FILE) {
			bool found = is_found(c->found, child_path);
			assert(glob_matches(c->pattern, child_path) == found);
			c->matched += found;
		}
		check(c, child, child_path, a);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	struct str rest = {(const char *)data, min_size(size, 4000)}, line = {0};
	struct glob_list found = {0};
	str_next_line(&rest, &line);
	struct checking c = {.pattern = arena_str(&a, line), .found = &found};
	while (str_next_line(&rest, &line))
		tree_add_file(tree, arena_str(&a, line), (struct str){0}, NULL);
	assert(glob_expand(tree_root(tree), c.pattern, &a, &found) == found.len);
	check(&c, tree_root(tree), "", &a);
	assert(c.matched == found.len);
	vec_release(&found);
	return 0;
}
