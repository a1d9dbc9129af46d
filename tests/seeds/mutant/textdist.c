/* SPDX-License-Identifier: MIT */
#include "textdist.h"

#include <limits.h>
#include <string.h>

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* Length of a text, or the error that it is. */
static int measure(const char *text)
{
	int length = 0;

	if (!text)
		return TD_E_NULL;
	while (text[length] != '\0')
		if (++length > TD_TEXT_MAX)
			return TD_E_LONG;
	return length;
}

static int measure_both(const char *a, const char *b, int *a_length, int *b_length)
{
	if (!a || !b)
		return TD_E_NULL;
	*a_length = measure(a);
	*b_length = measure(b);
	return smaller(0, smaller(*a_length, *b_length));
}

/* 1000 * part / whole to the nearest integer, halves up. */
static int per_mille(int part, int whole)
{
	return (2000 * part + whole) / (2 * whole);
}

int td_hamming(const char *a, const char *b)
{
	int a_length, b_length, count = 0;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	if (a_length != b_length)
		return TD_E_LENGTH;
	for (int i = 0; i < a_length; i++)
		count += a[i] != b[i];
	return count;
}

int td_prefix(const char *a, const char *b)
{
	int a_length, b_length, count = 0;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	while (count < smaller(a_length, b_length) && a[count] == b[count])
		count++;
	return count;
}

int td_suffix(const char *a, const char *b)
{
	int a_length, b_length, count = 0;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	while (count < smaller(a_length, b_length) &&
	       a[a_length - 1 - count] == b[b_length - 1 - count])
		count++;
	return count;
}

/*
 * Only cells within `cutoff` of the diagonal can hold a distance that counts; cells just outside
 * are set to cutoff + 1 and every value is capped there. Three rows suffice: a swap looks back two.
 */
static int banded(const char *a, int a_length, const char *b, int b_length, int cutoff)
{
	int rows[3][TD_TEXT_MAX + 1];
	int *two = rows[0], *one = rows[1], *here = rows[2];
	const int far = cutoff + 1;

	for (int j = 0; j <= b_length; j++)
		one[j] = smaller(j, far);
	for (int i = 1; i <= a_length; i++) {
		const int from = larger(1, i - cutoff);
		const int to = smaller(b_length, i + cutoff);
		int best = here[from - 1] = from == 1 ? smaller(i, far) : far;
		int *spare;

		for (int j = from; j <= to; j++) {
			int cost = one[j - 1] + (a[i - 1] != b[j - 1]);

			cost = smaller(cost, 1 + smaller(one[j], here[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cost = smaller(cost, two[j - 2] + 1);
			here[j] = smaller(cost, far);
			best = smaller(best, here[j]);
		}
		if (best == far)
			return far;
		if (to < b_length)
			here[to + 1] = far;
		spare = two;
		two = one;
		one = here;
		here = spare;
	}
	return one[b_length];
}

int td_edit(const char *a, const char *b, int cutoff)
{
	int a_length, b_length;
	int status = measure_both(a, b, &a_length, &b_length);
	int longest, shortest;

	if (status < 0)
		return status;
	if (cutoff < TD_ANY)
		return TD_E_RANGE;
	longest = larger(a_length, b_length);
	shortest = smaller(a_length, b_length);
	if (cutoff == TD_ANY || cutoff > longest)
		cutoff = longest;
	if (longest - shortest > cutoff)
		return cutoff + 1;
	return banded(a, a_length, b, b_length, cutoff);
}

int td_similarity(const char *a, const char *b)
{
	int a_length, b_length, longest;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	longest = larger(a_length, b_length);
	if (longest == 0)
		return 1000;
	return per_mille(longest - td_edit(a, b, TD_ANY), longest);
}

int td_lcs(const char *a, const char *b)
{
	int row[TD_TEXT_MAX + 1] = { 0 };
	int a_length, b_length;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	for (int i = 0; i < a_length; i++) {
		int diagonal = 0;

		for (int j = 1; j <= b_length; j++) {
			const int above = row[j];

			row[j] = a[i] == b[j - 1] ? diagonal + 1 : larger(above, row[j - 1]);
			diagonal = above;
		}
	}
	return row[b_length];
}

int td_run(const char *a, const char *b, int *a_at, int *b_at)
{
	int ending[TD_TEXT_MAX + 1] = { 0 }; /* [j]: length of the run that ends before b[j] */
	int a_length, b_length, best = 0, best_a = 0, best_b = 0;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	for (int i = 0; i < a_length; i++) {
		/* Backwards, so that ending[j - 1] is still that of the byte before a[i]. */
		for (int j = b_length; j > 0; j--) {
			ending[j] = a[i] == b[j - 1] ? ending[j - 1] + 1 : 0;
			if (ending[j] > best ||
			    (ending[j] == best && i + 1 - best == best_a && j - best < best_b)) {
				best = ending[j];
				best_a = i + 1 - best;
				best_b = j - best;
			}
		}
	}
	if (best > 0 && a_at)
		*a_at = best_a;
	if (best > 0 && b_at)
		*b_at = best_b;
	return best;
}

int td_pairs(const char *a, const char *b)
{
	char used[TD_TEXT_MAX] = { 0 }; /* pairs of b that have found their partner */
	int a_length, b_length, shared = 0;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	if (strcmp(a, b) == 0)
		return 1000;
	if (a_length < 2 || b_length < 2)
		return 0;
	for (int i = 0; i + 1 < a_length; i++) {
		for (int j = 0; j + 1 < b_length; j++) {
			if (!used[j] && a[i] == b[j] && a[i + 1] == b[j + 1]) {
				used[j] = 1;
				shared++;
				break;
			}
		}
	}
	return 2000 * shared / (a_length + b_length - 2);
}

/* Moves *at to the next word of the text and returns that word's length, 0 at the end. */
static size_t next_word(const char **at)
{
	*at += strspn(*at, " \t\n");
	return strcspn(*at, " \t\n");
}

/* Whether the word occurs in the text from `from` on, looking no further than `until`. */
static int has_word(const char *from, const char *until, const char *word, size_t length)
{
	size_t found;

	while ((found = next_word(&from)) > 0 && from < until) {
		if (found == length && memcmp(from, word, length) == 0)
			return 1;
		from += found;
	}
	return 0;
}

int td_words(const char *a, const char *b)
{
	int a_length, b_length, both = 0, either = 0;
	int status = measure_both(a, b, &a_length, &b_length);
	size_t length;

	if (status < 0)
		return status;
	for (const char *at = a; (length = next_word(&at)) > 0; at += length) {
		if (has_word(a, at, at, length))
			continue;
		either++;
		both += has_word(b, b + b_length, at, length);
	}
	for (const char *at = b; (length = next_word(&at)) > 0; at += length)
		if (!has_word(b, at, at, length) && !has_word(a, a + a_length, at, length))
			either++;
	return either == 0 ? 1000 : per_mille(both, either);
}

/* The byte's folded form, or 0 if it separates. */
static char folded(char byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (char)(byte - 'A' + 'a');
	if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || (unsigned char)byte >= 0x80)
		return byte;
	return 0;
}

int td_fold(const char *text, char *out, size_t cap)
{
	char result[TD_TEXT_MAX + 1];
	int length = out ? measure(text) : TD_E_NULL;
	int used = 0, gap = 0;

	if (length < 0)
		return length;
	for (int i = 0; i < length; i++) {
		const char byte = folded(text[i]);

		if (byte && gap && used > 0)
			result[used++] = ' ';
		if (byte)
			result[used++] = byte;
		gap = !byte;
	}
	result[used] = '\0';
	if (cap <= (size_t)used)
		return TD_E_SPACE;
	memcpy(out, result, (size_t)used + 1);
	return used;
}

/* The sounds of the letters at `at` (small ones only), and in *taken how many letters they are. */
static const char *sounds(const char *at, int *taken)
{
	static const char *const single[26] = {
		"A", "B", "K", "T", "A", "F", "K", "", "A", "K", "K", "L", "N",
		"N", "A", "B", "K", "R", "S", "T", "A", "F", "", "KS", "A", "S",
	};

	*taken = 2;
	if (at[1] == 'h') {
		if (at[0] == 'c' || at[0] == 's')
			return "X";
		if (at[0] == 'p')
			return "F";
		if (at[0] == 'g')
			return "";
	}
	*taken = 1;
	return single[at[0] - 'a'];
}

/* Writes the key to `key`, which has room for TD_KEY_MAX + 1 bytes; returns its length. */
static int make_key(const char *word, char *key)
{
	char letters[TD_TEXT_MAX + 1];
	char last = 0;
	int count = 0, length = 0, taken;

	for (; *word != '\0'; word++) {
		const char byte = folded(*word);

		if (byte >= 'a' && byte <= 'z')
			letters[count++] = byte;
	}
	letters[count] = '\0';
	for (const char *at = letters; *at != '\0'; at += taken) {
		for (const char *sound = sounds(at, &taken); *sound != '\0'; sound++) {
			if (*sound != last && (*sound != 'A' || last == 0) && length < TD_KEY_MAX)
				key[length++] = *sound;
			last = *sound;
		}
	}
	key[length] = '\0';
	return length;
}

int td_key(const char *word, char *key, size_t cap)
{
	char result[TD_KEY_MAX + 1];
	int length = key ? measure(word) : TD_E_NULL;

	if (length < 0)
		return length;
	length = make_key(word, result);
	if (cap <= (size_t)length)
		return TD_E_SPACE;
	memcpy(key, result, (size_t)length + 1);
	return length;
}

int td_alike(const char *a, const char *b)
{
	char a_key[TD_KEY_MAX + 1], b_key[TD_KEY_MAX + 1];
	int a_length, b_length;
	int status = measure_both(a, b, &a_length, &b_length);

	if (status < 0)
		return status;
	make_key(a, a_key);
	make_key(b, b_key);
	return a_key[0] != '\0' && strcmp(a_key, b_key) == 0;
}

int td_closest(const char *text, const char *const *words, size_t count, int cutoff, int *distance)
{
	int best = -1, best_distance = 0;
	int length = words || count == 0 ? measure(text) : TD_E_NULL;

	if (length < 0)
		return length;
	if (cutoff < TD_ANY || count > INT_MAX)
		return TD_E_RANGE;
	if (cutoff == TD_ANY)
		cutoff = TD_TEXT_MAX;
	for (int i = 0; i < (int)count; i++) {
		const int found = td_edit(text, words[i], cutoff);

		if (found < 0 || found > cutoff)
			continue;
		best = i;
		best_distance = found;
		if (found == 0)
			break;
		cutoff = found - 1; /* from here on only a closer word counts */
	}
	if (best < 0)
		return TD_E_NONE;
	if (distance)
		*distance = best_distance;
	return best;
}
