/* Differences as files: where they are, what stands in them, and that nothing from outside gets out of its place. */

#include "harness/differences.h"

#include "tests/folder.h"
#include "tests/tap.h"

static struct arena arena;

static json_t *difference(const char *function, const char *text)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:b, s:{s:s, s:s}}", "function", function, "what", text, "expected",
			 text, "got", text, "calls", text, "inputs", 12, "program", "int main(void)\n{\n}\n", "reproduced", 1,
			 "printed", "original", text, "rewrite", "1\n2\n");
}

static json_t *result(const char *candidate, const char *function, const char *text)
{
	return json_pack("{s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:{s:i, s:i, s:i, s:[o, o]}}", "candidate", candidate, "commit", "",
			 "library", "ini", "judged_on", "platform", "wasm32", "compiler", "clang 1", "engine", "wasmtime 2",
			 "differential", "seed", 77, "asked", 480, "inputs", 500, "divergences", difference(function, text),
			 difference("g", "NULL"));
}

static void is_at(const char *candidate, const char *function, const char *path)
{
	SCOPED_JSON json_t *value = result(candidate, function, "0");
	is_str(differences_path(value, 0, &arena), path);
}

static void places(void)
{
	is_at("c3", "ini_get", ".recast/differences/c3/1-ini_get.c");
	is_at("../rewrites/fast/", "ini_get", ".recast/differences/fast/1-ini_get.c");
	/* A folder is not taken for a candidate, nor for another folder. */
	is_at("/home/c3", "f", ".recast/differences/folder-c3/1-f.c");
	is_at("..", "f", ".recast/differences/_./1-f.c");
	is_at("/", "f", ".recast/differences/_/1-f.c");
	is_at("x/.hidden", "../../f\n", ".recast/differences/_hidden/1-_._.._f_.c");
	is_at("c3/../../c4", "", ".recast/differences/folder-c4/1-_.c");
	SCOPED_JSON json_t *value = result("x/y", arena_printf(&arena, "%0500d", 1), "");
	ok(strlen(differences_path(value, 0, &arena)) < 100);
}

static void texts(void)
{
	SCOPED_JSON json_t *value = result("c3", "ini_get", "\"*/ int x; /* \\\" \xE2\x80\xAE\nnext");
	const char *text = differences_text(value, 0, &arena);
	const char *end = strstr(text, "*/");
	ok(strncmp(text, "/*\n * ini_get: a rewrite of ini", 31) == 0);
	ok(end && strcmp(end, "*/\nint main(void)\n{\n}\n") == 0);
	ok(strstr(text + 2, "/*") == NULL);
	ok(strstr(text, "\xE2\x80\xAE") == NULL);
	ok(strstr(text, " * again:    recast check c3 --seed 77 --inputs 480\n") != NULL);
	ok(strstr(text, " * found:    in 12 of 500 inputs, with seed 77\n") != NULL);
	ok(strstr(text, " *     1\n *     2\n") != NULL);
	ok(strstr(text, "\nnext") == NULL);
	ok(strstr(text, "also in:") == NULL);
	json_t *row = json_array_get(json_object_get(json_object_get(value, "differential"), "divergences"), 0);
	json_object_set_new(row, "also", json_pack("[s, s, i]", "ini_set", "*/", 3));
	text = differences_text(value, 0, &arena);
	ok(strstr(text, " * also in:  ini_set, * /, \n") != NULL);
}

static void nonsense(void)
{
	static const char *const values[] = {
		"[]", "{}", "{\"differential\": 3}", "{\"differential\": {\"divergences\": {\"a\": 1}}}",
		"{\"differential\": {\"divergences\": [1, null, [], {\"function\": 7, \"program\": []}]}, \"candidate\": 9}",
	};
	for (size_t i = 0; i < countof(values); i++) {
		SCOPED_JSON json_t *value = json_loads(values[i], 0, NULL);
		ok(differences_len(value) == (i == 4 ? 4 : 0));
		ok(strncmp(differences_text(value, 3, &arena), "/*\n", 3) == 0);
		is_str(differences_path(value, 3, &arena), ".recast/differences/_/4-_.c");
	}
}

static size_t count_files(void)
{
	size_t count = 0;
	for (size_t i = 1; i < 9; i++) {
		count += fs_exists(arena_printf(&arena, DIFFERENCES_FOLDER "/c3/%zu-f.c", i));
		count += fs_exists(arena_printf(&arena, DIFFERENCES_FOLDER "/c3/%zu-g.c", i));
	}
	return count;
}

static void kept(void)
{
	struct err err = {0};
	folder_enter();
	SCOPED_JSON json_t *value = result("c3", "f", "0"), *other = result("c3", "g", "0"), *none = json_object();
	json_object_set_new(none, "candidate", json_string("c3"));
	ok(differences_save(".", none, &err) == 0);
	ok(!fs_exists(".recast"));
	ok(differences_save(".", value, &err) == 0);
	is_int(count_files(), 2);
	ok(differences_save(".", other, &err) == 0);
	is_int(count_files(), 2);
	ok(!fs_exists(DIFFERENCES_FOLDER "/c3/1-f.c"));
	ok(differences_save(".", none, &err) == 0);
	is_int(count_files(), 0);
	is_str(err.text, "");
	folder_leave();
}

int main(void)
{
	tap_run("places", places);
	tap_run("texts", texts);
	tap_run("nonsense", nonsense);
	tap_run("kept", kept);
	arena_release(&arena);
	return tap_done();
}
