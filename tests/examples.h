#ifndef RECAST_TESTS_EXAMPLES_H
#define RECAST_TESTS_EXAMPLES_H

/* Examples below specs/examples, each of which is a test. */

#include "core/arena.h"

#include <dirent.h>

static inline int examples_is_one(const struct dirent *entry)
{
	return str_ends(str_of(entry->d_name), STR(".json"));
}

/* By name; how many there were, or -1 without such a folder. The path ends when `test` returns. */
static inline int examples_each(const char *folder, void (*test)(const char *path))
{
	struct dirent **files;
	int count = scandir(folder, &files, examples_is_one, alphasort);
	for (int i = 0; i < count; i++) {
		SCOPED_ARENA struct arena a = {0};
		test(arena_printf(&a, "%s/%s", folder, files[i]->d_name));
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	return count;
}

#endif
