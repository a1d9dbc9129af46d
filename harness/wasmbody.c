#include "harness/wasmbody.h"

#include "core/mem.h"
#include "harness/wasmwalk.h"

/* Of the tool conventions: relocations that carry an addend. */
static bool has_addend(uint64_t type)
{
	static const unsigned char types[] = {3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25};
	for (size_t i = 0; i < countof(types); i++) {
		if (types[i] == type)
			return true;
	}
	return false;
}

enum { TYPE_LAST = 26 };

struct references {
	struct wasmbody_reference *items; /* `at` counts from the section's beginning */
	size_t len;
};

static int bad_object(struct err *err)
{
	return err_set(err, ERR_PARSE, "its relocations are not as they should be");
}

/* A signed number is a row of bytes here: only whether two are the same matters. */
static uint64_t raw_number(struct wasmwalk *w)
{
	uint64_t value = 0;
	for (unsigned shift = 0; w->at < w->end; shift += 8) {
		unsigned char byte = *w->at++;
		if (shift < 64)
			value |= (uint64_t)byte << shift;
		if (byte < 0x80)
			return value;
	}
	w->failed = true;
	return value;
}

static int read_references(const struct wasmfile *file, struct arena *a, struct references *ret, struct err *err)
{
	const struct wasmfile_custom *section = NULL;
	*ret = (struct references){0};
	for (size_t i = 0; i < file->customs_len && !section; i++) {
		if (strcmp(file->customs[i].name, "reloc.CODE") == 0)
			section = &file->customs[i];
	}
	if (!section)
		return 0;
	struct wasmwalk w = wasmwalk_of(section->payload);
	wasmwalk_number(&w);
	uint64_t count = wasmwalk_number(&w);
	/* Each takes three bytes at least. */
	if (w.failed || count > section->payload.len / 3)
		return bad_object(err);
	ret->items = arena_array(a, count, struct wasmbody_reference);
	for (; ret->len < count; ret->len++) {
		uint64_t type = wasmwalk_number(&w), at = wasmwalk_number(&w), index = wasmwalk_number(&w);
		uint64_t addend = has_addend(type) ? raw_number(&w) : 0;
		bool in_order = !ret->len || at >= ret->items[ret->len - 1].at;
		if (w.failed || type > TYPE_LAST || at > UINT32_MAX || index > UINT32_MAX || !in_order)
			return bad_object(err);
		ret->items[ret->len] =
			(struct wasmbody_reference){(uint32_t)at, (uint32_t)type, (uint32_t)index, addend};
	}
	return 0;
}

static int read_bodies(struct wasmbodies *b, struct references *refs, struct arena *a, struct err *err)
{
	struct wasmwalk code = wasmwalk_of(b->file.code);
	const unsigned char *begin = code.at;
	uint64_t count = b->file.code.len ? wasmwalk_number(&code) : 0;
	size_t next = 0;
	if (count > b->file.code.len)
		return bad_object(err);
	b->items = arena_array(a, count, struct wasmbody);
	for (; b->len < count; b->len++) {
		struct wasmwalk body = wasmwalk_part(&code, wasmwalk_number(&code));
		if (code.failed)
			return bad_object(err);
		size_t start = (size_t)(body.at - begin), end = (size_t)(body.end - begin);
		struct wasmbody *item = &b->items[b->len];
		item->code = (struct str){(const char *)body.at, end - start};
		while (next < refs->len && refs->items[next].at < start)
			next++;
		item->references = refs->items + next;
		for (; next < refs->len && refs->items[next].at < end; next++, item->references_len++)
			refs->items[next].at -= (uint32_t)start;
	}
	return 0;
}

int wasmbodies_read(struct str object, struct arena *a, struct wasmbodies *ret, struct err *err)
{
	struct wasmbodies b = {0};
	struct references refs;
	if (wasmfile_read(object, a, &b.file, err) < 0 || read_references(&b.file, a, &refs, err) < 0 ||
	    read_bodies(&b, &refs, a, err) < 0)
		return -1;
	for (size_t i = 0; i < b.file.imports_len; i++)
		b.imported += b.file.imports[i].kind == WASMFILE_FUNCTION;
	*ret = b;
	return 0;
}

const struct wasmbody *wasmbodies_find(const struct wasmbodies *b, const char *name)
{
	for (size_t i = 0; i < b->file.symbols_len; i++) {
		const struct wasmfile_symbol *s = &b->file.symbols[i];
		if (s->kind == WASMFILE_SYMBOL_FUNCTION && s->defined && strcmp(s->name, name) == 0 &&
		    s->index >= b->imported && s->index - b->imported < b->len)
			return &b->items[s->index - b->imported];
	}
	return NULL;
}

bool wasmbody_same(const struct wasmbody *a, const struct wasmbody *b)
{
	if (!str_eq(a->code, b->code) || a->references_len != b->references_len)
		return false;
	for (size_t i = 0; i < a->references_len; i++) {
		const struct wasmbody_reference *x = &a->references[i], *y = &b->references[i];
		if (x->at != y->at || x->type != y->type || x->index != y->index || x->addend != y->addend)
			return false;
	}
	return true;
}
