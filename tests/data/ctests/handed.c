#include <signal.h>
#include <stdlib.h>

/* The library. */
int colour_mix(int a, int b);
int colour_name(int colour);

void say(const char *name, int good);

#define SAY(f) say(#f, f())

static void on_interrupt(int number)
{
	exit(number);
}

static void tidy(void)
{
}

static int mixing_is_symmetric(void)
{
	return colour_mix(1, 2) == colour_mix(2, 1);
}

static int names_differ(void)
{
	return colour_name(1) != colour_name(2);
}

static int black_stays(void)
{
	return colour_mix(0, 0) == 0;
}

int main(void)
{
	signal(SIGINT, on_interrupt);
	atexit(tidy);
	SAY(mixing_is_symmetric);
	SAY(names_differ); SAY(black_stays);
	return 0;
}
