/*
 * A project in one text: "== PATH" begins a file. Whatever stands in it, what
 * is found keeps the promises of buildfacts.h: paths that are there and stay
 * inside. That no file takes long is what the fuzzer's own time limit watches.
 */

#include "harness/buildfacts.h"
#include "harness/tree.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_file(struct tree *tree, struct arena *a, struct str path, struct str text)
{
	if (path.len)
		tree_add_file(tree, arena_printf(a, "/%s", arena_str(a, path)), text, NULL);
}

static void unpack(struct tree *tree, struct arena *a, struct str input)
{
	struct str path = STR("CMakeLists.txt"), mark = STR("== "), line, rest = input;
	const char *start = input.ptr;
	while (str_next_line(&rest, &line)) {
		if (!str_starts(line, mark))
			continue;
		add_file(tree, a, path, (struct str){start, (size_t)(line.ptr - start)});
		path = str_from(line, mark.len);
		start = rest.ptr;
	}
	if (input.len)
		add_file(tree, a, path, (struct str){start, (size_t)(input.ptr + input.len - start)});
}

static void check_path(const char *path)
{
	assert(path && path[0] != '/');
	for (struct str rest = str_of(path); rest.len;) {
		struct str name = str_first(rest, str_index(rest, '/'));
		assert(name.len > 0 && !str_eq(name, STR("..")) && !str_eq(name, STR(".")));
		rest = str_from(rest, name.len + 1);
	}
}

static void check_paths(const struct strings *list)
{
	for (size_t i = 0; i < list->len; i++)
		check_path(list->items[i]);
}

static void check_target(const struct fact_target *t)
{
	assert(t->name && t->name[0] && t->file);
	check_paths(&t->sources);
	check_paths(&t->include);
	check_path(t->file);
	for (size_t i = 0; i < t->flags.len; i++)
		assert(t->flags.items[i][0] == '-');
	for (size_t i = 0; i < t->defines.len; i++)
		assert(t->defines.items[i][0] && t->defines.items[i][0] != '-');
	for (size_t i = 0; i < t->links.len; i++)
		assert(t->links.items[i]);
}

static void check_test(const struct fact_test *t)
{
	assert(t->name && t->program && t->program[0]);
	check_path(t->file);
	if (t->cwd)
		check_path(t->cwd);
	if (t->stdin_file)
		check_path(t->stdin_file);
	if (t->expected_file)
		check_path(t->expected_file);
	for (size_t i = 0; i < t->args.len; i++)
		assert(t->args.items[i]);
	for (size_t i = 0; i < t->env.len; i++)
		assert(strchr(t->env.items[i], '='));
}

static void check(const struct buildfacts *b)
{
	for (size_t i = 0; i < b->targets_len; i++)
		check_target(&b->targets[i]);
	for (size_t i = 0; i < b->tests_len; i++)
		check_test(&b->tests[i]);
	for (size_t i = 0; i < b->templates_len; i++) {
		if (b->templates[i].from)
			check_path(b->templates[i].from);
		check_path(b->templates[i].to);
	}
	check_paths(&b->headers);
	check_paths(&b->header_roots);
	check_paths(&b->files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	struct buildfacts facts;
	unpack(tree, &a, (struct str){(const char *)data, min_size(size, 1 << 16)});
	int status = buildfacts_read(tree_root(tree), &a, &facts, NULL);
	assert(status == 0);
	check(&facts);
	return 0;
}
