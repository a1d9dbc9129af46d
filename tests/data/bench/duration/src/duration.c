#include "duration.h"

enum { NUMBER_MAX = 9999 };

int duration_seconds(const char *text)
{
	static const struct {
		char name;
		int seconds;
	} units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};
	int total = 0, unit = 0;
	if (!*text)
		return -1;
	while (*text) {
		int number = 0, digits = 0;
		for (; *text >= '0' && *text <= '9'; text++, digits++) {
			number = number * 10 + (*text - '0');
			if (number > NUMBER_MAX)
				return -1;
		}
		while (unit < 3 && units[unit].name != *text)
			unit++;
		if (!digits || unit == 3)
			return -1;
		total += number * units[unit++].seconds;
		text++;
	}
	return total;
}
