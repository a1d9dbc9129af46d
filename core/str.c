#include "core/str.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int str_cmp(struct str a, struct str b)
{
	size_t common = min_size(a.len, b.len);
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_first(s, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_from(s, s.len - suffix.len), suffix);
}

size_t str_index(struct str s, char byte)
{
	const char *found = s.len ? memchr(s.ptr, byte, s.len) : NULL;
	return found ? (size_t)(found - s.ptr) : s.len;
}

size_t str_count(struct str s, char byte)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += s.ptr[i] == byte;
	return count;
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = str_from(s, 1);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool str_next_line(struct str *rest, struct str *ret_line)
{
	if (rest->len == 0)
		return false;
	size_t end = str_index(*rest, '\n');
	struct str line = str_first(*rest, end);
	*rest = str_from(*rest, end + 1);
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	*ret_line = line;
	return true;
}

bool str_next_word(struct str *rest, struct str *ret_word)
{
	while (rest->len && is_blank(rest->ptr[0]))
		*rest = str_from(*rest, 1);
	size_t n = 0;
	while (n < rest->len && !is_blank(rest->ptr[n]))
		n++;
	if (n == 0)
		return false;
	*ret_word = str_first(*rest, n);
	*rest = str_from(*rest, n);
	return true;
}

struct str str_whole_characters(struct str s)
{
	size_t start = s.len;
	while (start > 0 && s.len - start < 4 && ((unsigned char)s.ptr[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return s;
	unsigned char lead = (unsigned char)s.ptr[start - 1];
	size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	return want > 1 && s.len - (start - 1) < want ? str_first(s, start - 1) : s;
}

/* By memcpy, since the structs are of types unknown here. */
static struct str name_at(const void *pointers, size_t index)
{
	const void *item;
	const char *name;
	memcpy(&item, (const char *)pointers + index * sizeof(item), sizeof(item));
	memcpy(&name, item, sizeof(name));
	return str_of(name);
}

size_t str_find_name(const void *pointers, size_t len, struct str name, bool *ret_found)
{
	size_t low = 0, high = len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(name_at(pointers, middle), name);
		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = false;
	return low;
}

bool str_to_u64(struct str s, uint64_t *ret)
{
	uint64_t value = 0;
	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		unsigned digit = (unsigned)(s.ptr[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void strings_sort(struct strings *list)
{
	if (list->len)
		qsort(list->items, list->len, sizeof(*list->items), by_text);
}

bool strings_have(const struct strings *list, const char *item)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], item) == 0)
			return true;
	}
	return false;
}

bool str_mentions(const char *text, const char *const *words, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strcasestr(text, words[i]))
			return true;
	}
	return false;
}

bool strings_eq(const struct strings *a, const struct strings *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	}
	return true;
}
