#include "unity_fixture.h"

/* The library. */
int queue_put(int value);
int queue_take(void);
void queue_clear(void);

TEST_GROUP(queue);

TEST_SETUP(queue)
{
	queue_clear();
}

TEST_TEAR_DOWN(queue)
{
}

TEST(queue, begins_empty)
{
	TEST_ASSERT_EQUAL(-1, queue_take());
}

TEST(queue, gives_back)
{
	queue_put(3);
	TEST_ASSERT_EQUAL(3, queue_take());
}

/* Nobody runs it. */
TEST(queue, is_forgotten)
{
}

TEST_GROUP_RUNNER(queue)
{
	RUN_TEST_CASE(queue, begins_empty);
	RUN_TEST_CASE(queue, gives_back);
}

int main(void)
{
	UNITY_BEGIN();
	RUN_TEST_GROUP(queue);
	return UNITY_END();
}
