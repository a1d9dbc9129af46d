#include "core/buf.h"

#include "core/prng.h"
#include "tests/tap.h"

static void starts_empty(void)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, 10);
	is_str(b.ptr, "");
	is_int(b.len, 0);
	is_int(b.cap, 0);
	is_int(buf_append(&b, NULL, 0), 0);
	is_int(buf_append(&b, "", 0), 0);
	is_int(buf_append_str(&b, (struct str){0}), 0);
	is_int(buf_check(&b, "it", NULL), 0);
	ok(str_eq(buf_str(&b), STR("")));
}

static void releases(void)
{
	struct buf b = {0};
	buf_release(&b);
	buf_init(&b, 5);
	buf_release(&b);
	ok(b.ptr == NULL);
	buf_init(&b, 5);
	buf_append_cstr(&b, "abc");
	buf_release(&b);
	ok(b.ptr == NULL && b.len == 0 && b.cap == 0 && b.max == 0);
	buf_release(&b);
}

static void appends(void)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, 100);
	is_int(buf_append_cstr(&b, "ab"), 0);
	is_int(buf_append_char(&b, 'c'), 0);
	is_int(buf_append_char(&b, '\0'), 0);
	is_int(buf_append_str(&b, STR("d\0e")), 0);
	is_int(buf_printf(&b, "%d-%s", 7, "x"), 0);
	is_int(b.len, 10);
	is_mem(b.ptr, "abc\0d\0e7-x", 11);
}

static void prints_at_length(void)
{
	/* Around the size of the buffer that short texts go through. */
	for (int len = 250; len < 260; len++) {
		SCOPED_BUF struct buf b;
		char want[300];
		buf_init(&b, 1000);
		is_int(buf_printf(&b, "%*d", len, 7), 0);
		snprintf(want, sizeof(want), "%*d", len, 7);
		is_str(b.ptr, want);
	}
}

/* What fitted stays, `full` stays, and what comes later changes nothing. */
static void is_full(void)
{
	SCOPED_BUF struct buf b;
	struct err err = {0};
	buf_init(&b, 4);
	is_int(buf_append_cstr(&b, "abcd"), 0);
	ok(!b.full);
	is_int(buf_append_cstr(&b, ""), 0);
	is_int(buf_append_cstr(&b, "e"), -1);
	ok(b.full);
	is_int(buf_append_cstr(&b, ""), -1);
	is_int(buf_append_char(&b, 'f'), -1);
	is_int(buf_printf(&b, "%d", 1), -1);
	is_str(b.ptr, "abcd");
	is_int(buf_check(&b, "the reply", &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(err.text, "the reply is larger than its limit of 4 bytes");
	buf_clear(&b);
	ok(!b.full && b.len == 0);
	is_str(b.ptr, "");
	is_int(buf_append_cstr(&b, "abcdef"), -1);
	is_str(b.ptr, "abcd");
	buf_clear(&b);
	is_int(buf_printf(&b, "%d", 123456), -1);
	is_str(b.ptr, "1234");
	buf_clear(&b);
	is_int(buf_printf(&b, "%300d", 1), -1);
	is_str(b.ptr, "    ");
}

static void holds_nothing(void)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, 0);
	is_int(buf_append_cstr(&b, ""), 0);
	is_int(buf_append_cstr(&b, "a"), -1);
	is_str(b.ptr, "");
	ok(buf_reserve(&b, 1) == NULL);
	ok(buf_reserve(&b, 0) != NULL);
	buf_clear(&b);
	is_str(b.ptr, "");
}

static void reserves(void)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, 100);
	char *to = buf_reserve(&b, 60);
	ok(to != NULL);
	is_int(b.len, 0);
	is_str(b.ptr, ""); /* terminated even before anything is written */
	memset(to, 'x', 60);
	buf_grew(&b, 3);
	is_str(b.ptr, "xxx");
	ok(buf_reserve(&b, 98) == NULL);
	is_str(b.ptr, "xxx");
	ok(!b.full);
	to = buf_reserve(&b, 97);
	ok(to == b.ptr + 3);
	is_str(b.ptr, "xxx");
	memset(to, 'y', 97);
	buf_grew(&b, 97);
	is_int(b.len, 100);
	is_int(b.ptr[100], '\0');
	buf_grew(&b, 0);
	ok(buf_reserve(&b, 0) == b.ptr + 100);
	ok(buf_reserve(&b, SIZE_MAX) == NULL);
}

static void without_limit(void)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, SIZE_MAX);
	for (int i = 0; i < 10000; i++)
		buf_append_cstr(&b, "0123456789");
	is_int(b.len, 100000);
	ok(b.cap < 4 * b.len); /* grows by factors, not by bytes */
	ok(b.cap >= b.len + b.len / 8);
}

/* ---- random operations against a plain array */

struct model {
	char bytes[64];
	size_t len, max;
	bool full;
};

static int model_append(struct model *m, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len && !m->full; i++) {
		if (m->len == m->max)
			m->full = true;
		else
			m->bytes[m->len++] = bytes[i];
	}
	return m->full ? -1 : 0;
}

static bool step(struct buf *b, struct model *m, struct prng *prng)
{
	static const char text[] = "0123456789abcdef";
	size_t len = prng_below(prng, sizeof(text));
	switch (prng_below(prng, 6)) {
	case 0:
		return buf_append(b, text, len) == model_append(m, text, len);
	case 1:
		return buf_append_char(b, text[len]) == model_append(m, text + len, 1);
	case 2:
		return buf_printf(b, "%.*s", (int)len, text) == model_append(m, text, len);
	case 3:
		return buf_append_cstr(b, text + len) == model_append(m, text + len, strlen(text + len));
	case 4:
		if (m->full)
			return true;
		char *to = buf_reserve(b, len);
		if ((to == NULL) != (len > m->max - m->len))
			return false;
		if (to) {
			memcpy(to, text, len);
			buf_grew(b, len / 2);
			model_append(m, text, len / 2);
		}
		return true;
	default:
		if (prng_below(prng, 8) == 0) {
			buf_clear(b);
			m->len = 0;
			m->full = false;
		}
		return true;
	}
}

static void as_model(void)
{
	struct prng prng = {2};
	int differ = 0;
	for (int run = 0; run < 500; run++) {
		SCOPED_BUF struct buf b;
		struct model m = {.max = prng_below(&prng, sizeof(m.bytes) + 1)};
		buf_init(&b, m.max);
		for (int i = 0; i < 100; i++) {
			differ += !step(&b, &m, &prng);
			differ += b.len != m.len || b.full != m.full || b.ptr[b.len] != '\0';
			differ += m.len && memcmp(b.ptr, m.bytes, m.len) != 0;
		}
	}
	is_int(differ, 0);
}

int main(void)
{
	tap_run("starts empty", starts_empty);
	tap_run("releases", releases);
	tap_run("appends", appends);
	tap_run("prints at length", prints_at_length);
	tap_run("is full", is_full);
	tap_run("holds nothing", holds_nothing);
	tap_run("reserves", reserves);
	tap_run("without limit", without_limit);
	tap_run("as model", as_model);
	return tap_done();
}
