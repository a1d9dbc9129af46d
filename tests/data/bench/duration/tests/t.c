#include "duration.h"

int main(void)
{
	int right = duration_seconds("2h30m5s") == 9005 && duration_seconds("45m") == 2700 && duration_seconds("") == -1 &&
		    duration_seconds("5s2h") == -1;
	return right ? 0 : 1;
}
