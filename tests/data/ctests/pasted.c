#include <stdio.h>

/* The library. */
int list_len(void);
void list_add(int value);

#define test(name)              \
	puts("... " #name);     \
	test_##name();
#define CASE(name) static void test_##name(void)
#define CALL(what) list_##what

CASE(empty)
{
	if (CALL(len)() != 0)
		puts("not ok");
}

static void
test_one()
{
	list_add(1);
	if (list_len() != 1)
		puts("not ok");
}

CASE(more)
{
	list_add(2);
	list_add(3);
}

int main(void)
{
	test(empty)
	test(one)
	test(more);
	return 0;
}
