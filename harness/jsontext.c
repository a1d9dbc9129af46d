#include "harness/jsontext.h"

#include "core/buf.h"

enum { DEPTH_MAX = 512, TEXT_MAX = 16 << 20 };

struct reading {
	const char *at, *end;
	bool failed;
};

static void skip_blanks(struct reading *r)
{
	while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at)
		r->at++;
}

static char next_of(struct reading *r)
{
	skip_blanks(r);
	r->failed |= r->at == r->end;
	return r->failed ? '\0' : *r->at;
}

static void expect(struct reading *r, char c)
{
	if (next_of(r) == c)
		r->at++;
	else
		r->failed = true;
}

/* What stands between the quotes. */
static struct str read_string(struct reading *r)
{
	expect(r, '"');
	const char *from = r->at;
	while (r->at < r->end && *r->at != '"')
		r->at += *r->at == '\\' ? 2 : 1;
	if (r->at >= r->end) {
		r->failed = true;
		return STR("");
	}
	struct str text = {from, (size_t)(r->at - from)};
	r->at++;
	return text;
}

/* To the bracket that closes it; what is within need not be understood. */
static void skip_value(struct reading *r)
{
	size_t depth = 0;
	do {
		char c = next_of(r);
		if (c == '"') {
			read_string(r);
		} else if (c == '{' || c == '[') {
			depth++;
			r->at++;
		} else if (c == '}' || c == ']') {
			r->failed |= depth == 0;
			depth -= depth > 0;
			r->at++;
		} else if (depth && (c == ',' || c == ':')) {
			r->at++;
		} else {
			const char *from = r->at;
			while (r->at < r->end && !strchr(",:]}[{\" \t\r\n", *r->at))
				r->at++;
			r->failed |= r->at == from;
		}
		r->failed |= depth > DEPTH_MAX;
	} while (depth && !r->failed);
}

/* From an object to the value of the key. */
static void enter(struct reading *r, const char *key)
{
	expect(r, '{');
	while (!r->failed && next_of(r) == '"') {
		struct str name = read_string(r);
		expect(r, ':');
		if (str_eq(name, str_of(key))) {
			skip_blanks(r);
			return;
		}
		skip_value(r);
		if (next_of(r) != ',')
			break;
		r->at++;
	}
	r->failed = true;
}

/* Blanks with which the line begins that this byte is in. */
static struct str indent_of(struct str text, const char *at)
{
	const char *from = at;
	while (from > text.ptr && from[-1] != '\n')
		from--;
	size_t len = 0;
	while (from + len < at && (from[len] == ' ' || from[len] == '\t'))
		len++;
	return (struct str){from, len};
}

/* What stands in front of the first thing behind a bracket, if that begins a line. */
static struct str indent_of_first(struct str text, const char *open)
{
	const char *first = open + 1;
	while (strchr(" \t\r\n", *first))
		first++;
	struct str indent = indent_of(text, first);
	return indent.ptr + indent.len == first ? indent : STR("");
}

static bool has_line_end(const char *from, const char *to)
{
	return memchr(from, '\n', (size_t)(to - from)) != NULL;
}

const char *jsontext_add(struct str text, const char *const *keys, size_t keys_len, const char *item, struct arena *a)
{
	struct reading r = {text.ptr, text.ptr + text.len, false};
	for (size_t i = 0; i < keys_len && !r.failed; i++)
		enter(&r, keys[i]);
	const char *open = r.failed ? NULL : r.at;
	char opening = open ? next_of(&r) : '\0';
	if (opening != '[' && opening != '{')
		return NULL;
	skip_value(&r);
	if (r.failed)
		return NULL;
	const char *close = r.at - 1, *last = close;
	while (last > open + 1 && strchr(" \t\r\n", last[-1]) && last[-1])
		last--;
	bool empty = last == open + 1, apart = has_line_end(last, close);
	SCOPED_BUF struct buf out;
	buf_init(&out, TEXT_MAX);
	buf_append(&out, text.ptr, (size_t)(last - text.ptr));
	buf_append_cstr(&out, empty ? "" : ",");
	if (apart && !empty)
		buf_printf(&out, "\n%.*s%s", STR_ARG(indent_of_first(text, open)), item);
	else
		buf_printf(&out, empty && last == close ? " %s " : " %s", item);
	buf_append(&out, last, (size_t)(text.ptr + text.len - last));
	return out.full ? NULL : arena_str(a, buf_str(&out));
}
