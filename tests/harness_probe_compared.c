#include "harness/probe_compared.h"

#include "tests/tap.h"

/* f(const char *text, unsigned short number, const char *bytes, size_t length, struct record *record) */
static const struct shape letter = {.kind = SHAPE_INTEGER, .text = "char", .size = 1, .is_char = true, .is_byte = true};
static const struct shape number = {.kind = SHAPE_INTEGER, .text = "unsigned short", .size = 2};
static const struct shape length = {.kind = SHAPE_INTEGER, .text = "unsigned long", .size = 4};
static const struct shape text = {.kind = SHAPE_POINTER, .text = "const char *", .size = 4, .target = &letter};
static const struct shape_field fields[] = {
	{.name = "a", .shape = &number},
	{.name = "b", .shape = &length, .offset = 4},
};
static const struct shape_record two = {fields, countof(fields)};
static const struct shape record = {.kind = SHAPE_RECORD, .text = "struct record", .size = 8, .record = &two};
static const struct shape to_record = {.kind = SHAPE_POINTER, .text = "struct record *", .size = 4, .target = &record};
static const struct shape *shapes[] = {&text, &number, &text, &length, &to_record};
static const struct shape_signature signature = {.parameters = shapes, .parameters_len = countof(shapes)};
static const struct shim_function shim = {.signature = &signature};
static struct probe_parameter parameters[] = {
	{.role = PROBE_IS_TEXT, .length = SIZE_MAX, .target = &letter},
	{.role = PROBE_IS_NUMBER, .length = SIZE_MAX},
	{.role = PROBE_IS_BYTES, .length = 3, .target = &letter},
	{.role = PROBE_IS_NUMBER, .length = SIZE_MAX, .is_length = true},
	{.role = PROBE_IS_RECORD, .length = SIZE_MAX, .target = &record},
};
static struct probe_function function = {.shim = &shim, .parameters = parameters};
static const struct probe_grammar grammar = {.functions = &function, .functions_len = 1};
static uint64_t some[] = {1};
static const struct probe_words words = {.numbers = some, .numbers_len = 1};

enum { TEXT, NUMBER, BYTES, LENGTH, RECORD };

static struct probe_value values[] = {
	{.kind = PROBE_BYTES, .bytes = {"k=\"\\n\";21", 10}},
	{.kind = PROBE_NUMBER, .number = 500},
	{.kind = PROBE_BYTES, .bytes = {"abcde", 5}},
	{.kind = PROBE_NUMBER, .number = 5},
	{.kind = PROBE_RECORD, .bytes = {"\x01\x02\0\0\x39\x30\0\0", 8}}, /* 513, 12345 */
};
static struct probe_call call = {.args = values};
static const struct probe from = {&call, 1, 7};

static struct prng lot = {1};
static struct arena a;
static struct probe_maker maker = {.g = &grammar, .words = &words, .lot = &lot, .a = &a};

/* How often something about it holds, of as many as are made of the pair. */
static size_t count(struct probe_compared pair, bool (*holds)(const struct probe_value *v))
{
	struct probe p;
	size_t found = 0;
	for (int i = 0; i < 200; i++)
		found += probe_make_led(&maker, &from, &pair, 1, &p) && holds(p.calls[0].args);
	return found;
}

static bool is_escape_r(const struct probe_value *v)
{
	return str_eq(v[TEXT].bytes, (struct str){"k=\"\\r\";21", 10});
}

static bool is_written_70000(const struct probe_value *v)
{
	return str_eq(v[TEXT].bytes, (struct str){"k=\"\\n\";70000", 13});
}

static bool is_about_800(const struct probe_value *v)
{
	return v[NUMBER].number >= 799 && v[NUMBER].number <= 801;
}

static bool is_long(const struct probe_value *v)
{
	return v[BYTES].bytes.len == 64;
}

static bool says_too_much(const struct probe_value *v)
{
	return v[LENGTH].number > v[BYTES].bytes.len;
}

static bool has_field(const struct probe_value *v)
{
	return memcmp(v[RECORD].bytes.ptr, "\x01\x02\0\0\x0A\0\0\0", 8) == 0;
}

static void test_where_it_came_from(void)
{
	ok(count((struct probe_compared){'r', 'n'}, is_escape_r) > 50);
	ok(count((struct probe_compared){70000, 21}, is_written_70000) > 20);
	ok(count((struct probe_compared){800, 500}, is_about_800) > 100);
	ok(count((struct probe_compared){800, 0x100000000 + 500}, is_about_800) > 100);
	ok(count((struct probe_compared){10, 12345}, has_field) > 30);
	/* The length is that of the bytes, too, or was compared itself: either way no more is promised than there is. */
	ok(count((struct probe_compared){64, 5}, is_long) > 20);
	is_int(count((struct probe_compared){64, 5}, says_too_much), 0);
	is_int(count((struct probe_compared){999, 5}, says_too_much), 0);
}

static void test_original_stays(void)
{
	struct probe p;
	struct probe_compared pairs[] = {{1, 2}, {'r', 'n'}, {64, 5}};
	for (int i = 0; i < 200; i++)
		probe_make_led(&maker, &from, pairs, countof(pairs), &p);
	is_mem(values[TEXT].bytes.ptr, "k=\"\\n\";21", 10);
	is_int(values[NUMBER].number, 500);
	is_int(values[LENGTH].number, 5);
}

/* A NUL in a text ends it. */
static bool is_terminated(const struct probe_value *v)
{
	return v[TEXT].bytes.len && v[TEXT].bytes.ptr[v[TEXT].bytes.len - 1] == '\0' &&
	       strlen(v[TEXT].bytes.ptr) == v[TEXT].bytes.len - 1;
}

static void test_nothing_to_be_found(void)
{
	struct probe p;
	struct probe_compared strange = {5000000, 6000000};
	ok(!probe_make_led(&maker, &from, &strange, 1, &p));
	ok(!probe_make_led(&maker, &from, NULL, 0, &p));
	is_int(count((struct probe_compared){0, 'n'}, is_terminated), 200);
	is_int(count((struct probe_compared){UINT64_MAX, 9}, is_terminated), 200);
}

/* Whatever the guest says: what lies outside its memory is not read, and what is the same tells nothing. */
static void test_reading(void)
{
	static uint8_t memory[512 * 16 + 100];
	struct hostcall c = {.memory = memory, .memory_len = sizeof(memory)};
	struct probe_compared *pairs;
	uint64_t x = 'r', y = 'n';
	memcpy(memory + 64 + 16, &x, 8);
	memcpy(memory + 64 + 24, &y, 8);
	memcpy(memory + 64 + 32, &x, 8);
	memcpy(memory + 64 + 40, &x, 8);
	is_int(probe_compared_read(&c, 64, &a, &pairs), 1);
	is_int(pairs[0].wanted, 'r');
	is_int(pairs[0].had, 'n');
	is_int(probe_compared_read(&c, sizeof(memory) - 8, &a, &pairs), 0);
	is_int(probe_compared_read(&c, UINT32_MAX - 4, &a, &pairs), 0);
}

int main(void)
{
	test_where_it_came_from();
	test_original_stays();
	test_nothing_to_be_found();
	test_reading();
	arena_release(&a);
	return tap_done();
}
