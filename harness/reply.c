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
