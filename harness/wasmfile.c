#include "harness/wasmfile.h"

#include "core/buf.h"
#include "core/mem.h"
#include "harness/wasmfile_in.h"

/* ---- imports and exports */

static void skip_value_type(struct in *in)
{
	unsigned type = in_byte(in);
	/* A reference to a heap type, whose number is an s33. */
	if (type == 0x63 || type == 0x64)
		in_unsigned(in, 33);
}

static void skip_limits(struct in *in)
{
	enum { HAS_MAX = 1, IS_SHARED = 2, IS_64 = 4, HAS_PAGE_SIZE = 8 };
	uint32_t flags = in_u32(in);
	if (flags & ~(uint32_t)(HAS_MAX | IS_SHARED | IS_64 | HAS_PAGE_SIZE))
		in_bad(in, "unknown limits of a memory or table");
	in_unsigned(in, 64);
	if (flags & HAS_MAX)
		in_unsigned(in, 64);
	if (flags & HAS_PAGE_SIZE)
		in_u32(in);
}

static enum wasmfile_kind read_kind(struct in *in)
{
	unsigned kind = in_byte(in);
	if (kind > WASMFILE_TAG)
		in_bad(in, "unknown kind %u of import or export", kind);
	return in->failed ? WASMFILE_FUNCTION : (enum wasmfile_kind)kind;
}

static void read_import_type(struct in *in, struct wasmfile_import *import)
{
	switch (import->kind) {
	case WASMFILE_FUNCTION:
		import->type = in_u32(in);
		break;
	case WASMFILE_TABLE:
		skip_value_type(in);
		skip_limits(in);
		break;
	case WASMFILE_MEMORY:
		skip_limits(in);
		break;
	case WASMFILE_GLOBAL:
		skip_value_type(in);
		in_byte(in); /* mutable or not */
		break;
	case WASMFILE_TAG:
		in_byte(in);
		in_u32(in);
		break;
	}
}

static void read_imports(struct in *in, struct wasmfile *file)
{
	size_t count = in_count(in, 4);
	file->imports = arena_array(in->arena, count, struct wasmfile_import);
	for (size_t i = 0; i < count && !in->failed; i++) {
		struct wasmfile_import *import = &file->imports[file->imports_len++];
		import->module = in_name(in);
		import->name = in_name(in);
		import->kind = read_kind(in);
		read_import_type(in, import);
	}
}

static void read_exports(struct in *in, struct wasmfile *file)
{
	size_t count = in_count(in, 3);
	file->exports = arena_array(in->arena, count, struct wasmfile_export);
	for (size_t i = 0; i < count && !in->failed; i++) {
		struct wasmfile_export *export = &file->exports[file->exports_len++];
		export->name = in_name(in);
		export->kind = read_kind(in);
		export->index = in_u32(in);
	}
}

/* ---- types */

struct reader {
	struct wasmfile file;
	/* The file's imports by kind, as its index spaces begin with them. */
	const struct wasmfile_import **imports[WASMFILE_TAG + 1];
	size_t imports_len[WASMFILE_TAG + 1];
	size_t functions; /* imported and own */
	const char **types; /* as text; "" where it is not understood */
	size_t types_len;
	uint32_t *function_types; /* of own functions */
	bool has_names;
};

/* More parameters than engines take are not shown. */
enum { VALUES_MAX = 1000 };

static const char *value_type_name(unsigned type)
{
	switch (type) {
	case 0x7F:
		return "i32";
	case 0x7E:
		return "i64";
	case 0x7D:
		return "f32";
	case 0x7C:
		return "f64";
	case 0x7B:
		return "v128";
	case 0x70:
		return "funcref";
	case 0x6F:
		return "externref";
	default:
		return NULL;
	}
}

/* False if there is a type in it that is not known: then nobody knows where the next one begins. */
static bool read_values(struct in *in, struct buf *text)
{
	size_t count = in_count(in, 1);
	buf_append_char(text, '(');
	for (size_t i = 0; i < count && !in->failed; i++) {
		const char *name = value_type_name(in_byte(in));
		if (!name)
			return false;
		if (i < VALUES_MAX)
			buf_printf(text, i ? ",%s" : "%s", name);
	}
	buf_append_char(text, ')');
	return count <= VALUES_MAX && !in->failed;
}

static bool read_type(struct in *in, const char **ret)
{
	enum { FUNCTION = 0x60 };
	SCOPED_BUF struct buf text;
	buf_init(&text, 16 * VALUES_MAX);
	if (in_byte(in) != FUNCTION || !read_values(in, &text))
		return false;
	buf_append_cstr(&text, "->");
	if (!read_values(in, &text))
		return false;
	*ret = arena_str(in->arena, buf_str(&text));
	return true;
}

/* Types of later versions of WebAssembly are passed over, with all that follow. */
static void read_types(struct in *in, struct reader *r)
{
	size_t count = in_count(in, 1);
	r->types = arena_array(in->arena, count, const char *);
	while (r->types_len < count && !in->failed && read_type(in, &r->types[r->types_len]))
		r->types_len++;
	if (r->types_len < count)
		in_bytes(in, in_left(in));
}

static const char *signature_of(const struct reader *r, uint32_t function)
{
	size_t imported = r->imports_len[WASMFILE_FUNCTION];
	uint32_t type = UINT32_MAX;
	if (function < imported)
		type = r->imports[WASMFILE_FUNCTION][function]->type;
	else if (function < r->functions)
		type = r->function_types[function - imported];
	return type < r->types_len ? r->types[type] : "";
}

/* ---- the "name" section */

static void read_function_names(struct in *in, struct reader *r)
{
	size_t count = in_count(in, 2);
	if (count == 0 || r->file.function_names)
		return;
	r->file.function_names = arena_array(in->arena, r->functions, const char *);
	r->file.function_names_len = r->functions;
	for (size_t i = 0, least = 0; i < count && !in->failed; i++) {
		uint32_t index = in_u32(in);
		if (index < least || index >= r->functions)
			in_bad(in, "the name of function %lu is out of order", (unsigned long)index);
		const char *name = in_name(in);
		if (!in->failed)
			r->file.function_names[index] = name;
		least = (size_t)index + 1;
	}
}

static void read_names(struct in *in, struct reader *r)
{
	enum { FUNCTIONS = 1 };
	if (r->has_names)
		in_bad(in, "a second section of names");
	r->has_names = true;
	while (in_left(in)) {
		unsigned id = in_byte(in);
		struct in part = in_part(in, in_u32(in));
		if (id != FUNCTIONS)
			continue;
		read_function_names(&part, r);
		in_close(in, &part);
	}
}

/* ---- the "linking" section of a relocatable object */

enum symbol_flag {
	SYMBOL_WEAK = 0x1,
	SYMBOL_LOCAL = 0x2,
	SYMBOL_HIDDEN = 0x4,
	SYMBOL_UNDEFINED = 0x10,
	SYMBOL_EXPORTED = 0x20,
	SYMBOL_NAMED = 0x40, /* has a name of its own although it is imported */
};

static const char *imported_name(struct in *in, const struct reader *r, enum wasmfile_kind kind, uint32_t index)
{
	if (index < r->imports_len[kind])
		return r->imports[kind][index]->name;
	in_bad(in, "an undefined symbol that is not imported");
	return "";
}

static void read_symbol(struct in *in, const struct reader *r, struct wasmfile_symbol *symbol)
{
	static const enum wasmfile_kind kinds[] = {
		[WASMFILE_SYMBOL_FUNCTION] = WASMFILE_FUNCTION,
		[WASMFILE_SYMBOL_GLOBAL] = WASMFILE_GLOBAL,
		[WASMFILE_SYMBOL_TAG] = WASMFILE_TAG,
		[WASMFILE_SYMBOL_TABLE] = WASMFILE_TABLE,
	};
	unsigned kind = in_byte(in);
	uint32_t flags = in_u32(in);
	if (kind > WASMFILE_SYMBOL_TABLE) {
		in_bad(in, "unknown kind %u of symbol", kind);
		return;
	}
	*symbol = (struct wasmfile_symbol){
		.name = "",
		.signature = "",
		.kind = (enum wasmfile_symbol_kind)kind,
		.defined = !(flags & SYMBOL_UNDEFINED),
		.local = flags & SYMBOL_LOCAL,
		.weak = flags & SYMBOL_WEAK,
		.hidden = flags & SYMBOL_HIDDEN,
		.exported = flags & SYMBOL_EXPORTED,
		.renamed = (flags & SYMBOL_UNDEFINED) && (flags & SYMBOL_NAMED),
	};
	if (kind == WASMFILE_SYMBOL_DATA) {
		symbol->name = in_name(in);
		/* Segment, offset, size. */
		for (int i = 0; i < 3 && symbol->defined; i++)
			in_unsigned(in, 64);
		return;
	}
	uint32_t index = in_u32(in);
	if (kind == WASMFILE_SYMBOL_SECTION)
		return;
	if (kind == WASMFILE_SYMBOL_FUNCTION) {
		symbol->index = index;
		symbol->signature = signature_of(r, index);
	}
	if (symbol->defined || flags & SYMBOL_NAMED)
		symbol->name = in_name(in);
	else
		symbol->name = imported_name(in, r, kinds[kind], index);
}

static void read_symbols(struct in *in, struct reader *r)
{
	size_t count = in_count(in, 3);
	if (r->file.symbols)
		in_bad(in, "a second symbol table");
	r->file.symbols = arena_array(in->arena, count, struct wasmfile_symbol);
	for (size_t i = 0; i < count && !in->failed; i++)
		read_symbol(in, r, &r->file.symbols[r->file.symbols_len++]);
}

static void read_init_functions(struct in *in, struct reader *r)
{
	size_t count = in_count(in, 2);
	for (size_t i = 0; i < count && !in->failed; i++) {
		in_u32(in); /* priority */
		in_u32(in); /* symbol */
		r->file.init_functions++;
	}
}

static void read_linking(struct in *in, struct reader *r)
{
	enum { VERSION = 2, INIT_FUNCTIONS = 6, SYMBOLS = 8 };
	if (r->file.has_linking)
		in_bad(in, "a second linking section");
	r->file.has_linking = true;
	uint32_t version = in_u32(in);
	if (version != VERSION)
		in_bad(in, "version %lu of the linking section, where %d is known", (unsigned long)version, VERSION);
	while (in_left(in)) {
		unsigned id = in_byte(in);
		struct in part = in_part(in, in_u32(in));
		if (id == INIT_FUNCTIONS)
			read_init_functions(&part, r);
		else if (id == SYMBOLS)
			read_symbols(&part, r);
		else
			continue;
		in_close(in, &part);
	}
}

/* ---- the file */

enum section {
	SECTION_CUSTOM,
	SECTION_TYPE = 1,
	SECTION_IMPORT = 2,
	SECTION_FUNCTION = 3,
	SECTION_TABLE = 4,
	SECTION_MEMORY = 5,
	SECTION_GLOBAL = 6,
	SECTION_EXPORT = 7,
	SECTION_START = 8,
	SECTION_CODE = 10,
	SECTION_DATA = 11,
	SECTION_TAG = 13,
};

/* The place of each section among the others, by its number; each may come once. */
static const unsigned char places[] = {
	[SECTION_TYPE] = 1,
	[SECTION_IMPORT] = 2,
	[SECTION_FUNCTION] = 3,
	[SECTION_TABLE] = 4,
	[SECTION_MEMORY] = 5,
	[SECTION_TAG] = 6,
	[SECTION_GLOBAL] = 7,
	[SECTION_EXPORT] = 8,
	[SECTION_START] = 9,
	[9] = 10,  /* elements */
	[12] = 11, /* count of data */
	[SECTION_CODE] = 12,
	[SECTION_DATA] = 13,
};

struct customs {
	struct wasmfile_custom *items;
	size_t len, cap;
};

static void read_functions(struct in *in, struct reader *r)
{
	r->functions = in_count(in, 1);
	r->file.own[WASMFILE_FUNCTION] = r->functions;
	r->function_types = arena_array(in->arena, r->functions, uint32_t);
	for (size_t i = 0; i < r->functions; i++)
		r->function_types[i] = in_u32(in);
}

/* How many it begins with; what they are does not matter. */
static void count_own(struct in *in, struct reader *r, unsigned id)
{
	static const enum wasmfile_kind kinds[] = {
		[SECTION_TABLE] = WASMFILE_TABLE,
		[SECTION_MEMORY] = WASMFILE_MEMORY,
		[SECTION_GLOBAL] = WASMFILE_GLOBAL,
		[SECTION_TAG] = WASMFILE_TAG,
	};
	r->file.own[kinds[id]] = in_count(in, 1);
	in_bytes(in, in_left(in));
}

static void read_section(struct in *in, unsigned id, struct reader *r, struct customs *customs)
{
	size_t size = in_left(in);
	switch (id) {
	case SECTION_CUSTOM: {
		const char *name = in_name(in);
		*vec_push(customs) = (struct wasmfile_custom){.name = name, .payload = in_bytes(in, in_left(in))};
		break;
	}
	case SECTION_IMPORT:
		read_imports(in, &r->file);
		break;
	case SECTION_FUNCTION:
		read_functions(in, r);
		break;
	case SECTION_TYPE:
		read_types(in, r);
		break;
	case SECTION_TABLE:
	case SECTION_MEMORY:
	case SECTION_GLOBAL:
	case SECTION_TAG:
		count_own(in, r, id);
		break;
	case SECTION_START:
		r->file.has_start = true;
		in_bytes(in, size);
		break;
	case SECTION_EXPORT:
		read_exports(in, &r->file);
		break;
	case SECTION_CODE:
		r->file.code = in_bytes(in, size);
		break;
	case SECTION_DATA:
		r->file.data_bytes = size;
		in_bytes(in, size);
		break;
	default:
		in_bytes(in, size);
	}
}

static void read_sections(struct in *in, struct reader *r, struct customs *customs)
{
	unsigned place = 0;
	while (in_left(in)) {
		unsigned id = in_byte(in);
		if (id >= countof(places))
			in_bad(in, "unknown section %u", id);
		else if (id != SECTION_CUSTOM && places[id] <= place)
			in_bad(in, "section %u is out of order", id);
		else if (id != SECTION_CUSTOM)
			place = places[id];
		struct in part = in_part(in, in_u32(in));
		if (in->failed)
			return;
		read_section(&part, id, r, customs);
		in_close(in, &part);
	}
}

static void sort_imports(struct in *in, struct reader *r)
{
	for (size_t kind = 0; kind <= WASMFILE_TAG; kind++) {
		r->imports[kind] = arena_array(in->arena, r->file.imports_len, const struct wasmfile_import *);
		for (size_t i = 0; i < r->file.imports_len; i++) {
			if (r->file.imports[i].kind == kind)
				r->imports[kind][r->imports_len[kind]++] = &r->file.imports[i];
		}
	}
	r->functions += r->imports_len[WASMFILE_FUNCTION];
}

/* Those customs that say something of the whole, once all else is known. */
static void read_customs(struct in *in, struct reader *r)
{
	for (size_t i = 0; i < r->file.customs_len && !in->failed; i++) {
		const struct wasmfile_custom *custom = &r->file.customs[i];
		struct in part = *in;
		part.at = (size_t)(custom->payload.ptr - in->bytes);
		part.end = part.at + custom->payload.len;
		if (strcmp(custom->name, "name") == 0)
			read_names(&part, r);
		else if (strcmp(custom->name, "linking") == 0)
			read_linking(&part, r);
		in->failed = part.failed;
	}
}

int wasmfile_read(struct str bytes, struct arena *a, struct wasmfile *ret, struct err *err)
{
	static const char header[8] = "\0asm\1\0\0";
	if (!str_starts(bytes, (struct str){header, sizeof(header)}))
		return err_set(err, ERR_PARSE, "not a WebAssembly module of version 1");
	struct in in = {.bytes = bytes.ptr, .at = sizeof(header), .end = bytes.len, .arena = a, .err = err};
	struct reader r = {0};
	struct customs customs = {0};
	read_sections(&in, &r, &customs);
	if (!in.failed) {
		r.file.customs = arena_array(a, customs.len, struct wasmfile_custom);
		r.file.customs_len = customs.len;
		if (customs.len)
			memcpy(r.file.customs, customs.items, customs.len * sizeof(customs.items[0]));
		sort_imports(&in, &r);
		read_customs(&in, &r);
	}
	vec_release(&customs);
	if (in.failed)
		return -1;
	*ret = r.file;
	return 0;
}

const char *wasmfile_function_name(const struct wasmfile *file, uint32_t index)
{
	return index < file->function_names_len ? file->function_names[index] : NULL;
}
