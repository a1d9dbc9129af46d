#include "harness/linkmap.h"

static bool hex_word(struct str *rest, uint32_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	struct str word;
	uint32_t value = 0;
	if (!str_next_word(rest, &word) || word.len > 8)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		const char *digit = memchr(digits, word.ptr[i], 16);
		if (!digit)
			return false;
		value = value * 16 + (uint32_t)(digit - digits);
	}
	*ret = value;
	return true;
}

bool linkmap_next(struct str *map, struct linkmap_row *ret)
{
	struct str line;
	while (str_next_line(map, &line)) {
		struct linkmap_row row;
		if (!hex_word(&line, &row.address) || !hex_word(&line, &row.offset) || !hex_word(&line, &row.len))
			continue;
		row.place = str_trim(line);
		*ret = row;
		return true;
	}
	return false;
}
