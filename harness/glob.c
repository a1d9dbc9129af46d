#include "harness/glob.h"

#include "core/mem.h"

#include <fnmatch.h>

enum { DEPTH_MAX = 64 };

/* The first name of a path and what follows it. */
static struct str first_name(struct str path, struct str *ret_rest)
{
	struct str name = str_first(path, str_index(path, '/'));
	*ret_rest = str_from(path, name.len + 1);
	return name;
}

static bool name_matches(struct str pattern, const char *name)
{
	char text[512];
	if (pattern.len >= sizeof(text))
		return false;
	memcpy(text, pattern.ptr, pattern.len);
	text[pattern.len] = '\0';
	return fnmatch(text, name, FNM_PERIOD) == 0;
}

struct expansion {
	struct arena *a;
	struct glob_list *list;
};

static void expand(const struct expansion *e, const struct tree_node *node, struct str pattern, const char *path,
		   unsigned depth)
{
	struct str rest, name = first_name(pattern, &rest);
	if (depth > DEPTH_MAX || node->type != TREE_FOLDER)
		return;
	if (str_eq(name, STR("."))) {
		expand(e, node, rest, path, depth + 1);
		return;
	}
	bool any_depth = str_eq(name, STR("**"));
	if (any_depth)
		expand(e, node, rest, path, depth + 1);
	for (size_t i = 0; i < node->children_len; i++) {
		const struct tree_node *child = node->children[i];
		const char *child_path =
			path[0] ? arena_printf(e->a, "%s/%s", path, child->name) : child->name;
		if (any_depth && child->name[0] != '.')
			expand(e, child, pattern, child_path, depth + 1);
		else if (!any_depth && name_matches(name, child->name) && rest.len == 0 && child->type != TREE_FOLDER)
			*vec_push(e->list) = child_path;
		else if (!any_depth && rest.len && name_matches(name, child->name))
			expand(e, child, rest, child_path, depth + 1);
	}
}

size_t glob_expand(const struct tree_node *folder, const char *pattern, struct arena *a, struct glob_list *list)
{
	size_t before = list->len;
	struct expansion e = {a, list};
	expand(&e, folder, str_of(pattern), "", 0);
	return list->len - before;
}

static bool matches(struct str pattern, struct str path, unsigned depth)
{
	if (pattern.len == 0 || path.len == 0 || depth > DEPTH_MAX)
		return pattern.len == 0 && path.len == 0;
	struct str pattern_rest, path_rest;
	struct str wanted = first_name(pattern, &pattern_rest), name = first_name(path, &path_rest);
	if (str_eq(wanted, STR("**")))
		return matches(pattern_rest, path, depth + 1) || matches(pattern, path_rest, depth + 1);
	char text[512];
	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	return name_matches(wanted, text) && matches(pattern_rest, path_rest, depth + 1);
}

bool glob_matches(const char *pattern, const char *path)
{
	return matches(str_of(pattern), str_of(path), 0);
}
