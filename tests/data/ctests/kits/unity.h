/* As much of the interface as the samples use. */
void UnityBegin(const char *file);
int UnityEnd(void);
void UnityDefaultTestRun(void (*test)(void), const char *name, int line);
void UnityAssert(int holds, int line);

#define UNITY_BEGIN() UnityBegin(__FILE__)
#define UNITY_END() UnityEnd()
#define RUN_TEST(f) UnityDefaultTestRun(f, #f, __LINE__)
#define TEST_ASSERT_EQUAL(want, got) UnityAssert((want) == (got), __LINE__)
