#include "harness/wasmfile.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/prng.h"
#include "tests/tap.h"

#define HEADER "\0asm\1\0\0\0"

/* ---- writing binaries */

static void put_leb(struct buf *b, uint64_t value, int padded_to)
{
	int bytes = 0;
	do {
		unsigned char byte = value & 0x7F;
		value >>= 7;
		bytes++;
		buf_append_char(b, (char)(byte | (value || bytes < padded_to ? 0x80 : 0)));
	} while (value || bytes < padded_to);
}

static void put_name(struct buf *b, const char *name)
{
	put_leb(b, strlen(name), 0);
	buf_append_cstr(b, name);
}

static void put_section(struct buf *b, unsigned id, struct str payload)
{
	buf_append_char(b, (char)id);
	put_leb(b, payload.len, 0);
	buf_append_str(b, payload);
}

static void put_custom(struct buf *b, const char *name, struct str payload)
{
	SCOPED_BUF struct buf inner;
	buf_init(&inner, 100000);
	put_name(&inner, name);
	buf_append_str(&inner, payload);
	put_section(b, 0, buf_str(&inner));
}

static void begin(struct buf *b)
{
	buf_release(b);
	buf_init(b, 1 << 20);
	buf_append_str(b, STR(HEADER));
}

/* ---- what is expected */

static struct arena arena; /* of the file read last */
static struct err err;
static struct wasmfile file;

static int read_bytes(struct str bytes)
{
	/* From a block of its own size, so that a read past the end shows. */
	SCOPED_MEM char *copy = mem_zalloc(bytes.len, 1);
	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	arena_release(&arena);
	err = (struct err){0};
	file = (struct wasmfile){.init_functions = 77};
	int result = wasmfile_read((struct str){copy, bytes.len}, &arena, &file, &err);
	file.customs_len = result < 0 ? 0 : file.customs_len;
	for (size_t i = 0; i < file.customs_len; i++) /* which are views of what is freed now */
		file.customs[i].payload.ptr = file.customs[i].payload.ptr - copy + bytes.ptr;
	return result;
}

#define reads(bytes) tap_ok(read_bytes(bytes) == 0, "reads " #bytes, __FILE__, __LINE__)
#define fails(bytes, text) fails_with((bytes), (text), __LINE__)

static void fails_with(struct str bytes, const char *text, int line)
{
	int result = read_bytes(bytes);
	bool held = result == -1 && err.kind == ERR_PARSE && file.init_functions == 77 && strstr(err.text, text);
	if (!tap_ok(held, text, __FILE__, line))
		tap_print("# %d, %s\n", result, err.text);
}

/* A header with one section, as bytes. */
static struct str with(struct buf *b, unsigned id, struct str payload)
{
	begin(b);
	put_section(b, id, payload);
	return buf_str(b);
}

static void headers(void)
{
	static const char text[] = "not a WebAssembly module of version 1";
	reads(STR(HEADER));
	ok(!file.has_linking && file.imports_len + file.exports_len + file.customs_len + file.symbols_len == 0);
	ok(file.function_names_len == 0 && file.init_functions == 0 && file.code.len + file.data_bytes == 0);
	ok(wasmfile_function_name(&file, 0) == NULL);
	fails(((struct str){0}), text);
	for (size_t len = 1; len < sizeof(HEADER) - 1; len++)
		fails(str_first(STR(HEADER), len), text);
	fails(STR("\0asm\2\0\0\0"), text);
	fails(STR("\0asm\x0d\0\1\0"), text); /* a component */
}

static void imports(void)
{
	SCOPED_BUF struct buf b = {0};
	reads(with(&b, 2,
		   STR("\x0b"
		       "\1m\1f\0\x05"
		       "\1m\1t\1\x70\0\1"
		       "\1m\1u\1\x6f\1\1\2"
		       "\1m\1r\1\x63\x70\0\1" /* a reference with a heap type */
		       "\1m\1y\2\0\1"
		       "\1m\1s\2\3\1\x80\x80\4" /* shared */
		       "\1m\1z\2\5\1\x80\x80\x80\x80\x80\1" /* 64 bits */
		       "\1m\1p\2\x08\1\0" /* a page size of its own */
		       "\1m\1g\3\x7f\1"
		       "\1m\1h\3\x64\x12\0"
		       "\0\0\4\0\7")));
	static const enum wasmfile_kind kinds[] = {
		WASMFILE_FUNCTION, WASMFILE_TABLE,  WASMFILE_TABLE,  WASMFILE_TABLE,  WASMFILE_MEMORY, WASMFILE_MEMORY,
		WASMFILE_MEMORY,   WASMFILE_MEMORY, WASMFILE_GLOBAL, WASMFILE_GLOBAL, WASMFILE_TAG,
	};
	if (!is_int(file.imports_len, countof(kinds)))
		return;
	for (size_t i = 0; i < countof(kinds); i++)
		is_int(file.imports[i].kind, kinds[i]);
	is_str(file.imports[0].module, "m");
	is_str(file.imports[9].name, "h");
	fails(with(&b, 2, STR("\1\1m\1f\5\0")), "unknown kind 5");
	fails(with(&b, 2, STR("\1\1m\1f\2\x10\1")), "unknown limits");
	fails(with(&b, 2, STR("\1\1m\1f\0\0\0")), "1 bytes too many");
}

static void exports(void)
{
	SCOPED_BUF struct buf b = {0};
	reads(with(&b, 7, STR("\3\6memory\2\0\6_start\0\x81\1\2\xC3\xA9\4\xff\xff\xff\xff\x0f")));
	is_int(file.exports[0].kind, WASMFILE_MEMORY);
	is_str(file.exports[1].name, "_start");
	is_int(file.exports[1].index, 129);
	is_str(file.exports[2].name, "\xC3\xA9");
	is_int(file.exports[2].index, UINT32_MAX);
	fails(with(&b, 7, STR("\1\1a\6\0")), "unknown kind 6");
	fails(with(&b, 7, STR("\1\3a\0b\0\0")), "a NUL in it");
}

static void sizes(void)
{
	SCOPED_BUF struct buf b = {0};
	begin(&b);
	put_section(&b, 3, STR("\2\0\0"));
	put_section(&b, 10, STR("\2\2\0\x0b\2\0\x0b"));
	put_section(&b, 11, STR("\0"));
	put_custom(&b, "note", STR("pay\0load"));
	put_custom(&b, "note", STR(""));
	reads(buf_str(&b));
	is_int(file.code.len, 7);
	is_int(file.data_bytes, 1);
	is_int(file.customs_len, 2);
	is_str(file.customs[0].name, "note");
	ok(str_eq(file.customs[0].payload, STR("pay\0load")));
	ok(file.customs[0].payload.ptr > b.ptr && file.customs[0].payload.ptr < b.ptr + b.len); /* borrowed */
	is_int(file.customs[1].payload.len, 0);
}

static void order(void)
{
	SCOPED_BUF struct buf all = {0};
	static const unsigned ids[] = {1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11};
	begin(&all);
	for (size_t i = 0; i < countof(ids); i++) {
		put_custom(&all, "x", STR(""));
		put_section(&all, ids[i], STR("\0"));
	}
	reads(buf_str(&all));
	is_int(file.customs_len, countof(ids));
	for (size_t i = 0; i < countof(ids); i++) {
		for (size_t k = 0; k <= i; k++) {
			SCOPED_BUF struct buf b = {0};
			begin(&b);
			put_section(&b, ids[i], STR("\0"));
			put_section(&b, ids[k], STR("\0"));
			fails(buf_str(&b), "out of order");
		}
	}
	SCOPED_BUF struct buf b = {0};
	fails(with(&b, 14, STR("")), "at byte 9: unknown section 14");
}

static void lengths(void)
{
	fails(STR(HEADER "\1"), "at byte 9: the file or the section ends too early");
	fails(STR(HEADER "\1\5\0"), "at byte 10: 5 bytes are announced and 1 are left");
	fails(STR(HEADER "\0\1\1"), "1 bytes are announced and 0 are left");
	fails(STR(HEADER "\0\3\5ab" "abcdef"), "5 bytes are announced and 2 are left");
	fails(STR(HEADER "\7\1\1" "\1a\0\0"), "do not fit"); /* the section's end counts, not the file's */
	fails(STR(HEADER "\0\xff\xff\xff\xff\x0f\1x"), "announced");
}

/* What a count says never decides what is allocated. */
static void counts(void)
{
	static const unsigned ids[] = {2, 3, 7};
	for (size_t i = 0; i < countof(ids); i++) {
		SCOPED_BUF struct buf b = {0};
		fails(with(&b, ids[i], STR("\xff\xff\xff\xff\x0f\0\0\0\0\0\0\0")), "4294967295 items do not fit");
	}
	static const struct {
		const char *section;
		struct str payload;
		const char *says;
	} rows[] = {
		{"name", {"\1\7\xff\xff\xff\xff\x0f\0\0", 9}, "4294967295 items do not fit"},
		{"linking", {"\2\x08\7\xff\xff\xff\xff\x0f\0\0", 10}, "4294967295 items do not fit"},
		{"linking", {"\2\6\7\xff\xff\xff\xff\x0f\0\0", 10}, "4294967295 items do not fit"},
		{"name", {"\1\6\1\xff\xff\xff\x7f\0", 8}, "the name of function 268435455"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		SCOPED_BUF struct buf b = {0};
		begin(&b);
		put_custom(&b, rows[i].section, rows[i].payload);
		fails(buf_str(&b), rows[i].says);
	}
}

static void numbers(void)
{
	struct prng prng = {12};
	int bad = 0;
	for (int run = 0; run < 500; run++) {
		SCOPED_BUF struct buf b = {0}, payload;
		uint32_t value = (uint32_t)(prng_next(&prng) >> prng_below(&prng, 64));
		begin(&b);
		buf_init(&payload, 100);
		buf_append_str(&payload, STR("\1\1x\0"));
		put_leb(&payload, value, (int)prng_below(&prng, 6)); /* padded, as wasm-ld writes them */
		put_section(&b, 7, buf_str(&payload));
		bad += read_bytes(buf_str(&b)) != 0 || file.exports[0].index != value;
	}
	is_int(bad, 0);
	SCOPED_BUF struct buf b = {0};
	fails(with(&b, 7, STR("\1\1x\0\x80\x80\x80\x80\x80\0")), "a number of too many bytes");
	fails(with(&b, 7, STR("\1\1x\0\xff\xff\xff\xff\x1f")), "a number larger than 32 bits");
	fails(with(&b, 7, STR("\1\1x\0\x80\x80\x80\x80\x10")), "a number larger than 32 bits");
	fails(with(&b, 7, STR("\1\1x\0\x80\x80\x80")), "ends too early");
	/* 64 bits: the limits of a memory */
	reads(with(&b, 2, STR("\1\0\0\2\4\xff\xff\xff\xff\xff\xff\xff\xff\xff\1")));
	fails(with(&b, 2, STR("\1\0\0\2\4\xff\xff\xff\xff\xff\xff\xff\xff\xff\2")), "larger than 64 bits");
	fails(with(&b, 2, STR("\1\0\0\2\4\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0")), "too many bytes");
}

static void names(void)
{
	SCOPED_BUF struct buf b = {0};
	begin(&b);
	/* Before the sections that it is about: a custom section may stand anywhere. */
	put_custom(&b, "name", STR("\0\2\1m" "\1\x0b\3\0\1i\1\1f\3\2g2" "\2\1\0" "\7\0"));
	put_section(&b, 2, STR("\1\1m\1i\0\0"));
	put_section(&b, 3, STR("\3\0\0\0"));
	reads(buf_str(&b));
	is_int(file.function_names_len, 4);
	is_str(wasmfile_function_name(&file, 0), "i");
	is_str(wasmfile_function_name(&file, 1), "f");
	ok(wasmfile_function_name(&file, 2) == NULL);
	is_str(wasmfile_function_name(&file, 3), "g2");
	ok(wasmfile_function_name(&file, 4) == NULL && wasmfile_function_name(&file, UINT32_MAX) == NULL);

	static const struct {
		struct str payload;
		const char *says;
	} rows[] = {
		{{"\1\4\1\1\1f", 6}, "the name of function 1 is out of order"}, /* beyond the last */
		{{"\1\7\2\0\1f\0\1g", 9}, "the name of function 0 is out of order"},
		{{"\1\5\1\0\1fx", 7}, "1 bytes too many"},
		{{"\1\5\1\0\1f", 6}, "5 bytes are announced and 4 are left"},
		{{"\1\4\1\0\2f", 6}, "2 bytes are announced and 1 are left"},
		{{"\1", 1}, "ends too early"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		SCOPED_BUF struct buf c = {0};
		begin(&c);
		put_section(&c, 3, STR("\1\0"));
		put_custom(&c, "name", rows[i].payload);
		fails(buf_str(&c), rows[i].says);
	}
	begin(&b);
	put_custom(&b, "name", STR(""));
	put_custom(&b, "name", STR(""));
	fails(buf_str(&b), "a second section of names");
}

/* One import of each kind, three functions, and a linking section with these symbols. */
static struct str linked(struct buf *b, struct str symbols)
{
	SCOPED_BUF struct buf payload;
	begin(b);
	put_section(b, 2, STR("\5\1e\1f\0\0" "\1e\1g\3\x7f\0" "\1e\1h\0\0" "\1e\1t\1\x70\0\0" "\1e\1x\4\0\0"));
	put_section(b, 3, STR("\1\0"));
	buf_init(&payload, 1000);
	buf_append_str(&payload, STR("\2\5\0\x08"));
	put_leb(&payload, symbols.len, 5);
	buf_append_str(&payload, symbols);
	put_custom(b, "linking", buf_str(&payload));
	return buf_str(b);
}

static void symbols(void)
{
	SCOPED_BUF struct buf b = {0};
	reads(linked(&b, STR("\x0b"
			     "\0\0\2\4main"
			     "\0\2\2\6static"
			     "\0\x10\1"           /* undefined: the second imported function */
			     "\0\x51\0\5other"    /* imported under a name of its own, weak */
			     "\1\4\1d\1\0\xff\xff\3"
			     "\1\x10\1e"
			     "\2\x10\0"
			     "\3\2\5"
			     "\4\x10\0"
			     "\5\x10\0"
			     "\0\x90\1\0")));
	static const struct {
		const char *name;
		enum wasmfile_symbol_kind kind;
		bool defined, local, weak, hidden;
	} want[] = {
		{"main", WASMFILE_SYMBOL_FUNCTION, true, false, false, false},
		{"static", WASMFILE_SYMBOL_FUNCTION, true, true, false, false},
		{"h", WASMFILE_SYMBOL_FUNCTION, false, false, false, false},
		{"other", WASMFILE_SYMBOL_FUNCTION, false, false, true, false},
		{"d", WASMFILE_SYMBOL_DATA, true, false, false, true},
		{"e", WASMFILE_SYMBOL_DATA, false, false, false, false},
		{"g", WASMFILE_SYMBOL_GLOBAL, false, false, false, false},
		{"", WASMFILE_SYMBOL_SECTION, true, true, false, false},
		{"x", WASMFILE_SYMBOL_TAG, false, false, false, false},
		{"t", WASMFILE_SYMBOL_TABLE, false, false, false, false},
		{"f", WASMFILE_SYMBOL_FUNCTION, false, false, false, false},
	};
	ok(file.has_linking);
	if (!is_int(file.symbols_len, countof(want)))
		return;
	for (size_t i = 0; i < countof(want); i++) {
		const struct wasmfile_symbol *s = &file.symbols[i];
		is_str(s->name, want[i].name);
		ok(s->kind == want[i].kind && s->defined == want[i].defined && s->local == want[i].local &&
		   s->weak == want[i].weak && s->hidden == want[i].hidden);
	}
	static const struct {
		struct str symbols;
		const char *says;
	} rows[] = {
		{{"\1\6\0\0", 4}, "unknown kind 6 of symbol"},
		{{"\1\0\x10\2", 4}, "an undefined symbol that is not imported"},
		{{"\1\2\x10\1", 4}, "an undefined symbol that is not imported"},
		{{"\1\0\x10\xff\xff\xff\xff\x0f", 8}, "an undefined symbol that is not imported"},
		{{"\1\0\0\0", 4}, "ends too early"},
		{{"\2\0\x10\0", 4}, "do not fit"},
		{{"\1\0\x10\0\0", 5}, "1 bytes too many"},
		{{"\1\1\0\1d\0\0", 7}, "ends too early"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		fails(linked(&b, rows[i].symbols), rows[i].says);
	}
}

static const char *signature_with(struct str types)
{
	SCOPED_BUF struct buf b = {0};
	begin(&b);
	put_section(&b, 1, types);
	put_section(&b, 2, STR("\1\1e\1f\0\0"));
	put_section(&b, 3, STR("\1\1"));
	put_custom(&b, "linking", STR("\2\x08\x0e\3\0\x10\0\0\x20\1\1g\0\0\2\1h"));
	reads(buf_str(&b));
	ok(file.symbols_len == 3 && !file.symbols[0].exported && file.symbols[1].exported);
	is_str(file.symbols[2].signature, ""); /* a function that there is not */
	return file.symbols_len ? arena_printf(&arena, "%s %s", file.symbols[0].signature, file.symbols[1].signature) : "";
}

static void signatures(void)
{
	static const char first[] = "\2\x60\2\x7f\x7e\1\x7d";
	is_str(signature_with(STR("\2\x60\2\x7f\x7e\1\x7d\x60\0\0")), "(i32,i64)->(f32) ()->()");
	is_str(signature_with(STR("\2\x60\2\x7c\x7b\2\x70\x6f\x60\0\1\x7f")),
	       "(f64,v128)->(funcref,externref) ()->(i32)");
	/* types of later versions end what is known */
	is_str(signature_with(STR("\2\x60\2\x7f\x7e\1\x7d\x5f\0")), "(i32,i64)->(f32) ");
	is_str(signature_with(STR("\2\x60\1\x64\0\0\x60\0\0")), " ");
	is_str(signature_with(STR("\0")), " ");
	SCOPED_BUF struct buf b = {0}, many;
	fails(with(&b, 1, str_of(first)), "ends too early");
	buf_init(&many, 10000);
	buf_append_str(&many, STR("\1\x60"));
	put_leb(&many, 2000, 0);
	for (int i = 0; i < 2000; i++)
		buf_append_char(&many, 0x7f);
	buf_append_char(&many, 0);
	is_str(signature_with(buf_str(&many)), " ");
}

static void own_parts(void)
{
	SCOPED_BUF struct buf b = {0};
	begin(&b);
	put_section(&b, 3, STR("\2\0\0"));
	put_section(&b, 4, STR("\1\x70\0\0"));
	put_section(&b, 5, STR("\1\0\1"));
	put_section(&b, 13, STR("\1\0\0"));
	put_section(&b, 6, STR("\1\x7f\0\x41\0\x0b"));
	put_section(&b, 8, STR("\0"));
	reads(buf_str(&b));
	static const size_t want[WASMFILE_TAG + 1] = {2, 1, 1, 1, 1};
	is_mem(file.own, want, sizeof(want));
	ok(file.has_start);
}

static void linking(void)
{
	static const struct {
		struct str payload;
		const char *says;
	} rows[] = {
		{{"\1", 1}, "version 1 of the linking section, where 2 is known"},
		{{"\3", 1}, "version 3"},
		{{"", 0}, "ends too early"},
		{{"\2\x08\1\0\x08\1\0", 7}, "a second symbol table"},
		{{"\2\6\3\2\0\0", 6}, "do not fit"},
		{{"\2\6\4\1\0\0\0", 7}, "1 bytes too many"},
		{{"\2\5\x09", 3}, "9 bytes are announced and 0 are left"},
	};
	SCOPED_BUF struct buf b = {0};
	begin(&b);
	put_custom(&b, "linking", STR("\2\7\0\6\x07\2\xff\xff\3\0\1\2\x63\0")); /* among unknown parts */
	reads(buf_str(&b));
	is_int(file.init_functions, 2);
	for (size_t i = 0; i < countof(rows); i++) {
		begin(&b);
		put_custom(&b, "linking", rows[i].payload);
		fails(buf_str(&b), rows[i].says);
	}
	begin(&b);
	put_custom(&b, "linking", STR("\2\6\7\2\xff\xff\3\0\1\2"));
	reads(buf_str(&b));
	is_int(file.init_functions, 2);
	put_custom(&b, "linking", STR("\2"));
	fails(buf_str(&b), "a second linking section");
}

static void long_names(void)
{
	SCOPED_BUF struct buf b = {0}, payload;
	buf_init(&payload, 1 << 20);
	for (int len = 65536; len <= 65537; len++) {
		buf_clear(&payload);
		buf_append_char(&payload, '\1');
		put_leb(&payload, (uint64_t)len, 0);
		buf_printf(&payload, "%*d%c%c", len, 1, 0, 0);
		is_int(read_bytes(with(&b, 7, buf_str(&payload))), len > 65536 ? -1 : 0);
	}
}

/* ---- small files that clang and wasm-ld made of a line of C each */

static void seed(const char *name)
{
	SCOPED_BUF struct buf b = {0};
	char path[100];
	buf_init(&b, 100000);
	snprintf(path, sizeof(path), "tests/seeds/wasmfile/%s", name);
	ok(fs_read(path, &b, NULL) == 0);
	reads(buf_str(&b));
	/* Cut anywhere, it is refused or, between two sections, still a file. */
	int whole = 0, allocated = 0;
	for (size_t len = 0; len < b.len; len++)
		whole += read_bytes(str_first(buf_str(&b), len)) == 0;
	ok(whole < 20);
	/* Any one byte changed: what is read stays within the file. */
	for (size_t i = 0; i < b.len; i++) {
		char kept = b.ptr[i];
		b.ptr[i] = (char)(kept ^ (1 << i % 8));
		if (read_bytes(buf_str(&b)) == 0)
			allocated += file.symbols_len > b.len || file.function_names_len > b.len;
		b.ptr[i] = kept;
	}
	is_int(allocated, 0);
	read_bytes(buf_str(&b));
}

static const struct wasmfile_symbol *symbol(const char *name)
{
	static const struct wasmfile_symbol none;
	for (size_t i = 0; i < file.symbols_len; i++) {
		if (strcmp(file.symbols[i].name, name) == 0)
			return &file.symbols[i];
	}
	return &none;
}

static void seeds(void)
{
	seed("undefined-function");
	ok(file.has_linking && symbol("g")->defined && symbol("f")->name && !symbol("f")->defined);
	seed("data");
	ok(symbol("a")->local && symbol("a")->kind == WASMFILE_SYMBOL_DATA && !symbol("c")->defined);
	seed("constructor");
	is_int(file.init_functions, 1);
	seed("weak");
	ok(symbol("w")->weak && symbol("w")->defined && symbol("h")->weak && !symbol("h")->defined);
	ok(!symbol("shown")->hidden && symbol("v")->hidden);
	seed("debug");
	is_int(file.symbols_len, 5);
	seed("imported-name");
	ok(symbol("f")->name && !symbol("f")->defined);
	is_str(file.imports[1].module, "m");
	is_str(file.imports[1].name, "n");
	seed("combined");
	ok(file.has_linking);
	is_str(wasmfile_function_name(&file, 1), "add");
	seed("module");
	ok(!file.has_linking && file.exports_len == 2 && file.code.len > 0);
	is_str(wasmfile_function_name(&file, file.exports[1].index), "add");
	seed("imports");
	is_int(file.imports_len, 3);
	is_str(wasmfile_function_name(&file, 0), "f");
	seed("stripped");
	ok(wasmfile_function_name(&file, 0) == NULL);
}

int main(void)
{
	tap_run("headers", headers);
	tap_run("imports", imports);
	tap_run("exports", exports);
	tap_run("sizes", sizes);
	tap_run("order", order);
	tap_run("lengths", lengths);
	tap_run("counts", counts);
	tap_run("numbers", numbers);
	tap_run("names", names);
	tap_run("symbols", symbols);
	tap_run("linking", linking);
	tap_run("signatures", signatures);
	tap_run("own parts", own_parts);
	tap_run("long names", long_names);
	tap_run("seeds", seeds);
	arena_release(&arena);
	return tap_done();
}
