#ifndef LIB_H
#define LIB_H

/* All kinds of parameters that generated calls can have, and some that they cannot. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- plain values */

enum mood { CALM = -3, GAY = 7, SAD };
typedef enum { LOW, HIGH = 200 } level;

#define LIB_LIMIT 37
#define LIB_NAME "library"

int of_small(int8_t a, uint8_t b, int16_t c, uint16_t d, char e);
int64_t of_large(int a, unsigned b, int64_t c, uint64_t d, size_t e);
double of_reals(float a, double b);
bool of_choices(bool yes, enum mood m, level l);

/* ---- memory */

/* Prints what it is handed, byte by byte. */
void show_text(const char *text);
void show_bytes(const void *data, size_t len);
void show_real(double n);
void show_flag(bool yes);
size_t text_len(const char *text);
size_t text_sum(const char *text, size_t len);
int text_unsigned(const unsigned char *text, size_t len);
int numbers_sum(const int *numbers, size_t count);
double reals_sum(size_t count, const float *numbers);
bool flags_any(const bool *flags, size_t count);
size_t texts_len(const char *const *texts, size_t count);
size_t texts_first(const char **texts, int count);
size_t room_fill(char *out, size_t size, const char *from);
int room_count(int *out, size_t count, short step);
int room_told(void *out, size_t *len);
void text_turn(char *text);
void cells(int *a, double *b, bool *c, unsigned short *d);

/* ---- structs that callers fill */

struct point {
	short x, y;
};
struct hooks {
	const int version;
	char *const label;
	int (*const write)(int n);
	const unsigned char marks[2];
	int (*read)(void *data, int n);
	struct {
		float (*scale)(float n);
		struct point at;
	} in;
	void *data;
	const char *name;
	char *title, tag[6];
	unsigned low : 3, high : 5;
	union {
		int number;
		float real;
	} either;
	double weights[3];
	bool on;
	struct hooks *next;
};
int hooks_use(const struct hooks *h, int n);
int hooks_change(struct hooks *h);
int hooks_taken(const struct hooks h);
struct point point_moved(struct point p, int by);
int points_sum(const struct point *a, struct point *b);

/* ---- callbacks */

typedef int (*visit)(void *data, const char *name, struct point p);
typedef void *(*allocate)(void *data, size_t size);
typedef void (*release)(void *data, void *block);
int each(visit v, void *data, int times);
int ordered(int (*compare)(const void *a, const void *b), const char *a, const char *b);
unsigned hashed(unsigned (*hash)(const void *key, size_t len), const char *key);
const char *named(const char *(*name)(int n), int n);
int allocated(allocate get, release give, void *data);

/* ---- things */

struct list;
struct item;
typedef struct cursor *cursor;

struct list *list_new(void);
void list_free(struct list *l);
struct list *list_copy(const struct list *l);
size_t list_len(const struct list *l);
/* The item is the list's from then on. */
bool list_add(struct list *l, struct item *i);
struct item *list_at(const struct list *l, size_t index);
struct item *list_take(struct list *l);
int list_join(struct list *l, struct list *end);
struct item *item_new(const char *name);
int item_number(const struct item *i);
void item_set_number(struct item *i, int number);
void item_free(struct item *i);

/* Gives the cursor where it is told to, and a text as well. */
int cursor_open(const struct list *l, cursor *out, const char **ret_why);
struct item *cursor_next(cursor c);
void cursor_close(cursor c);

struct pool;
struct block;
struct pool *pool_make(int size);
struct block *pool_get(struct pool *p);
int pool_put(struct pool *p, struct block *b);
int block_size(const struct block *b);
void pool_over(struct pool *p);

struct counter {
	int count, step;
	void *own;
};
int counter_init(struct counter *c, int step);
int counter_next(struct counter *c);
void counter_fini(struct counter *c);

char *text_doubled(const char *text);
void *handle_open(int n);
int handle_value(void *h);
void handle_close(void *h);

/* ---- refused */

int say(const char *format, ...);
int rows_sum(int **rows, int count);

#endif
