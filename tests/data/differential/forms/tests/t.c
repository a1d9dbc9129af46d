#include "forms.h"

#include <stdio.h>
#include <string.h>

static void say(int good, const char *name)
{
	printf("%s %s\n", good ? "PASS" : "FAIL", name);
}

static void texts(void)
{
	char text[] = "end  ";
	unsigned char digest[4];
	int count;
	forms_trim(text);
	say(strcmp(text, "end") == 0, "trim");
	forms_digest("a", digest);
	say(digest[0] == 58, "digest");
	say(forms_pick(1, 2) == 1, "pick");
	char **words = forms_words("two words", &count);
	say(count == 2 && strcmp(words[1], "words") == 0, "words");
	forms_words_free(words, count);
}

static void tallies(void)
{
	struct forms_tally one = {0}, other = {0};
	say(forms_tally_add(&one, 3) == 1 && forms_tally_add(&one, 4) == 2, "add");
	say(forms_tally_sum(&one) == 7 && forms_tally_sum(&other) == 0, "sum");
	forms_tally_clear(&one);
	forms_tally_clear(&other);
}

static void chains(void)
{
	char a[] = "a", b[] = "b";
	struct forms_chain *chain = forms_chain_new(a), *odd = forms_chain_new(chain);
	chain = forms_chain_append(chain, forms_chain_new(b));
	say(forms_chain_len(chain) == 2, "chain");
	forms_chain_free(odd);
	forms_chain_free(chain);
}

int main(void)
{
	texts();
	tallies();
	chains();
	return 0;
}
