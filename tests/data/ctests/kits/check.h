/* As much of the interface as the samples use. */
typedef struct TCase TCase;
typedef struct Suite Suite;

TCase *tcase_create(const char *name);
Suite *suite_create(const char *name);
void suite_add_tcase(Suite *s, TCase *tc);
void tcase_add(TCase *tc, void (*test)(int), const char *name);
void tcase_add_checked_fixture(TCase *tc, void (*setup)(void), void (*teardown)(void));
int run_suite(Suite *s);
void ck_assert(int holds);

#define START_TEST(name)                 \
	static void name(int _i)         \
	{                                \
		(void)_i;
#define END_TEST }
#define tcase_add_test(tc, f) tcase_add(tc, f, #f)
#define tcase_add_loop_test(tc, f, from, to) tcase_add(tc, f, #f)
