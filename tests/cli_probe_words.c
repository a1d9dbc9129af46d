/* What calls are made of: the numbers and texts that the library's code holds, as the compiler writes them down. */

#include "tests/probe_library.h"

static const char header[] =
	"#define LIB_MOST 4711\n#define LIB_LEAST (-4712)\n#define LIB_RATIO 0.625\n#define LIB_MAGIC \"magic word\"\n"
	"enum lib_kind { LIB_ONE = 8101, LIB_OTHER = -8102 };\n"
	"int lib(int n, long long wide, double real, float narrow, const char *text, enum lib_kind kind);\n";

static const char source[] =
	"#include \"lib.h\"\n#include <string.h>\n"
	"static int is(const char *text, const char *other) { return strcmp(text, other) == 0; }\n"
	"int lib(int n, long long wide, double real, float narrow, const char *text, enum lib_kind kind)\n{\n"
	"	int found = n == 60001 || n == -60002 || n == 2000000011 || n == -2000000012 || n == (int)2166136261u;\n"
	"	found |= wide == 9000000000000000013ll || wide == -9000000000000000014ll || wide == 68719476736ll;\n"
	"	found |= real == 17.375 || real == -1e-9 || narrow == 18.25f;\n"
	"	found |= is(text, \"8 bytes!\") || is(text, \"9 bytes: \") || is(text, \"twelve bytes\");\n"
	"	found |= is(text, \"a text of more than thirty bytes, so that its length is a letter\");\n"
	"	found |= is(text, \"\\\"quoted\\\"\\n\\tand more\");\n"
	"	return found + (text[0] == '@') + (kind == LIB_ONE);\n}\n";

static const char test[] =
	"#include \"lib.h\"\nint main(void)\n"
	"{ return lib(70001, -70002, 19.5, 20.25f, \"said by a test\", LIB_ONE) != 1; }\n";

static bool has_number(const struct probe_words *w, int64_t number)
{
	for (size_t i = 0; i < w->numbers_len; i++) {
		if (w->numbers[i] == (uint64_t)number)
			return true;
	}
	return false;
}

static bool has_real(const struct probe_words *w, double value)
{
	for (size_t i = 0; i < w->reals_len; i++) {
		if (memcmp(&w->reals[i], &value, sizeof(value)) == 0)
			return true;
	}
	return false;
}

static bool has_text(const struct probe_words *w, const char *text)
{
	for (size_t i = 0; i < w->texts_len; i++) {
		if (str_eq(w->texts[i], str_of(text)))
			return true;
	}
	return false;
}

static void numbers(struct sandbox *s, const struct probe_words *w)
{
	static const int64_t known[] = {60001, -60002, 2000000011, -2000000012, (int32_t)2166136261u, 9000000000000000013,
					-9000000000000000014, 68719476736, 4711, -4712, 8101, -8102, 70001, -70002};
	static const double reals[] = {17.375, -1e-9, 18.25, 0.625, 19.5, 20.25};
	for (size_t i = 0; i < countof(known); i++)
		tap_ok(has_number(w, known[i]), arena_printf(&s->arena, "%lld", (long long)known[i]), __FILE__, __LINE__);
	for (size_t i = 0; i < countof(reals); i++)
		tap_ok(has_real(w, reals[i]), arena_printf(&s->arena, "%g", reals[i]), __FILE__, __LINE__);
	ok(memchr(w->letters, '@', w->letters_len) != NULL);
	ok(memchr(w->letters, 0, w->letters_len) == NULL);
	/* As long as what a header names, and a little more or less. */
	for (uint64_t n = 4710; n <= 4712; n++) {
		bool found = false;
		for (size_t i = 0; i < w->lengths_len; i++)
			found |= w->lengths[i] == n;
		ok(found);
	}
}

static void texts(const struct probe_words *w)
{
	static const char *const known[] = {
		"8 bytes!", "9 bytes: ", "twelve bytes", "a text of more than thirty bytes, so that its length is a letter",
		"\"quoted\"\n\tand more", "said by a test", "magic word",
	};
	for (size_t i = 0; i < countof(known); i++)
		if (!ok(has_text(w, known[i])))
			tap_show("text", known[i], strlen(known[i]));
}

/* Addresses are no words: the linker fills them in. */
static void no_addresses(struct sandbox *s)
{
	static const char code[] = "static int all[500]; int *at(void) { return all + 301; }\n";
	static const struct probe_grammar nobody;
	static const struct interface nothing;
	struct err err = {0};
	struct built object;
	struct probe_words w;
	SCOPED_TREE struct tree *tree = NULL;
	struct compile c = {.source = "/src/at.c"};
	sandbox_check(toolchain_tree(s->tools.toolchain, &tree, &err), &err);
	sandbox_check(tree_add_file(tree, c.source, STR(code), &err), &err);
	sandbox_check(build_compile(s->tools.toolchain, tree, &c, &build_default_limits, &s->arena, &object, &err), &err);
	struct link_input input = {"at.c", object.bytes};
	probe_words_collect(&nobody, &nothing, &input, 1, &s->arena, &w);
	ok(!has_number(&w, 301 * 4));
}

static void words(struct sandbox *s)
{
	struct probe_library l;
	probe_library_open(s, &l, &(struct probe_texts){.header = header, .source = source, .test = test});
	numbers(s, &l.setup.words);
	texts(&l.setup.words);
	no_addresses(s);
	probe_library_close(&l);
}

int main(void)
{
	return sandbox_main(words);
}
