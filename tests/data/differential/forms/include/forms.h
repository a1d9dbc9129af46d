/* Parameters and results of all sorts. */
#ifndef FORMS_H
#define FORMS_H

/* Takes blanks away at the end of the text, which is written. */
void forms_trim(char *text);

/* Writes four bytes. */
void forms_digest(const char *text, unsigned char *digest);

/* -1 where both are zero. */
int forms_pick(int from, int to);

/* The words of a text, and how many there are; NULL where there is none. */
char **forms_words(const char *text, int *count);
void forms_words_free(char **words, int count);

/* Begins as nothing but zeros. */
struct forms_tally {
	int *marks;
	int len, room;
};

/* How many there are then; -1 if memory ran out. */
int forms_tally_add(struct forms_tally *t, int mark);
int forms_tally_sum(const struct forms_tally *t);
void forms_tally_clear(struct forms_tally *t);

struct forms_chain;

/* Holds what is the caller's. */
struct forms_chain *forms_chain_new(void *value);
/* The first one of the whole; the next one belongs to it then. Nothing happens if one of them is NULL. */
struct forms_chain *forms_chain_append(struct forms_chain *chain, struct forms_chain *next);
int forms_chain_len(const struct forms_chain *chain);
void forms_chain_free(struct forms_chain *chain);

#endif
