/* Marks that pupils got, 1 to 6. */
#ifndef MARKS_H
#define MARKS_H

struct marks;

struct marks_best {
	const char *name; /* of the first with that mark */
	int mark;
};

/* Hears of one; anything but 0 ends it. */
typedef int marks_visit(const char *name, int mark, void *user);

struct marks *marks_new(void);
void marks_free(struct marks *m);

/* 0, or -1 for a mark that there is not. */
int marks_add(struct marks *m, const char *name, int mark);
int marks_count(const struct marks *m);

/* 0, or -1 if there is none. */
int marks_find_best(const struct marks *m, struct marks_best *best);
int marks_each(const struct marks *m, marks_visit *visit, void *user);
void marks_print(const struct marks *m);

/* How much a mark weighs. Only even ones have a weight. */
int marks_weight(int mark);

#endif
