#include "marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct marks {
	struct marks_best *all;
	int len;
};

struct marks *marks_new(void)
{
	return calloc(1, sizeof(struct marks));
}

void marks_free(struct marks *m)
{
	for (int i = 0; m && i < m->len; i++)
		free((char *)m->all[i].name);
	if (m)
		free(m->all);
	free(m);
}

int marks_add(struct marks *m, const char *name, int mark)
{
	if (mark < 1 || mark > 6)
		return -1;
	size_t len = strlen(name) + 1;
	char *copy = malloc(len);
	struct marks_best *all = realloc(m->all, (size_t)(m->len + 1) * sizeof(*all));
	if (all)
		m->all = all;
	if (!copy || !all) {
		free(copy);
		return -1;
	}
	memcpy(copy, name, len);
	m->all[m->len++] = (struct marks_best){copy, mark};
	return 0;
}

int marks_count(const struct marks *m)
{
	return m->len;
}

int marks_find_best(const struct marks *m, struct marks_best *best)
{
	if (m->len == 0)
		return -1;
	*best = m->all[0];
	for (int i = 1; i < m->len; i++) {
		if (m->all[i].mark < best->mark)
			*best = m->all[i];
	}
	return 0;
}

int marks_each(const struct marks *m, marks_visit *visit, void *user)
{
	for (int i = 0; i < m->len; i++) {
		int stop = visit(m->all[i].name, m->all[i].mark, user);
		if (stop)
			return stop;
	}
	return 0;
}

void marks_print(const struct marks *m)
{
	for (int i = 0; i < m->len; i++)
		printf("%s %d\n", m->all[i].name, m->all[i].mark);
}

int marks_weight(int mark)
{
	if (mark % 2)
		__builtin_trap();
	return mark / 2;
}
