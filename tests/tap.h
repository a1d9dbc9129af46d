#ifndef RECAST_TESTS_TAP_H
#define RECAST_TESTS_TAP_H

/*
 * The test kit. A test is a program that prints TAP; each assertion is one
 * line, named by its own source text, and yields whether it held, so that a
 * test can stop: `if (!ok(p != NULL)) return;`. A failure shows where it is,
 * and both values.
 *
 *	static void appends(void)
 *	{
 *		is_int(buf_append(&b, "x"), 0);
 *		is_str(b.ptr, "x");
 *	}
 *
 *	int main(void)
 *	{
 *		tap_run("appends", appends);
 *		return tap_done();
 *	}
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The wanted value comes second. */
#define ok(condition) tap_ok((condition), #condition, __FILE__, __LINE__)
#define is_int(got, want) \
	tap_int((intmax_t)(got), (intmax_t)(want), #got " == " #want, __FILE__, __LINE__)
#define is_str(got, want) tap_str((got), (want), #got " is " #want, __FILE__, __LINE__)
#define is_mem(got, want, size) \
	tap_mem((got), (want), (size), #got " is " #want, __FILE__, __LINE__)

/* A function of assertions; its name is printed above them. */
#define tap_run(name, function) (tap_print("# %s\n", (name)), (function)())

/* At once, so that a crash further on does not hide it. */
#define tap_print(...) (printf(__VA_ARGS__), fflush(stdout))

static int tap_count, tap_failures, tap_planned;

/* Optional: says first how many assertions are to come, for tests that may end early. */
static inline void tap_plan(int count)
{
	tap_planned = count;
	tap_print("1..%d\n", count);
}

/* An assertion that cannot be made here. */
static inline void tap_skip(const char *why)
{
	tap_print("ok %d # SKIP %s\n", ++tap_count, why);
}

/* What main returns. */
static inline int tap_done(void)
{
	if (!tap_planned)
		tap_print("1..%d\n", tap_count);
	return tap_failures > 0 || (tap_planned && tap_planned != tap_count);
}

static inline bool tap_ok(bool held, const char *text, const char *file, int line)
{
	printf("%s %d - ", held ? "ok" : "not ok", ++tap_count);
	for (; *text != '\0'; text++) /* TAP has a meaning for # */
		printf("%s%c", *text == '#' ? "\\" : "", *text);
	tap_print("\n");
	if (!held) {
		tap_failures++;
		tap_print("# %s:%d\n", file, line);
	}
	return held;
}

static inline bool tap_int(intmax_t got, intmax_t want, const char *text, const char *file, int line)
{
	if (tap_ok(got == want, text, file, line))
		return true;
	tap_print("#   got  %" PRIdMAX "\n#   want %" PRIdMAX "\n", got, want);
	return false;
}

/* One line whatever the bytes are: C escapes, at most 200 of them. */
static inline void tap_show(const char *label, const char *bytes, size_t size)
{
	printf("#   %s %s", label, bytes ? "\"" : "NULL");
	for (size_t i = 0; i < size && i < 200; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == '\n')
			printf("\\n");
		else if (c < ' ' || c > '~' || c == '"' || c == '\\')
			printf("\\x%02x", c);
		else
			printf("%c", c);
	}
	tap_print("%s%s\n", bytes ? "\"" : "", size > 200 ? "..." : "");
}

static inline bool tap_str(const char *got, const char *want, const char *text, const char *file, int line)
{
	bool same = got && want ? strcmp(got, want) == 0 : got == want;
	if (tap_ok(same, text, file, line))
		return true;
	tap_show("got ", got, got ? strlen(got) : 0);
	tap_show("want", want, want ? strlen(want) : 0);
	return false;
}

static inline bool tap_mem(const void *got, const void *want, size_t size, const char *text, const char *file, int line)
{
	const char *a = got, *b = want;
	if (tap_ok(size == 0 || memcmp(a, b, size) == 0, text, file, line))
		return true;
	size_t at = 0;
	while (a[at] == b[at])
		at++;
	printf("#   they differ from byte %zu of %zu\n", at, size);
	tap_show("got ", a + at, size - at);
	tap_show("want", b + at, size - at);
	return false;
}

#endif
