/* Where a model guessed. */

#include "harness/guesses.h"

#include "core/mem.h"
#include "tests/tap.h"

#include <math.h>

static struct arena arena;

static const char before[] = "Here:\n```c path=a.c\n";
static const char file[] = "int sure(int a)\n{\n\treturn a;\n}\n\nint guess(int b)\n{\n\tint unsure = b * 31 + 7;\n\treturn unsure;\n}\n";

/* A token for each byte: all sure, but for those of some text. */
static void make_reply(struct reply *r, const char *unsure, double logprob)
{
	reply_init(r);
	buf_append_cstr(&r->text, before);
	buf_append_cstr(&r->text, file);
	buf_append_cstr(&r->text, "```\n");
	const char *at = unsure ? strstr(r->text.ptr, unsure) : NULL;
	for (size_t i = 0; i < r->text.len; i++) {
		bool is = at && r->text.ptr + i >= at && r->text.ptr + i < at + strlen(unsure);
		*vec_push(&r->tokens) = (struct reply_token){i, i + 1, is ? logprob : -0.01};
	}
}

static void finds_the_least_sure(void)
{
	struct reply r;
	struct guess *guesses;
	make_reply(&r, "unsure = b *", -2);
	is_int(guesses_find(&r, STR(file), &arena, &guesses), 2);
	is_str(guesses[0].function, "guess");
	is_int(guesses[0].line, 8);
	is_str(guesses[0].text, "unsure = b *");
	ok(fabs(guesses[0].probability - exp(-2)) < 1e-9);
	is_str(guesses[1].function, "sure");
	ok(guesses[1].probability > 0.98);
	reply_release(&r);
}

/* A file that was changed since stands nowhere in the reply; one without probabilities has none. */
static void has_nothing_to_say(void)
{
	struct reply r;
	struct guess *guesses;
	make_reply(&r, NULL, 0);
	is_int(guesses_find(&r, STR("int other(void) { return 0; }\n"), &arena, &guesses), 0);
	is_int(guesses_find(&r, STR(""), &arena, &guesses), 0);
	r.tokens.len = 0;
	is_int(guesses_find(&r, STR(file), &arena, &guesses), 0);
	reply_release(&r);
}

/* Tokens as large as the file, or that end in its middle. */
static void few_tokens(void)
{
	struct reply r;
	struct guess *guesses;
	make_reply(&r, NULL, 0);
	r.tokens.len = 0;
	*vec_push(&r.tokens) = (struct reply_token){0, r.text.len, -1};
	is_int(guesses_find(&r, STR(file), &arena, &guesses), 0);
	r.tokens.items[0] = (struct reply_token){sizeof(before) - 1, sizeof(before) + 3, -1};
	is_int(guesses_find(&r, STR(file), &arena, &guesses), 1);
	is_str(guesses[0].function, "sure");
	reply_release(&r);
}

/* Whatever a provider tells is a probability. */
static void numbers_that_are_none(void)
{
	static const double values[] = {NAN, INFINITY, -INFINITY, -9999, 5};
	for (size_t i = 0; i < countof(values); i++) {
		struct reply r;
		struct guess *guesses;
		make_reply(&r, NULL, 0);
		for (size_t k = 0; k < r.tokens.len; k++)
			r.tokens.items[k].logprob = values[i];
		if (is_int(guesses_find(&r, STR(file), &arena, &guesses), 2))
			ok(guesses[0].probability >= 0 && guesses[0].probability <= 1);
		reply_release(&r);
	}
}

int main(void)
{
	tap_run("finds the least sure", finds_the_least_sure);
	tap_run("has nothing to say", has_nothing_to_say);
	tap_run("few tokens", few_tokens);
	tap_run("numbers that are none", numbers_that_are_none);
	arena_release(&arena);
	return tap_done();
}
