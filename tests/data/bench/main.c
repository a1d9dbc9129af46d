/* A program to take the time of: UNITS of work, one like the other. */

#include <stdio.h>
#include <stdlib.h>

unsigned work(unsigned seed);

/* Read from memory, so that two programs with another number are otherwise the same code. */
static volatile unsigned units = UNITS;

int main(int argc, char **argv)
{
	unsigned seed = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0, sum = 0;
	for (unsigned i = 0; i < units; i++)
		sum = sum * 31 + work(seed * 1000003 + i);
	printf("%u\n", sum);
	return 0;
}
