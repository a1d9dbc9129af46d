#include "harness/cdirective.h"

#include "core/buf.h"

struct cdirective cdirective_read(struct ctoken_reader *r, const struct ctoken *hash)
{
	struct cdirective d = {.start = hash->offset, .end = hash->offset + 1, .line = hash->line,
		.end_line = hash->line};
	struct ctoken t;
	while (ctoken_next(r, &t)) {
		d.end = t.offset;
		d.end_line = t.line;
		if (t.kind == CTOKEN_END)
			break;
		if (!d.word.ptr && t.kind != CTOKEN_COMMENT)
			d.word = t.kind == CTOKEN_NAME ? t.text : STR("");
	}
	d.text = str_trim(str_first(str_from(r->text, d.start), d.end - d.start));
	return d;
}

const char *cdirective_line(const struct cdirective *d, struct arena *a)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, CDIRECTIVE_LINE_MAX);
	struct ctoken_reader r = ctoken_reader(str_first(d->text, 2 * CDIRECTIVE_LINE_MAX));
	struct ctoken t;
	size_t end = 0;
	while (ctoken_next(&r, &t)) {
		if (t.kind == CTOKEN_COMMENT || t.kind == CTOKEN_END)
			continue;
		if (t.offset > end && end > 1)
			buf_append_char(&text, ' ');
		buf_append_str(&text, t.text);
		end = t.offset + t.text.len;
	}
	return arena_str(a, str_whole_characters(buf_str(&text)));
}
