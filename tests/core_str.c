#include "core/str.h"

#include "core/prng.h"
#include "tests/tap.h"

static const struct str null;

static void views(void)
{
	struct str s = STR("hello");
	is_int(s.len, 5);
	is_int(STR("a\0b").len, 3);
	is_int(str_of("a\0b").len, 1);
	ok(str_eq(str_from(s, 2), STR("llo")));
	ok(str_from(s, 5).len == 0);
	ok(str_from(s, 6).len == 0 && str_from(s, SIZE_MAX).len == 0);
	ok(str_eq(str_first(s, 2), STR("he")));
	ok(str_eq(str_first(s, SIZE_MAX), s));
	ok(str_from(null, 3).ptr == NULL && str_first(null, 3).len == 0);
	char text[16];
	snprintf(text, sizeof(text), "<%.*s><%.*s>", STR_ARG(str_first(s, 3)), STR_ARG(null));
	is_str(text, "<hel><>");
}

static void compares(void)
{
	ok(str_eq(null, STR("")));
	ok(!str_eq(null, STR("a")));
	ok(!str_eq(STR("a"), STR("a\0")));
	ok(str_eq(STR("a\0b"), STR("a\0b")));
	ok(str_cmp(null, null) == 0 && str_cmp(null, STR("a")) < 0 && str_cmp(STR("a"), null) > 0);
	ok(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("b"), STR("ab")) > 0);
	ok(str_cmp(STR("\x7F"), STR("\x80")) < 0); /* as unsigned bytes */
	ok(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("ab"), STR("abc")));
	ok(str_starts(STR("abc"), null) && str_starts(null, null) && !str_starts(null, STR("a")));
	ok(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("bc"), STR("abc")) && str_ends(null, null));
}

static void searches(void)
{
	is_int(str_index(STR("a/b/c"), '/'), 1);
	is_int(str_index(STR("abc"), '/'), 3);
	is_int(str_index(STR("a\0b"), '\0'), 1);
	is_int(str_index(null, 'x'), 0);
}

static void trims(void)
{
	ok(str_eq(str_trim(STR(" \t\r\n\v\fa b\t \n")), STR("a b")));
	ok(str_trim(STR(" \t ")).len == 0 && str_trim(null).len == 0);
	ok(str_eq(str_trim(STR("\0a\0")), STR("\0a\0"))); /* NUL is no white space */
	ok(str_eq(str_trim(STR("\xA0")), STR("\xA0")));
}

/* Lines are joined with "|" to be compared at one glance. */
static const char *lines_of(struct str text, char *out, size_t size)
{
	struct str line;
	size_t len = 0;
	out[0] = '\0';
	while (str_next_line(&text, &line) && len < size)
		len += (size_t)snprintf(out + len, size - len, "%.*s|", STR_ARG(line));
	return out;
}

static void lines(void)
{
	char out[64];
	is_str(lines_of(null, out, sizeof(out)), "");
	is_str(lines_of(STR(""), out, sizeof(out)), "");
	is_str(lines_of(STR("\n"), out, sizeof(out)), "|");
	is_str(lines_of(STR("a"), out, sizeof(out)), "a|");
	is_str(lines_of(STR("a\n"), out, sizeof(out)), "a|");
	is_str(lines_of(STR("a\n\nb"), out, sizeof(out)), "a||b|");
	is_str(lines_of(STR("a\r\nb\r\n\r\n"), out, sizeof(out)), "a|b||");
	is_str(lines_of(STR("a\rb\r\r\n"), out, sizeof(out)), "a\rb\r|");
}

static void words(void)
{
	struct str rest = STR("  ab\t\ncd e "), word = STR("kept");
	ok(str_next_word(&rest, &word) && str_eq(word, STR("ab")));
	ok(str_next_word(&rest, &word) && str_eq(word, STR("cd")));
	ok(str_next_word(&rest, &word) && str_eq(word, STR("e")));
	ok(!str_next_word(&rest, &word) && str_eq(word, STR("e")));
	ok(!str_next_word(&rest, &word));
	rest = null;
	ok(!str_next_word(&rest, &word));
}

static void numbers(void)
{
	static const struct {
		const char *text;
		bool valid;
		uint64_t value;
	} rows[] = {
		{"0", true, 0},
		{"007", true, 7},
		{"18446744073709551615", true, UINT64_MAX},
		{"00000000000000000000018446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"18446744073709551620", false, 0},
		{"99999999999999999999", false, 0},
		{"184467440737095516150", false, 0},
		{"", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"+1", false, 0},
		{"-1", false, 0},
		{"0x1", false, 0},
		{"1e3", false, 0},
		{"\xD9\xA1", false, 0},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		uint64_t value = 42;
		tap_ok(str_to_u64(str_of(rows[i].text), &value) == rows[i].valid, rows[i].text, __FILE__, __LINE__);
		ok(value == (rows[i].valid ? rows[i].value : 42)); /* untouched on failure */
	}
	uint64_t value;
	ok(!str_to_u64(STR("1\0"), &value) && !str_to_u64(null, &value));
}

static void whole_characters(void)
{
	static const struct {
		struct str s;
		size_t len;
	} rows[] = {
		{{NULL, 0}, 0},
		{{"abc", 3}, 3},
		{{"a\xC3\xA9", 3}, 3},
		{{"a\xC3", 2}, 1},
		{{"\xC3", 1}, 0},
		{{"a\xE2\x82\xAC", 4}, 4},
		{{"a\xE2\x82", 3}, 1},
		{{"a\xE2", 2}, 1},
		{{"\xF0\x9F\x98\x80", 4}, 4},
		{{"\xF0\x9F\x98", 3}, 0},
		{{"a\xF0", 2}, 1},
		/* What never was UTF-8 is not this function's business. */
		{{"\x80\x80\x80\x80\x80\x80", 6}, 6},
		{{"a\x80\x80", 3}, 3},
		{{"\xC3\xA9\xA9", 3}, 3},
	};
	for (size_t i = 0; i < countof(rows); i++)
		is_int(str_whole_characters(rows[i].s).len, rows[i].len);
}

/* ---- random views against the plain way to do it */

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static int naive_cmp(struct str a, struct str b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++) {
		if (a.ptr[i] != b.ptr[i])
			return (unsigned char)a.ptr[i] < (unsigned char)b.ptr[i] ? -1 : 1;
	}
	return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

static struct str random_view(struct prng *prng, char *bytes)
{
	size_t len = prng_below(prng, 8);
	for (size_t i = 0; i < len; i++)
		bytes[i] = "ab \n\r\0\xFF/"[prng_below(prng, 8)];
	return (struct str){bytes, len};
}

/* What lines give back is what went in, but for line ends. */
static bool lines_are_whole(struct str s)
{
	struct str rest = s, line;
	const char *at = s.ptr;
	while (str_next_line(&rest, &line)) {
		if (line.ptr != at || memchr(line.ptr, '\n', line.len))
			return false;
		at += line.len;
		at += at < s.ptr + s.len && *at == '\r';
		at += at < s.ptr + s.len && *at == '\n';
		if (rest.ptr != at)
			return false;
	}
	return at == s.ptr + s.len;
}

static void as_naive(void)
{
	struct prng prng = {5};
	int differ = 0;
	for (int run = 0; run < 20000; run++) {
		char x[8], y[8];
		struct str a = random_view(&prng, x), b = random_view(&prng, y);
		bool prefix = a.len >= b.len && naive_cmp(str_first(a, b.len), b) == 0;
		bool suffix = a.len >= b.len && naive_cmp(str_from(a, a.len - b.len), b) == 0;
		differ += sign(str_cmp(a, b)) != naive_cmp(a, b) || str_eq(a, b) != (naive_cmp(a, b) == 0);
		differ += str_starts(a, b) != prefix || str_ends(a, b) != suffix;
		differ += !lines_are_whole(a);
		struct str t = str_trim(a);
		differ += t.len && (strchr(" \n\r", t.ptr[0]) || strchr(" \n\r", t.ptr[t.len - 1])) && t.ptr[0] &&
			  t.ptr[t.len - 1];
	}
	is_int(differ, 0);
}

static void finds_names(void)
{
	struct named {
		const char *name;
		int more;
	} a = {"a", 1}, b = {"bb", 2}, c = {"c", 3};
	const struct named *items[] = {&a, &b, &c};
	bool found = false;
	is_int(str_find_name(items, 3, STR("bb"), &found), 1);
	ok(found);
	is_int(str_find_name(items, 3, STR("b"), &found), 1);
	ok(!found);
	is_int(str_find_name(items, 3, STR("z"), &found), 3);
	is_int(str_find_name(items, 3, STR(""), &found), 0);
	is_int(str_find_name(NULL, 0, STR("a"), &found), 0);
	ok(!found);
}

static void mentions(void)
{
	static const char *const words[] = {"free", "Close"};
	is_int(str_mentions("list_freeAll", words, 2), 1);
	is_int(str_mentions("LIST_CLOSE", words, 2), 1);
	is_int(str_mentions("clos", words, 2), 0);
	is_int(str_mentions("", words, 2), 0);
	is_int(str_mentions("free", words, 0), 0);
}

static void lists(void)
{
	const char *one[] = {"a", "b"}, *other[] = {"a", "c"};
	const struct strings ab = {one, 2}, ac = {other, 2}, a = {one, 1}, none = {0};
	is_int(strings_eq(&ab, &ab), 1);
	is_int(strings_eq(&ab, &ac), 0);
	is_int(strings_eq(&ab, &a), 0);
	is_int(strings_eq(&none, &none), 1);
	is_int(strings_have(&ab, "b"), 1);
	is_int(strings_have(&a, "b"), 0);
}

int main(void)
{
	tap_run("mentions", mentions);
	tap_run("lists", lists);
	tap_run("views", views);
	tap_run("compares", compares);
	tap_run("searches", searches);
	tap_run("trims", trims);
	tap_run("lines", lines);
	tap_run("words", words);
	tap_run("numbers", numbers);
	tap_run("whole characters", whole_characters);
	tap_run("as naive", as_naive);
	tap_run("finds names", finds_names);
	return tap_done();
}
