#include "harness/nameset.h"

#include "core/mem.h"
#include "core/prng.h"
#include "tests/tap.h"

/* The set as text, a blank behind each name. */
static const char *joined(struct nameset *set)
{
	static char text[1000];
	size_t at = 0;
	nameset_seal(set);
	text[0] = '\0';
	for (size_t i = 0; i < set->len; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%.*s ", STR_ARG(set->items[i]));
	return text;
}

static void holds_what_was_added(void)
{
	SCOPED(nameset_release) struct nameset set = {0};
	nameset_seal(&set);
	ok(!nameset_has(&set, STR("a")));
	ok(!nameset_has(&set, (struct str){0}));
	nameset_add(&set, STR("b"));
	nameset_add(&set, STR("a"));
	nameset_add(&set, STR("b"));
	nameset_add(&set, STR("ab"));
	nameset_add(&set, STR(""));
	is_str(joined(&set), " a ab b ");
	is_int(set.len, 4);
	ok(nameset_has(&set, STR("a")));
	ok(nameset_has(&set, STR("b")));
	ok(nameset_has(&set, STR("")));
	ok(nameset_has(&set, (struct str){0}));
	ok(!nameset_has(&set, STR("c")));
	ok(!nameset_has(&set, STR("abc")));
	ok(!nameset_has(&set, ((struct str){"b\0", 2})));
	nameset_add(&set, STR("c")); /* and again */
	nameset_seal(&set);
	nameset_seal(&set);
	ok(nameset_has(&set, STR("c")));
	is_int(set.len, 5);
	nameset_release(&set);
	nameset_release(&set);
	is_int(set.len, 0);
}

static void agrees_with_a_plain_list(void)
{
	enum { NAMES = 2000 };
	static char names[NAMES][5];
	struct prng p = {3};
	SCOPED(nameset_release) struct nameset set = {0};
	size_t wrong = 0, there = 0;
	for (size_t i = 0; i < NAMES; i++) {
		size_t len = prng_below(&p, 5);
		for (size_t j = 0; j < len; j++)
			names[i][j] = "ab\xFF"[prng_below(&p, 3)];
		if (i % 2)
			nameset_add(&set, str_of(names[i]));
	}
	nameset_seal(&set);
	for (size_t i = 0; i < NAMES; i++) {
		bool want = false;
		for (size_t j = 1; j < NAMES && !want; j += 2)
			want = strcmp(names[i], names[j]) == 0;
		wrong += nameset_has(&set, str_of(names[i])) != want;
		there += want;
	}
	is_int(wrong, 0);
	ok(there > NAMES / 2);
	for (size_t i = 1; i < set.len; i++)
		wrong += str_cmp(set.items[i - 1], set.items[i]) >= 0;
	is_int(wrong, 0);
}

static const struct {
	const char *text, *names;
} texts[] = {
	{"int ini_parse(const char *name);", "char const ini_parse int name "},
	{"", ""},
	{"_a __b c9 9d 0x1Fe 1e5f _", "_ __b _a c9 "},
	{"a-b+c*d(e)f[g]", "a b c d e f g "},
	{"a\xFF" "b \xC3\xA4x", "a b x "},
	{"12345", ""},
	{"A A A", "A "},
	{"last", "last "},
	{"1_a a_1", "a_1 "},
	/* neither comments nor literals */
	{"a /* b */ c", "a c "},
	{"a /* b\nb */ c", "a c "},
	{"a /*/ b */ c", "a c "},
	{"a /**/ c", "a c "},
	{"a /* never ends", "a "},
	{"a // b \nc", "a c "},
	{"a // b", "a "},
	{"a / b", "a b "},
	{"a \"b\" c", "a c "},
	{"a \"b \\\" b\" c", "a c "},
	{"a \"b \\\\\" c", "a c "},
	{"a \"b /* \" c", "a c "},
	{"a 'b' L'\\'' c", "L a c "},
	{"a \"never ends\nc", "a c "},
	{"a \"never ends", "a "},
	{"a \"\\", "a "},
	{"a '", "a "},
	{"/* it's */ a", "a "},
};

static void identifiers_of_a_text(void)
{
	for (size_t i = 0; i < countof(texts); i++) {
		SCOPED(nameset_release) struct nameset set = {0};
		nameset_add_identifiers(&set, str_of(texts[i].text));
		is_str(joined(&set), texts[i].names);
	}
	SCOPED(nameset_release) struct nameset set = {0};
	nameset_add_identifiers(&set, (struct str){0});
	nameset_add_identifiers(&set, (struct str){"cut_here", 3});
	nameset_add_identifiers(&set, (struct str){"a\0b", 3});
	is_str(joined(&set), "a b cut ");
}

/* As clang -E writes it. */
static const char preprocessed[] =
	"before\n"
	"# 1 \"/src/all.c\"\n"
	"# 1 \"<built-in>\" 1\n"
	"builtin\n"
	"# 1 \"/src/include/ini.h\" 1\n"
	"int parse(void);\n"
	"\n"
	"# 1 \"/usr/include/stdio.h\" 1 3\n"
	"int puts(const char *);\n"
	"# 7 \"/src/include/ini.h\" 2\r\n"
	"struct ini;\r\n"
	"#pragma pack(1)\n"
	"# 1 \"/src2/other.h\" 1\n"
	"other\n"
	"# 12 \"/src/with \\\"quote.h\" 1\n"
	"quoted\n"
	"# no path here\n"
	"#nor here\n"
	"# 1 \"/usr/cut.h\n"
	"from_usr\n";

static void identifiers_from_some_files(void)
{
	SCOPED(nameset_release) struct nameset set = {0};
	nameset_add_identifiers_from(&set, str_of(preprocessed), STR("/src/"));
	is_str(joined(&set), "here ini int no nor pack parse path pragma quoted struct void ");
	SCOPED(nameset_release) struct nameset usr = {0};
	nameset_add_identifiers_from(&usr, str_of(preprocessed), STR("/usr/"));
	is_str(joined(&usr), "char const from_usr int puts ");
	SCOPED(nameset_release) struct nameset all = {0};
	nameset_add_identifiers_from(&all, str_of(preprocessed), (struct str){0});
	ok(nameset_has((nameset_seal(&all), &all), STR("builtin")));
	ok(!nameset_has(&all, STR("before"))); /* no marker says where it is from */
	SCOPED(nameset_release) struct nameset none = {0};
	nameset_add_identifiers_from(&none, (struct str){0}, STR("/src/"));
	nameset_add_identifiers_from(&none, STR("# "), STR("/src/"));
	nameset_add_identifiers_from(&none, STR("# \""), STR("/src/"));
	nameset_add_identifiers_from(&none, STR("# 1 \"/src/\""), STR("/src/"));
	is_str(joined(&none), "");
}

int main(void)
{
	tap_run("holds what was added", holds_what_was_added);
	tap_run("agrees with a plain list", agrees_with_a_plain_list);
	tap_run("identifiers of a text", identifiers_of_a_text);
	tap_run("identifiers from some files", identifiers_from_some_files);
	return tap_done();
}
