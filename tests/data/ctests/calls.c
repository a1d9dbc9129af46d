#include <stdio.h>

/* The library. */
int clamp(int n, int low, int high);
int wrap(int n, int len);

static int failures;

static void expect(int holds)
{
	failures += !holds;
}

static void test_clamp(void);
static void test_wrap(void);

static void test_clamp(void)
{
	expect(clamp(5, 0, 3) == 3);
}

static void test_wrap(void)
{
	expect(wrap(5, 3) == 2);
}

static int test_counted(void)
{
	return clamp(1, 2, 3) != 2;
}

static int test_returned(void)
{
	return wrap(1, 2) == 1;
}

static int test_guarded(void)
{
	return wrap(2, 2) == 0;
}

static void test_with_state(int *state)
{
	expect(wrap(*state, 2) == 0);
}

static void prepare(void)
{
	failures = 0;
}

static void print_summary(void)
{
	printf("%d failures\n", failures);
}

static void run_all(void)
{
	test_clamp();
	test_wrap();
}

int main(void)
{
	int state = 2;
	prepare();
	run_all();
	failures += test_counted();
	if (!test_guarded())
		return 1;
	test_with_state(&state);
	print_summary();
	int last = test_returned();
	return failures || !last;
}
