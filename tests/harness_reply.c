#include "harness/reply.h"

#include "core/mem.h"
#include "tests/tap.h"

static void stops_have_names(void)
{
	enum reply_stop stop = REPLY_LENGTH;
	for (unsigned i = REPLY_END; i <= REPLY_UNKNOWN; i++) {
		ok(reply_stop_find(str_of(reply_stop_name((enum reply_stop)i)), &stop));
		is_int(stop, i);
	}
	ok(!reply_stop_find(STR("en"), &stop) && !reply_stop_find(STR(""), &stop) && stop == REPLY_UNKNOWN);
}

static void begins_empty(void)
{
	struct reply r;
	reply_init(&r);
	is_int(r.stop, REPLY_UNKNOWN);
	is_str(r.text.ptr, "");
	is_str(r.model, "");
	ok(!r.usage.known);
	*vec_push(&r.tokens) = (struct reply_token){0, 1, -1};
	buf_append_cstr(&r.thinking, "x");
	reply_release(&r);
	ok(r.tokens.items == NULL && r.text.ptr == NULL);
	reply_release(&r);
}

static void words_are_printable(void)
{
	static const struct {
		struct str text;
		const char *word;
	} cases[] = {
		{{"", 0}, ""},
		{{"abc", 3}, "abc"},
		{{"a\nb\x1b[1m\x7f\0c", 10}, "a?b?[1m??c"},
		{{"\xff\xc3", 2}, "??"},
		{{"\xE2\x80\xAE" "a", 4}, "?a"},
		{{"0123456789a", 11}, "0123456789a"},
		{{"0123456789ab", 12}, "0123456789a"},
		{{"0123456789\xC3\xA4", 12}, "0123456789"},
		{{"012345678\xC3\xA4", 11}, "012345678\xC3\xA4"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		char word[12] = "before";
		reply_set_word(word, sizeof(word), cases[i].text);
		is_str(word, cases[i].word);
	}
}

int main(void)
{
	tap_run("stops have names", stops_have_names);
	tap_run("a reply begins empty", begins_empty);
	tap_run("words are printable", words_are_printable);
	return tap_done();
}
