/* What people write about a library: a README and a licence of any bytes. */

#include "harness/licence.h"
#include "harness/readme.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"/README.md", "/README.rst", "/README", "/LICENSE"};
	SCOPED_ARENA struct arena a = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	struct readme readme = {0};
	struct licence licence;
	struct str text = {(const char *)data + (size > 0), size - (size > 0)};
	tree_add_file(tree, names[size ? data[0] % countof(names) : 0], text, NULL);
	readme_find(tree_root(tree), &a, &readme);
	licence_find(tree_root(tree), &a, &licence);
	assert(licence.spdx && licence.spdx[0]);
	for (size_t i = 0; i < readme.parts_len; i++) {
		assert(readme.parts[i].line > 0 && readme.parts[i].line <= readme.parts[i].end_line);
		assert(!memchr(readme.parts[i].title, '\n', strlen(readme.parts[i].title)));
	}
	return 0;
}
