/* Words are counted in a table with open addressing. */

#include <string.h>

enum { WORDS = 1500, SLOTS = 2048 };

static struct {
	unsigned key, count;
} slots[SLOTS];

static unsigned mixed(unsigned x)
{
	for (int i = 0; i < 4; i++)
		x = (x ^ (x >> 15)) * 0x2c1b3c6d;
	return x ^ (x >> 12);
}

unsigned work(unsigned seed)
{
	unsigned most = 0;
	memset(slots, 0, sizeof(slots));
	for (unsigned i = 0; i < WORDS; i++) {
		unsigned key = (mixed(seed + i) % 1000) + 1, at = mixed(key) % SLOTS;
		while (slots[at].key && slots[at].key != key)
			at = (at + 1) % SLOTS;
		slots[at].key = key;
		most = ++slots[at].count > most ? slots[at].count : most;
	}
	return most;
}
