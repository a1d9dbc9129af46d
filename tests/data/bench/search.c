/* A text of few letters is searched for pieces of itself. */

#include <string.h>

enum { TEXT = 600, NEEDLE = 9, NEEDLES = 4 };

unsigned work(unsigned seed)
{
	char text[TEXT + 1];
	unsigned found = 0;
	for (unsigned i = 0; i < TEXT; i++) {
		seed = seed * 1664525 + 1013904223;
		text[i] = "aab"[(seed >> 20) % 3];
	}
	text[TEXT] = '\0';
	for (unsigned n = 0; n < NEEDLES; n++) {
		const char *needle = text + TEXT - NEEDLE - n * 50;
		for (const char *at = text; at + NEEDLE <= text + TEXT; at++)
			found += strncmp(at, needle, NEEDLE) == 0;
	}
	return found;
}
