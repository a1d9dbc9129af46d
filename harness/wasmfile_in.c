#include "harness/wasmfile_in.h"

#include <stdarg.h>

enum { NAME_MAX_BYTES = 64 * 1024 };

void in_bad(struct in *in, const char *format, ...)
{
	if (in->failed)
		return;
	char text[200];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	err_set(in->err, ERR_PARSE, "at byte %zu: %s", in->at, text);
	in->failed = true;
}

size_t in_left(const struct in *in)
{
	return in->failed ? 0 : in->end - in->at;
}

unsigned in_byte(struct in *in)
{
	if (in_left(in) == 0) {
		in_bad(in, "the file or the section ends too early");
		return 0;
	}
	return (unsigned char)in->bytes[in->at++];
}

/* LEB128 with at most the bytes that `bits` need, and none of their spare bits set. */
uint64_t in_unsigned(struct in *in, unsigned bits)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < bits; shift += 7) {
		unsigned byte = in_byte(in);
		if (bits - shift < 7 && (byte & 0x7F) >> (bits - shift))
			in_bad(in, "a number larger than %u bits", bits);
		value |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return in->failed ? 0 : value;
	}
	in_bad(in, "a number of too many bytes");
	return 0;
}

uint32_t in_u32(struct in *in)
{
	return (uint32_t)in_unsigned(in, 32);
}

size_t in_count(struct in *in, size_t least)
{
	uint32_t count = in_u32(in);
	if (count > in_left(in) / least)
		in_bad(in, "%lu items do not fit into the %zu bytes left", (unsigned long)count, in_left(in));
	return in->failed ? 0 : count;
}

struct str in_bytes(struct in *in, size_t len)
{
	if (len > in_left(in)) {
		in_bad(in, "%zu bytes are announced and %zu are left", len, in_left(in));
		return (struct str){0};
	}
	struct str bytes = {in->bytes + in->at, len};
	in->at += len;
	return bytes;
}

const char *in_name(struct in *in)
{
	size_t len = in_u32(in);
	if (len > NAME_MAX_BYTES)
		in_bad(in, "a name of %zu bytes", len);
	struct str name = in_bytes(in, len);
	if (name.len && memchr(name.ptr, '\0', name.len))
		in_bad(in, "a name with a NUL in it");
	return in->failed ? "" : arena_str(in->arena, name);
}

struct in in_part(struct in *in, size_t len)
{
	struct in part = *in;
	in_bytes(in, len);
	part.failed = in->failed;
	part.end = in->at;
	return part;
}

void in_close(struct in *in, struct in *part)
{
	if (in_left(part))
		in_bad(part, "%zu bytes too many in this section", in_left(part));
	in->failed |= part->failed;
}
