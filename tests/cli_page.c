/* The frame of pages: what comes from outside stays text, and a page's policy names what is in it. */

#include "cli/page.h"
#include "core/hash.h"
#include "tests/tap.h"

static const char *escaped(struct str text)
{
	static struct buf out;
	buf_release(&out);
	buf_init(&out, 1000);
	page_text(&out, text);
	return out.ptr;
}

static void text_stays_text(void)
{
	is_str(escaped(STR("a < b && c > \"d\" + 'e'")), "a &lt; b &amp;&amp; c &gt; &quot;d&quot; + &#39;e&#39;");
	is_str(escaped(STR("</script><!-- --><style>")), "&lt;/script&gt;&lt;!-- --&gt;&lt;style&gt;");
	is_str(escaped(STR("one\n\ttwo")), "one\n\ttwo");
	is_str(escaped(STR("\033[31m\r\a")), "\uFFFD[31m\uFFFD\uFFFD");
	is_str(escaped(STR("nul\0s")), "nul\uFFFDs");
	is_str(escaped(STR("\xff\xc3")), "\uFFFD\uFFFD");
	is_str(escaped(STR("right \u202E left")), "right \uFFFD left");
	is_str(escaped(STR("Grün 漢字")), "Grün 漢字");
	is_str(escaped(STR("")), "");
}

static void shares_have_a_digit_where_they_are_small(void)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 100);
	page_percent(&out, 0);
	page_percent(&out, 0.0123);
	page_percent(&out, 0.5);
	is_str(out.ptr, "0\u00a0%1.2\u00a0%50\u00a0%");
}

/* What stands between two texts in a page. */
static struct str between(const struct buf *page, const char *from, const char *to)
{
	const char *found = strstr(page->ptr, from), *start = found ? found + strlen(from) : NULL;
	const char *end = start ? strstr(start, to) : NULL;
	return end ? (struct str){start, (size_t)(end - start)} : STR("");
}

static void the_policy_names_the_styles(void)
{
	SCOPED_BUF struct buf page;
	const struct page_parts none = {0};
	buf_init(&page, 1 << 20);
	page_begin(&page, "A & </title><script>", &none);
	page_end(&page);
	ok(strstr(page.ptr, "<title>A &amp; &lt;/title&gt;&lt;script&gt;</title>") != NULL);
	ok(strstr(page.ptr, "default-src 'none'") != NULL);
	ok(strstr(page.ptr, "<script") == NULL);
	ok(strstr(page.ptr, "script-src") == NULL);
	ok(between(&page, "<style>", "</style>").len > 100);
	/* 32 bytes are 43 digits and one "=". */
	struct str source = between(&page, "style-src 'sha256-", "'");
	is_int(source.len, 44);
	ok(source.len == 44 && source.ptr[43] == '=' && source.ptr[42] != '=');
	/* The first digit is the first six bits. */
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct hash hash = hash_of(between(&page, "<style>", "</style>"));
	ok(source.len && source.ptr[0] == digits[hash.bytes[0] >> 2]);
	ok(source.len && source.ptr[1] == digits[(hash.bytes[0] << 4 | hash.bytes[1] >> 4) & 63]);
}

static void a_page_that_is_too_large_is_an_error(void)
{
	SCOPED_BUF struct buf page;
	struct err err = {0};
	const struct page_parts none = {0};
	buf_init(&page, 500);
	page_begin(&page, "small", &none);
	is_int(buf_check(&page, "the page", &err), -1);
	is_int(err.kind, ERR_LIMIT);
}

int main(void)
{
	tap_run("text stays text", text_stays_text);
	tap_run("shares have a digit where they are small", shares_have_a_digit_where_they_are_small);
	tap_run("the policy names the styles", the_policy_names_the_styles);
	tap_run("a page that is too large is an error", a_page_that_is_too_large_is_an_error);
	return tap_done();
}
