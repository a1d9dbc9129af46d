#include "harness/provider_parts.h"
#include "harness/recording.h"
#include "harness/reply_json.h"

/*
 * Answers from a recording. What it receives is the recorded reply as one line of JSON, so that what is kept of it
 * tells all that the reply told, and is read again like any other stream of lines. Nothing of it can be trusted: a
 * recording is files that anybody can write.
 */

enum { STATUS_OK = 200 };

static void read_event(struct reply_reader *r, struct str event, struct str text)
{
	SCOPED_JSON json_t *value = reader_parse(r, text);
	struct err err = {0};
	(void)event;
	if (!value)
		return;
	struct json_at at = json_root(value, "the recorded reply");
	if (reply_read(&at, r->reply, &err) < 0)
		reader_fail(r, PROVIDER_BROKEN, "%s", err.text);
	else
		r->ended = true;
}

/* With the model that it was recorded of, which the provider need not have named. */
static struct str line_of(struct recorded_exchange *e, struct arena *a)
{
	if (!e->reply.model[0])
		reply_set_word(e->reply.model, sizeof(e->reply.model), str_of(e->model));
	SCOPED_JSON json_t *value = reply_json(&e->reply);
	char *text = json_dumps(value, JSON_COMPACT);
	const char *line = arena_printf(a, "%s\n", text);
	free(text);
	return str_of(line);
}

static int ask(const struct provider *p, const struct prompt *prompt, const char *title, const struct wire *wire,
	       const struct provider_watch *watch, struct arena *a, struct provider_result *ret, struct err *err)
{
	struct recorded_exchange exchange;
	const char *difference = "";
	(void)wire;
	if (!p->folder)
		return err_set(err, ERR_USAGE, "a replay needs a recording: --replay DIR names one");
	if (recording_find(p->folder, title, prompt, a, &exchange, &difference, err) < 0) {
		if (watch->differed && difference[0])
			watch->differed(watch->data, difference);
		return -1;
	}
	struct str line = line_of(&exchange, a);
	reply_release(&exchange.reply);
	if (watch->received && watch->received(watch->data, line, err) < 0)
		return -1;
	provider_reread(&provider_replay, STATUS_OK, line, a, ret);
	if (watch->grown)
		watch->grown(watch->data, &ret->reply);
	return 0;
}

const struct provider_row provider_replay = {
	.name = "replay",
	.provenance = PROVENANCE_UNATTESTED,
	.framing = SSE_LINES,
	.event = read_event,
	.ask = ask,
};
