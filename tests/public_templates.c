#include "core/fs.h"
#include "harness/templates.h"
#include "tests/tap.h"

#include <unistd.h>

static struct arena arena;
static char folder[] = "/tmp/recast-test-templates-XXXXXX";

/* Those that are embedded, with another text for "unit". */
static struct templates with_unit(const char *text)
{
	struct err err = {0};
	struct templates t = {0};
	ok(templates_embedded(&arena, &t, &err) == 0);
	for (size_t i = 0; i < t.len; i++) {
		if (strcmp(t.items[i].name, "unit") == 0)
			t.items[i].text = str_of(text);
	}
	return t;
}

/* Parts as "origin:text|", "!" behind those that are shared. */
static const char *filled(const char *text, const struct template_value *values, size_t len)
{
	struct templates t = with_unit(text);
	struct err err = {0};
	struct prompt_part *parts;
	size_t parts_len;
	if (templates_fill(&t, "unit", values, len, &arena, &parts, &parts_len, &err) < 0)
		return arena_strdup(&arena, err.text);
	const char *all = "";
	for (size_t i = 0; i < parts_len; i++)
		all = arena_printf(&arena, "%s%d:%.*s|%s", all, (int)parts[i].origin, STR_ARG(parts[i].text),
				   parts[i].shared ? "!" : "");
	return all;
}

#define HEAD "<!-- unit 1 -->\n"

static void values_are_parts_of_their_own(void)
{
	struct template_value values[] = {
		{"path", PROMPT_SPEC, STR("a{{files}}b")},
		{"files", PROMPT_OWN, STR("f")},
		{"plan", PROMPT_HUMAN, STR("")},
	};
	static const char *const cases[][2] = {
		{"", ""},
		{"x\n", "0:x\n|"},
		{"x {{path}} y {{files}}", "0:x |1:a{{files}}b|0: y |4:f|"},
		{"{{path}}{{plan}}{{header}}{{path}}\n", "1:a{{files}}b|1:a{{files}}b|0:\n|"},
		{"{{#files}}\nx\n{{/files}}\ny\n", "0:x\n|0:y\n|"},
		{"{{#plan}}\nx\n{{/plan}}\ny\n", "0:y\n|"},
		{"{{^plan}}\nx\n{{/plan}}\ny\n", "0:x\n|0:y\n|"},
		{"{{^files}}\nx\n{{/files}}\ny", "0:y|"},
		{"a {{#files}}x{{/files}} b\n", "0:a |0:x|0: b\n|"},
		{"a\n  {{#files}}  \r\nx\n\t{{/files}}", "0:a\n|0:x\n|"},
		{"{{#files}}{{/files}}\nb", "0:\nb|"},
		{"{{#plan}}{{#files}}a{{files}}{{/files}}{{^path}}b{{/path}}{{/plan}}c", "0:c|"},
		{"{{#files}}{{^plan}}a{{#path}}b{{/path}}{{/plan}}{{/files}}", "0:a|0:b|"},
		{"x\n{{>cache}}\ny", "0:x\n|!0:y|"},
		{"{{files}}{{>cache}}", "4:f|!"},
		{"{{>cache}}\nx{{plan}}\n{{>cache}}\n", "0:x|0:\n|!"},
		{"}} { { }", "0:}} { { }|"},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(filled(arena_printf(&arena, HEAD "%s", cases[i][0]), values, countof(values)), cases[i][1]);
	is_str(filled("<!-- unit 1 -->\r\nx", values, 0), "0:x|");
}

static void marks_are_checked(void)
{
	static const char *const cases[][2] = {
		{HEAD "{{paths}}", "unit.md:2: \"paths\" is no value of this template"},
		{HEAD "x\n{{#paths}}\n{{/paths}}", "unit.md:3: \"paths\" is no value of this template"},
		{HEAD "{{#plan}}{{tests}}{{/plan}}", "unit.md:2: \"tests\" is no value of this template"},
		{HEAD "\n\n{{#plan}}", "unit.md:4: \"plan\" begins here and does not end"},
		{HEAD "{{#plan}}\n{{/files}}", "unit.md:3: \"files\" ends here and does not begin"},
		{HEAD "{{/plan}}", "unit.md:2: \"plan\" ends here and does not begin"},
		{HEAD "{{#plan}}{{^files}}{{/plan}}{{/files}}", "unit.md:2: \"plan\" ends here and does not begin"},
		{HEAD "{{>here}}", "unit.md:2: \"here\" is not known behind \">\""},
		{HEAD "{{#plan}}{{>cache}}{{/plan}}", "unit.md:2: \"cache\" stands in a section, which may be left out"},
		{HEAD "a\n{{ path }}\n", "unit.md:3: \"{{ path }}\" is no mark"},
		{HEAD "{{1, 2}, {3}};\n{{path}}", "unit.md:2: \"{{1, 2}, {3}}\" is no mark"},
		{HEAD "{{", "unit.md:2: \"{{\" is no mark"},
		{HEAD "{{}}", "unit.md:2: \"{{}}\" is no mark"},
		{HEAD "{{#}}", "unit.md:2: \"{{#}}\" is no mark"},
		{"", "unit.md:1: this line must be \"<!-- unit 1 -->\""},
		{"x\n" HEAD, "unit.md:1: this line must be \"<!-- unit 1 -->\""},
		{"<!-- unit 2 -->\n", "unit.md:1: this line must be \"<!-- unit 1 -->\""},
		{"<!-- plan 1 -->\n", "unit.md:1: this line must be \"<!-- unit 1 -->\""},
		{HEAD "a\n\xFF\n", "unit.md:3: it is not UTF-8"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct templates t = with_unit(cases[i][0]);
		struct err err = {0};
		is_int(templates_check(&t, &err), -1);
		is_str(err.text, cases[i][1]);
		is_int(err.kind, ERR_USAGE);
	}
	char *deep = arena_alloc(&arena, 1000, 1);
	snprintf(deep, 1000, HEAD);
	for (int i = 0; i < 9; i++)
		snprintf(deep + strlen(deep), 1000 - strlen(deep), "{{#plan}}");
	is_str(filled(deep, NULL, 0), "unit.md:2: \"plan\" stands within too many others");
}

static void all_must_be_there(void)
{
	struct err err = {0};
	struct templates t = with_unit(HEAD);
	is_int(t.len, 6);
	is_int(templates_check(&t, &err), 0);
	struct hash all = templates_hash(&t), other;
	other = templates_hash(&t);
	ok(hash_eq(&all, &other));
	t.len--;
	is_int(templates_check(&t, &err), -1);
	is_str(err.text, "the template \"unit\" is missing");
	t.items[4] = t.items[3];
	is_int(templates_check(&t, &err), -1);
	is_str(err.text, "the template \"repair\" is there twice");
	ok(err.kind == ERR_USAGE);
	other = templates_hash(&t);
	ok(!hash_eq(&all, &other));
	t.items[4].name = "units";
	is_int(templates_check(&t, &err), -1);
	is_str(err.text, "there is no template \"units\"");
}

static void put(const char *name, struct str text)
{
	struct err err = {0};
	if (!ok(fs_write(arena_printf(&arena, "%s/%s", folder, name), text, &err) == 0))
		tap_print("# %s\n", err.text);
}

static void drop(const char *name)
{
	struct err err = {0};
	ok(fs_remove(arena_printf(&arena, "%s/%s", folder, name), &err) == 0);
}

static const char *refused(enum err_kind kind)
{
	struct err err = {0};
	struct templates t = {.len = 77};
	is_int(templates_read(folder, &arena, &t, &err), -1);
	is_int(err.kind, kind);
	is_int(t.len, 77);
	const char *text = arena_strdup(&arena, err.text);
	return strncmp(text, folder, strlen(folder)) == 0 ? text + strlen(folder) : text;
}

static void a_folder_replaces(void)
{
	struct err err = {0};
	struct templates own, t;
	struct prompt_part *parts;
	size_t len;
	ok(templates_embedded(&arena, &own, &err) == 0);
	ok(templates_read("/nowhere/at/all", &arena, &t, &err) == 0);
	struct hash a = templates_hash(&own), b = templates_hash(&t);
	ok(hash_eq(&a, &b));
	put("continue.md", STR("<!-- continue 1 -->\nGo on.\n"));
	put(".swap", STR("x"));
	ok(templates_read(folder, &arena, &t, &err) == 0);
	is_int(t.len, own.len);
	ok(templates_fill(&t, "continue", NULL, 0, &arena, &parts, &len, &err) == 0);
	is_int(len, 1);
	ok(str_eq(parts[0].text, STR("Go on.\n")));
	put("continue.md", STR("<!-- continue 1 -->\n{{go}}\n"));
	is_str(refused(ERR_USAGE), ": continue.md:2: \"go\" is no value of this template");
	put("continue.md", (struct str){arena_alloc(&arena, TEMPLATE_MAX + 1, 1), TEMPLATE_MAX + 1});
	ok(strstr(refused(ERR_LIMIT), "continue.md") != NULL);
	drop("continue.md");
	put("units.md", STR("x"));
	ok(strstr(refused(ERR_USAGE), "\"units.md\" is no template") != NULL);
	drop("units.md");
	put("unit.txt", STR("x"));
	ok(strstr(refused(ERR_USAGE), "\"unit.txt\" is no template") != NULL);
	drop("unit.txt");
	ok(symlink("/etc/passwd", arena_printf(&arena, "%s/unit.md", folder)) == 0);
	ok(strstr(refused(ERR_USAGE), "\"unit.md\" is no template") != NULL);
	drop("unit.md");
}

int main(void)
{
	struct err err;
	if (!mkdtemp(folder))
		return 1;
	tap_run("values are parts of their own", values_are_parts_of_their_own);
	tap_run("marks are checked", marks_are_checked);
	tap_run("all must be there", all_must_be_there);
	tap_run("a folder replaces", a_folder_replaces);
	fs_remove(folder, &err);
	arena_release(&arena);
	return tap_done();
}
