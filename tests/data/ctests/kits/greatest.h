/* As much of the interface as the samples use. */
enum greatest_test_res { GREATEST_PASS, GREATEST_FAIL };

void greatest_post(const char *name, enum greatest_test_res result);

#define TEST static enum greatest_test_res
#define SUITE(name) void name(void); void name(void)
#define RUN_TEST(f) greatest_post(#f, f())
#define RUN_TEST1(f, argument) greatest_post(#f, f(argument))
#define RUN_TESTp(f, ...) greatest_post(#f, f(__VA_ARGS__))
#define RUN_SUITE(f) f()
#define ASSERT(holds) do { if (!(holds)) return GREATEST_FAIL; } while (0)
#define PASS() return GREATEST_PASS
#define GREATEST_MAIN_DEFS() static int greatest_failures
#define GREATEST_MAIN_BEGIN() (void)argc, (void)argv
#define GREATEST_MAIN_END() return greatest_failures
