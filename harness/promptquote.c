#include "harness/promptquote.h"

#include "core/utf8.h"
#include "harness/prompt.h"

static size_t longest_run(struct str text, char c)
{
	size_t longest = 0, run = 0;
	for (size_t i = 0; i < text.len; i++) {
		run = text.ptr[i] == c ? run + 1 : 0;
		longest = max_size(longest, run);
	}
	return longest;
}

void promptquote_append(struct buf *out, const char *info, struct str text)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t len = max_size(3, longest_run(text, '`') + 1);
	for (size_t i = 0; i < len; i++)
		buf_append_char(out, '`');
	buf_printf(out, "%s\n", info);
	buf_append_str(out, prompt_clean(text, &scratch));
	if (text.len && text.ptr[text.len - 1] != '\n')
		buf_append_char(out, '\n');
	for (size_t i = 0; i < len; i++)
		buf_append_char(out, '`');
}

void promptquote_name(struct buf *out, const char *name)
{
	size_t start = out->len + 1;
	buf_append_char(out, '`');
	utf8_append_line(out, str_of(name));
	for (size_t i = start; i < out->len; i++) {
		if (out->ptr[i] == '`')
			out->ptr[i] = '\'';
	}
	buf_append_char(out, '`');
}

static bool ends_with(const char *path, const char *const *endings, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_ends(str_of(path), str_of(endings[i])))
			return true;
	}
	return false;
}

bool promptquote_is_source(const char *path)
{
	static const char *const endings[] = {".c", ".h", ".inc", ".def"};
	return ends_with(path, endings, countof(endings));
}

static const char *language_of(const char *path)
{
	static const char *const endings[] = {".md", ".markdown"};
	return promptquote_is_source(path) ? "c" : ends_with(path, endings, countof(endings)) ? "markdown" : "";
}

void promptquote_file(struct buf *out, const char *path, const char *remark, struct str text)
{
	if (out->len)
		buf_append_cstr(out, "\n\n");
	promptquote_name(out, path);
	buf_printf(out, "%s:\n\n", remark);
	promptquote_append(out, language_of(path), text);
}
