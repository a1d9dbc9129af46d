#include "harness/jsontext.h"

#include "tests/tap.h"

static const char *const keys[] = {"tests", "programs"};

static const char *added(const char *text, size_t len, const char *item)
{
	static struct arena a;
	return jsontext_add(str_of(text), keys, len, item, &a);
}

static void test_lines(void)
{
	const char *text = "{\n  \"a\": [\"]\", {}],\n  \"tests\": {\n    \"programs\": [\n      { \"n\": 1 },\n      2\n    ]\n  }\n}\n";
	is_str(added(text, 2, "3"),
	       "{\n  \"a\": [\"]\", {}],\n  \"tests\": {\n    \"programs\": [\n      { \"n\": 1 },\n      2,\n      3\n    ]\n  }\n}\n");
	is_str(added(text, 1, "\"b\": 0"),
	       "{\n  \"a\": [\"]\", {}],\n  \"tests\": {\n    \"programs\": [\n      { \"n\": 1 },\n      2\n    ],\n    \"b\": 0\n  }\n}\n");
}

static void test_one_line(void)
{
	is_str(added("{\"tests\":{\"programs\":[1]}}", 2, "2"), "{\"tests\":{\"programs\":[1, 2]}}");
	is_str(added("{ \"tests\": { \"programs\": [ 1 ] } }", 2, "2"), "{ \"tests\": { \"programs\": [ 1, 2 ] } }");
	is_str(added("{\"tests\":{\"programs\":[]}}", 2, "2"), "{\"tests\":{\"programs\":[ 2 ]}}");
	is_str(added("{\"tests\":{\"programs\":[ ]}}", 2, "2"), "{\"tests\":{\"programs\":[ 2 ]}}");
	is_str(added("{\"tests\":{\"programs\":[\n]}}", 2, "2"), "{\"tests\":{\"programs\":[ 2\n]}}");
}

/* Brackets in strings, what is escaped, and keys of other objects. */
static void test_what_looks_alike(void)
{
	is_str(added("{\"x\":{\"tests\":1},\"y\":\"\\\"}]\",\"tests\":{\"q\":[[{}],\"[\"],\"programs\":[\"]\\\\\"]}}", 2, "2"),
	       "{\"x\":{\"tests\":1},\"y\":\"\\\"}]\",\"tests\":{\"q\":[[{}],\"[\"],\"programs\":[\"]\\\\\", 2]}}");
}

static void test_no_such_place(void)
{
	static const char *const bad[] = {
		"", "{", "[]", "{}", "{\"tests\":{}}", "{\"tests\":[]}", "{\"tests\":{\"programs\":1}}", "{\"tests\":{\"programs\":[",
		"{\"tests\":{\"programs\":[\"", "{\"tests\" {\"programs\":[]}}", "{\"tests\":{\"programs\":\"[]\"}}",
		"{\"tests\\\"", "\"tests\"",
	};
	for (size_t i = 0; i < countof(bad); i++)
		ok(added(bad[i], 2, "2") == NULL);
}

int main(void)
{
	test_lines();
	test_one_line();
	test_what_looks_alike();
	test_no_such_place();
	return tap_done();
}
