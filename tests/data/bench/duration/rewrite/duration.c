/* The same by a machine of states: the sum so far, the number at hand, and which units may still come. */

#include "duration.h"

static int unit_of(char c)
{
	return c == 'h' ? 3600 : c == 'm' ? 60 : c == 's' ? 1 : 0;
}

int duration_seconds(const char *text)
{
	int total = 0, number = -1, below = 3601;
	for (; *text; text++) {
		if (*text >= '0' && *text <= '9') {
			number = (number < 0 ? 0 : number * 10) + *text - '0';
			if (number > 9999)
				return -1;
			continue;
		}
		int unit = unit_of(*text);
		if (number < 0 || !unit || unit >= below)
			return -1;
		total += number * unit;
		below = unit;
		number = -1;
	}
	return number < 0 && below < 3601 ? total : -1;
}
