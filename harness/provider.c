#include "harness/provider_parts.h"

const struct provider_row *const provider_rows[] = {
	&provider_anthropic, &provider_openai, &provider_openai_chat, &provider_gemini, &provider_ollama,
	&provider_exec, &provider_mailbox, NULL,
};

static const char *const provenance_names[] = {
	[PROVENANCE_NONE] = "none",
	[PROVENANCE_UNATTESTED] = "unattested",
	[PROVENANCE_RECORDED] = "recorded",
};

static const char *const outcome_names[] = {
	[PROVIDER_ANSWERED] = "answered",
	[PROVIDER_DECLINED] = "declined",
	[PROVIDER_BROKEN] = "broken",
	[PROVIDER_BUSY] = "busy",
	[PROVIDER_DOWN] = "down",
	[PROVIDER_REJECTED] = "rejected",
	[PROVIDER_CANCELLED] = "cancelled",
};

const char *provenance_name(enum provenance level)
{
	return provenance_names[level];
}

const char *provider_outcome_name(enum provider_outcome outcome)
{
	return outcome_names[outcome];
}

const struct provider_row *provider_row_find(struct str name)
{
	size_t i = 0;
	while (provider_rows[i] && !str_eq(name, str_of(provider_rows[i]->name)))
		i++;
	/* Nobody configures a replay, but exchanges can be of one. */
	return !provider_rows[i] && str_eq(name, str_of(provider_replay.name)) ? &provider_replay : provider_rows[i];
}

int provider_wire(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		  struct err *err)
{
	size_t bytes = prompt->system.len + prompt->so_far.len + prompt->go_on.len;
	for (size_t i = 0; i < prompt->parts_len; i++)
		bytes += prompt->parts[i].text.len;
	if (bytes > PROMPT_MAX)
		return err_set(err, ERR_LIMIT, "a prompt of %zu bytes, and the limit is %d", bytes, PROMPT_MAX);
	if (p->row->wire)
		return p->row->wire(p, prompt, a, ret, err);
	*ret = (struct wire){.body = prompt_text(prompt, a)};
	return 0;
}

/* Of those that are no HTTP: the bytes are the text. */
static void read_plain(struct str received, struct arena *a, struct provider_result *ret)
{
	bool some = str_trim(received).len > 0;
	buf_append_str(&ret->reply.text, prompt_clean(received, a));
	ret->reply.stop = REPLY_END;
	ret->outcome = some ? PROVIDER_ANSWERED : PROVIDER_BROKEN;
	ret->why = some ? "" : "an empty reply";
}

void provider_reread(const struct provider_row *row, unsigned status, struct str received, struct arena *a,
		     struct provider_result *ret)
{
	SCOPED(answer_release) struct answer answer = {0};
	*ret = (struct provider_result){.why = ""};
	reply_init(&ret->reply);
	if (!row->event) {
		read_plain(received, a, ret);
		return;
	}
	if (status == 0) {
		ret->outcome = PROVIDER_BUSY;
		ret->why = "there was no answer";
		return;
	}
	answer_init(&answer, row, status, &ret->reply);
	answer_feed(&answer, received);
	answer_end(&answer, NULL, a, ret);
}

int provider_try(const struct provider *p, const struct prompt *prompt, const char *title, const struct wire *wire,
		 const struct provider_watch *watch, struct arena *a, struct provider_result *ret, struct err *err)
{
	if (p->row->ask)
		return p->row->ask(p, prompt, title, wire, watch, a, ret, err);
	return provider_http_try(p, wire, watch, a, ret, err);
}
