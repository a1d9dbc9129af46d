/*
 * Any bytes as the answer of a provider: the first line says of which kind and with which
 * status, "anthropic 200". Where the answer is cut must not matter, and what is shown
 * of it is one line of UTF-8.
 */

#include "core/utf8.h"
#include "harness/provider_parts.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_line(const char *text)
{
	struct str s = str_of(text);
	size_t len;
	while ((len = utf8_length(s)) > 0 && !utf8_is_control(str_first(s, len)))
		s = str_from(s, len);
	return s.len == 0;
}

static bool is_utf8(struct str s)
{
	size_t len;
	while ((len = utf8_length(s)) > 0)
		s = str_from(s, len);
	return s.len == 0;
}

static void check(const struct provider_result *r)
{
	const struct reply *reply = &r->reply;
	size_t at = 0;
	assert(r->outcome != PROVIDER_CANCELLED);
	assert((r->outcome == PROVIDER_ANSWERED) == (r->why[0] == '\0'));
	assert(is_line(r->why) && is_line(reply->stop_word) && is_line(reply->model) && is_line(reply->request_id));
	assert(is_utf8(buf_str(&reply->text)) && is_utf8(buf_str(&reply->thinking)));
	assert(r->outcome != PROVIDER_ANSWERED || reply->text.len);
	for (size_t i = 0; i < reply->tokens.len; i++) {
		const struct reply_token *token = &reply->tokens.items[i];
		assert(token->start >= at && token->end >= token->start && token->end <= reply->text.len);
		assert(token->logprob <= 0);
		at = token->end;
	}
}

static void check_same(const struct provider_result *a, const struct provider_result *b)
{
	assert(a->outcome == b->outcome && strcmp(a->why, b->why) == 0);
	assert(a->has_wait == b->has_wait && a->wait_ms == b->wait_ms);
	assert(str_eq(buf_str(&a->reply.text), buf_str(&b->reply.text)));
	assert(str_eq(buf_str(&a->reply.thinking), buf_str(&b->reply.thinking)));
	assert(a->reply.stop == b->reply.stop && a->reply.tokens.len == b->reply.tokens.len);
	assert(a->reply.usage.known == b->reply.usage.known && a->reply.usage.output == b->reply.usage.output);
}

static void read_pieces(const struct provider_row *row, unsigned status, struct str body, size_t piece, const char *cut,
			struct arena *a, struct provider_result *ret)
{
	SCOPED(answer_release) struct answer answer = {0};
	*ret = (struct provider_result){.why = ""};
	reply_init(&ret->reply);
	answer_init(&answer, row, status, &ret->reply);
	for (; body.len; body = str_from(body, piece))
		answer_feed(&answer, str_first(body, piece));
	answer_end(&answer, cut, a, ret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str body = {(const char *)data, size}, line = {0}, name = {0}, word = {0};
	uint64_t status = 0;
	str_next_line(&body, &line);
	str_next_word(&line, &name);
	str_next_word(&line, &word);
	const struct provider_row *row = provider_row_find(name);
	if (!row || !row->event || !str_to_u64(word, &status) || status < 200 || status > 599)
		return 0;
	struct provider_result whole, pieces, cut;
	provider_reread(row, (unsigned)status, body, &a, &whole);
	read_pieces(row, (unsigned)status, body, 1 + size % 7, NULL, &a, &pieces);
	read_pieces(row, (unsigned)status, body, 11, "cut", &a, &cut);
	check(&whole);
	check(&cut);
	check_same(&whole, &pieces);
	reply_release(&whole.reply);
	reply_release(&pieces.reply);
	reply_release(&cut.reply);
	return 0;
}
