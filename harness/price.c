#include "harness/price.h"

#include <assert.h>

enum { DECIMALS = 9 };

static const uint64_t most = INT64_MAX;

static uint64_t add(uint64_t a, uint64_t b)
{
	return a >= most || b >= most - a ? most : a + b;
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
	return a && b > most / a ? most : a * b;
}

uint64_t price_of(const struct price *price, const struct usage *usage)
{
	uint64_t input = add(multiply(price->input, usage->fresh), multiply(price->cache_read, usage->cache_read));
	uint64_t output = multiply(price->output, usage->output);
	return add(add(input, multiply(price->cache_write, usage->cache_write)), output);
}

uint64_t price_at_most(const struct price *price, size_t request_bytes, uint64_t max_tokens)
{
	uint64_t dearest = price->input;
	if (price->cache_read > dearest)
		dearest = price->cache_read;
	if (price->cache_write > dearest)
		dearest = price->cache_write;
	return add(multiply(dearest, request_bytes), multiply(price->output, max_tokens));
}

/* ---- as text */

bool price_dollars(struct str text, uint64_t *ret_nano)
{
	size_t point = str_index(text, '.');
	struct str decimals = str_from(text, point + 1);
	uint64_t dollars, fraction = 0;
	if (!str_to_u64(str_first(text, point), &dollars))
		return false;
	if (point < text.len && (decimals.len > DECIMALS || !str_to_u64(decimals, &fraction)))
		return false;
	for (size_t i = decimals.len; i < DECIMALS; i++)
		fraction *= 10;
	uint64_t nano = add(multiply(dollars, NANO_DOLLAR), fraction);
	if (nano == 0 || nano == most)
		return false;
	*ret_nano = nano;
	return true;
}

const char *price_text(uint64_t nano, struct arena *a)
{
	char decimals[DECIMALS + 1];
	uint64_t unit = NANO_DOLLAR / 100;
	if (nano == 0)
		return "$0";
	while (unit > 1 && nano < 10 * unit)
		unit /= 10;
	nano = add(nano, unit / 2);
	nano -= nano % unit;
	snprintf(decimals, sizeof(decimals), "%09llu", (unsigned long long)(nano % NANO_DOLLAR));
	size_t len = DECIMALS;
	while (len > 2 && decimals[len - 1] == '0')
		len--;
	return arena_printf(a, "$%llu.%.*s", (unsigned long long)(nano / NANO_DOLLAR), (int)len, decimals);
}

/* ---- a limit */

void budget_init(struct budget *b, bool limited, uint64_t limit_nano, uint64_t spent_nano)
{
	*b = (struct budget){.limited = limited, .limit = limit_nano, .spent = spent_nano};
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->settled, NULL);
}

void budget_release(struct budget *b)
{
	pthread_cond_destroy(&b->settled);
	pthread_mutex_destroy(&b->lock);
}

uint64_t budget_spent(struct budget *b)
{
	pthread_mutex_lock(&b->lock);
	uint64_t spent = b->spent;
	pthread_mutex_unlock(&b->lock);
	return spent;
}

static bool fits(const struct budget *b, uint64_t nano)
{
	uint64_t taken = add(b->spent, b->reserved);
	return !b->limited || (taken <= b->limit && nano <= b->limit - taken);
}

bool budget_reserve(struct budget *b, uint64_t nano)
{
	pthread_mutex_lock(&b->lock);
	while (!fits(b, nano) && b->reserved > 0)
		pthread_cond_wait(&b->settled, &b->lock);
	bool is = fits(b, nano);
	if (is)
		b->reserved = add(b->reserved, nano);
	pthread_mutex_unlock(&b->lock);
	return is;
}

void budget_settle(struct budget *b, uint64_t reserved, uint64_t spent)
{
	pthread_mutex_lock(&b->lock);
	/* Only a sum that was cut at the top, without a limit, can be less. */
	assert(!b->limited || reserved <= b->reserved);
	b->reserved -= reserved < b->reserved ? reserved : b->reserved;
	b->spent = add(b->spent, spent);
	pthread_cond_broadcast(&b->settled);
	pthread_mutex_unlock(&b->lock);
}
