#include "harness/glob.h"

#include "core/mem.h"

#include <fnmatch.h>

/*
 * A pattern is a row of names. While a path is walked, a set says how many of
 * them may have been used up so far: with "**" that can be several numbers at
 * once. So each name of a path is looked at once, whatever the pattern.
 */

enum { PARTS_MAX = 63 }; /* so that a set of their numbers, and of their count, is one word */

struct glob {
	struct str parts[PARTS_MAX];
	size_t len;
};

static bool is_deep(const struct glob *g, size_t i)
{
	return i < g->len && str_eq(g->parts[i], STR("**"));
}

/* False if there are too many names in it: then it matches nothing. */
static bool parse(struct str pattern, struct glob *g)
{
	g->len = 0;
	while (pattern.len) {
		struct str name = str_first(pattern, str_index(pattern, '/'));
		pattern = str_from(pattern, name.len + 1);
		bool again = str_eq(name, STR("**")) && g->len && is_deep(g, g->len - 1);
		if (name.len == 0 || str_eq(name, STR(".")) || again)
			continue;
		if (g->len == PARTS_MAX)
			return false;
		g->parts[g->len++] = name;
	}
	return g->len > 0;
}

/* Adds `used` to the set, and what follows if a "**" stands there, which may be
 * no folder at all; at the end of a pattern it is one name or more. */
static uint64_t with(const struct glob *g, uint64_t set, size_t used)
{
	set |= (uint64_t)1 << used;
	return is_deep(g, used) && used + 1 < g->len ? set | (uint64_t)1 << (used + 1) : set;
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

/* The set after one more name of the path; empty if nothing can match any more. */
static uint64_t step(const struct glob *g, uint64_t set, const char *name)
{
	uint64_t next = 0;
	for (size_t i = 0; i < g->len; i++) {
		if (!(set >> i & 1))
			continue;
		if (!is_deep(g, i)) {
			if (name_matches(g->parts[i], name))
				next = with(g, next, i + 1);
		} else if (name[0] != '.') {
			next = with(g, next, i);
			if (i + 1 == g->len)
				next = with(g, next, g->len);
		}
	}
	return next;
}

static bool is_complete(const struct glob *g, uint64_t set)
{
	return set >> g->len & 1;
}

struct expansion {
	struct glob glob;
	struct arena *a;
	struct glob_list *list;
};

static void expand(const struct expansion *e, const struct tree_node *folder, uint64_t set, const char *path)
{
	for (size_t i = 0; i < folder->children_len; i++) {
		const struct tree_node *child = folder->children[i];
		uint64_t next = step(&e->glob, set, child->name);
		bool found = child->type != TREE_FOLDER && is_complete(&e->glob, next);
		if (!next || (child->type != TREE_FOLDER && !found))
			continue;
		const char *child_path = path[0] ? arena_printf(e->a, "%s/%s", path, child->name) : child->name;
		if (found)
			*vec_push(e->list) = child_path;
		else
			expand(e, child, next, child_path);
	}
}

size_t glob_expand(const struct tree_node *folder, const char *pattern, struct arena *a, struct glob_list *list)
{
	size_t before = list->len;
	struct expansion e = {.a = a, .list = list};
	if (parse(str_of(pattern), &e.glob))
		expand(&e, folder, with(&e.glob, 0, 0), "");
	return list->len - before;
}

bool glob_matches(const char *pattern, const char *path)
{
	struct glob g;
	char name[TREE_NAME_MAX + 1];
	if (!parse(str_of(pattern), &g))
		return false;
	uint64_t set = with(&g, 0, 0);
	for (struct str rest = str_of(path); set && rest.len;) {
		size_t len = str_index(rest, '/');
		if (len > TREE_NAME_MAX)
			return false;
		memcpy(name, rest.ptr, len);
		name[len] = '\0';
		set = step(&g, set, name);
		rest = str_from(rest, len + 1);
	}
	return is_complete(&g, set);
}
