/* As much of the interface as the samples use. */
typedef void (*unit_function)(void **state);
typedef int (*fixture_function)(void **state);

struct CMUnitTest {
	const char *name;
	unit_function test;
	fixture_function setup, teardown;
	void *initial;
};

#define cmocka_unit_test(f) {#f, f, 0, 0, 0}
#define cmocka_unit_test_setup(f, setup) {#f, f, setup, 0, 0}
#define cmocka_unit_test_setup_teardown(f, setup, teardown) {#f, f, setup, teardown, 0}
#define cmocka_unit_test_prestate(f, state) {#f, f, 0, 0, state}
#define cmocka_run_group_tests(tests, setup, teardown) \
	run_group(tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

int run_group(const struct CMUnitTest *tests, unsigned long len, fixture_function setup, fixture_function teardown);
void assert_int_equal(long a, long b);
