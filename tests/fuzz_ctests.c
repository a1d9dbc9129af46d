/*
 * Any bytes as sources of a test program; a line of "%%" begins another source.
 * Cuts stay within their sources and apart, and cutting leaves what is not cut.
 */

#include "core/mem.h"
#include "harness/ctests.h"

#include <assert.h>

enum { SOURCES_MAX = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t split_sources(struct str text, struct ctest_source sources[static SOURCES_MAX])
{
	size_t len = 0;
	while (len + 1 < SOURCES_MAX) {
		const char *mark = text.len ? memmem(text.ptr, text.len, "\n%%\n", 4) : NULL;
		if (!mark)
			break;
		size_t at = (size_t)(mark - text.ptr);
		sources[len++] = (struct ctest_source){"source.c", str_first(text, at + 1)};
		text = str_from(text, at + 4);
	}
	sources[len++] = (struct ctest_source){"source.c", text};
	return len;
}

static void check_names(const struct strings *names)
{
	for (size_t i = 1; i < names->len; i++)
		assert(strcmp(names->items[i - 1], names->items[i]) < 0);
}

static void check_test(const struct ctest_source *sources, size_t len, const struct ctest_function *test)
{
	assert(test->source < len && test->name[0] && test->line >= 1 && test->line <= test->end_line);
	assert(test->cuts_len >= 2);
	for (size_t i = 0; i < test->cuts_len; i++) {
		const struct ctest_range *cut = &test->cuts[i], *last = i ? cut - 1 : NULL;
		assert(cut->source < len && cut->start < cut->end && cut->end <= sources[cut->source].text.len);
		assert(!last || last->source <= cut->source);
		assert(!last || last->source < cut->source || last->end <= cut->start);
	}
	check_names(&test->reaches);
}

/* Every other test goes; of two sources, nothing else of the last. */
static void check_orphans(const struct ctest_source *sources, size_t len, const struct ctests *tests, struct arena *a)
{
	bool whole[SOURCES_MAX] = {0};
	bool *sealed = arena_array(a, tests->len + 1, bool);
	struct ctest_function orphans;
	struct err err = {0};
	whole[len - 1] = len > 1;
	for (size_t i = 0; i < tests->len; i += 2)
		sealed[i] = true;
	if (ctests_orphans(sources, len, tests, sealed, whole, a, &orphans, &err) < 0)
		return;
	for (size_t i = 0; i < orphans.cuts_len; i++) {
		const struct ctest_range *cut = &orphans.cuts[i];
		assert(cut->source < len && !whole[cut->source] && cut->start < cut->end);
		assert(cut->end <= sources[cut->source].text.len);
	}
}

/* No two tests share bytes; a cut of one test has the sizes of its ranges, and blank lines, less. */
static void check_apart(const struct ctest_source *sources, size_t len, const struct ctests *tests)
{
	for (size_t s = 0; s < len; s++) {
		unsigned char *taken = mem_zalloc(sources[s].text.len + 1, 1);
		for (size_t t = 0; t < tests->len; t++) {
			for (size_t c = 0; c < tests->items[t].cuts_len; c++) {
				const struct ctest_range *cut = &tests->items[t].cuts[c];
				for (size_t at = cut->start; cut->source == s && at < cut->end; at++)
					assert(taken[at]++ == 0);
			}
		}
		free(taken);
	}
}

static void check_cut(const struct ctest_source *sources, size_t len, const struct ctests *tests, struct arena *a)
{
	bool *sealed = arena_array(a, tests->len + 1, bool);
	for (size_t s = 0; s < len; s++)
		assert(str_eq(ctests_cut(sources, s, tests, sealed, a), sources[s].text));
	for (size_t t = 0; t < tests->len; t += 2)
		sealed[t] = true;
	for (size_t s = 0; s < len; s++) {
		struct str left = ctests_cut(sources, s, tests, sealed, a);
		assert(left.len <= sources[s].text.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct ctest_source sources[SOURCES_MAX];
	size_t len = split_sources((struct str){(const char *)data, size}, sources);
	struct ctests tests;
	struct err err = {0};
	if (ctests_find(sources, len, &a, &tests, &err) < 0) {
		assert(err.kind == ERR_LIMIT);
		return 0;
	}
	assert((tests.len == 0) == (tests.framework[0] == '\0'));
	for (size_t i = 0; i < tests.len; i++)
		check_test(sources, len, &tests.items[i]);
	check_apart(sources, len, &tests);
	check_cut(sources, len, &tests, &a);
	check_orphans(sources, len, &tests, &a);
	struct strings names = ctests_names(sources, len, &a);
	check_names(&names);
	return 0;
}
