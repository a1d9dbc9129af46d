#include "check.h"

/* The library. */
int money_add(int a, int b);
int money_text(int amount, char *out);

static void setup(void)
{
}

START_TEST(adds)
{
	ck_assert(money_add(1, 2) == 3);
}
END_TEST

/* Each currency. */
START_TEST(adds_each) {
	ck_assert(money_add(_i, 0) == _i);
}
END_TEST

START_TEST(has_no_braces)
	char text[20];
	ck_assert(money_text(5, text) == 1);
END_TEST

static Suite *money_suite(void)
{
	Suite *s = suite_create("money");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, 0);
	tcase_add_test(tc, adds);
	tcase_add_loop_test(tc, adds_each, 0,
			    5);
	tcase_add_test(tc, has_no_braces);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	return run_suite(money_suite());
}
