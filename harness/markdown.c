#include "harness/markdown.h"

#include "core/utf8.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t run_of(struct str s, char c)
{
	size_t len = 0;
	while (len < s.len && s.ptr[len] == c)
		len++;
	return len;
}

/* "```c" opens and "```" closes, if it is no shorter; true if the line does one of both. */
static bool take_fence(struct markdown *m, struct str line)
{
	char c = line.len ? line.ptr[0] : '\0';
	size_t len = run_of(line, c);
	struct str rest = str_trim(str_from(line, len));
	if ((c != '`' && c != '~') || len < 3)
		return false;
	if (m->fence) {
		if (c == m->fence && len >= m->fence_len && rest.len == 0)
			m->fence = '\0';
		return true;
	}
	if (c == '`' && str_index(rest, '`') < rest.len)
		return false;
	m->fence = c;
	m->fence_len = len;
	return true;
}

static bool ends_comment(struct str line)
{
	return line.len >= 3 && memmem(line.ptr, line.len, "-->", 3);
}

/* Without the "#"s that may stand behind it. */
static struct str plain_title(struct str title)
{
	title = str_trim(title);
	size_t len = title.len;
	while (len > 0 && title.ptr[len - 1] == '#')
		len--;
	if (len == 0 || is_blank(title.ptr[len - 1]))
		title = str_trim(str_first(title, len));
	return title;
}

unsigned markdown_line(struct markdown *m, struct str line, struct str *ret_title)
{
	size_t indent = run_of(line, ' ');
	struct str text = str_from(line, indent);
	if (m->comment) {
		m->comment = !ends_comment(line);
		return 0;
	}
	if (indent > 3 || take_fence(m, text) || m->fence)
		return 0;
	if (str_starts(text, STR("<!--"))) {
		m->comment = !ends_comment(str_from(text, 4));
		return 0;
	}
	size_t level = run_of(text, '#');
	if (level == 0 || level > 6 || (level < text.len && !is_blank(text.ptr[level])))
		return 0;
	*ret_title = plain_title(str_from(text, level));
	return (unsigned)level;
}

bool markdown_is_open(const struct markdown *m)
{
	return m->fence || m->comment;
}

void markdown_close(const struct markdown *m, const char *line_end, struct buf *out)
{
	for (size_t i = 0; m->fence && i < m->fence_len; i++)
		buf_append_char(out, m->fence);
	if (m->comment)
		buf_append_cstr(out, "-->");
	buf_append_cstr(out, line_end);
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Marks only begin at a word's edge, so "_" within one is left to be read. */
void markdown_append_escaped(struct buf *out, struct str text)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, SIZE_MAX / 4);
	utf8_append_line(&line, text);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];
		bool inner = i > 0 && is_word(line.ptr[i - 1]) && is_word(line.ptr[i + 1]);
		if (strchr("\\`*[]<>|~&#", c) || (c == '_' && !inner))
			buf_append_char(out, '\\');
		buf_append_char(out, c);
	}
}
