#include "harness/suitefiles.h"

static bool is_source(const struct suite *suite, struct str path)
{
	for (size_t i = 0; i < suite->plan.objects_len; i++) {
		if (str_eq(str_of(suite->plan.objects[i].name), path))
			return true;
	}
	return false;
}

struct strings suite_private_headers(const struct suite *suite, struct arena *a)
{
	struct strings headers = {arena_array(a, suite->private_files.len, const char *), 0};
	for (size_t i = 0; i < suite->private_files.len; i++) {
		if (!is_source(suite, suite->private_files.items[i]))
			headers.items[headers.len++] = arena_str(a, suite->private_files.items[i]);
	}
	return headers;
}

/* Each once; the list is in byte order. */
static void drop_doubles(struct strings *list)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->len; i++) {
		if (kept == 0 || strcmp(list->items[kept - 1], list->items[i]) != 0)
			list->items[kept++] = list->items[i];
	}
	list->len = kept;
}

struct strings suite_data_files(const struct suite *suite, const struct suite_result *result, struct arena *a)
{
	size_t most = 0;
	for (size_t i = 0; i < result->programs_len; i++)
		most += result->programs[i].inputs.len;
	struct strings files = {arena_array(a, most, const char *), 0};
	for (size_t i = 0; i < result->programs_len; i++) {
		const struct strings *inputs = &result->programs[i].inputs;
		for (size_t k = 0; k < inputs->len; k++) {
			if (!is_source(suite, str_of(inputs->items[k])))
				files.items[files.len++] = inputs->items[k];
		}
	}
	strings_sort(&files);
	drop_doubles(&files);
	return files;
}
