#include "core/err.h"

#include <errno.h>

#include "core/prng.h"
#include "tests/tap.h"

static void sets(void)
{
	struct err err = {0};
	is_int(err_set(&err, ERR_PARSE, "line %d: %s", 3, "no"), -1);
	is_int(err.kind, ERR_PARSE);
	is_str(err.text, "line 3: no");
	is_int(err.saved_errno, 0);
	is_int(err_set(&err, ERR_LIMIT, "%s", ""), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(err.text, "");
}

static void keeps_errno(void)
{
	struct err err = {0};
	errno = ENOENT;
	is_int(err_errno(&err, "cannot open %s", "x"), -1);
	is_int(err.kind, ERR_OS);
	is_int(err.saved_errno, ENOENT);
	is_str(err.text, "cannot open x: No such file or directory");
	err_wrap(&err, "extract");
	is_int(err.saved_errno, ENOENT);
	/* Another kind of error has none. */
	err_set(&err, ERR_USAGE, "x");
	is_int(err.saved_errno, 0);
}

static void wraps(void)
{
	struct err err = {0};
	err_set(&err, ERR_REMOTE, "no answer");
	is_int(err_wrap(&err, "try %d", 2), -1);
	is_int(err_wrap(&err, "ask"), -1);
	is_str(err.text, "ask: try 2: no answer");
	is_int(err.kind, ERR_REMOTE);
}

static void nobody_listens(void)
{
	is_int(err_set(NULL, ERR_BUG, "%s", "x"), -1);
	is_int(err_errno(NULL, "%s", "x"), -1);
	is_int(err_wrap(NULL, "%s", "x"), -1);
}

static bool is_utf8(const char *s)
{
	while (*s) {
		unsigned char c = (unsigned char)*s++;
		int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
		if (c >= 0x80 && c < 0xC0)
			return false;
		for (; more > 0; more--) {
			if (((unsigned char)*s++ & 0xC0) != 0x80)
				return false;
		}
	}
	return true;
}

/* A text of `len` bytes in characters of one to four, ending where it ends. */
static void fill(char *text, size_t len, struct prng *prng)
{
	static const char *const characters[] = {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
	text[0] = '\0';
	while (strlen(text) < len) {
		const char *c = characters[prng_below(prng, 4)];
		if (strlen(text) + strlen(c) <= len)
			memcpy(text + strlen(text), c, strlen(c) + 1);
	}
}

/* Around its limit a text is cut between characters, and not earlier than it must. */
static void cuts(void)
{
	struct prng prng = {11};
	int bad = 0;
	for (size_t len = 780; len < 820; len++) {
		char text[900];
		struct err err = {0}, wrapped = {0};
		fill(text, len, &prng);
		err_set(&err, ERR_PARSE, "%s", text);
		size_t got = strlen(err.text);
		bad += !is_utf8(err.text) || strncmp(err.text, text, got) != 0;
		bad += got < (len < sizeof(err.text) ? len : sizeof(err.text) - 4);
		err_wrap(&err, "context");
		bad += !is_utf8(err.text) || strncmp(err.text, "context: ", 9) != 0 ||
		       strlen(err.text) < (len + 9 < sizeof(err.text) ? len + 9 : sizeof(err.text) - 4);
		err_set(&wrapped, ERR_PARSE, "inner");
		err_wrap(&wrapped, "%s", text);
		bad += !is_utf8(wrapped.text) || strlen(wrapped.text) >= sizeof(wrapped.text);
		errno = EACCES;
		err_errno(&err, "%s", text);
		bad += !is_utf8(err.text) || err.saved_errno != EACCES;
	}
	is_int(bad, 0);
}

/* What is no UTF-8 from the start must not make the cut run away. */
static void cuts_rubbish(void)
{
	char text[900];
	struct err err = {0};
	memset(text, 0x80, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&err, ERR_PARSE, "%s", text);
	ok(strlen(err.text) >= sizeof(err.text) - 4);
	err_wrap(&err, "%s", text);
	ok(strlen(err.text) >= sizeof(err.text) - 4);
}

static void is_copied(void)
{
	struct err kept = {0}, err = {0};
	err_set(&kept, ERR_LIMIT, "too much of %s", "it");
	is_int(err_copy(&err, &kept), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(err.text, "too much of it");
	is_int(err_copy(NULL, &kept), -1);
}

int main(void)
{
	tap_run("an error is copied", is_copied);
	tap_run("sets", sets);
	tap_run("keeps errno", keeps_errno);
	tap_run("wraps", wraps);
	tap_run("nobody listens", nobody_listens);
	tap_run("cuts", cuts);
	tap_run("cuts rubbish", cuts_rubbish);
	return tap_done();
}
