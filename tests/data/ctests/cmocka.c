#include "cmocka.h"

/* The library. */
int tree_new(void);
int tree_add(int tree, int key);
int tree_len(int tree);
void tree_free(int tree);

static int setup(void **state)
{
	static int tree;
	tree = tree_new();
	*state = &tree;
	return 0;
}

static int teardown(void **state)
{
	tree_free(*(int *)*state);
	return 0;
}

static void counts(void **state)
{
	int tree = *(int *)*state;
	assert_int_equal(tree_add(tree, 1), 0);
	assert_int_equal(tree_len(tree), 1);
}

static void begins_empty(void **state)
{
	assert_int_equal(tree_len(*(int *)*state), 0);
}

static void needs_no_tree(void **state)
{
	(void)state;
	assert_int_equal(1, 1);
}

static void is_started_elsewhere(void **state)
{
	(void)state;
}

static void (*const started)(void **) = is_started_elsewhere;

int main(void)
{
	static int none;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts, setup, teardown),
		cmocka_unit_test_setup(begins_empty, setup),
		cmocka_unit_test(needs_no_tree), /* nor any state */
		cmocka_unit_test_prestate(is_started_elsewhere, &none)
	};
	started(0);
	return cmocka_run_group_tests(tests, 0, 0);
}
