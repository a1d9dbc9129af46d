#include "harness/prompt.h"

#include "tests/tap.h"

#define TEXT(literal) {(literal), sizeof(literal) - 1}

static struct arena arena;

static struct prompt_part parts[] = {
	{PROMPT_RECAST, TEXT("Write\n"), false},
	{PROMPT_SPEC, TEXT("int a;\n\n"), true},
	{PROMPT_HUMAN, TEXT(""), false},
	{PROMPT_OWN, TEXT("a\r\n\tb"), false},
};

static const struct prompt sample = {
	.title = "writing a.c", .system = TEXT("Be exact."), .parts = parts, .parts_len = countof(parts)};

static const char *hex_of(const struct prompt *p)
{
	char hex[HASH_HEX];
	struct hash hash = prompt_hash(p);
	hash_hex(&hash, hex);
	return arena_strdup(&arena, hex);
}

static void origins_have_names(void)
{
	enum prompt_origin origin = PROMPT_OWN;
	for (unsigned i = PROMPT_RECAST; i <= PROMPT_OWN; i++) {
		ok(prompt_origin_find(str_of(prompt_origin_name((enum prompt_origin)i)), &origin));
		is_int(origin, i);
	}
	ok(!prompt_origin_find(STR("nobody"), &origin) && origin == PROMPT_OWN);
}

static void is_one_text(void)
{
	struct prompt p = sample;
	is_str(prompt_message(&p, &arena).ptr, "Write\nint a;\n\na\r\n\tb");
	is_str(prompt_text(&p, &arena).ptr, "Be exact.\n\nWrite\nint a;\n\na\r\n\tb");
	p.so_far = STR("int x;\n");
	p.go_on = STR("Go on.");
	is_str(prompt_message(&p, &arena).ptr, "Write\nint a;\n\na\r\n\tb");
	is_str(prompt_text(&p, &arena).ptr, "Be exact.\n\nWrite\nint a;\n\na\r\n\tb\n\nint x;\n\nGo on.");
	p = (struct prompt){.system = STR("x\n\n"), .go_on = STR("y")};
	is_str(prompt_text(&p, &arena).ptr, "x\n\ny");
	p = (struct prompt){0};
	is_str(prompt_text(&p, &arena).ptr, "");
	is_int(prompt_message(&p, &arena).len, 0);
}

static void the_hash_is_of_what_is_asked(void)
{
	struct prompt p = sample;
	struct prompt_part changed[countof(parts)];
	const char *hex = hex_of(&p);
	is_str(hex, "61e1369567ad54d20484a10968600f9ddfc13017ef0be40560537efa54955bdc");
	memcpy(changed, parts, sizeof(parts));
	p.parts = changed;
	is_str(hex_of(&p), hex);
	p.title = "another";
	changed[0].shared = true;
	is_str(hex_of(&p), hex);
	changed[0].origin = PROMPT_HUMAN;
	ok(strcmp(hex_of(&p), hex) != 0);
	memcpy(changed, parts, sizeof(parts));
	changed[0].text = STR("Write");
	changed[1].text = STR("\nint a;\n\n");
	ok(strcmp(hex_of(&p), hex) != 0);
	memcpy(changed, parts, sizeof(parts));
	p.go_on = STR("x");
	const char *other = hex_of(&p);
	p.go_on = STR("");
	p.so_far = STR("x");
	ok(strcmp(hex_of(&p), hex) != 0 && strcmp(hex_of(&p), other) != 0);
	p.so_far = STR("");
	p.system = STR("");
	ok(strcmp(hex_of(&p), hex) != 0);
}

static void texts_are_clean(void)
{
	struct str good = STR("gr\xC3\xB6\xC3\x9F" "er\r\n"), bad = {"a\0b\xFF", 4};
	ok(prompt_clean(good, &arena).ptr == good.ptr);
	is_str(prompt_clean(bad, &arena).ptr, "a\xEF\xBF\xBD" "b\xEF\xBF\xBD");
	is_int(prompt_clean((struct str){"\0", 1}, &arena).len, 3);
	struct prompt_part one = {PROMPT_SPEC, bad, false}, clean = {PROMPT_SPEC, prompt_clean(bad, &arena), false};
	struct prompt p = {.parts = &one, .parts_len = 1}, q = {.parts = &clean, .parts_len = 1};
	is_str(hex_of(&p), hex_of(&q));
	is_str(prompt_message(&p, &arena).ptr, clean.text.ptr);
}

static bool read_back(const json_t *value, struct prompt *ret, struct err *err)
{
	struct json_at at = json_root(value, "exchange.json");
	return prompt_read(&at, &arena, ret, err) == 0;
}

static void is_kept_as_lines(void)
{
	SCOPED_JSON json_t *value = prompt_json(&sample);
	char *text = json_dumps(value, JSON_COMPACT);
	is_str(text, "{\"title\":\"writing a.c\",\"system\":[\"Be exact.\"],\"parts\":["
		     "{\"origin\":\"recast\",\"shared\":false,\"text\":[\"Write\",\"\"]},"
		     "{\"origin\":\"spec\",\"shared\":true,\"text\":[\"int a;\",\"\",\"\"]},"
		     "{\"origin\":\"human\",\"shared\":false,\"text\":[]},"
		     "{\"origin\":\"own\",\"shared\":false,\"text\":[\"a\\r\",\"\\tb\"]}]}");
	free(text);
}

static void is_read_back(void)
{
	struct prompt p = sample, q = {0};
	struct err err = {0};
	p.so_far = STR("\nint");
	p.go_on = STR("\n");
	for (unsigned i = 0; i < 2; i++) {
		SCOPED_JSON json_t *value = prompt_json(&p);
		if (!ok(read_back(value, &q, &err)))
			tap_print("# %s\n", err.text);
		is_str(hex_of(&q), hex_of(&p));
		is_str(q.title, p.title ? p.title : "");
		is_int(q.parts_len, p.parts_len);
		for (size_t k = 0; k < p.parts_len && k < q.parts_len; k++)
			ok(q.parts[k].shared == p.parts[k].shared && str_eq(q.parts[k].text, p.parts[k].text));
		SCOPED_JSON json_t *again = prompt_json(&q);
		ok(json_equal(value, again));
		p = (struct prompt){0};
	}
}

static void refuses_what_is_none(void)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"[]", "x: expected a prompt, found []"},
		{"{}", "x: title: expected a string, and there is none"},
		{"{\"title\":1,\"system\":[],\"parts\":[]}", "x: title: expected a string, found 1"},
		{"{\"title\":\"\",\"parts\":[]}", "x: system: expected an array of lines, and there is none"},
		{"{\"title\":\"\",\"system\":\"a\",\"parts\":[]}", "x: system: expected an array, found \"a\""},
		{"{\"title\":\"\",\"system\":[1],\"parts\":[]}", "x: system[0]: expected a string, found 1"},
		{"{\"title\":\"\",\"system\":[\"a\\nb\"],\"parts\":[]}",
		 "x: system[0]: a line that holds a line end, found \"a\\nb\""},
		{"{\"title\":\"\",\"system\":[]}", "x: parts: expected an array of parts, and there is none"},
		{"{\"title\":\"\",\"system\":[],\"parts\":{}}", "x: parts: expected an array, found {}"},
		{"{\"title\":\"\",\"system\":[],\"parts\":[5]}", "x: parts[0]: expected an object, found 5"},
		{"{\"title\":\"\",\"system\":[],\"parts\":[{\"origin\":\"x\",\"shared\":true,\"text\":[]}]}",
		 "x: parts[0].origin: expected recast, spec, human, feedback or own, found \"x\""},
		{"{\"title\":\"\",\"system\":[],\"parts\":[{\"shared\":true,\"text\":[]}]}",
		 "x: parts[0].origin: expected recast, spec, human, feedback or own"},
		{"{\"title\":\"\",\"system\":[],\"parts\":[{\"origin\":\"spec\",\"text\":[]}]}",
		 "x: parts[0].shared: expected true or false, and there is none"},
		{"{\"title\":\"\",\"system\":[],\"parts\":[{\"origin\":\"spec\",\"shared\":true}]}",
		 "x: parts[0].text: expected an array of lines, and there is none"},
		{"{\"title\":\"\",\"system\":[],\"parts\":[{\"origin\":\"spec\",\"shared\":true,\"text\":[],\"a\":1}]}",
		 "x: parts[0].a: no such key; known here: origin, shared, text"},
		{"{\"title\":\"\",\"system\":[],\"parts\":[],\"go_on\":5}", "x: go_on: expected an array, found 5"},
		{"{\"title\":\"\",\"system\":[],\"parts\":[],\"more\":5}",
		 "x: more: no such key; known here: title, system, parts, so_far, go_on"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		SCOPED_JSON json_t *value = json_loads(cases[i].text, 0, NULL);
		struct json_at at = json_root(value, "x");
		struct prompt p = {.title = "kept"};
		struct err err = {0};
		is_int(prompt_read(&at, &arena, &p, &err), -1);
		is_str(err.text, cases[i].why);
		is_str(p.title, "kept");
	}
}

static void has_a_limit(void)
{
	SCOPED_JSON json_t *value = prompt_json(&sample);
	char *line = arena_alloc(&arena, PROMPT_MAX + 1, 1);
	memset(line, 'a', PROMPT_MAX);
	struct prompt p;
	struct err err = {0};
	json_object_set_new(value, "so_far", json_pack("[s]", line));
	ok(!read_back(value, &p, &err));
	is_int(err.kind, ERR_LIMIT);
}

int main(void)
{
	tap_run("origins have names", origins_have_names);
	tap_run("as one text", is_one_text);
	tap_run("the hash is of what is asked", the_hash_is_of_what_is_asked);
	tap_run("texts are clean", texts_are_clean);
	tap_run("it is kept as lines", is_kept_as_lines);
	tap_run("it is read back", is_read_back);
	tap_run("what is none is refused", refuses_what_is_none);
	tap_run("it has a limit", has_a_limit);
	arena_release(&arena);
	return tap_done();
}
