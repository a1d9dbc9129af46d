#include "core/path.h"

#include "core/prng.h"
#include "tests/tap.h"

static struct arena arena;

static const struct {
	const char *folder, *path, *joined; /* NULL: it climbs out */
} joins[] = {
	{"", "", ""},          {"", ".", ""},          {"", "a", "a"},           {"", "./a//b/.", "a/b"},
	{"", "/a", "a"},       {"", "..", NULL},       {"", "a/../..", NULL},    {"", "a/../b", "b"},
	{"src", "", "src"},    {"src", "a.c", "src/a.c"}, {"src", "../a.c", "a.c"}, {"src", "..", ""},
	{"a/b", "../../c", "c"}, {"a/b", "../../../c", NULL}, {"a", "...", "a/..."}, {"", "a/..b", "a/..b"},
	{"a", "b/../../../c", NULL}, {"", "\xC3\xA9/\n", "\xC3\xA9/\n"},
};

static void joins_paths(void)
{
	for (size_t i = 0; i < countof(joins); i++)
		is_str(path_join(&arena, joins[i].folder, str_of(joins[i].path)), joins[i].joined);
}

/* What is joined is clean: to join it again changes nothing. */
static void is_clean_at_once(void)
{
	struct prng p = {5};
	size_t wrong = 0, inside = 0;
	for (size_t i = 0; i < 20000; i++) {
		char text[13] = "";
		for (size_t k = 0; k + 1 < sizeof(text); k++)
			text[k] = "a./"[prng_below(&p, 3)];
		const char *once = path_join(&arena, "x/y", str_of(text));
		inside += once != NULL;
		wrong += once && (strcmp(path_join(&arena, "", str_of(once)), once) != 0 || once[0] == '/');
	}
	is_int(wrong, 0);
	ok(inside > 10000);
}

static const char *text(struct str s)
{
	return arena_str(&arena, s);
}

static void takes_paths_apart(void)
{
	static const struct {
		const char *path, *folder, *base, *stem;
	} cases[] = {
		{"", "", "", ""},
		{"a.c", "", "a.c", "a"},
		{"src/a.test.c", "src", "a.test.c", "a.test"},
		{"/a", "", "a", "a"},
		{"a/b/", "a/b", "", ""},
		{"a.b/c", "a.b", "c", "c"},
		{".hidden", "", ".hidden", ".hidden"},
		{"a/.x.y", "a", ".x.y", ".x"},
		{"a.", "", "a.", "a"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct str path = str_of(cases[i].path);
		is_str(text(path_folder(path)), cases[i].folder);
		is_str(text(path_base(path)), cases[i].base);
		is_str(text(path_stem(path)), cases[i].stem);
		is_str(path_base_of(cases[i].path), cases[i].base);
	}
	is_int(path_base((struct str){0}).len, 0);
}

int main(void)
{
	tap_run("joins paths", joins_paths);
	tap_run("is clean at once", is_clean_at_once);
	tap_run("takes paths apart", takes_paths_apart);
	arena_release(&arena);
	return tap_done();
}
