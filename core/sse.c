#include "core/sse.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/*
 * Streams are mostly large pieces with many short lines in them, so a line that came whole is looked
 * at where it lies, and an event is copied only if its bytes go away before its end has come.
 */

void sse_init(struct sse *s, enum sse_framing framing, size_t max)
{
	*s = (struct sse){.framing = framing};
	buf_init(&s->line, max);
	buf_init(&s->event_kept, max);
	buf_init(&s->text_kept, max);
}

void sse_release(struct sse *s)
{
	buf_release(&s->line);
	buf_release(&s->event_kept);
	buf_release(&s->text_kept);
	*s = (struct sse){0};
}

static int notify(struct sse *s, struct str event, struct str text, struct err *err)
{
	if (s->notify(s->data, event, text) < 0)
		return err_set(err, ERR_CANCELLED, "the stream was stopped");
	return 0;
}

/* ---- fields */

/* Bytes that will stay; those that were kept already are where they should be. */
static void keep(struct buf *kept, struct str *view)
{
	if (view->len && view->ptr != kept->ptr) {
		buf_clear(kept);
		buf_append_str(kept, *view);
		*view = buf_str(kept);
	}
}

static int add_text(struct sse *s, struct str value, struct err *err)
{
	if (!s->has_text) {
		s->text = value;
		s->has_text = true;
		return 0;
	}
	if (s->text.len == 0)
		buf_clear(&s->text_kept);
	keep(&s->text_kept, &s->text);
	buf_append_char(&s->text_kept, '\n');
	buf_append_str(&s->text_kept, value);
	s->text = buf_str(&s->text_kept);
	return buf_check(&s->text_kept, "an event of the stream", err);
}

static int end_event(struct sse *s, struct err *err)
{
	struct str event = s->event, text = s->text;
	bool whole = s->has_text;
	s->event = s->text = (struct str){0};
	s->has_text = false;
	return whole ? notify(s, event, text, err) : 0;
}

/* What else there is, "id" and "retry", serves to connect again. A comment is a field without a name. */
static int read_field(struct sse *s, struct str line, struct err *err)
{
	size_t colon = str_index(line, ':');
	struct str name = str_first(line, colon), value = str_from(line, colon + 1);
	if (value.len && value.ptr[0] == ' ')
		value = str_from(value, 1);
	if (str_eq(name, STR("data")))
		return add_text(s, value, err);
	if (str_eq(name, STR("event")))
		s->event = value;
	return 0;
}

/* ---- lines */

static int read_line(struct sse *s, struct str line, struct err *err)
{
	if (!s->started && str_starts(line, STR(BYTE_ORDER_MARK)))
		line = str_from(line, strlen(BYTE_ORDER_MARK));
	s->started = true;
	if (s->framing == SSE_EVENTS)
		return line.len ? read_field(s, line, err) : end_event(s, err);
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line.len ? notify(s, (struct str){0}, line, err) : 0;
}

/* The next of each line end, or the end of the bytes, so that none is looked for twice. */
struct cursor {
	const char *at, *end, *feed, *ret;
};

static const char *find(const char *from, const char *end, char byte)
{
	const char *found = from < end ? memchr(from, byte, (size_t)(end - from)) : NULL;
	return found ? found : end;
}

/* JSON may hold a CR between its tokens, so there only LF ends a line. */
static bool next_line(struct sse *s, struct cursor *c, struct str *ret_line)
{
	if (c->feed < c->at)
		c->feed = find(c->at, c->end, '\n');
	if (c->ret < c->at)
		c->ret = s->framing == SSE_EVENTS ? find(c->at, c->end, '\r') : c->end;
	const char *end = c->ret < c->feed ? c->ret : c->feed;
	if (end == c->end)
		return false;
	*ret_line = (struct str){c->at, (size_t)(end - c->at)};
	c->at = end + 1;
	s->after_return = end == c->ret && c->at == c->end;
	if (end == c->ret && c->at == c->feed && c->at < c->end)
		c->at++;
	return true;
}

static int check_line(const struct sse *s, struct str line, struct err *err)
{
	if (line.len > s->line.max)
		return err_set(err, ERR_LIMIT, "a line of the stream is larger than its limit of %zu bytes",
			       s->line.max);
	return buf_check(&s->line, "a line of the stream", err);
}

int sse_feed(struct sse *s, struct str bytes, struct err *err)
{
	if (bytes.len == 0)
		return 0;
	bytes = str_from(bytes, s->after_return && bytes.ptr[0] == '\n');
	s->after_return = false;
	struct cursor c = {.at = bytes.ptr, .end = bytes.ptr + bytes.len};
	c.feed = find(c.at, c.end, '\n');
	c.ret = s->framing == SSE_EVENTS ? find(c.at, c.end, '\r') : c.end;
	struct str line;
	for (bool begun = s->line.len > 0; next_line(s, &c, &line); begun = false) {
		if (begun) {
			buf_append_str(&s->line, line);
			line = buf_str(&s->line);
		}
		if (check_line(s, line, err) < 0 || read_line(s, line, err) < 0)
			return -1;
	}
	if (c.at > bytes.ptr) {
		keep(&s->event_kept, &s->event);
		keep(&s->text_kept, &s->text);
		buf_clear(&s->line);
	}
	buf_append(&s->line, c.at, (size_t)(c.end - c.at));
	return check_line(s, buf_str(&s->line), err);
}

int sse_finish(struct sse *s, bool *ret_cut, struct err *err)
{
	struct str line = buf_str(&s->line);
	bool cut = false;
	if (s->framing == SSE_EVENTS)
		cut = s->has_text || s->event.len || (line.len && line.ptr[0] != ':');
	else if (line.len && read_line(s, line, err) < 0)
		return -1;
	*ret_cut = cut;
	return 0;
}
