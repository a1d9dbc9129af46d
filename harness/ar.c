#include "harness/ar.h"

static const char MAGIC[] = "!<arch>\n";

enum {
	HEADER_BYTES = 60, /* of a member */
	NAME_BYTES = 16,
	SIZE_AT = 48,
	SIZE_BYTES = 10,
	END_AT = 58, /* "`\n" */
	OFFSET_BYTES = 4,
};

static int read_header(struct str rest, size_t *ret_size, struct err *err)
{
	uint64_t size;
	if (rest.len < HEADER_BYTES || !str_starts(str_from(rest, END_AT), STR("`\n")) ||
	    !str_to_u64(str_trim(str_first(str_from(rest, SIZE_AT), SIZE_BYTES)), &size))
		return err_set(err, ERR_PARSE, "an archive whose first member is none");
	if (size > rest.len - HEADER_BYTES)
		return err_set(err, ERR_PARSE, "an archive whose index is longer than the archive");
	*ret_size = (size_t)size;
	return 0;
}

static uint32_t read_big_endian(struct str bytes)
{
	uint32_t value = 0;
	for (size_t i = 0; i < OFFSET_BYTES; i++)
		value = value << 8 | (unsigned char)bytes.ptr[i];
	return value;
}

/* A number, as many offsets of members, and as many names that end with NUL. */
static int read_index(struct str index, struct arena *a, struct strings *ret, struct err *err)
{
	uint32_t count = index.len < OFFSET_BYTES ? 0 : read_big_endian(index);
	struct str names = str_from(index, OFFSET_BYTES);
	if (index.len < OFFSET_BYTES || count > names.len / (OFFSET_BYTES + 1))
		return err_set(err, ERR_PARSE, "an archive's index with more names than bytes");
	names = str_from(names, (size_t)count * OFFSET_BYTES);
	struct strings all = {arena_array(a, count, const char *), 0};
	while (all.len < count) {
		size_t end = str_index(names, '\0');
		if (end == names.len)
			return err_set(err, ERR_PARSE, "an archive's index that ends within its names");
		all.items[all.len++] = arena_str(a, str_first(names, end));
		names = str_from(names, end + 1);
	}
	*ret = all;
	return 0;
}

int ar_names(struct str archive, struct arena *a, struct strings *ret, struct err *err)
{
	size_t size = 0;
	if (!str_starts(archive, STR(MAGIC)))
		return err_set(err, ERR_PARSE, "not an archive");
	struct str rest = str_from(archive, sizeof(MAGIC) - 1);
	if (rest.len == 0) {
		*ret = (struct strings){0};
		return 0;
	}
	if (read_header(rest, &size, err) < 0)
		return -1;
	if (!str_eq(str_trim(str_first(rest, NAME_BYTES)), STR("/"))) {
		*ret = (struct strings){0};
		return 0;
	}
	return read_index(str_first(str_from(rest, HEADER_BYTES), size), a, ret, err);
}
