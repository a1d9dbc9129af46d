/*
 * Any bytes as a tar archive. Whether it is read or refused, the tree that is
 * there afterwards is one that guests can be given.
 */

#include "harness/tree.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct tree_node *node, struct str archive, size_t depth)
{
	assert(depth <= TREE_DEPTH_MAX && node->type != TREE_LINK);
	assert(node->type == TREE_FOLDER || node->children_len == 0);
	if (node->content.len)
		assert(node->content.ptr >= archive.ptr &&
		       node->content.ptr + node->content.len <= archive.ptr + archive.len);
	for (size_t i = 0; i < node->children_len; i++) {
		const char *name = node->children[i]->name;
		assert(name[0] && strlen(name) <= TREE_NAME_MAX && !strchr(name, '/'));
		assert(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
		assert(i == 0 || strcmp(node->children[i - 1]->name, name) < 0);
		assert(tree_child(node, str_of(name)) == node->children[i]);
		check(node->children[i], archive, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str archive = {(const char *)data, size};
	struct err err = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	if (tree_add_tar(tree, "/usr", archive, &err) < 0)
		assert(err.kind == ERR_PARSE || err.kind == ERR_LIMIT);
	check(tree_root(tree), archive, 0);
	/* All of it below the place that was named. */
	assert(tree_root(tree)->children_len == (tree_find(tree, "/usr") != NULL));
	struct hasher h;
	hasher_init(&h);
	tree_hash_into(tree_root(tree), &h);
	hasher_finish(&h);
	return 0;
}
