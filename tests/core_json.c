#include "core/json.h"

#include "core/mem.h"
#include "tests/tap.h"

/* Parses a text that is right, or ends the test. */
static json_t *parsed(const char *text)
{
	json_t *value = NULL;
	struct err err = {0};
	if (json_parse(str_of(text), "f.json", &value, &err) < 0) {
		tap_print("# %s\n", err.text);
		abort();
	}
	return value;
}

static const char *complaint(struct str text)
{
	static struct err err;
	json_t *value = NULL;
	err = (struct err){0};
	if (json_parse(text, "f.json", &value, &err) == 0) {
		json_free(&value);
		return "none";
	}
	return value ? "set all the same" : err.kind != ERR_USAGE ? "of another kind" : err.text;
}

static void parses(void)
{
	SCOPED_JSON json_t *value = parsed("{\"a\": [1, 2.5, \"x\", null, true, {}], \"\": 1}");
	is_int(json_object_size(value), 2);
	is_str(complaint(STR("[]")), "none");
	is_str(complaint(STR(" \n{}\n ")), "none");
	is_str(complaint(STR("{\"a\": 1, \"b\": 1}")), "none");
	json_free(&value);
	ok(value == NULL);
	json_free(&value);
}

static void refuses(void)
{
	static const struct {
		struct str text;
		const char *says; /* a part of it */
	} rows[] = {
		{{NULL, 0}, "f.json: line 1, column 0: not valid JSON: "},
		{{"{", 1}, "f.json: line 1, column 1: not valid JSON: "},
		{{"{}\n\n x", 6}, "f.json: line 3, column 2: not valid JSON: end of file expected"},
		{{"{} {}", 5}, "end of file expected"},
		{{"{\"a\": 1, \"a\": 2}", 16}, "duplicate object key"},
		{{"{\"a\": {\"b\": 1, \"b\": 1}}", 23}, "duplicate object key"},
		{{"1", 1}, "not valid JSON"},
		{{"\"x\"", 3}, "not valid JSON"},
		{{"[1,]", 4}, "not valid JSON"},
		{{"[01]", 4}, "not valid JSON"},
		{{"[NaN]", 5}, "not valid JSON"},
		{{"// x\n{}", 7}, "not valid JSON"},
		{{"[\"\xFF\"]", 5}, "unable to decode byte"},
		{{"[\"\xED\xA0\x80\"]", 7}, "unable to decode byte"},
		{{"[\"\\u0000\"]", 10}, "\\u0000 is not allowed"},
		{{"[\"a\nb\"]", 7}, "not valid JSON"},
		{{"[1\0]", 4}, "NUL byte"},
		{{"[99999999999999999999]", 22}, "too big integer"},
		{{"[1e999]", 7}, "real number overflow"},
		{{"\xEF\xBB\xBF{}", 5}, "not valid JSON"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		const char *says = complaint(rows[i].text);
		if (!tap_ok(strstr(says, rows[i].says) != NULL, rows[i].says, __FILE__, __LINE__))
			tap_print("# %s\n", says);
	}
}

/* As deep as it may be, and deeper than any stack. */
static void refuses_depth(void)
{
	static char text[200000];
	memset(text, '[', sizeof(text));
	ok(strstr(complaint((struct str){text, sizeof(text)}), "maximum parsing depth") != NULL);
	memset(text + 1000, ']', 1000);
	is_str(complaint((struct str){text, 2000}), "none");
}

static void finds_the_way(void)
{
	SCOPED_JSON json_t *value = parsed("{\"tests\": {\"programs\": [{}, {}, {\"args\": 5}]}}");
	struct err err = {0};
	struct json_at root = json_root(value, "recast.json"), tests = json_key(&root, "tests"),
		       programs = json_key(&tests, "programs"), third = json_item(&programs, 2),
		       args = json_key(&third, "args"), absent = json_key(&third, "env"),
		       below = json_key(&absent, "x"), beyond = json_item(&programs, 3);
	is_int(json_refuse(&args, &err, "expected an %s", "array"), -1);
	is_int(err.kind, ERR_USAGE);
	is_str(err.text, "recast.json: tests.programs[2].args: expected an array, found 5");
	json_refuse(&root, &err, "no");
	is_str(err.text, "recast.json: no, found {\"tests\":{\"programs\":[{},{},{\"args\":5}]}}");
	json_refuse(&absent, &err, "missing");
	is_str(err.text, "recast.json: tests.programs[2].env: missing");
	ok(!absent.value && !below.value && !beyond.value);
	json_refuse(&below, &err, "x");
	is_str(err.text, "recast.json: tests.programs[2].env.x: x");
	json_refuse(&beyond, &err, "x");
	is_str(err.text, "recast.json: tests.programs[3]: x");
	/* A key of what is no object, an item of what is no array. */
	struct json_at odd = json_key(&programs, "x"), item = json_item(&root, 0);
	ok(!odd.value && !item.value);
	is_int(json_refuse(&args, NULL, "x"), -1);
}

static bool is_utf8(const char *s)
{
	json_t *text = json_string(s);
	json_decref(text);
	return text;
}

/* Long values and long ways are cut, and between characters. */
static void cuts(void)
{
	static const char euro[] = "\xE2\x82\xAC";
	struct err err = {0};
	int bad = 0;
	for (size_t lead = 0; lead < 4; lead++) {
		char text[1000] = "";
		size_t len = lead;
		memset(text, 'x', lead);
		for (; len + 3 < 600; len += 3)
			memcpy(text + len, euro, sizeof(euro));
		SCOPED_JSON json_t *value = json_pack("{s: s, s: i}", "a", text, text, 1);
		struct json_at root = json_root(value, "f"), a = json_key(&root, "a"), b = json_key(&root, text);
		json_refuse(&a, &err, "no");
		bad += !is_utf8(err.text) || strstr(err.text, "…") == NULL || strlen(err.text) > 200;
		json_refuse(&b, &err, "no");
		bad += !is_utf8(err.text);
		json_refuse(&a, &err, "%s", text);
		bad += !is_utf8(err.text);
		const char *keys[] = {"b"};
		json_only_keys(&root, keys, 1, &err);
		bad += !is_utf8(err.text);
		bad += strlen(err.text) >= sizeof(err.text);
	}
	is_int(bad, 0);
	SCOPED_JSON json_t *value = parsed("{\"a\": \"0123456789012345678901234567890123456789012345678901234567\"}");
	struct json_at root = json_root(value, "f"), a = json_key(&root, "a");
	json_refuse(&a, &err, "no"); /* 60 bytes with its quotes: whole */
	is_str(err.text, "f: a: no, found \"0123456789012345678901234567890123456789012345678901234567\"");
}

static void only_keys(void)
{
	static const char *const keys[] = {"a", "b"};
	SCOPED_JSON json_t *value = parsed("{\"a\": 1, \"sub\": {\"a\": 1, \"c\": 2}, \"list\": []}");
	struct err err = {0};
	struct json_at root = json_root(value, "f"), sub = json_key(&root, "sub"), list = json_key(&root, "list"),
		       absent = json_key(&root, "zz");
	is_int(json_only_keys(&absent, keys, 2, &err), 0);
	is_str(err.text, "");
	is_int(json_only_keys(&sub, keys, 2, &err), -1);
	is_str(err.text, "f: sub.c: no such key; known here: a, b");
	is_int(json_only_keys(&list, keys, 2, &err), -1);
	is_str(err.text, "f: list: expected an object, found []");
	is_int(json_only_keys(&sub, NULL, 0, &err), -1);
	is_int(json_only_keys(&sub, (const char *const[]){"c", "b", "a"}, 3, NULL), 0);
}

static void reads_bools(void)
{
	SCOPED_JSON json_t *value = parsed("[true, false, 1, null, \"true\"]");
	struct json_at root = json_root(value, "f");
	struct err err = {0};
	bool b = false;
	for (size_t i = 0; i < 6; i++) {
		struct json_at at = json_item(&root, i);
		b = i != 0;
		int result = json_read_bool(&at, &b, &err);
		is_int(result, i < 2 || i == 5 ? 0 : -1);
		is_int(b, i != 1); /* untouched where refused or absent */
	}
	is_str(err.text, "f: [4]: expected true or false, found \"true\"");
}

static void reads_integers(void)
{
	static const struct {
		const char *text;
		int64_t low, high;
		bool valid;
	} rows[] = {
		{"[5]", 0, 5, true},
		{"[0]", 0, 5, true},
		{"[6]", 0, 5, false},
		{"[-1]", 0, 5, false},
		{"[9223372036854775807]", INT64_MIN, INT64_MAX, true},
		{"[-9223372036854775808]", INT64_MIN, INT64_MAX, true},
		{"[5.0]", 0, 9, false},
		{"[1e0]", 0, 9, false},
		{"[\"5\"]", 0, 9, false},
		{"[true]", 0, 9, false},
		{"[null]", 0, 9, false},
		{"[[]]", 0, 9, false},
	};
	struct err err = {0};
	for (size_t i = 0; i < countof(rows); i++) {
		SCOPED_JSON json_t *value = parsed(rows[i].text);
		struct json_at root = json_root(value, "f"), at = json_item(&root, 0);
		int64_t n = 42;
		tap_ok(json_read_integer(&at, rows[i].low, rows[i].high, &n, &err) == (rows[i].valid ? 0 : -1),
		       rows[i].text, __FILE__, __LINE__);
		ok(n == (rows[i].valid ? json_integer_value(at.value) : 42));
	}
	struct json_at absent = {0};
	int64_t n = 42;
	ok(json_read_integer(&absent, 0, 1, &n, &err) == 0 && n == 42);
	is_str(err.text, "f: [0]: expected a whole number from 0 to 9, found []");
}

static void reads_numbers(void)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {{"[0]", true},	{"[1]", true},	  {"[0.5]", true}, {"[1e-3]", true},
		    {"[1.001]", false}, {"[-0.1]", false}, {"[\"1\"]", false}, {"[true]", false}};
	struct err err = {0};
	for (size_t i = 0; i < countof(rows); i++) {
		SCOPED_JSON json_t *value = parsed(rows[i].text);
		struct json_at root = json_root(value, "f"), at = json_item(&root, 0);
		double n = 42;
		tap_ok(json_read_number(&at, 0, 1, &n, &err) == (rows[i].valid ? 0 : -1), rows[i].text, __FILE__, __LINE__);
		ok(rows[i].valid ? n <= 1 : n >= 42);
	}
	is_str(err.text, "f: [0]: expected a number from 0 to 1, found true");
}

static void takes_anything(void)
{
	SCOPED_JSON json_t *value = parsed("{\"t\": \"x\", \"n\": 3, \"m\": -3, \"b\": true, \"a\": [\"y\", 1]}");
	is_str(json_text_of(value, "t"), "x");
	is_str(json_text_of(value, "n"), "");
	is_str(json_text_of(NULL, "t"), "");
	is_str(json_text_item(json_object_get(value, "a"), 0), "y");
	is_str(json_text_item(json_object_get(value, "a"), 1), "");
	is_str(json_text_item(json_object_get(value, "a"), 2), "");
	is_int(json_count_of(value, "n"), 3);
	is_int(json_count_of(value, "m"), 0);
	is_int(json_count_of(value, "t"), 0);
	ok(json_is(value, "b"));
	ok(!json_is(value, "n"));
	ok(!json_is(value, "none"));
}

static void reads_strings(void)
{
	SCOPED_JSON json_t *value = parsed("[\"abc\", \"\", 1, \"\xC3\xA9\"]");
	json_array_append_new(value, json_stringn("a\0b", 3));
	struct json_at root = json_root(value, "f"), abc = json_item(&root, 0), empty = json_item(&root, 1),
		       number = json_item(&root, 2), accent = json_item(&root, 3), nul = json_item(&root, 4),
		       absent = json_item(&root, 5);
	struct err err = {0};
	const char *s = "kept";
	is_int(json_read_string(&abc, 2, &s, &err), -1);
	is_str(err.text, "f: [0]: longer than the limit of 2 bytes, found \"abc\"");
	is_int(json_read_string(&number, 9, &s, &err), -1);
	is_int(json_read_string(&accent, 1, &s, &err), -1);
	is_int(json_read_string(&nul, 9, &s, &err), -1);
	is_str(err.text, "f: [4]: holds a NUL character, found \"a\\u0000b\"");
	is_int(json_read_string(&absent, 0, &s, &err), 0);
	is_str(s, "kept");
	is_int(json_read_string(&abc, 3, &s, &err), 0);
	is_str(s, "abc");
	is_int(json_read_string(&empty, 0, &s, &err), 0);
	is_str(s, "");
}

static void reads_arrays(void)
{
	SCOPED_JSON json_t *value = parsed("{\"a\": [1, 2, 3], \"none\": [], \"o\": {}}");
	struct json_at root = json_root(value, "f"), a = json_key(&root, "a"), none = json_key(&root, "none"),
		       object = json_key(&root, "o"), absent = json_key(&root, "x");
	struct err err = {0};
	size_t len = 42;
	is_int(json_read_array(&a, 2, &len, &err), -1);
	is_str(err.text, "f: a: more than the limit of 2 items, found [1,2,3]");
	is_int(len, 42);
	is_int(json_read_array(&object, 2, &len, &err), -1);
	is_int(len, 42);
	is_int(json_read_array(&a, 3, &len, &err), 0);
	is_int(len, 3);
	is_int(json_read_array(&none, 0, &len, &err), 0);
	is_int(len, 0);
	len = 42;
	is_int(json_read_array(&absent, 0, &len, &err), 0);
	is_int(len, 0);
}

static void writes_any_text(void)
{
	static const struct {
		const char *text, *written;
	} rows[] = {
		{"plain", "plain"},
		{"\303\251", "\303\251"},
		{"\303\251\377\303\251", "\303\251?\303\251"},
		{"cut \342\200", "cut ??"},
		{"\355\240\200", "???"},
		{"", ""},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		SCOPED_JSON json_t *value = json_text(rows[i].text);
		is_str(json_string_value(value), rows[i].written);
	}
}

static void prints(void)
{
	SCOPED_JSON json_t *value = json_pack("{s:o}", "a", json_text("%s\377"));
	SCOPED_MEM char *text = json_print(value);
	is_str(text, "{\n  \"a\": \"%s?\"\n}\n");
}

int main(void)
{
	tap_run("parses", parses);
	tap_run("refuses", refuses);
	tap_run("refuses depth", refuses_depth);
	tap_run("finds the way", finds_the_way);
	tap_run("cuts", cuts);
	tap_run("only keys", only_keys);
	tap_run("reads bools", reads_bools);
	tap_run("reads integers", reads_integers);
	tap_run("reads numbers", reads_numbers);
	tap_run("takes anything", takes_anything);
	tap_run("reads strings", reads_strings);
	tap_run("reads arrays", reads_arrays);
	tap_run("writes any text", writes_any_text);
	tap_run("prints", prints);
	return tap_done();
}
