#include "harness/provider_plain.h"

#include "core/clock.h"
#include "core/utf8.h"

enum { WHY_MAX = 600 };

void plain_init(struct plain *p, const char *model, const struct provider_watch *watch, struct arena *a)
{
	*p = (struct plain){.watch = watch, .arena = a, .start_ns = clock_monotonic_ns()};
	reply_init(&p->result.reply);
	reply_set_word(p->result.reply.model, sizeof(p->result.reply.model), str_of(model));
	scrubber_init(&p->scrubber, watch->secrets);
	buf_init(&p->clean, SIZE_MAX / 2);
}

static int feed(struct plain *p, struct str bytes, bool last)
{
	const struct provider_watch *watch = p->watch;
	struct reply *reply = &p->result.reply;
	if (p->err.kind)
		return -1;
	scrubber_feed(&p->scrubber, bytes, last, &p->clean);
	if (p->clean.len == 0)
		return 0;
	if (watch->received && watch->received(watch->data, buf_str(&p->clean), &p->err) < 0)
		return -1;
	buf_append_str(&reply->text, buf_str(&p->clean));
	buf_clear(&p->clean);
	if (!p->result.first_ns)
		p->result.first_ns = clock_monotonic_ns() - p->start_ns;
	if (watch->grown)
		watch->grown(watch->data, reply);
	return 0;
}

int plain_feed(struct plain *p, struct str bytes)
{
	return feed(p, bytes, false);
}

/* Only where all of it is there can be told which bytes belong to a character. */
static void clean_text(struct reply *reply)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str text = buf_str(&reply->text), clean = prompt_clean(text, &scratch);
	if (clean.ptr == text.ptr)
		return;
	bool full = reply->text.full;
	buf_clear(&reply->text);
	buf_append_str(&reply->text, clean);
	reply->text.full |= full;
}

static const char *line_of(struct plain *p, const char *why)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, WHY_MAX);
	utf8_append_line(&line, scrub(p->watch->secrets, str_of(why), p->arena));
	return arena_str(p->arena, str_trim(str_whole_characters(buf_str(&line))));
}

static void conclude(struct plain *p, enum provider_outcome outcome, const char *why)
{
	struct reply *reply = &p->result.reply;
	clean_text(reply);
	reply->stop = outcome == PROVIDER_ANSWERED ? REPLY_END : REPLY_UNKNOWN;
	if (outcome == PROVIDER_ANSWERED && reply->text.full) {
		outcome = PROVIDER_BROKEN;
		why = arena_printf(p->arena, "a reply of more than %d bytes", REPLY_TEXT_MAX);
	} else if (outcome == PROVIDER_ANSWERED && str_trim(buf_str(&reply->text)).len == 0) {
		outcome = PROVIDER_BROKEN;
		why = "an empty reply";
	}
	p->result.outcome = outcome;
	p->result.why = line_of(p, why);
	p->result.wall_ns = clock_monotonic_ns() - p->start_ns;
}

int plain_end(struct plain *p, enum provider_outcome outcome, const char *why, struct provider_result *ret,
	      struct err *err)
{
	int result = feed(p, (struct str){0}, true);
	if (result == 0) {
		conclude(p, outcome, why);
		p->result.sent = true;
		*ret = p->result;
	} else {
		reply_release(&p->result.reply);
		err_copy(err, &p->err);
	}
	scrubber_release(&p->scrubber);
	buf_release(&p->clean);
	*p = (struct plain){0};
	return result;
}
