#include "harness/provider_parts.h"

#include <time.h>

enum { WAIT_MAX_MS = 60000, BACKOFF_FIRST_MS = 1000, BACKOFF_MAX_MS = 8000 };

/* "1.5" as thousands of `unit`: 1500. Anything else is false. */
static bool read_thousandths(struct str text, uint64_t *ret)
{
	uint64_t whole, part = 0;
	size_t dot = str_index(text, '.');
	struct str digits = str_first(str_from(text, dot + 1), 3);
	if (!str_to_u64(str_first(text, dot), &whole) || whole > UINT64_MAX / 2000)
		return false;
	if (dot < text.len && !str_to_u64(digits, &part))
		return false;
	for (size_t i = digits.len; i < 3; i++)
		part *= 10;
	*ret = whole * 1000 + part;
	return true;
}

static int month_of(const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strlen(name) == 3 ? strstr(months, name) : NULL;
	return at && (at - months) % 3 == 0 ? (int)(at - months) / 3 : -1;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the one form that servers may write. */
static bool read_date(const char *text, int64_t *ret)
{
	char month[4] = "";
	struct tm tm = {0};
	int end = 0;
	int got = sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &tm.tm_mday, month, &tm.tm_year,
			 &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &end);
	tm.tm_mon = month_of(month);
	if (got != 6 || end == 0 || text[end] != '\0' || tm.tm_mon < 0)
		return false;
	tm.tm_year -= 1900;
	*ret = timegm(&tm);
	return true;
}

static bool read_wait(const struct http_headers *headers, int64_t now_s, uint64_t *ret_ms)
{
	const char *ms = http_header_of(headers, "retry-after-ms"), *s = http_header_of(headers, "retry-after");
	const char *date = http_header_of(headers, "date");
	uint64_t thousandths;
	int64_t at_s;
	if (ms && read_thousandths(str_trim(str_of(ms)), &thousandths)) {
		*ret_ms = thousandths / 1000;
		return true;
	}
	if (s && read_thousandths(str_trim(str_of(s)), ret_ms))
		return true;
	if (!s || !read_date(s, &at_s))
		return false;
	/* Its own clock, where it tells it: this machine's may be wrong. */
	if (date)
		read_date(date, &now_s);
	*ret_ms = at_s > now_s ? (uint64_t)(at_s - now_s) * 1000 : 0;
	return true;
}

void provider_read_retry(const struct http_headers *headers, int64_t now_s, struct provider_result *ret)
{
	const char *should = http_header_of(headers, "x-should-retry");
	uint64_t wait_ms;
	ret->retry |= should && strcmp(should, "true") == 0;
	ret->no_retry |= should && strcmp(should, "false") == 0;
	if (!read_wait(headers, now_s, &wait_ms))
		return;
	ret->has_wait = true;
	ret->wait_ms = wait_ms;
}

bool provider_again(const struct provider *p, const struct provider_result *result, unsigned tries, uint64_t chance,
		    uint64_t *ret_wait_ms)
{
	bool usual = result->outcome == PROVIDER_BUSY || result->outcome == PROVIDER_BROKEN;
	bool told = result->outcome == PROVIDER_REJECTED && result->retry;
	if (tries >= p->tries || !(usual || told) || result->no_retry)
		return false;
	uint64_t most = BACKOFF_FIRST_MS;
	for (unsigned i = 1; i < tries && most < BACKOFF_MAX_MS; i++)
		most *= 2;
	uint64_t wait_ms = most / 2 + chance % (most / 2 + 1);
	if (result->has_wait)
		wait_ms = result->wait_ms < WAIT_MAX_MS ? result->wait_ms : WAIT_MAX_MS;
	*ret_wait_ms = wait_ms;
	return true;
}
