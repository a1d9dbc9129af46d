#include "harness/interface.h"

static int by_name(const void *a, const void *b)
{
	const struct api_function *const *one = a, *const *other = b;
	return strcmp((*one)->name, (*other)->name);
}

void interface_index(struct interface *api, struct arena *a)
{
	struct api_function **sorted = arena_array(a, api->functions_len, struct api_function *);
	for (size_t i = 0; i < api->functions_len; i++)
		sorted[i] = &api->functions[i];
	if (api->functions_len)
		qsort(sorted, api->functions_len, sizeof(struct api_function *), by_name);
	api->functions_by_name = sorted;
}

static struct api_function *look_through(const struct interface *api, struct str name)
{
	for (size_t i = 0; i < api->functions_len; i++) {
		if (str_eq(str_of(api->functions[i].name), name))
			return &api->functions[i];
	}
	return NULL;
}

struct api_function *interface_function(const struct interface *api, struct str name)
{
	if (!api->functions_by_name)
		return look_through(api, name);
	bool found;
	size_t at = str_find_name(api->functions_by_name, api->functions_len, name, &found);
	return found ? api->functions_by_name[at] : NULL;
}
