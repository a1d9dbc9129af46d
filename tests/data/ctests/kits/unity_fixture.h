/* As much of the interface as the samples use. */
#include "unity.h"

#define TEST_GROUP(group) static const char *const group_##group = #group
#define TEST_SETUP(group) void setup_##group(void); void setup_##group(void)
#define TEST_TEAR_DOWN(group) void tear_down_##group(void); void tear_down_##group(void)
#define TEST(group, name) void group##_##name##_body(void); void group##_##name##_body(void)
#define TEST_GROUP_RUNNER(group) void run_##group(void); void run_##group(void)
#define RUN_TEST_CASE(group, name)                        \
	{                                                 \
		void group##_##name##_body(void);         \
		UnityDefaultTestRun(group##_##name##_body, group_##group, __LINE__); \
	}
#define RUN_TEST_GROUP(group) run_##group()
