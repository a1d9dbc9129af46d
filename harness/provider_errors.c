#include "harness/provider_parts.h"

/*
 * Codes and types of errors as the providers document them. A code says more than
 * a message: "you can add credit under billing" also stands where somebody merely
 * asked too often.
 */
static const struct {
	const char *code;
	enum provider_outcome outcome;
} codes[] = {
	{"overloaded_error", PROVIDER_BUSY},
	{"rate_limit_error", PROVIDER_BUSY},
	{"rate_limit_exceeded", PROVIDER_BUSY},
	{"api_error", PROVIDER_BUSY},
	{"timeout_error", PROVIDER_BUSY},
	{"server_error", PROVIDER_BUSY},
	{"server_overloaded", PROVIDER_BUSY},
	{"internal_error", PROVIDER_BUSY},
	{"internal_server_error", PROVIDER_BUSY},
	{"service_unavailable", PROVIDER_BUSY},
	{"INTERNAL", PROVIDER_BUSY},
	{"UNAVAILABLE", PROVIDER_BUSY},
	{"DEADLINE_EXCEEDED", PROVIDER_BUSY},
	{"RESOURCE_EXHAUSTED", PROVIDER_BUSY},
	{"ABORTED", PROVIDER_BUSY},
	{"authentication_error", PROVIDER_DOWN},
	{"permission_error", PROVIDER_DOWN},
	{"billing_error", PROVIDER_DOWN},
	{"insufficient_quota", PROVIDER_DOWN},
	{"invalid_api_key", PROVIDER_DOWN},
	{"account_deactivated", PROVIDER_DOWN},
	{"billing_not_active", PROVIDER_DOWN},
	{"billing_hard_limit_reached", PROVIDER_DOWN},
	{"UNAUTHENTICATED", PROVIDER_DOWN},
	{"PERMISSION_DENIED", PROVIDER_DOWN},
	{"content_filter", PROVIDER_DECLINED},
	{"content_policy_violation", PROVIDER_DECLINED},
	{"invalid_prompt", PROVIDER_REJECTED},
	{"invalid_request_error", PROVIDER_REJECTED},
	{"not_found_error", PROVIDER_REJECTED},
	{"model_not_found", PROVIDER_REJECTED},
	{"request_too_large", PROVIDER_REJECTED},
	{"context_length_exceeded", PROVIDER_REJECTED},
	{"INVALID_ARGUMENT", PROVIDER_REJECTED},
	{"FAILED_PRECONDITION", PROVIDER_REJECTED},
	{"OUT_OF_RANGE", PROVIDER_REJECTED},
	{"NOT_FOUND", PROVIDER_REJECTED},
};

/* Also told as an invalid request. */
static const char *const spent_words[] = {
	"credit balance", "insufficient credit", "insufficient balance", "insufficient_quota", "usage limits",
	"spend limit", "spending limit",
};

/* Where no code says otherwise. */
static const char *const quota_words[] = {"quota", "billing", "credits"};

enum provider_outcome provider_status_outcome(unsigned status)
{
	switch (status) {
	case 0:
	case 408:
	case 409:
	case 425:
	case 429:
		return PROVIDER_BUSY;
	case 401:
	case 402:
	case 403:
	case 407:
		return PROVIDER_DOWN;
	default:
		return status >= 500 ? PROVIDER_BUSY : status >= 400 ? PROVIDER_REJECTED : PROVIDER_DOWN;
	}
}

static bool code_outcome(const char *code, enum provider_outcome *ret)
{
	for (size_t i = 0; i < countof(codes); i++) {
		if (strcmp(codes[i].code, code) != 0)
			continue;
		*ret = codes[i].outcome;
		return true;
	}
	return false;
}

/* The code first, since a type may be that of a whole class; some put the status there. */
static bool named_outcome(const json_t *error, enum provider_outcome *ret)
{
	json_int_t number = json_integer_value(json_object_get(error, "code"));
	if (code_outcome(json_text_of(error, "code"), ret) || code_outcome(json_text_of(error, "type"), ret) ||
	    code_outcome(json_text_of(error, "status"), ret))
		return true;
	if (number < 400 || number > 599)
		return false;
	*ret = provider_status_outcome((unsigned)number);
	return true;
}

static const char *name_of(const json_t *error)
{
	const char *keys[] = {"code", "type", "status"}, *name = "";
	for (size_t i = 0; i < countof(keys) && !name[0]; i++)
		name = json_text_of(error, keys[i]);
	return name;
}

static const char *message_of(const json_t *error)
{
	const char *message = json_text_of(error, "message");
	return message[0] ? message : json_text_of(error, "detail");
}

void reader_error(struct reply_reader *r, const json_t *error)
{
	const char *message = json_is_string(error) ? json_string_value(error) : message_of(error);
	const char *name = name_of(error);
	enum provider_outcome outcome = PROVIDER_BUSY;
	bool named = named_outcome(error, &outcome);
	if (outcome == PROVIDER_REJECTED || !named)
		outcome = str_mentions(message, spent_words, countof(spent_words)) ? PROVIDER_DOWN : outcome;
	if (!named && str_mentions(message, quota_words, countof(quota_words)))
		outcome = PROVIDER_DOWN;
	if (outcome == PROVIDER_DECLINED)
		r->reply->stop = REPLY_FILTERED;
	const char *between = name[0] && message[0] ? ": " : "";
	reader_fail(r, outcome, "%s%s%s", name[0] || message[0] ? name : "an error that says nothing", between, message);
}

bool reader_has_error(struct reply_reader *r, const json_t *object)
{
	const json_t *error = json_object_get(object, "error");
	if (!json_is_object(error) && !json_is_string(error))
		return false;
	reader_error(r, error);
	return true;
}

/* {"message": …} and {"detail": …}, as frameworks have them; text, but no page. */
static void read_plain(struct reply_reader *r, struct str body)
{
	SCOPED_JSON json_t *value = NULL;
	struct str line = body;
	if (json_parse(body, "", &value, NULL) == 0) {
		reader_error(r, value);
	} else if (body.len && body.ptr[0] != '<' && str_next_line(&body, &line)) {
		SCOPED_ARENA struct arena scratch = {0};
		SCOPED_JSON json_t *message = json_text(arena_str(&scratch, str_first(line, 300)));
		reader_error(r, message);
	}
}

void reader_refusal(struct reply_reader *r, const struct provider_row *row, unsigned status, struct str body)
{
	enum provider_outcome outcome = provider_status_outcome(status);
	bool may_be_spent = status == 400 || status == 402 || status == 403 || status == 429;
	body = str_trim(body);
	if (body.len && (body.ptr[0] == '{' || body.ptr[0] == '['))
		row->event(r, STR(""), body);
	if (!r->failed || r->outcome == PROVIDER_BROKEN) {
		r->failed = false;
		r->why[0] = '\0';
		read_plain(r, body);
	}
	if (r->failed && (r->outcome == PROVIDER_DECLINED || (r->outcome == PROVIDER_DOWN && may_be_spent)))
		outcome = r->outcome;
	r->failed = true;
	r->outcome = outcome;
}
