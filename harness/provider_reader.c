#include "harness/provider_parts.h"

#include "core/mem.h"
#include "core/utf8.h"

#include <stdarg.h>

/* Behind what is there already, as one line. */
static void add_why(struct reply_reader *r, struct str text)
{
	SCOPED_BUF struct buf line;
	size_t len = strlen(r->why);
	buf_init(&line, sizeof(r->why) - 1 - len);
	utf8_append_line(&line, text);
	struct str whole = str_whole_characters(buf_str(&line));
	memcpy(r->why + len, whole.ptr, whole.len);
	r->why[len + whole.len] = '\0';
}

void reader_fail(struct reply_reader *r, enum provider_outcome outcome, const char *format, ...)
{
	if (r->failed)
		return;
	SCOPED_BUF struct buf text;
	va_list args;
	buf_init(&text, 4096);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	r->failed = true;
	r->outcome = outcome;
	r->why[0] = '\0';
	add_why(r, str_trim(buf_str(&text)));
}

json_t *reader_parse(struct reply_reader *r, struct str text)
{
	json_t *value = NULL;
	struct err err = {0};
	if (json_parse(text, "an event", &value, &err) < 0) {
		reader_fail(r, PROVIDER_BROKEN, "the server sent what makes no sense: %s", err.text);
		return NULL;
	}
	if (json_is_object(value))
		return value;
	reader_fail(r, PROVIDER_BROKEN, "the server sent what makes no sense: an event that is no JSON object");
	json_free(&value);
	return NULL;
}

static void add_text(struct reply_reader *r, struct buf *to, const json_t *text)
{
	if (json_is_string(text) && buf_append(to, json_string_value(text), json_string_length(text)) < 0)
		reader_fail(r, PROVIDER_BROKEN, "a reply of more than %d bytes", REPLY_TEXT_MAX);
}

void reader_text(struct reply_reader *r, const json_t *text)
{
	add_text(r, &r->reply->text, text);
}

void reader_thinking(struct reply_reader *r, const json_t *text)
{
	add_text(r, &r->reply->thinking, text);
}

void reader_model(struct reply_reader *r, const json_t *name)
{
	if (json_is_string(name) && json_string_length(name))
		reply_set_word(r->reply->model, sizeof(r->reply->model), str_of(json_string_value(name)));
}

void reader_declined(struct reply_reader *r, const json_t *text)
{
	struct reply *reply = r->reply;
	if (!json_is_string(text) || !json_string_length(text))
		return;
	reply->stop = REPLY_REFUSED;
	reply_set_word(reply->stop_word, sizeof(reply->stop_word), STR("refusal"));
	add_why(r, str_of(json_string_value(text)));
}

void reader_stop(struct reply_reader *r, const struct stop_word *words, size_t len, const json_t *word)
{
	struct reply *reply = r->reply;
	if (!json_is_string(word) || reply->stop == REPLY_REFUSED)
		return;
	const char *text = json_string_value(word);
	reply_set_word(reply->stop_word, sizeof(reply->stop_word), str_of(text));
	reply->stop = REPLY_UNKNOWN;
	for (size_t i = 0; i < len; i++) {
		if (strcmp(words[i].word, text) == 0)
			reply->stop = words[i].stop;
	}
}

void reader_input(struct reply_reader *r, uint64_t all, uint64_t cached)
{
	r->reply->usage.cache_read = cached;
	r->reply->usage.fresh = all > cached ? all - cached : 0;
}

/* ---- probabilities */

/* Whether the token stands at `at`: as bytes where they are told, since a token can be a part of a character. */
static bool stands_there(const json_t *token, struct str at, size_t *ret_len)
{
	const json_t *bytes = json_object_get(token, "bytes"), *text = json_object_get(token, "token");
	if (!json_is_array(bytes) || json_array_size(bytes) == 0) {
		struct str s = {json_string_value(text), json_string_length(text)};
		*ret_len = s.len;
		return s.len && str_starts(at, s);
	}
	*ret_len = json_array_size(bytes);
	bool same = *ret_len <= at.len;
	for (size_t i = 0; i < *ret_len && same; i++)
		same = json_integer_value(json_array_get(bytes, i)) == (unsigned char)at.ptr[i];
	return same;
}

void reader_tokens(struct reply_reader *r, size_t start, const json_t *list, const char *key)
{
	struct reply *reply = r->reply;
	for (size_t i = 0; i < json_array_size(list) && reply->tokens.len < REPLY_TOKENS_MAX; i++) {
		const json_t *token = json_array_get(list, i);
		const json_t *logprob = json_object_get(token, key);
		size_t len;
		if (!stands_there(token, str_from(buf_str(&reply->text), start), &len))
			return;
		if (json_is_number(logprob)) {
			double value = json_number_value(logprob);
			*vec_push(&reply->tokens) = (struct reply_token){start, start + len, value < 0 ? value : 0};
		}
		start += len;
	}
}
