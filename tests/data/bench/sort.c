/* Numbers are put in order. */

#include <stdlib.h>

enum { NUMBERS = 80 };

static int by_value(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
	return (x > y) - (x < y);
}

unsigned work(unsigned seed)
{
	unsigned numbers[NUMBERS];
	for (unsigned i = 0; i < NUMBERS; i++)
		numbers[i] = seed = seed * 1664525 + 1013904223;
	qsort(numbers, NUMBERS, sizeof(*numbers), by_value);
	return numbers[NUMBERS / 2];
}
