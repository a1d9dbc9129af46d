/* Literals in every place where a program may have one; what it prints tells what they are. */
#include <stdio.h>
#include <string.h>

#define SAID(text) say(text, strlen(text))
#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

enum size { SMALL = 3 };
struct pair {
	const char *key;
	char value[8];
};

static const char *const names[] = {"ada", "bob", "ada"};
static const struct pair pairs[] = {{"k", "v"}, {"long key", "7 bytes"}};
static const char text[] = "whole";
static int sizes[SMALL] = {1, 2, 3};
static int called;

__attribute__((constructor)) static void early(void)
{
	called += (int)strlen(names[0]);
}

static void say(const char *what, size_t len)
{
	printf("%zu %.*s|", len, (int)len, what);
}

static int add(int a, long b, unsigned char c)
{
	return a + (int)b + c;
}

static double scaled(double value, float by)
{
	return value * by;
}

static void none(const void *pointer, int zero)
{
	printf("%d %d|", pointer == NULL, zero);
}

static const char *pick(int n)
{
	switch (n) {
	case 1:
		return "one";
	case 'a':
		return "letter";
	default:
		return "other";
	}
}

static void tables(void)
{
	static const char inner[] = "inside";
	static const char *const list[] = {"x", "y"};
	const char *own[] = {"first", "second"};
	char buffer[16] = "room";
	int numbers[] = {10, 20, 30};
	const char *plain = "plain", *joined = "two "
						"parts";
	double half = 0.5;
	int five = 5;
	printf("%s %s%s %s %s %s %d %s %s %g %d|", inner, list[0], list[1], own[0], own[1], buffer, numbers[2], plain, joined, half,
	       five);
	for (const char *c = "abc"; *c; c++)
		printf("%c", *c);
}

static void report(const char *format, ...)
{
	printf("%s|", format);
}

int main(void)
{
	SAID("twice");
	say("cut\0here", 8);
	say((const char *)"cast", 4);
	say("", 0);
	printf("%d %d %d|", add(1, -2L, 'c'), add(0x10, 010l, 255u), add((5), +6, '\n'));
	printf("%g %g|", scaled(1.5, 2.0f), scaled(-0x1p3, 1e1f));
	none(NULL, 0);
	none((void *)0, sizeof("four"));
	printf("%s %s %s|", pick(1), pick('a'), pick(SMALL));
	tables();
	for (int i = 0; i < COUNT(names); i++)
		printf("%s,", names[i]);
	for (int i = 0; i < COUNT(pairs); i++)
		printf("%s=%s,", pairs[i].key, pairs[i].value);
	report("format %d %s", 7, "text");
	printf("%s %d %d\n", text, sizes[2], called);
	return 0;
}
