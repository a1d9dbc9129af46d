#include "unity.h"

/* The library. */
int area(int width, int height);
int border(int width, int height);

void setUp(void);
void tearDown(void);
void test_area_of_nothing(void);

void setUp(void)
{
}

void tearDown(void)
{
}

static int square(int side)
{
	return area(side, side);
}

/* Nothing is nothing,
 * however wide. */
void test_area_of_nothing(void)
{
	TEST_ASSERT_EQUAL(0, area(0, 7));
}

// Both of them.
// At once.
static void test_area_and_border(void)
{
	TEST_ASSERT_EQUAL(9, square(3));
	TEST_ASSERT_EQUAL(12, border(3, 3));
}

static void test_called_by_another(void)
{
	TEST_ASSERT_EQUAL(4, square(2));
}

static void test_calls_another(void)
{
	test_called_by_another();
	TEST_ASSERT_EQUAL(1, square(1));
}

#ifdef LARGE
static void test_large(void)
{
	TEST_ASSERT_EQUAL(1000000, square(1000));
}
#endif

#define LIMIT 100
static void test_defines_for_others(void)
{
#define HALF (LIMIT / 2)
	TEST_ASSERT_EQUAL(HALF * HALF, square(HALF));
}

static void test_uses_a_define(void)
{
	TEST_ASSERT_EQUAL(2 * HALF, border(HALF, 0));
}

int main(void)
{
	UNITY_BEGIN();
	RUN_TEST(test_area_of_nothing); /* first */
	RUN_TEST(test_area_and_border);
	RUN_TEST(test_called_by_another);
	RUN_TEST(test_calls_another);
#ifdef LARGE
	RUN_TEST(test_large);
#endif
	if (LIMIT > 10)
		RUN_TEST(test_defines_for_others);
	else
		RUN_TEST(test_uses_a_define);
	return UNITY_END();
}
