#include <stdio.h>

/* The library. */
int order(int a, int b);

struct test {
	const char *name;
	int (*run)(void);
	void (*before)(void);
};

#define ENTRY(f) {#f, f, 0}

static void nothing(void)
{
}

static int smaller_comes_first(void)
{
	return order(1, 2) < 0;
}

static int equal_is_zero(void)
{
	return order(2, 2) == 0;
}

static int larger_comes_last(void)
{
	return order(2, 1) > 0;
}

static int has_a_place_of_its_own(void)
{
	return 1;
}

static const struct test tests[] = {
	{"smaller", smaller_comes_first, nothing},
	{ .name = "equal", .run = &equal_is_zero },
	ENTRY(larger_comes_last),
	{0, 0, 0}
};

static const struct test two[2] = {ENTRY(has_a_place_of_its_own)};

int main(void)
{
	int failures = !two[0].run();
	for (const struct test *t = tests; t->name; t++) {
		if (t->before)
			t->before();
		int good = t->run();
		printf("%s %s\n", good ? "ok" : "not ok", t->name);
		failures += !good;
	}
	return failures > 0;
}
