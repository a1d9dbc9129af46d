#include "core/scrub.h"

#include "core/prng.h"
#include "tests/tap.h"

static struct arena arena;

static const char *list[] = {"sk-abcdef", "sk-abcdefgh", "defghijk", "aaaaaa", "short", "\xFF\xFE\xFD\xFC\xFB\xFA"};
static const struct secrets secrets = {{list, countof(list)}};

static void replaces(void)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"nothing here", "nothing here"},
		{"sk-abcdef", "[secret]"},
		{"key=sk-abcdef.", "key=[secret]."},
		{"sk-abcdefg", "[secret]g"},
		{"sk-abcdefgh", "[secret]"},
		{"sk-abcdefsk-abcdef", "[secret][secret]"},
		{"sk-abcdefghijk!", "[secret]!"},        /* three that overlap */
		{"aaaaaaaaaaa!", "[secret]!"},           /* overlaps itself */
		{"aaaaa", "aaaaa"},
		{"sk-abcde", "sk-abcde"},
		{"sk-sk-abcdef", "sk-[secret]"},
		{"a short one", "a short one"},
		{"\xFF\xFF\xFE\xFD\xFC\xFB\xFA", "\xFF[secret]"},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(arena_str(&arena, scrub(&secrets, str_of(cases[i][0]), &arena)), cases[i][1]);
	struct str text = STR("innocent"), zeros = STR("\0sk-abcdef\0");
	ok(scrub(&secrets, text, &arena).ptr == text.ptr);
	ok(scrub(NULL, STR("sk-abcdef"), &arena).len == 9);
	ok(scrub(&(struct secrets){0}, STR("sk-abcdef"), &arena).len == 9);
	ok(str_eq(scrub(&secrets, zeros, &arena), STR("\0[secret]\0")));
	ok(scrub(&secrets, (struct str){0}, &arena).len == 0);
}

/* What comes of the text when it is fed in two pieces, or byte by byte. */
static struct str in_pieces(struct str text, size_t cut, bool each, struct buf *out)
{
	struct scrubber s;
	scrubber_init(&s, &secrets);
	buf_clear(out);
	for (size_t i = 0; each && i < text.len; i++)
		scrubber_feed(&s, str_first(str_from(text, i), 1), false, out);
	if (!each) {
		scrubber_feed(&s, str_first(text, cut), false, out);
		text = str_from(text, cut);
	}
	scrubber_feed(&s, each ? (struct str){0} : text, true, out);
	scrubber_release(&s);
	return buf_str(out);
}

/* Of pieces of secrets, so that there are many beginnings, ends and overlaps. */
static struct str some_text(struct prng *p, struct buf *text)
{
	buf_clear(text);
	for (uint64_t parts = 1 + prng_below(p, 12); parts; parts--) {
		struct str secret = str_of(list[prng_below(p, countof(list))]);
		size_t from = (size_t)prng_below(p, 4) ? 0 : (size_t)prng_below(p, secret.len);
		size_t len = (size_t)prng_below(p, 2) ? secret.len : (size_t)prng_below(p, secret.len);
		buf_append_str(text, str_first(str_from(secret, from), len));
	}
	return buf_str(text);
}

static void cuts_make_no_difference(void)
{
	struct prng p = {7};
	SCOPED_BUF struct buf text, out;
	size_t different = 0, left = 0;
	buf_init(&text, 1000);
	buf_init(&out, 10000);
	for (int round = 0; round < 500; round++) {
		struct str t = some_text(&p, &text), whole = scrub(&secrets, t, &arena);
		for (size_t cut = 0; cut <= t.len; cut++)
			different += !str_eq(in_pieces(t, cut, false, &out), whole);
		different += !str_eq(in_pieces(t, 0, true, &out), whole);
		for (size_t i = 0; i < countof(list); i++)
			left += strlen(list[i]) >= SCRUB_SHORTEST &&
				memmem(whole.ptr, whole.len, list[i], strlen(list[i])) != NULL;
	}
	is_int(different, 0);
	is_int(left, 0);
}

static void holds_back_no_more_than_it_must(void)
{
	struct scrubber s;
	SCOPED_BUF struct buf out;
	buf_init(&out, 1 << 20);
	scrubber_init(&s, &secrets);
	scrubber_feed(&s, STR("text sk-"), false, &out);
	is_str(out.ptr, "text ");
	scrubber_feed(&s, STR("x"), false, &out);
	is_str(out.ptr, "text sk-x");
	scrubber_feed(&s, STR("sk-abcdef"), false, &out);
	is_str(out.ptr, "text sk-x");
	scrubber_feed(&s, STR("g"), true, &out);
	is_str(out.ptr, "text sk-x[secret]g");
	scrubber_release(&s);
	scrubber_release(&s);
}

/* More than is looked at in one go, with secrets everywhere. */
static void large_pieces(void)
{
	SCOPED_BUF struct buf text, want, out;
	struct scrubber s;
	buf_init(&text, 1 << 20);
	buf_init(&want, 1 << 20);
	buf_init(&out, 1 << 20);
	for (int i = 0; i < 20000; i++) {
		buf_append_cstr(&text, "..sk-abcdef..");
		buf_append_cstr(&want, "..[secret]..");
	}
	scrubber_init(&s, &secrets);
	scrubber_feed(&s, buf_str(&text), true, &out);
	ok(str_eq(buf_str(&out), buf_str(&want)));
	scrubber_release(&s);
}

int main(void)
{
	tap_run("replaces", replaces);
	tap_run("cuts make no difference", cuts_make_no_difference);
	tap_run("holds back no more than it must", holds_back_no_more_than_it_must);
	tap_run("large pieces", large_pieces);
	arena_release(&arena);
	return tap_done();
}
