/* What two libraries share once the compiler is through with them, whatever was done to their texts. */

#include "harness/simcompiled.h"
#include "tests/sandbox.h"

static const char ORIGINAL[] =
	"#include \"gauge.h\"\n"
	"#include <stdlib.h>\n#include <string.h>\n"
	"static unsigned long mix(unsigned long h, const char *s, size_t n)\n"
	"{\n\tfor (size_t i = 0; i < n; i++) {\n\t\th ^= (unsigned char)s[i];\n\t\th *= 16777619u;\n\t\th = (h << 7) | (h >> 25);\n\t}\n\treturn h;\n}\n"
	"int gauge_split(const char *text, char delimiter, unsigned long *out, int max)\n"
	"{\n\tint found = 0;\n\twhile (*text && found < max) {\n\t\tconst char *end = strchr(text, delimiter);\n"
	"\t\tsize_t n = end ? (size_t)(end - text) : strlen(text);\n\t\tif (n > 1024)\n\t\t\treturn -1;\n"
	"\t\tout[found++] = mix(2166136261u, text, n);\n\t\ttext += n + (end != 0);\n\t}\n\treturn found;\n}\n"
	"int gauge_rank(const int *v, int n, int *order)\n"
	"{\n\tfor (int i = 0; i < n; i++) {\n\t\tint k = i;\n\t\twhile (k > 0 && v[order[k - 1]] > v[i]) {\n\t\t\torder[k] = order[k - 1];\n\t\t\tk--;\n\t\t}\n"
	"\t\torder[k] = i;\n\t}\n\tint runs = n > 0;\n\tfor (int i = 1; i < n; i++)\n\t\truns += v[order[i]] - v[order[i - 1]] > 10 ? 3 : 0;\n\treturn runs;\n}\n";

/* The same under other names, in another order, with code that does nothing, a macro and other forms of loops. */
static const char DISGUISED[] =
	"/* Written anew. */\n#include \"gauge.h\"\n#include <string.h>\n#include <stdlib.h>\n"
	"#define UNTIL(c) while (!(c))\n"
	"int gauge_rank(const int *numbers, int count, int *places)\n"
	"{\n\tint unused = 42, pos = 0;\n\tUNTIL(pos >= count) {\n\t\tint slot = pos;\n\t\tunused = unused * 3 + slot;\n"
	"\t\tfor (; slot > 0 && numbers[*(places + slot - 1)] > *(numbers + pos); --slot)\n\t\t\tplaces[slot] = places[slot - 1];\n"
	"\t\tplaces[slot] = pos;\n\t\tpos += 1;\n\t}\n\tint steps = count > 0;\n\tif (0)\n\t\treturn unused;\n"
	"\tfor (int at = 1; at < count; ++at)\n\t\tsteps += numbers[places[at]] - numbers[places[at - 1]] > 10 ? 3 : 0;\n\t(void)unused;\n\treturn steps;\n}\n"
	"static unsigned long blend(unsigned long seed, const char *bytes, size_t len)\n"
	"{\n\tsize_t at = 0;\n\twhile (at < len) {\n\t\tint ignored = 7;\n\t\tseed ^= (unsigned char)*(bytes + at);\n\t\tignored++;\n\t\tseed *= 16777619u;\n"
	"\t\tseed = (seed << 7) | (seed >> 25);\n\t\tat++;\n\t}\n\treturn seed;\n}\n"
	"int gauge_split(const char *input, char mark, unsigned long *result, int limit)\n"
	"{\n\tint so_far = 0;\n\tfor (; *input && so_far < limit;) {\n\t\tconst char *stop = strchr(input, mark);\n\t\tsize_t size;\n"
	"\t\tif (stop)\n\t\t\tsize = (size_t)(stop - input);\n\t\telse\n\t\t\tsize = strlen(input);\n\t\tif (size > 1024)\n\t\t\treturn -1;\n"
	"\t\tresult[so_far++] = blend(2166136261u, input, size);\n\t\tinput += size + (stop != 0);\n\t}\n\treturn so_far;\n}\n";

/* Somebody else's way to the same. */
static const char OTHER[] =
	"#include \"gauge.h\"\n#include <stdlib.h>\n"
	"int gauge_split(const char *text, char delimiter, unsigned long *out, int max)\n"
	"{\n\tint n = 0, len = 0;\n\tunsigned h = 2166136261u;\n\tif (!text[0] || max <= 0)\n\t\treturn 0;\n\tfor (const char *p = text;; p++) {\n"
	"\t\tif (*p == delimiter || !*p) {\n\t\t\tif (len > 1024)\n\t\t\t\treturn -1;\n\t\t\tout[n++] = h;\n\t\t\th = 2166136261u;\n\t\t\tlen = 0;\n"
	"\t\t\tif (!*p || !p[1] || n == max)\n\t\t\t\treturn n;\n\t\t\tcontinue;\n\t\t}\n\t\th = (h ^ (unsigned char)*p) * 16777619u;\n\t\th = h << 7 | h >> 25;\n\t\tlen++;\n\t}\n}\n"
	"static const int *keys;\nstatic int by_key(const void *a, const void *b)\n{\n\tint x = *(const int *)a, y = *(const int *)b;\n"
	"\treturn keys[x] != keys[y] ? (keys[x] > keys[y] ? 1 : -1) : x - y;\n}\n"
	"int gauge_rank(const int *v, int n, int *order)\n"
	"{\n\tint last = 0, runs = 0;\n\tfor (int i = n; i-- > 0;)\n\t\torder[i] = i;\n\tkeys = v;\n\tqsort(order, (size_t)n, sizeof(*order), by_key);\n"
	"\tfor (int *o = order; o < order + n; o++) {\n\t\tif (o == order)\n\t\t\truns = 1;\n\t\telse if (v[*o] > last + 10)\n\t\t\truns += 3;\n\t\tlast = v[*o];\n\t}\n\treturn runs;\n}\n";

static struct sandbox *box;

static struct simcompiled compiled(const char *path, const char *text)
{
	static const char declarations[] =
		"#include <stddef.h>\nint gauge_split(const char *, char, unsigned long *, int);\n"
		"int gauge_rank(const int *, int, int *);\n";
	struct sim_file source = {path, str_of(text)}, shown = {"gauge.h", STR(declarations)};
	struct sim_files files = {&source, 1}, shared = {&shown, 1};
	struct simcompiled_ask ask = {.files = &files, .shared = &shared};
	struct simcompiled made;
	struct err err = {0};
	sandbox_check(simcompiled_make(&box->tools.tools, &ask, &box->arena, &made, &err), &err);
	return made;
}

static void disguises_are_seen_through(void)
{
	struct simcompiled original = compiled("src/gauge.c", ORIGINAL), same = compiled("other/name.c", ORIGINAL);
	struct simcompiled disguised = compiled("a.c", DISGUISED), other = compiled("b.c", OTHER);
	struct simwasm itself, copy, independent;
	simwasm_compare(original.side, same.side, &box->arena, &itself);
	simwasm_compare(original.side, disguised.side, &box->arena, &copy);
	simwasm_compare(original.side, other.side, &box->arena, &independent);
	tap_print("# itself %.3f, disguised %.3f, somebody else's %.3f\n", itself.original_in_candidate,
		  copy.original_in_candidate, independent.original_in_candidate);
	ok(itself.original_in_candidate > 0.9999 && itself.candidate_in_original > 0.9999);
	ok(copy.original_in_candidate > 0.7);
	ok(independent.original_in_candidate < 0.3);
	ok(copy.len == 2 && strcmp(copy.functions[0].candidate, copy.functions[0].original) == 0);
	is_int(original.failed.len + disguised.failed.len + other.failed.len, 0);
	simwasm_free(original.side);
	simwasm_free(same.side);
	simwasm_free(disguised.side);
	simwasm_free(other.side);
}

static void what_does_not_compile_is_named(void)
{
	struct simcompiled broken = compiled("src/broken.c", "int f(void) { return unknown; }\n");
	struct simcompiled original = compiled("a.c", ORIGINAL);
	is_int(broken.sources, 1);
	ok(broken.failed.len == 1 && strstr(broken.failed.items[0], "src/broken.c: ") &&
	   strstr(broken.failed.items[0], "unknown"));
	struct simwasm figures;
	simwasm_compare(original.side, broken.side, &box->arena, &figures);
	SCOPED_JSON json_t *value = simcompiled_json(&original, &broken, &figures);
	ok(json_number_value(json_object_get(value, "original_in_candidate")) < 0.0001);
	is_int(json_array_size(json_object_get(json_object_get(value, "not_compiled"), "candidate")), 1);
	simwasm_free(broken.side);
	simwasm_free(original.side);
}

static void objects_may_hold_anything(void)
{
	struct simwasm_side *side = NULL;
	struct err err = {0};
	struct str bad[] = {STR(""), STR("no object"), STR("\0asm\1\0\0\0\xff")};
	for (size_t i = 0; i < countof(bad); i++) {
		is_int(simwasm_read(&bad[i], 1, &side, &err), -1);
		is_int(err.kind, ERR_PARSE);
	}
	is_int(simwasm_read(NULL, 0, &side, &err), 0);
	struct simwasm nothing;
	simwasm_compare(side, side, &box->arena, &nothing);
	ok(nothing.len == 0 && nothing.original_in_candidate < 0.0001);
	simwasm_free(side);
}

static void compare(struct sandbox *s)
{
	box = s;
	tap_run("disguises", disguises_are_seen_through);
	tap_run("does not compile", what_does_not_compile_is_named);
	tap_run("bad objects", objects_may_hold_anything);
}

int main(void)
{
	return sandbox_main(compare);
}
