/* A binary tree grows from numbers in no order, is asked, and is taken down. */

#include <stdlib.h>

enum { NODES = 250 };

struct node {
	struct node *below[2];
	unsigned key;
};

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void take_down(struct node *n)
{
	if (!n)
		return;
	take_down(n->below[0]);
	take_down(n->below[1]);
	free(n);
}

unsigned work(unsigned seed)
{
	struct node *root = NULL;
	unsigned depths = 0;
	for (unsigned i = 0; i < NODES; i++) {
		unsigned key = next(&seed);
		struct node **at = &root;
		for (; *at; at = &(*at)->below[key > (*at)->key])
			depths++;
		*at = calloc(1, sizeof(**at));
		if (!*at)
			abort();
		(*at)->key = key;
	}
	take_down(root);
	return depths;
}
