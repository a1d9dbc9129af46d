/*
 * Forms of C in which a counter or a selector could go wrong. What it prints must stay the same with all of them
 * in place; tests/cli_strength.c changes it and runs it.
 */

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define SWAP(type, a, b) do { type swapped = (a); (a) = (b); (b) = swapped; } while (0)
#define DIGIT(c) ('0' <= (c) && (c) <= '9')
#define UNLESS(c) if (c) ; else

enum { FIRST = 3, SECOND = FIRST + 1, SIZE = 2 * SECOND };

struct bits { unsigned a : 3, b : SECOND; };
struct pair { int x, y; };
typedef int (*operation)(int, int);

static int table[SIZE] = {[0] = 1, [SECOND] = 2, 3};
static const struct pair pairs[] = {{1, 2}, {3, 4}};
_Static_assert(sizeof(table) == SIZE * sizeof(int), "a table");

static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }

int old_style(a, b)
	int a;
	char *b;
{
	int c = a;
	return c + (int)strlen(b);
}

static int dangling(int a, int b)
{
	if (a)
		if (b)
			return 1;
		else
			return 2;
	return 3;
}

static int chain(int n)
{
	if (n < 0) return -1; else if (n == 0) return 0; else if (n < 10) { n++; return n; } else return 10;
}

static int duff(int n)
{
	int count = 0, rounds = (n + 3) / 4;
	switch (n % 4) {
	case 0: do { count++;
	case 3: count++; __attribute__((fallthrough));
	case 2: count++;
	case 1: count++;
		} while (--rounds > 0);
	}
	return count;
}

static int bare_switch(int n)
{
	switch (n) case 1: case 2: n += 10;
	switch (n)
	default: n++;
	switch (n) {
		int unreached;
		unreached = 5;
	case 13:
		unreached = 7;
		return unreached;
	}
	return n;
}

static int jumps(int n)
{
	int sum = 0;
	goto middle;
again:
	sum += 100;
middle:
	if (n > 3) label: sum++;
	if (n-- > 0)
		goto again;
	if (sum % 2) goto label;
	for (;;) { if (sum > 1000) break; sum *= 2; continue; }
	return sum;
}

static int computed(int n)
{
	static void *const places[] = {&&zero, &&one};
	goto *places[n & 1];
zero:
	return 10;
one:
	return 20;
}

static int loops(const char *text)
{
	int n = 0;
	while (*text++) n++;
	do n--; while (n > 3);
	for (int i = 0, j = 9; i < j; i++, j--) n += i * j;
	for (n = 200 + n; n > 100;) n -= 7;
	while (n-- > 50) ;
	return n;
}

static int expressions(int n)
{
	int a = ({ int t = n; t += 2; t; });
	int b = n ? : 7;
	int c = (n, a) , d = sizeof(int[SIZE]) / sizeof *table, e = _Alignof(double);
	struct bits bits = {.a = 5, .b = SECOND};
	const struct pair p = (struct pair){.y = n, .x = a ? b : c};
	int vla[n + 1];
	UNLESS(a == 3) b++;
	for (int i = 0; i < n; i++) vla[i] = i;
	vla[n] = MAX(a, b) + (c << 2 | d & 3 ^ e);
	SWAP(int, a, b);
	bits.a += 1;
	a = b = n;
	a += -n + ~b - -1 + !c;
	a += n & 1 ? n++ : ++n;
	return a + (int)(size_t)-1 + (a) - b + bits.a + bits.b + p.x * p.y + vla[n > 0 ? n - 1 : n] + pairs[1].y % 3;
}

static int pointers(void)
{
	int values[] = {4, 5, 6}, *p = values, **q = &p, sum = 0;
	const char *none = NULL, *text = none == 0 ? "abc" : none;
	operation operations[] = {add, sub, 0};
	for (operation *o = operations; *o; o++) sum += (*o)(*p, 1) * (**o)(2, 1);
	*p++ = *(*q)++ + p[0], sum += *p;
	if (!none && text != NULL && *text == 'a' && text[1] - 'b' == 0) sum += text + 3 - (char *)text;
	return sum + (p == values ? 1 : 2) + (int)(p - values);
}

static int variadic(int n, ...)
{
	va_list list;
	int sum = 0;
	va_start(list, n);
	while (n--) sum += va_arg(list, int);
	va_end(list);
	return sum + (int)offsetof(struct pair, y);
}

static int caught(int n)
{
	static jmp_buf back;
	static int times = 0;
	volatile int seen = 0;
	if (setjmp(back) == 0) seen = n; else return seen + times;
	times++;
	longjmp(back, 1);
}

static double real(float f, long double l) { return f * 1.5f + 2.0 / (double)l - 1e3; }

static inline unsigned char narrow(unsigned char c) { c++; return c += 250; }

static long long wide(void) { return 0x7fffffff + 1LL + 4294967295u + 077 + 'a' + L'b'; }

static _Bool truth(int n) { _Bool b = n; return b && n != 7 || n == 9; }

static int generic(int n)
{
	assert(n >= 0);
	return _Generic(n + 0, int: 1, default: 2) + _Generic('a', int: 4, char: 8) + (__builtin_expect(n > 3, 0) ? 16 : 32);
}

static int brackets(int c, int n)
{
	typedef int word, (*unary)(int n);
	unary absolute = abs;
	int sum = DIGIT(c) + n * (c) - (n) * 2 + (word) - 1 - (absolute)(c) + (abs) (-n) + (int)(c) - 2 * 3 + ((n)) - 1;
	sum += (word) - (n + 9) / 2 + (word) + 7 % 4;
	if ((c)) (absolute)(n), sum += (sum) & (1 + (n)) & 255;
	return sum - (c) + (n) % 3;
}

static void nothing(int n) { if (n) return; ; { } }

static const char *later(int n)
{
	switch (n) { case 1: return "one"; case 2: { const char *two = "two"; return two; } default: break; }
	return __func__;
}

int main(void)
{
	nothing(1);
	printf("%d %d %d %d\n", old_style(2, "abc"), dangling(1, 0), dangling(1, 1), dangling(0, 1));
	printf("%d %d %d %d\n", brackets('5', 3), brackets(2, 4), brackets('a', -3), brackets(0, 0));
	printf("%d %d %d %d\n", chain(-3), chain(0), chain(4), chain(40));
	printf("%d %d %d\n", duff(4), duff(7), duff(9));
	printf("%d %d %d\n", bare_switch(1), bare_switch(2), bare_switch(3));
	printf("%d %d %d\n", jumps(2), jumps(5), computed(1) - computed(2));
	printf("%d %d %d\n", loops("a longer text"), expressions(3), expressions(0));
	printf("%d %d %d\n", pointers(), variadic(3, 1, 2, 3), caught(5));
	printf("%g %u %lld %d\n", real(2.5f, 4.0L), narrow(5), wide(), truth(7) + 2 * truth(9));
	printf("%d %d %s %s %s\n", generic(4), generic(1), later(1), later(2), later(3));
	return table[SECOND] - 2;
}
