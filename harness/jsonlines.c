#include "harness/jsonlines.h"

json_t *jsonlines_of(struct str text)
{
	json_t *lines = json_array();
	while (text.len) {
		size_t end = str_index(text, '\n');
		json_array_append_new(lines, json_stringn(text.ptr, end));
		if (end + 1 == text.len)
			json_array_append_new(lines, json_string(""));
		text = str_from(text, end + 1);
	}
	return lines;
}

static int read_line(const struct json_at *at, size_t max, struct buf *out, struct err *err)
{
	const char *line = NULL;
	if (json_read_string(at, max, &line, err) < 0)
		return -1;
	if (strchr(line, '\n'))
		return json_refuse(at, err, "a line that holds a line end");
	if (at->index)
		buf_append_char(out, '\n');
	buf_append_cstr(out, line);
	return buf_check(out, "a text", err);
}

int jsonlines_read(const struct json_at *at, size_t max, struct arena *a, struct str *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	size_t len = 0;
	buf_init(&text, max);
	if (!at->value)
		return json_refuse(at, err, "expected an array of lines, and there is none");
	if (json_read_array(at, max, &len, err) < 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		struct json_at line = json_item(at, i);
		if (read_line(&line, max, &text, err) < 0)
			return -1;
	}
	*ret = (struct str){arena_str(a, buf_str(&text)), text.len};
	return 0;
}
