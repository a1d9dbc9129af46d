#include "core/utf8.h"

#include "tests/tap.h"

static void knows_characters(void)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{"", 0}, {"a", 1}, {"\x7F", 1}, {"\xC3\xA4x", 2}, {"\xE2\x80\xA6", 3}, {"\xF0\x9F\x99\x82", 4},
		{"\xF4\x8F\xBF\xBF", 4}, {"\xEF\xBF\xBF", 3},
		{"\x80", 0}, {"\xBF", 0}, {"\xC3", 0}, {"\xC3x", 0}, {"\xE2\x80", 0}, {"\xE2\x80x", 0},
			{"\xF0\x9F\x99", 0},
		{"\xC0\x80", 0}, {"\xC1\xBF", 0}, {"\xE0\x9F\xBF", 0}, {"\xF0\x8F\xBF\xBF", 0}, /* too long */
		{"\xED\xA0\x80", 0}, {"\xED\xBF\xBF", 0}, /* surrogates */
		{"\xF4\x90\x80\x80", 0}, {"\xF5\x80\x80\x80", 0}, {"\xFF", 0},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_int(utf8_length(str_of(cases[i].text)), cases[i].len);
	is_int(utf8_length(STR("\0")), 1);
	is_int(utf8_length((struct str){0}), 0);
}

static void replaces(void)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 60);
	is_int(utf8_append(&out, STR("a\xFF\n\xC3\xA4\xC3")), 0);
	is_str(out.ptr, "a" UTF8_REPLACEMENT "\n\xC3\xA4" UTF8_REPLACEMENT);
	buf_clear(&out);
	is_int(utf8_append_line(&out,
		STR("a\n\x1b[1m\x7F\0\xC2\x9B\xC2\xA0\xE2\x80\xAE\xE2\x80\xA8\xE2\x81\xA9\xE2\x80\xA6\xFF")), 0);
	is_str(out.ptr, "a  [1m   \xC2\xA0   \xE2\x80\xA6" UTF8_REPLACEMENT);
	buf_clear(&out);
	is_int(utf8_append(&out, (struct str){0}), 0);
	is_int(out.len, 0);
	for (int i = 0; i < 20; i++)
		utf8_append(&out, STR("\xFF\xFF"));
	is_int(utf8_append(&out, STR("")), -1); /* it did not fit */
	is_int(out.len, 60);
}

int main(void)
{
	tap_run("knows characters", knows_characters);
	tap_run("replaces", replaces);
	return tap_done();
}
