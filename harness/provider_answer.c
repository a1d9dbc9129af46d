#include "harness/provider_parts.h"

enum { REFUSAL_MAX = 1 << 20 };

static int on_event(void *data, struct str event, struct str text)
{
	struct answer *answer = data;
	if (str_trim(text).len == 0)
		return 0;
	answer->some = true;
	/* What a stream says behind its end is not the reply's. */
	if (!answer->reader.ended || answer->row->no_end_mark)
		answer->row->event(&answer->reader, event, text);
	return answer->reader.failed ? -1 : 0;
}

void answer_init(struct answer *answer, const struct provider_row *row, unsigned status, struct reply *reply)
{
	*answer = (struct answer){.row = row, .status = status, .reader = {.reply = reply}};
	buf_init(&answer->whole, status == 200 ? ANSWER_EVENT_MAX : REFUSAL_MAX);
	sse_init(&answer->sse, row->framing, ANSWER_EVENT_MAX);
	answer->sse.notify = on_event;
	answer->sse.data = answer;
	answer->form = status == 200 ? ANSWER_UNTOLD : ANSWER_WHOLE;
}

void answer_release(struct answer *answer)
{
	buf_release(&answer->whole);
	sse_release(&answer->sse);
}

/*
 * Whether it is a stream is told by its first byte and not by its content type: a line of a stream of events cannot
 * begin with a bracket, and the bytes that are kept hold no headers. Blanks and a byte order mark tell nothing.
 */
static bool tells(char byte)
{
	static const char others[] = " \t\r\n\xEF\xBB\xBF";
	return !memchr(others, byte, sizeof(others) - 1);
}

static void tell_form(struct answer *answer, struct str bytes)
{
	bool events = answer->row->framing == SSE_EVENTS;
	while (bytes.len && !tells(bytes.ptr[0]))
		bytes = str_from(bytes, 1);
	if (bytes.len == 0)
		return;
	bool is_whole = bytes.ptr[0] == '<' || (events && (bytes.ptr[0] == '{' || bytes.ptr[0] == '['));
	answer->form = is_whole ? ANSWER_WHOLE : ANSWER_STREAM;
}

static int feed_stream(struct answer *answer, struct str bytes)
{
	struct err err = {0};
	if (!answer->reader.failed && sse_feed(&answer->sse, bytes, &err) < 0)
		reader_fail(&answer->reader, PROVIDER_BROKEN, "%s", err.text);
	return answer->reader.failed ? -1 : 0;
}

int answer_feed(struct answer *answer, struct str bytes)
{
	if (answer->form == ANSWER_UNTOLD)
		tell_form(answer, bytes);
	if (answer->form == ANSWER_STREAM) {
		feed_stream(answer, buf_str(&answer->whole));
		buf_clear(&answer->whole);
		return feed_stream(answer, bytes);
	}
	if (buf_append_str(&answer->whole, bytes) < 0 && answer->status == 200)
		reader_fail(&answer->reader, PROVIDER_BROKEN, "an answer of more than %d bytes", ANSWER_EVENT_MAX);
	return answer->reader.failed ? -1 : 0;
}

static void end_stream(struct answer *answer)
{
	bool cut;
	struct err err = {0};
	if (answer->form == ANSWER_UNTOLD)
		feed_stream(answer, buf_str(&answer->whole));
	if (!answer->reader.failed && sse_finish(&answer->sse, &cut, &err) < 0)
		reader_fail(&answer->reader, PROVIDER_BROKEN, "%s", err.text);
}

static void end_whole(struct answer *answer)
{
	struct str body = str_trim(buf_str(&answer->whole));
	if (answer->status != 200)
		reader_refusal(&answer->reader, answer->row, answer->status, body);
	else if (str_starts(body, STR("<")))
		reader_fail(&answer->reader, PROVIDER_DOWN, "the server did not stream: it sent a page");
	else if (!answer->reader.failed)
		on_event(answer, STR(""), str_starts(body, STR("\xEF\xBB\xBF")) ? str_from(body, 3) : body);
}

static enum provider_outcome broken(const char *why, const char **ret_why)
{
	*ret_why = why;
	return PROVIDER_BROKEN;
}

/* Of a reply that ended without an error. */
static enum provider_outcome judge(const struct reply *reply, const char *said, struct arena *a, const char **ret_why)
{
	*ret_why = "";
	switch (reply->stop) {
	case REPLY_END:
		return reply->text.len ? PROVIDER_ANSWERED : broken("an empty reply", ret_why);
	case REPLY_LENGTH:
		if (reply->text.len)
			return PROVIDER_ANSWERED;
		*ret_why = "its length limit was reached before there was any text; max_tokens is too low";
		return PROVIDER_REJECTED;
	case REPLY_REFUSED:
	case REPLY_RECITATION:
	case REPLY_FILTERED:
		*ret_why = arena_printf(a, "it declined (%s)%s%s", reply->stop_word, said[0] ? ": " : "", said);
		return PROVIDER_DECLINED;
	case REPLY_UNKNOWN:
		break;
	}
	if (!reply->stop_word[0])
		return broken("the stream ended without saying why", ret_why);
	return broken(arena_printf(a, "it stopped for a reason that is not known here: %s", reply->stop_word), ret_why);
}

static enum provider_outcome judge_failure(const struct answer *answer, struct arena *a, const char **ret_why)
{
	const struct reply_reader *r = &answer->reader;
	if (answer->status == 200)
		*ret_why = arena_strdup(a, r->why);
	else
		*ret_why = arena_printf(a, "status %u%s%s", answer->status, r->why[0] ? ": " : "", r->why);
	return r->outcome == PROVIDER_BUSY && r->reply->text.len ? PROVIDER_BROKEN : r->outcome;
}

/* Where a stream is cut, half an event may be left that makes no sense, which is not the server's fault. */
void answer_end(struct answer *answer, const char *cut, struct arena *a, struct provider_result *ret)
{
	struct reply_reader *r = &answer->reader;
	bool had_failed = r->failed;
	if (answer->form == ANSWER_WHOLE)
		end_whole(answer);
	else
		end_stream(answer);
	bool ended = r->ended && !(cut && answer->row->no_end_mark);
	ret->status = answer->status;
	ret->has_wait = r->has_wait;
	ret->wait_ms = r->wait_ms;
	if (r->failed && (had_failed || !cut || answer->status != 200))
		ret->outcome = judge_failure(answer, a, &ret->why);
	else if (ended && !r->failed)
		ret->outcome = judge(r->reply, r->why, a, &ret->why);
	else if (cut)
		ret->outcome = broken(cut, &ret->why);
	else
		ret->outcome = broken(answer->some ? "the stream broke off" : "the answer ended before it began",
				      &ret->why);
}
