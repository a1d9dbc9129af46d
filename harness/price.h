#ifndef RECAST_HARNESS_PRICE_H
#define RECAST_HARNESS_PRICE_H

/*
 * What requests cost, and a limit that is never passed. Money is counted in
 * nano-dollars, as integers, which a price of so many dollars a million tokens
 * is whole in.
 */

#include "core/arena.h"
#include "harness/reply.h"

#include <pthread.h>

enum { NANO_DOLLAR = 1000000000 };

/* Nano-dollars a token. */
struct price {
	bool known;
	uint64_t input, output, cache_read, cache_write;
};

/* Saturates at INT64_MAX. */
uint64_t price_of(const struct price *price, const struct usage *usage);

/* What a request can cost at the most: no token is shorter than a byte, and each may be of the dearest input. */
uint64_t price_at_most(const struct price *price, size_t request_bytes, uint64_t max_tokens);

/* "12.50", "0.03": dollars above zero, at most 9 decimals and INT64_MAX nano-dollars. */
bool price_dollars(struct str text, uint64_t *ret_nano);

/* "$1.27", "$0.0031", "$0": cents, or two digits of what is less than ten cents; rounded. */
const char *price_text(uint64_t nano, struct arena *a);

/* Shared by threads. */
struct budget {
	pthread_mutex_t lock;
	pthread_cond_t settled;
	bool limited;
	uint64_t limit, spent, reserved; /* nano-dollars */
};

void budget_init(struct budget *b, bool limited, uint64_t limit_nano, uint64_t spent_nano);
void budget_release(struct budget *b);

/* False if it could pass the limit; then nothing is reserved. As long as others have reserved something, of which most
 * may come back, it waits for them. */
bool budget_reserve(struct budget *b, uint64_t nano);

uint64_t budget_spent(struct budget *b);

/*
 * Gives back what was reserved, and spends what it came to. While that is never more than was reserved, no more is
 * spent than the limit; if it is, all of it counts, and nothing can be reserved any more.
 */
void budget_settle(struct budget *b, uint64_t reserved, uint64_t spent);

#endif
