/* As much of the interface as the samples use. */
void mu_run(void (*test)(void), const char *name);
int mu_failures(void);

#define MU_TEST(name) static void name(void)
#define MU_TEST_SUITE(name) static void name(void)
#define MU_RUN_TEST(f) mu_run(f, #f)
#define MU_RUN_SUITE(f) f()
#define mu_check(holds) do { if (!(holds)) return; } while (0)
