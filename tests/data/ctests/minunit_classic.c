int tests_run;

#define mu_assert(message, test) do { if (!(test)) return message; } while (0)
#define mu_run_test(test) do { char *message = test(); tests_run++; if (message) return message; } while (0)

/* The library. */
int twice(int n);
int half(int n);

static char *test_twice(void)
{
	mu_assert("twice", twice(2) == 4);
	return 0;
}

static char *test_half(void)
{
	mu_assert("half", half(2) == 1);
	return 0;
}

static char *all_tests(void)
{
	mu_run_test(test_twice);
	mu_run_test(test_half);
	return 0;
}

int main(void)
{
	return all_tests() != 0;
}
