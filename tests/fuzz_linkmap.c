/* Any bytes as a linker's map: rows come in order and each once, places lie in the text, and written anew they are the same. */

#include "core/buf.h"
#include "harness/linkmap.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, map = text, again;
	struct linkmap_row row, other;
	const char *behind = text.ptr;
	SCOPED_BUF struct buf written;
	buf_init(&written, SIZE_MAX / 2);
	while (linkmap_next(&map, &row)) {
		assert(map.len <= text.len && map.ptr + map.len <= text.ptr + text.len);
		if (row.place.len) {
			assert(row.place.ptr >= behind && row.place.ptr + row.place.len <= text.ptr + text.len);
			assert(!memchr(row.place.ptr, '\n', row.place.len));
			behind = row.place.ptr + row.place.len;
		}
		buf_printf(&written, "%x %x %x ", row.address, row.offset, row.len);
		buf_append_str(&written, row.place);
		buf_append_char(&written, '\n');
	}
	again = buf_str(&written);
	for (map = text; linkmap_next(&map, &row);) {
		assert(linkmap_next(&again, &other));
		assert(other.address == row.address && other.offset == row.offset && other.len == row.len);
		assert(str_eq(other.place, row.place));
	}
	assert(!linkmap_next(&again, &other));
	return 0;
}
