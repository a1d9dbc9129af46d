#include "lib.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- plain values */

int of_small(int8_t a, uint8_t b, int16_t c, uint16_t d, char e)
{
	return a + b + c + d + e;
}

int64_t of_large(int a, unsigned b, int64_t c, uint64_t d, size_t e)
{
	return (int64_t)((uint64_t)a + b + (uint64_t)c + d + e);
}

double of_reals(float a, double b)
{
	return a + b;
}

bool of_choices(bool yes, enum mood m, level l)
{
	return yes && (m == GAY || l == HIGH);
}

/* ---- memory */

void show_text(const char *text)
{
	show_bytes(text, strlen(text) + 1);
}

void show_bytes(const void *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		printf("%02x", ((const unsigned char *)data)[i]);
	printf("\n");
}

void show_real(double n)
{
	show_bytes(&n, sizeof(n));
}

void show_flag(bool yes)
{
	printf("%d\n", yes);
}

size_t text_len(const char *text)
{
	return text ? strlen(text) : 0;
}

size_t text_sum(const char *text, size_t len)
{
	size_t sum = 0;
	for (size_t i = 0; i < len; i++)
		sum += (unsigned char)text[i];
	return sum;
}

int text_unsigned(const unsigned char *text, size_t len)
{
	return (int)text_sum((const char *)text, len);
}

int numbers_sum(const int *numbers, size_t count)
{
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += (unsigned)numbers[i];
	return (int)sum;
}

double reals_sum(size_t count, const float *numbers)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += numbers[i];
	return sum;
}

bool flags_any(const bool *flags, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (flags[i])
			return true;
	}
	return false;
}

size_t texts_len(const char *const *texts, size_t count)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += strlen(texts[i]);
	return len;
}

size_t texts_first(const char **texts, int count)
{
	return texts && count > 0 ? strlen(texts[0]) : 0;
}

size_t room_fill(char *out, size_t size, const char *from)
{
	if (size)
		snprintf(out, size, "%s", from);
	return strlen(from);
}

int room_count(int *out, size_t count, short step)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (int)i * step;
	return (int)count;
}

int room_told(void *out, size_t *len)
{
	if (*len > 5)
		*len = 5;
	memset(out, 'x', *len);
	return 0;
}

void text_turn(char *text)
{
	size_t len = strlen(text);
	for (size_t i = 0; i < len / 2; i++) {
		char kept = text[i];
		text[i] = text[len - 1 - i];
		text[len - 1 - i] = kept;
	}
}

void cells(int *a, double *b, bool *c, unsigned short *d)
{
	*a = *c ? 1 : -1;
	*b = -*b;
	*d = (unsigned short)~*d;
}

/* ---- structs that callers fill */

int hooks_use(const struct hooks *h, int n)
{
	int sum = h->version + (h->read ? h->read(h->data, n) & 0xFFFF : 0) + (h->name ? (int)strlen(h->name) : 0);
	return (int)(unsigned)sum + h->in.at.x + (int)h->low + (int)h->high + (h->in.scale ? h->in.scale(1) > 0 : 0) + h->on;
}

int hooks_change(struct hooks *h)
{
	h->in.at.x++;
	h->tag[5] = 'x';
	return h->title ? h->title[0] : 0;
}

int hooks_taken(const struct hooks h)
{
	return h.in.at.y + (h.weights[2] > 0);
}

struct point point_moved(struct point p, int by)
{
	p.x = (short)(p.x + by);
	return p;
}

int points_sum(const struct point *a, struct point *b)
{
	return a->x + b->y;
}

/* ---- callbacks */

int each(visit v, void *data, int times)
{
	int sum = 0;
	for (int i = 0; i < times && i < 5; i++)
		sum ^= v ? v(data, i % 2 ? "odd" : "even", (struct point){(short)i, 0}) : 1;
	return sum;
}

int ordered(int (*compare)(const void *a, const void *b), const char *a, const char *b)
{
	int order = compare ? compare(a, b) : 0;
	return (order > 0) - (order < 0);
}

unsigned hashed(unsigned (*hash)(const void *key, size_t len), const char *key)
{
	return hash ? hash(key, strlen(key)) : 0;
}

const char *named(const char *(*name)(int n), int n)
{
	return name ? name(n) : NULL;
}

int allocated(allocate get, release give, void *data)
{
	void *block = get ? get(data, 20) : NULL;
	if (block && give)
		give(data, block);
	return block != NULL;
}

/* ---- things */

struct item {
	int number;
	char name[20];
	struct item *next;
};

struct list {
	struct item *first;
	size_t len;
};

struct cursor {
	struct item *at;
};

struct list *list_new(void)
{
	return calloc(1, sizeof(struct list));
}

void list_free(struct list *l)
{
	while (l && l->first) {
		struct item *next = l->first->next;
		item_free(l->first);
		l->first = next;
	}
	free(l);
}

struct list *list_copy(const struct list *l)
{
	struct list *copy = list_new();
	for (const struct item *i = l->first; i; i = i->next)
		list_add(copy, item_new(i->name));
	return copy;
}

size_t list_len(const struct list *l)
{
	return l->len;
}

bool list_add(struct list *l, struct item *i)
{
	i->next = l->first;
	l->first = i;
	l->len++;
	return true;
}

struct item *list_at(const struct list *l, size_t index)
{
	struct item *i = l->first;
	for (; i && index > 0; index--)
		i = i->next;
	return i;
}

struct item *list_take(struct list *l)
{
	struct item *first = l->first;
	if (!first)
		return NULL;
	l->first = first->next;
	l->len--;
	first->next = NULL;
	return first;
}

int list_join(struct list *l, struct list *end)
{
	while (end->first)
		list_add(l, list_take(end));
	list_free(end);
	return (int)l->len;
}

struct item *item_new(const char *name)
{
	struct item *i = calloc(1, sizeof(*i));
	snprintf(i->name, sizeof(i->name), "%s", name);
	return i;
}

int item_number(const struct item *i)
{
	return i->number;
}

void item_set_number(struct item *i, int number)
{
	i->number = number;
}

void item_free(struct item *i)
{
	free(i);
}

int cursor_open(const struct list *l, cursor *out, const char **ret_why)
{
	if (ret_why)
		*ret_why = l->first ? "there is something" : "there is nothing";
	if (!out)
		return -1;
	*out = calloc(1, sizeof(**out));
	(*out)->at = l->first;
	return 0;
}

struct item *cursor_next(cursor c)
{
	struct item *at = c->at;
	c->at = at ? at->next : NULL;
	return at;
}

void cursor_close(cursor c)
{
	free(c);
}

struct pool {
	int size, out;
};

struct block {
	int size;
};

struct pool *pool_make(int size)
{
	struct pool *p = calloc(1, sizeof(*p));
	p->size = size;
	return p;
}

struct block *pool_get(struct pool *p)
{
	struct block *b = malloc(sizeof(*b));
	b->size = p->size;
	p->out++;
	return b;
}

int pool_put(struct pool *p, struct block *b)
{
	free(b);
	return --p->out;
}

int block_size(const struct block *b)
{
	return b->size;
}

void pool_over(struct pool *p)
{
	free(p);
}

int counter_init(struct counter *c, int step)
{
	*c = (struct counter){0, step, step ? malloc(1) : NULL};
	return step ? 0 : -1;
}

int counter_next(struct counter *c)
{
	return c->count = (int)((unsigned)c->count + (unsigned)c->step);
}

void counter_fini(struct counter *c)
{
	free(c->own);
	c->own = NULL;
}

char *text_doubled(const char *text)
{
	size_t len = strlen(text);
	char *twice = malloc(2 * len + 1);
	memcpy(twice, text, len);
	memcpy(twice + len, text, len + 1);
	return twice;
}

void *handle_open(int n)
{
	int *h = malloc(sizeof(n));
	*h = n;
	return h;
}

int handle_value(void *h)
{
	return *(int *)h;
}

void handle_close(void *h)
{
	free(h);
}

/* ---- refused */

int say(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int len = vsnprintf(NULL, 0, format, list);
	va_end(list);
	return len;
}

int rows_sum(int **rows, int count)
{
	int sum = 0;
	for (int i = 0; i < count; i++)
		sum += rows[i][0];
	return sum;
}
