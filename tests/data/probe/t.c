#include "lib.h"

#include <stdlib.h>
#include <string.h>

static void plain(void)
{
	struct point a = {1, 2}, b = {3, 4};
	char room[8], turned[] = "turned";
	int numbers[] = {1, -2, 300}, three[3];
	size_t len = sizeof(room);
	of_small(-1, 2, 3, 4, 'c');
	of_large(-1, 2, -3, 4, LIB_LIMIT);
	of_reals(0.5f, -0.25);
	text_len("some text");
	text_len(NULL);
	text_sum("with\0a NUL", 10);
	numbers_sum(numbers, 3);
	room_fill(room, sizeof(room), "from = to;");
	room_count(three, 3, 2);
	room_told(room, &len);
	text_turn(turned);
	points_sum(&a, &b);
	point_moved(a, 5);
}

static int things(void)
{
	struct list *l = list_new(), *joined = list_new(), *end = list_new(), *copy;
	struct item *first = item_new("first"), *i = item_new("a"), *taken;
	item_set_number(first, 4);
	list_add(l, first);
	list_add(joined, i);
	int bad = list_len(l) != 1 || item_number(list_at(l, 0)) != 4 || list_join(l, joined) != 2;
	taken = list_take(l);
	copy = list_copy(l);
	bad |= list_len(copy) != 1;
	list_free(copy);
	list_free(l);
	item_free(taken);
	/* What may be missing. */
	cursor c;
	bad |= cursor_open(end, &c, NULL) != 0 || cursor_open(end, NULL, NULL) != -1;
	cursor_close(c);
	list_free(end);
	bad |= each(NULL, NULL, 1) != 1 || texts_first(NULL, 0) != 0;
	struct pool *p = pool_make(3);
	struct block *b = pool_get(p), *d = pool_get(p);
	bad |= block_size(d) != 3 || pool_put(p, b) != 1;
	pool_put(p, d);
	pool_over(p);
	return bad;
}

int main(void)
{
	struct counter c, d;
	plain();
	int bad = things() || counter_init(&c, 2) || counter_next(&c) != 2 || counter_init(&d, 0) != -1;
	counter_fini(&c);
	char *twice = text_doubled("ab");
	bad |= strcmp(twice, "abab") != 0;
	free(twice);
	void *h = handle_open(9);
	bad |= handle_value(h) != 9;
	handle_close(h);
	return bad;
}
