#include "harness/reply.h"

#include "core/mem.h"
#include "core/utf8.h"

static const char *const stop_names[] = {
	[REPLY_END] = "end",
	[REPLY_LENGTH] = "length",
	[REPLY_REFUSED] = "refused",
	[REPLY_RECITATION] = "recitation",
	[REPLY_FILTERED] = "filtered",
	[REPLY_UNKNOWN] = "unknown",
};

const char *reply_stop_name(enum reply_stop stop)
{
	return stop_names[stop];
}

bool reply_stop_find(struct str name, enum reply_stop *ret)
{
	for (size_t i = 0; i < countof(stop_names); i++) {
		if (!str_eq(name, str_of(stop_names[i])))
			continue;
		*ret = (enum reply_stop)i;
		return true;
	}
	return false;
}

void reply_init(struct reply *r)
{
	*r = (struct reply){.stop = REPLY_UNKNOWN};
	buf_init(&r->text, REPLY_TEXT_MAX);
	buf_init(&r->thinking, REPLY_TEXT_MAX);
}

void reply_release(struct reply *r)
{
	buf_release(&r->text);
	buf_release(&r->thinking);
	vec_release(&r->tokens);
	*r = (struct reply){0};
}

void reply_set_word(char *word, size_t size, struct str text)
{
	size_t len = 0;
	while (text.len) {
		size_t whole = utf8_length(text);
		struct str shown = str_first(text, whole);
		if (whole == 0 || utf8_is_control(shown))
			shown = STR("?");
		if (len + shown.len >= size)
			break;
		memcpy(word + len, shown.ptr, shown.len);
		len += shown.len;
		text = str_from(text, max_size(whole, 1));
	}
	word[len] = '\0';
}

static bool scrub_buf(struct buf *text, const struct secrets *secrets)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str clean = scrub(secrets, buf_str(text), &scratch);
	if (str_eq(clean, buf_str(text)))
		return false;
	buf_clear(text);
	buf_append_str(text, clean);
	return true;
}

static void scrub_word(char *word, size_t size, const struct secrets *secrets)
{
	SCOPED_ARENA struct arena scratch = {0};
	reply_set_word(word, size, scrub(secrets, str_of(arena_strdup(&scratch, word)), &scratch));
}

void reply_scrub(struct reply *r, const struct secrets *secrets)
{
	if (!secrets || !secrets->list.len)
		return;
	if (scrub_buf(&r->text, secrets))
		r->tokens.len = 0;
	scrub_buf(&r->thinking, secrets);
	scrub_word(r->stop_word, sizeof(r->stop_word), secrets);
	scrub_word(r->request_id, sizeof(r->request_id), secrets);
	scrub_word(r->model, sizeof(r->model), secrets);
}
