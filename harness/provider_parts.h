#ifndef RECAST_HARNESS_PROVIDER_PARTS_H
#define RECAST_HARNESS_PROVIDER_PARTS_H

/*
 * What the files of providers share: requests that are JSON over HTTP, events of an
 * answer as they are read, errors and how they are taken, and an answer while its
 * bytes come. Nobody else includes it, tests excepted.
 */

#include "harness/provider.h"

extern const struct provider_row provider_anthropic, provider_openai, provider_openai_chat, provider_gemini,
	provider_ollama, provider_exec, provider_mailbox, provider_replay;

/* ---- requests: harness/provider_request.c */

/* Appends {"role": ROLE, "content": TEXT}; a text without a byte is left out. */
void provider_add_message(json_t *list, const char *role, struct str text);

/* The user's message, and what is to be continued. */
void provider_add_conversation(json_t *list, const struct prompt *prompt);

/* A text as a JSON string. */
json_t *provider_text(struct str text);

/*
 * The bytes of a request: `body`, which is taken over, with the user's members laid over it. The path begins with a
 * version or a folder, "/v1/messages", that is not put there twice if the base ends with one. `headers` are the row's
 * own; those without a value are left out.
 */
int provider_request(const struct provider *p, const char *path, const struct http_header *headers, size_t headers_len,
		     json_t *body, struct arena *a, struct wire *ret, struct err *err);

/* "Bearer KEY", or NULL without a key. */
const char *provider_bearer(const struct provider *p, struct arena *a);

/* ---- events: harness/provider_reader.c. A value that is NULL, or of another type, says nothing. */

/* The event as an object; the caller owns it. NULL if it is none: then the reader has failed. */
json_t *reader_parse(struct reply_reader *r, struct str text);

void reader_text(struct reply_reader *r, const json_t *text);
void reader_thinking(struct reply_reader *r, const json_t *text);
void reader_model(struct reply_reader *r, const json_t *name);

/* What the model says in place of a reply. */
void reader_declined(struct reply_reader *r, const json_t *text);

struct stop_word {
	const char *word;
	enum reply_stop stop;
};

/* Why it ended, as the provider's words have it; others are REPLY_UNKNOWN. A reply that was declined stays so. */
void reader_stop(struct reply_reader *r, const struct stop_word *words, size_t len, const json_t *word);

/* Probabilities, {"token", "bytes", KEY} each, of the text from `start` on. What does not stand there is left out. */
void reader_tokens(struct reply_reader *r, size_t start, const json_t *list, const char *key);

/* Input without what was cached, where `all` counts both. */
void reader_input(struct reply_reader *r, uint64_t all, uint64_t cached);

/* The first failure counts. */
void reader_fail(struct reply_reader *r, enum provider_outcome outcome, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- errors: harness/provider_errors.c */

enum provider_outcome provider_status_outcome(unsigned status);

/* Takes an error as it was reported, an object or a text: by its code, or else by its words. */
void reader_error(struct reply_reader *r, const json_t *error);

/* The same with the member "error", if it is there and not null. */
bool reader_has_error(struct reply_reader *r, const json_t *object);

/* What a body that came with such a status says, whatever it is. */
void reader_refusal(struct reply_reader *r, const struct provider_row *row, unsigned status, struct str body);

/* ---- an answer while it comes: harness/provider_answer.c */

enum { ANSWER_EVENT_MAX = 32 << 20, ANSWER_MAX = 256 << 20 };

struct answer {
	const struct provider_row *row;
	unsigned status;
	struct reply_reader reader;
	struct sse sse;
	struct buf whole; /* the body, where it is no stream; in front of its first byte that tells, all that came */
	enum { ANSWER_UNTOLD, ANSWER_STREAM, ANSWER_WHOLE } form;
	bool some; /* an event came */
};

/* The reply is borrowed, and is to be initialised. */
void answer_init(struct answer *answer, const struct provider_row *row, unsigned status, struct reply *reply);
void answer_release(struct answer *answer);

/* -1: it has failed, and nothing that comes can change that. */
int answer_feed(struct answer *answer, struct str bytes);

/* The last bytes came. `cut` says what cut the body off; NULL if it came whole. Sets the result's outcome, status, why
 * and wait. */
void answer_end(struct answer *answer, const char *cut, struct arena *a, struct provider_result *ret);

/* ---- HTTP: harness/provider_http.c */

/* As provider_try. */
int provider_http_try(const struct provider *p, const struct wire *wire, const struct provider_watch *watch,
		      struct arena *a, struct provider_result *ret, struct err *err);

/* ---- when to come again: harness/provider_retry.c */

/* From the headers of an answer; what they do not say stays as it was. */
void provider_read_retry(const struct http_headers *headers, int64_t now_s, struct provider_result *ret);

#endif
