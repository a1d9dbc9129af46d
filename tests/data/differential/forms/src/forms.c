#include "forms.h"

#include <stdlib.h>
#include <string.h>

void forms_trim(char *text)
{
	size_t len = strlen(text);
	while (len > 0 && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
}

void forms_digest(const char *text, unsigned char *digest)
{
	unsigned sum = 7;
	while (*text)
		sum = sum * 31 + (unsigned char)*text++;
	for (int i = 0; i < 4; i++)
		digest[i] = (unsigned char)(sum >> (8 * i));
}

int forms_pick(int from, int to)
{
	if (from == 0 && to == 0)
		return -1;
	return from < to ? from : to;
}

static size_t word_len(const char *text)
{
	return strcspn(text, " ");
}

char **forms_words(const char *text, int *count)
{
	char **words = NULL;
	*count = 0;
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = word_len(text);
		char **more = realloc(words, (size_t)(*count + 1) * sizeof(*words)), *word = malloc(len + 1);
		if (!more || !word) {
			free(word);
			forms_words_free(more ? more : words, *count);
			*count = 0;
			return NULL;
		}
		words = more;
		memcpy(word, text, len);
		word[len] = '\0';
		words[(*count)++] = word;
		text += len;
	}
	return words;
}

void forms_words_free(char **words, int count)
{
	for (int i = 0; i < count; i++)
		free(words[i]);
	free(words);
}

int forms_tally_add(struct forms_tally *t, int mark)
{
	if (t->len == t->room) {
		int room = t->room ? 2 * t->room : 4;
		int *marks = realloc(t->marks, (size_t)room * sizeof(*marks));
		if (!marks)
			return -1;
		t->marks = marks;
		t->room = room;
	}
	t->marks[t->len++] = mark;
	return t->len;
}

int forms_tally_sum(const struct forms_tally *t)
{
	unsigned sum = 0;
	for (int i = 0; i < t->len; i++)
		sum += (unsigned)t->marks[i];
	return (int)sum;
}

void forms_tally_clear(struct forms_tally *t)
{
	free(t->marks);
	memset(t, 0, sizeof(*t));
}

struct forms_chain {
	void *value;
	struct forms_chain *next;
};

struct forms_chain *forms_chain_new(void *value)
{
	struct forms_chain *chain = malloc(sizeof(*chain));
	if (chain)
		*chain = (struct forms_chain){value, NULL};
	return chain;
}

struct forms_chain *forms_chain_append(struct forms_chain *chain, struct forms_chain *next)
{
	if (!chain || !next)
		return chain;
	struct forms_chain *last = chain;
	while (last->next)
		last = last->next;
	last->next = next;
	return chain;
}

int forms_chain_len(const struct forms_chain *chain)
{
	int len = 0;
	for (; chain; chain = chain->next)
		len++;
	return len;
}

void forms_chain_free(struct forms_chain *chain)
{
	while (chain) {
		struct forms_chain *next = chain->next;
		free(chain);
		chain = next;
	}
}
