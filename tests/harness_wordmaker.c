#include "harness/wordmaker.h"

#include "core/hash.h"
#include "tests/tap.h"

static uint64_t numbers[] = {0, 7, 300}, named[] = {64}, lengths[] = {63, 64, 65}, reals[] = {0x3FF8000000000000};
static struct str texts[] = {{"key", 3}, {"a=b\nc=d\n", 8}, {"\0\xFF", 2}};
static const struct probe_words words = {
	.numbers = numbers, .numbers_len = countof(numbers),
	.texts = texts, .texts_len = countof(texts),
	.letters = "=\n", .letters_len = 2,
	.named = named, .named_len = countof(named),
	.lengths = lengths, .lengths_len = countof(lengths),
	.reals = reals, .reals_len = countof(reals),
};

/* A seed gives the same whatever the compiler and its options: then a difference that was found can be found again. */
static void test_same_for_a_seed(void)
{
	struct prng lot = {1};
	SCOPED_ARENA struct arena a = {0};
	struct wordmaker m = {&words, &lot, &a};
	struct hasher h;
	hasher_init(&h);
	struct str text = STR("");
	for (int i = 0; i < 5000; i++) {
		hasher_field_u64(&h, wordmaker_number(&m));
		hasher_field_u64(&h, wordmaker_length(&m));
		hasher_field_u64(&h, wordmaker_real(&m));
		hasher_field(&h, wordmaker_text(&m));
		text = wordmaker_changed(&m, text);
		hasher_field(&h, text);
	}
	char hex[HASH_HEX];
	struct hash hash = hasher_finish(&h);
	hash_hex(&hash, hex);
	hex[16] = '\0';
	is_str(hex, "82de15b1d4d612f6");
}

static void test_bounds(void)
{
	struct prng lot = {2};
	SCOPED_ARENA struct arena a = {0};
	struct wordmaker m = {&words, &lot, &a};
	size_t longest = 0, empty = 0, changed = 0;
	struct str text = STR("");
	for (int i = 0; i < 5000; i++) {
		struct str next = wordmaker_changed(&m, text);
		longest = max_size(longest, next.len);
		empty += next.len == 0;
		changed += !str_eq(text, next);
		text = next;
	}
	ok(longest > 1000);
	ok(longest <= WORDMAKER_TEXT_MAX);
	ok(empty > 0);
	ok(changed > 3900);
}

/* What is known comes up, and so does what stands beside it. */
static void test_known(void)
{
	struct prng lot = {3};
	SCOPED_ARENA struct arena a = {0};
	struct wordmaker m = {&words, &lot, &a};
	size_t known = 0, beside = 0, named_ones = 0, known_lengths = 0, known_texts = 0;
	for (int i = 0; i < 5000; i++) {
		uint64_t number = wordmaker_number(&m);
		known += number == 300;
		beside += number == 299 || number == 301;
		named_ones += number == 64;
		known_lengths += wordmaker_length(&m) == 65;
		known_texts += str_eq(wordmaker_text(&m), texts[1]);
	}
	ok(known > 100);
	ok(beside > 20);
	ok(named_ones > 100);
	ok(known_lengths > 100);
	ok(known_texts > 100);
}

static void test_with_word(void)
{
	struct prng lot = {5};
	SCOPED_ARENA struct arena a = {0};
	struct wordmaker m = {&words, &lot, &a};
	ok(str_eq(wordmaker_with_word(&m, STR("[xx] k=1"), 2, 5), STR("[xxxxx] k=1")));
	ok(str_eq(wordmaker_with_word(&m, STR("[xx] k=1"), 3, 5), STR("[xxxxx] k=1")));
	ok(str_eq(wordmaker_with_word(&m, STR("[xx] k=1"), 5, 1), STR("[xx] k=1")));
	ok(str_eq(wordmaker_with_word(&m, STR("[]"), 1, 3), STR("[aaa]")));
	ok(str_eq(wordmaker_with_word(&m, STR("7"), 0, 0), STR("")));
	ok(str_eq(wordmaker_with_word(&m, STR(""), 0, 2), STR("aa")));
	ok(wordmaker_with_word(&m, STR("x"), 0, UINT64_MAX).len <= WORDMAKER_TEXT_MAX);
}

/* `return c >= 'a' && c <= 'z' || c == '#';` as a compiler writes it. */
static void test_ends_of_ranges(void)
{
	static const char code[] = "\0asm\1\0\0\0\x0a\x17\1\x15\0\x20\0\x41\x9f\x7f\x6a\x41\xff\1\x71\x41\x1a\x49"
				   "\x20\0\x41\x23\x46\x72\x0b";
	SCOPED_ARENA struct arena a = {0};
	const struct probe_grammar g = {0};
	const struct interface api = {0};
	const struct link_input object = {"object", {code, sizeof(code) - 1}};
	struct probe_words found;
	probe_words_collect(&g, &api, &object, 1, &a, &found);
	const char expected[] = "`az{#";
	for (const char *letter = expected; *letter; letter++)
		ok(memchr(found.letters, *letter, found.letters_len) != NULL);
	ok(memchr(found.letters, 'b', found.letters_len) == NULL);
}

/* Whatever it is asked for, nothing is drawn from lists that are empty. */
static void test_no_words(void)
{
	struct prng lot = {4};
	SCOPED_ARENA struct arena a = {0};
	struct probe_words few = {.numbers = numbers, .numbers_len = 1, .texts = texts, .texts_len = 1, .reals = reals, .reals_len = 1};
	struct wordmaker m = {&few, &lot, &a};
	size_t len = 0;
	for (int i = 0; i < 500; i++)
		len += wordmaker_changed(&m, wordmaker_text(&m)).len + (size_t)(wordmaker_length(&m) > 0) + (size_t)(wordmaker_number(&m) > 0);
	ok(len > 0);
}

/* One byte is put in, or goes, beside a sign more often than between letters. */
static void test_beside_signs(void)
{
	struct prng lot = {5};
	SCOPED_ARENA struct arena a = {0};
	struct wordmaker m = {&words, &lot, &a};
	struct str text = STR("somelongword=otherlongword");
	size_t beside = 0, all = 0;
	for (int i = 0; i < 5000; i++) {
		struct str next = wordmaker_changed(&m, text);
		size_t same = 0;
		if (next.len != text.len + 1)
			continue;
		while (same < text.len && next.ptr[same] == text.ptr[same])
			same++;
		beside += same == 12 || same == 13;
		all++;
	}
	ok(all > 100);
	ok(beside > all / 6);
}

int main(void)
{
	test_same_for_a_seed();
	test_bounds();
	test_known();
	test_with_word();
	test_ends_of_ranges();
	test_no_words();
	test_beside_signs();
	return tap_done();
}
