#include "harness/wasmcount.h"

#include "core/buf.h"
#include "harness/wasmfile.h"
#include "harness/wasmfile_in.h"
#include "harness/wasmwalk.h"

enum {
	MAGIC_BYTES = 8,
	SECTION_TYPES = 1,
	SECTION_FUNCTIONS = 3,
	SECTION_GLOBALS = 6,
	SECTION_EXPORTS = 7,
	SECTION_CODE = 10,
	NUMBER_MAX = 5, /* bytes of a 32-bit number */
};

/* A module in the making. */
struct counting {
	const struct wasmfile *file;
	uint32_t type, copy, fill, global; /* numbers that what is new gets */
	size_t replaced;
	struct buf *out;
	struct err *err;
};

static void put_number(struct buf *b, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		buf_append_char(b, (char)((value & 0x7F) | 0x80));
	buf_append_char(b, (char)value);
}

static void put_part(struct buf *b, struct str bytes)
{
	put_number(b, bytes.len);
	buf_append_str(b, bytes);
}

/* ---- what is new */

/* Adds the third argument to the global, then does what the instruction did. */
static void put_counter(const struct counting *c, struct buf *out, struct str operation)
{
	SCOPED_BUF struct buf body;
	buf_init(&body, 100);
	buf_append_str(&body, STR("\x00\x23")); /* no locals; global.get */
	put_number(&body, c->global);
	buf_append_str(&body, STR("\x20\x02\xad\x7c\x24")); /* local.get 2, i64.extend_i32_u, i64.add, global.set */
	put_number(&body, c->global);
	buf_append_str(&body, STR("\x20\x00\x20\x01\x20\x02")); /* local.get 0, 1, 2 */
	buf_append_str(&body, operation);
	buf_append_char(&body, WASM_END);
	put_part(out, buf_str(&body));
}

/* What goes behind a section's own entries, and how many entries that are; none for sections that stay. */
static unsigned put_new(const struct counting *c, unsigned id, struct buf *out)
{
	switch (id) {
	case SECTION_TYPES: /* (i32, i32, i32) -> () */
		buf_append_str(out, STR("\x60\x03\x7f\x7f\x7f\x00"));
		return 1;
	case SECTION_FUNCTIONS:
		put_number(out, c->type);
		put_number(out, c->type);
		return 2;
	case SECTION_GLOBALS: /* i64, mutable, 0 */
		buf_append_str(out, STR("\x7e\x01\x42\x00\x0b"));
		return 1;
	case SECTION_EXPORTS:
		put_part(out, STR(WASMCOUNT_EXPORT));
		buf_append_char(out, WASMFILE_GLOBAL);
		put_number(out, c->global);
		return 1;
	case SECTION_CODE:
		put_counter(c, out, STR("\xfc\x0a\x00\x00"));
		put_counter(c, out, STR("\xfc\x0b\x00"));
		return 2;
	default:
		return 0;
	}
}

/* ---- bodies */

static bool moves_bytes(const struct wasmwalk_instruction *i)
{
	return i->opcode == WASM_BULK && (i->which == WASM_MEMORY_COPY || i->which == WASM_MEMORY_FILL);
}

static int refuse(const struct counting *c, const char *what)
{
	return err_set(c->err, ERR_PARSE, "not a module of recast's linker: %s", what);
}

static int put_body(struct counting *c, struct str bytes, struct buf *out)
{
	struct wasmwalk walk = wasmwalk_of(bytes);
	struct wasmwalk_instruction next;
	SCOPED_BUF struct buf body;
	buf_init(&body, 2 * bytes.len);
	wasmwalk_locals(&walk);
	buf_append_str(&body, str_first(bytes, (size_t)(walk.at - (const unsigned char *)bytes.ptr)));
	while (wasmwalk_next(&walk, &next)) {
		if (!moves_bytes(&next)) {
			buf_append_str(&body, next.bytes);
			continue;
		}
		buf_append_char(&body, 0x10); /* call */
		put_number(&body, next.which == WASM_MEMORY_COPY ? c->copy : c->fill);
		c->replaced++;
	}
	if (walk.failed)
		return refuse(c, "code that clang does not write");
	if (buf_check(&body, "a function", c->err) < 0)
		return -1;
	put_part(out, buf_str(&body));
	return 0;
}

static int put_bodies(struct counting *c, struct in *in, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		struct str body = in_bytes(in, in_u32(in));
		if (in->failed || put_body(c, body, out) < 0)
			return -1;
	}
	return 0;
}

/* ---- the whole */

static int put_section(struct counting *c, unsigned id, struct str payload)
{
	SCOPED_BUF struct buf added, kept;
	struct in in = {payload.ptr, 0, payload.len, NULL, c->err, false};
	buf_init(&added, 1000);
	buf_init(&kept, 2 * payload.len + 1000);
	unsigned more = put_new(c, id, &added);
	if (!more) {
		buf_append_char(c->out, (char)id);
		put_part(c->out, payload);
		return 0;
	}
	size_t count = in_count(&in, 1);
	put_number(&kept, count + more);
	if (in.failed || (id == SECTION_CODE && put_bodies(c, &in, count, &kept) < 0))
		return -1;
	buf_append_str(&kept, in_bytes(&in, in_left(&in)));
	buf_append_str(&kept, buf_str(&added));
	buf_append_char(c->out, (char)id);
	put_part(c->out, buf_str(&kept));
	return 0;
}

static int put_sections(struct counting *c, struct str module)
{
	struct in in = {module.ptr, MAGIC_BYTES, module.len, NULL, c->err, false};
	unsigned seen = 0;
	buf_append_str(c->out, str_first(module, MAGIC_BYTES));
	while (in_left(&in)) {
		unsigned id = in_byte(&in);
		struct str payload = in_bytes(&in, in_u32(&in));
		if (in.failed || put_section(c, id, payload) < 0)
			return -1;
		seen |= id < 32 ? 1u << id : 0;
	}
	unsigned needed = 1u << SECTION_TYPES | 1u << SECTION_FUNCTIONS | 1u << SECTION_GLOBALS | 1u << SECTION_EXPORTS;
	if (in.failed)
		return -1;
	return c->replaced && (seen & needed) != needed ? refuse(c, "it lacks a section") : 0;
}

static uint32_t imported(const struct wasmfile *file, enum wasmfile_kind kind)
{
	uint32_t count = 0;
	for (size_t i = 0; i < file->imports_len; i++)
		count += file->imports[i].kind == kind;
	return count;
}

/* How many types there are is the first thing that their section says. */
static uint32_t types_in(struct str module)
{
	struct in in = {module.ptr, MAGIC_BYTES, module.len, NULL, NULL, false};
	while (in_left(&in)) {
		unsigned id = in_byte(&in);
		struct in section = in_part(&in, in_u32(&in));
		if (id == SECTION_TYPES)
			return in_u32(&section);
	}
	return 0;
}

int wasmcount_bulk(struct str module, struct arena *a, struct str *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_BUF struct buf out = {0};
	struct wasmfile file;
	if (wasmfile_read(module, &scratch, &file, err) < 0)
		return -1;
	uint32_t functions = imported(&file, WASMFILE_FUNCTION) + (uint32_t)file.own[WASMFILE_FUNCTION];
	struct counting c = {
		.file = &file,
		.type = types_in(module),
		.copy = functions,
		.fill = functions + 1,
		.global = imported(&file, WASMFILE_GLOBAL) + (uint32_t)file.own[WASMFILE_GLOBAL],
		.out = &out,
		.err = err,
	};
	buf_init(&out, 2 * module.len + 10000);
	for (size_t i = 0; i < file.exports_len; i++) {
		if (strcmp(file.exports[i].name, WASMCOUNT_EXPORT) == 0)
			return refuse(&c, "it exports " WASMCOUNT_EXPORT " already");
	}
	if (put_sections(&c, module) < 0 || buf_check(&out, "the counting module", err) < 0)
		return -1;
	/* What moves nothing in bulk has nothing to count. */
	struct str result = c.replaced ? buf_str(&out) : module;
	*ret = (struct str){arena_str(a, result), result.len};
	return 0;
}
