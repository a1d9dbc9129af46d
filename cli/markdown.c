#include "cli/markdown.h"

#include "core/utf8.h"

#include <ctype.h>

enum { CELL_CHARACTERS = 200 };

/* Ends a mention, a reference to an issue or an address before it is one; it takes no room. */
#define WORD_JOINER "\xE2\x81\xA0"

static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || strchr(" .,;:()%/-+='?", c) != NULL;
}

static bool needs_joiner(struct str text, size_t at)
{
	char c = text.ptr[at], next = at + 1 < text.len ? text.ptr[at + 1] : '\0',
	     before = at ? text.ptr[at - 1] : '\0';
	return c == '@' || c == '#' || (c == ':' && next == '/') || (c == '.' && tolower((unsigned char)before) == 'w');
}

/* The first characters of it as one line. */
static void line_of(const char *text, struct buf *ret)
{
	struct str all = str_of(text), rest = all;
	for (size_t i = 0; i < CELL_CHARACTERS && rest.len; i++)
		rest = str_from(rest, max_size(utf8_length(rest), 1));
	buf_init(ret, 8 * CELL_CHARACTERS);
	utf8_append_line(ret, str_first(all, all.len - rest.len));
	if (rest.len)
		buf_append_cstr(ret, "…");
}

void markdown_text(struct buf *out, const char *text)
{
	SCOPED_BUF struct buf line;
	line_of(text, &line);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];
		if (is_plain(c))
			buf_append_char(out, c);
		else
			buf_printf(out, "&#%d;", c);
		if (needs_joiner(buf_str(&line), i))
			buf_append_cstr(out, WORD_JOINER);
	}
}

void markdown_code(struct buf *out, const char *text)
{
	buf_append_cstr(out, "<code>");
	markdown_text(out, text);
	buf_append_cstr(out, "</code>");
}
