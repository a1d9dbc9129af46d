#include "cli/page.h"

#include "core/hash.h"
#include "core/utf8.h"
#include "pages.h"

#include <assert.h>

enum { PART_MAX = 1 << 20 };

/* ---- text */

static void append_character(struct buf *out, struct str c)
{
	static const char *const names[] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
	unsigned char byte = (unsigned char)c.ptr[0];
	if (byte == '\n' || byte == '\t')
		buf_append_char(out, (char)byte);
	else if (byte < countof(names) && names[byte])
		buf_append_cstr(out, names[byte]);
	else if (utf8_length(c) == 0 || utf8_is_control(c))
		buf_append_cstr(out, UTF8_REPLACEMENT);
	else
		buf_append_str(out, c);
}

void page_text(struct buf *out, struct str text)
{
	while (text.len) {
		struct str c = str_first(text, max_size(utf8_length(text), 1));
		append_character(out, c);
		text = str_from(text, c.len);
	}
}

void page_cstr(struct buf *out, const char *text)
{
	page_text(out, str_of(text));
}

void page_percent(struct buf *out, double share)
{
	buf_printf(out, share > 0 && share < 0.0995 ? "%.1f\u00a0%%" : "%.0f\u00a0%%", 100 * share);
}

void page_element(struct buf *out, const char *tag, const char *class_name, const char *text)
{
	buf_printf(out, class_name[0] ? "<%s class=\"%s\">" : "<%s>", tag, class_name);
	page_cstr(out, text);
	buf_printf(out, "</%s>", tag);
}

/* ---- parts */

/* The lines of a file in specs/pages, one after the other. */
static void read_part(const char *name, struct buf *out)
{
	size_t at = 0;
	while (at < countof(page_lines) && strcmp(page_lines[at], name) != 0) {
		while (page_lines[at])
			at++;
		at++;
	}
	assert(at < countof(page_lines));
	for (at++; page_lines[at]; at++)
		buf_append_cstr(out, page_lines[at]);
}

static bool is_script(const char *name)
{
	return str_ends(str_of(name), STR(".js"));
}

static void read_parts(const struct page_parts *parts, bool scripts, struct buf *out)
{
	buf_init(out, PART_MAX);
	if (!scripts)
		read_part("page.css", out);
	for (size_t i = 0; i < parts->len; i++) {
		if (is_script(parts->items[i]) == scripts)
			read_part(parts->items[i], out);
	}
}

/* ---- the policy: what may run and style is named by its hash */

static void append_base64(struct buf *out, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < len; i += 3) {
		unsigned group = (unsigned)bytes[i] << 16 | (i + 1 < len ? (unsigned)bytes[i + 1] << 8 : 0) |
				 (i + 2 < len ? bytes[i + 2] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_append_char(out, i + k > len ? '=' : digits[group >> (18 - 6 * k) & 63]);
	}
}

static void append_source(struct buf *out, const char *what, const struct buf *part)
{
	struct hash hash = hash_of(buf_str(part));
	buf_printf(out, "; %s 'sha256-", what);
	append_base64(out, hash.bytes, sizeof(hash.bytes));
	buf_append_char(out, '\'');
}

void page_begin(struct buf *out, const char *title, const struct page_parts *parts)
{
	SCOPED_BUF struct buf styles, scripts;
	read_parts(parts, false, &styles);
	read_parts(parts, true, &scripts);
	buf_append_cstr(out,
			"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; "
			"form-action 'none'");
	append_source(out, "style-src", &styles);
	if (scripts.len)
		append_source(out, "script-src", &scripts);
	buf_append_cstr(out, "\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
			     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	page_cstr(out, title);
	buf_append_cstr(out, "</title>\n<style>");
	buf_append_str(out, buf_str(&styles));
	buf_append_cstr(out, "</style>\n");
	if (scripts.len) {
		buf_append_cstr(out, "<script>");
		buf_append_str(out, buf_str(&scripts));
		buf_append_cstr(out, "</script>\n");
	}
	buf_append_cstr(out, "</head>\n<body>\n");
}

void page_end(struct buf *out)
{
	buf_append_cstr(out, "</body>\n</html>\n");
}
