#include "greatest.h"

/* The library. */
int stack_push(int value);
int stack_pop(void);
int stack_limit(int limit);

SUITE(pushing);

TEST pops_what_was_pushed(void) {
	stack_push(4);
	ASSERT(stack_pop() == 4);
	PASS();
}

TEST keeps_to_the_limit(int limit) {
	ASSERT(stack_limit(limit) == limit);
	PASS();
}

TEST inner(void) {
	PASS();
}

TEST runs_another(void) {
	RUN_TEST(inner);
	PASS();
}

SUITE(pushing) {
	RUN_TEST(pops_what_was_pushed);
	RUN_TEST1(keeps_to_the_limit, 1);
	RUN_TESTp(keeps_to_the_limit, 2);
	for (int i = 0; i < 2; i++)
		RUN_TEST(runs_another);
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv) {
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(pushing);
	GREATEST_MAIN_END();
}
