#include "minunit.h"

/* The library. */
int text_len(const char *text);
int text_same(const char *a, const char *b);

MU_TEST(test_len) {
	mu_check(text_len("abc") == 3);
}

MU_TEST(test_same){
	mu_check(text_same("a", "a"));
	mu_check(!text_same("a", "b"));
}

MU_TEST_SUITE(texts) {
	MU_RUN_TEST(test_len);

	MU_RUN_TEST(test_same);
}

int main(void) {
	MU_RUN_SUITE(texts);
	return mu_failures();
}
