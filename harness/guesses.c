#include "harness/guesses.h"

#include "core/utf8.h"
#include "harness/cfunctions.h"

#include <math.h>

/* Tokens from `first` up to but not including `past`. */
struct stretch {
	size_t first, past;
	double mean; /* of logarithms */
};

/* The first token that begins at the offset or behind it. */
static size_t token_at(const struct reply *reply, size_t offset)
{
	size_t low = 0, high = reply->tokens.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (reply->tokens.items[middle].start < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Who tells them may tell anything. */
static double logprob_of(const struct reply_token *token)
{
	enum { LEAST = -100 };
	return token->logprob >= LEAST ? fmin(token->logprob, 0) : LEAST;
}

static struct stretch least_sure(const struct reply *reply, size_t first, size_t past)
{
	size_t len = min_size(GUESS_TOKENS, past - first);
	struct stretch least = {.mean = 1};
	double sum = 0;
	for (size_t i = first; i < past; i++) {
		sum += logprob_of(&reply->tokens.items[i]);
		if (i >= first + len)
			sum -= logprob_of(&reply->tokens.items[i - len]);
		double mean = sum / (double)len;
		if (i + 1 >= first + len && mean < least.mean)
			least = (struct stretch){i + 1 - len, i + 1, mean};
	}
	return least;
}

static unsigned line_of(struct str text, size_t offset)
{
	return 1 + (unsigned)str_count(str_first(text, offset), '\n');
}

static struct guess describe(const struct reply *reply, struct str file, size_t base, const struct stretch *s,
			     const char *function, struct arena *a)
{
	size_t start = reply->tokens.items[s->first].start, end = reply->tokens.items[s->past - 1].end;
	SCOPED_BUF struct buf text;
	buf_init(&text, GUESS_TEXT_MAX);
	utf8_append_line(&text, str_trim(str_first(str_from(buf_str(&reply->text), start), end - start)));
	return (struct guess){
		.function = arena_strdup(a, function),
		.line = line_of(file, start - base),
		.probability = fmin(exp(s->mean), 1),
		.text = arena_str(a, str_whole_characters(buf_str(&text))),
	};
}

static int by_probability(const void *a, const void *b)
{
	const struct guess *x = a, *y = b;
	if (x->probability != y->probability)
		return x->probability < y->probability ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

size_t guesses_find(const struct reply *reply, struct str file, struct arena *a, struct guess **ret)
{
	struct source_functions functions = {0};
	struct str text = buf_str(&reply->text);
	const char *at = file.len && file.len <= text.len ? memmem(text.ptr, text.len, file.ptr, file.len) : NULL;
	size_t len = 0;
	if (!at || reply->tokens.len == 0 || cfunctions_find(file, a, &functions, NULL) < 0)
		return 0;
	size_t base = (size_t)(at - text.ptr);
	struct guess *guesses = arena_array(a, functions.len, struct guess);
	for (size_t i = 0; i < functions.len; i++) {
		const struct source_function *f = &functions.items[i];
		size_t first = token_at(reply, base + f->start), past = token_at(reply, base + f->end);
		if (past <= first)
			continue;
		struct stretch s = least_sure(reply, first, past);
		guesses[len++] = describe(reply, file, base, &s, f->name, a);
	}
	if (len)
		qsort(guesses, len, sizeof(*guesses), by_probability);
	*ret = guesses;
	return len;
}
