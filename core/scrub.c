#include "core/scrub.h"

#include <assert.h>

/* How much of a stream is looked at in one go. */
enum { SLICE = 1 << 16 };

static const struct str replacement = {"[secret]", 8};

void scrubber_init(struct scrubber *s, const struct secrets *secrets)
{
	size_t longest = 0;
	*s = (struct scrubber){0};
	for (size_t i = 0; secrets && i < secrets->list.len; i++) {
		struct str secret = str_of(secrets->list.items[i]);
		if (secret.len < SCRUB_SHORTEST)
			continue;
		assert(s->secrets_len < SCRUB_SECRETS_MAX);
		s->secrets[s->secrets_len++] = secret;
		s->first[(unsigned char)secret.ptr[0]] = true;
		longest = max_size(longest, secret.len);
	}
	buf_init(&s->held, SLICE + longest);
}

void scrubber_release(struct scrubber *s)
{
	buf_release(&s->held);
	*s = (struct scrubber){0};
}

/* The next place where a secret may begin. */
static size_t next_first(const struct scrubber *s, struct str text, size_t at)
{
	while (at < text.len && !s->first[(unsigned char)text.ptr[at]])
		at++;
	return at;
}

/* Bytes of the longest secret at the front, or 0; and whether a longer one has perhaps begun. */
static size_t secret_at(const struct scrubber *s, struct str text, bool *ret_begun)
{
	size_t len = 0;
	*ret_begun = false;
	for (size_t i = 0; i < s->secrets_len; i++) {
		struct str secret = s->secrets[i];
		size_t common = min_size(secret.len, text.len);
		if (secret.ptr[common - 1] != text.ptr[common - 1] || memcmp(secret.ptr, text.ptr, common) != 0)
			continue;
		if (common == secret.len)
			len = max_size(len, secret.len);
		else
			*ret_begun = true;
	}
	return len;
}

/* As far as can be told; how many bytes that was. `covered` counts from the front, before and after. */
static size_t pass(const struct scrubber *s, struct str text, bool last, size_t *covered, struct buf *out)
{
	size_t at = next_first(s, text, 0), shown = *covered; /* from `shown` on nothing was appended or replaced */
	for (; at < text.len; at = next_first(s, text, at + 1)) {
		bool begun;
		size_t len = secret_at(s, str_from(text, at), &begun);
		if (begun && !last)
			break;
		if (len == 0)
			continue;
		if (at >= shown) {
			buf_append(out, text.ptr + shown, at - shown);
			buf_append_str(out, replacement);
		}
		shown = max_size(shown, at + len);
	}
	if (at > shown)
		buf_append(out, text.ptr + shown, at - shown);
	*covered = shown > at ? shown - at : 0;
	return at;
}

void scrubber_feed(struct scrubber *s, struct str bytes, bool last, struct buf *out)
{
	do {
		struct str slice = str_first(bytes, SLICE);
		bytes = str_from(bytes, slice.len);
		buf_append_str(&s->held, slice);
		size_t done = pass(s, buf_str(&s->held), last && bytes.len == 0, &s->covered, out);
		size_t rest = s->held.len - done;
		if (rest)
			memmove(s->held.ptr, s->held.ptr + done, rest + 1);
		else
			buf_clear(&s->held);
		s->held.len = rest;
	} while (bytes.len);
}

static bool has_secret(const struct scrubber *s, struct str text)
{
	bool begun;
	for (size_t i = next_first(s, text, 0); i < text.len; i = next_first(s, text, i + 1)) {
		if (secret_at(s, str_from(text, i), &begun))
			return true;
	}
	return false;
}

struct str scrub(const struct secrets *secrets, struct str text, struct arena *a)
{
	struct scrubber s;
	scrubber_init(&s, secrets);
	if (has_secret(&s, text)) {
		SCOPED_BUF struct buf out; /* a replacement is longer than the shortest secret by less than half */
		size_t covered = 0;
		buf_init(&out, text.len * 2);
		pass(&s, text, true, &covered, &out);
		text = (struct str){arena_str(a, buf_str(&out)), out.len};
	}
	scrubber_release(&s);
	return text;
}
