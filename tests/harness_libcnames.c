#include "harness/libcnames.h"

#include "tests/tap.h"

int main(void)
{
	static const char *const pure[] = {"malloc", "free", "memcpy", "strlen", "wcslen", "isalpha", "towlower", "sin", "sqrtf",
					   "powl", "qsort", "bsearch", "strtol", "strtod", "atoi", "abs", "lldiv", "snprintf",
					   "vsnprintf", "sscanf", "errno", "abort", "__assert_fail", "aligned_alloc",
					   "posix_memalign", "abs", "y0", "a64l", "__errno_location"};
	static const char *const others[] = {"exit", "_Exit", "_exit", "atexit", "printf", "puts", "fopen", "fwrite", "stdout",
					     "stderr", "getenv", "setenv", "environ", "time", "clock_gettime", "gettimeofday",
					     "getrandom", "getentropy", "rand", "random", "signal", "setjmp", "longjmp",
					     "pthread_create", "read", "write", "open", "__heap_base", "setlocale", "localtime",
					     "mktime", "sbrk", "perror", "isatty", "quick_exit", "__cxa_atexit", ""};
	for (size_t i = 0; i < countof(pure); i++)
		tap_ok(libcnames_pure(pure[i]), pure[i], __FILE__, __LINE__);
	for (size_t i = 0; i < countof(others); i++)
		tap_ok(!libcnames_pure(others[i]), others[i], __FILE__, __LINE__);
	return tap_done();
}
