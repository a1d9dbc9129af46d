#include "harness/spec.h"

#include "core/mem.h"
#include "harness/store.h"

void spec_release(struct spec *spec)
{
	vec_release(&spec->headers);
	vec_release(&spec->tests);
	vec_release(&spec->documents);
}

static int add_files(struct tree *tree, const char *folder, const struct spec_files *files, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < files->len; i++) {
		const struct spec_file *file = &files->items[i];
		if (tree_add_file(tree, arena_printf(&scratch, "/%s/%s", folder, file->path), file->text, err) < 0)
			return -1;
	}
	return 0;
}

static int add_json(struct tree *tree, const struct spec *spec, struct err *err)
{
	SCOPED_JSON json_t *object = spec_json(spec);
	SCOPED_MEM char *text = json_print(object);
	return tree_add_file(tree, "/spec.json", str_of(text), err);
}

int spec_save(const struct spec *spec, const char *folder, struct hash *ret_id, struct err *err)
{
	SCOPED_TREE struct tree *tree = tree_new();
	if (add_json(tree, spec, err) < 0 || add_files(tree, "headers", &spec->headers, err) < 0 ||
	    add_files(tree, "tests", &spec->tests, err) < 0 ||
	    add_files(tree, "documents", &spec->documents, err) < 0)
		return -1;
	return store_save(tree, folder, ret_id, err);
}
