#include "marks.h"

#include <stdio.h>
#include <string.h>

static void say(int good, const char *name)
{
	printf("%s %s\n", good ? "PASS" : "FAIL", name);
}

static int visit(const char *name, int mark, void *user)
{
	*(int *)user += mark + (int)strlen(name);
	return 0;
}

int main(void)
{
	struct marks *m = marks_new();
	struct marks_best best;
	int sum = 0;
	say(marks_find_best(m, &best) == -1, "none");
	say(marks_add(m, "ada", 2) == 0 && marks_add(m, "bob", 1) == 0 && marks_add(m, "eve", 7) == -1, "add");
	say(marks_count(m) == 2, "count");
	say(marks_find_best(m, &best) == 0 && strcmp(best.name, "bob") == 0, "best");
	say(marks_each(m, visit, &sum) == 0 && sum == 9, "each");
	marks_print(m);
	say(marks_weight(4) == 2, "weight");
	marks_free(m);
	return 0;
}
