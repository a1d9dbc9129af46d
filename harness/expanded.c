#include "harness/expanded.h"

#include "core/mem.h"
#include "harness/ctoken.h"
#include "harness/linemarker.h"
#include "harness/nameset.h"

struct reading {
	struct str text;
	struct arena *a;
	char *code; /* the text, directives blanked out */
	struct {
		struct expanded_line *items;
		size_t len, cap;
	} lines;
	struct {
		const char **items;
		size_t len, cap;
	} files;
};

static uint32_t file_index(struct reading *r, const char *path)
{
	for (size_t i = 0; i < r->files.len; i++) {
		if (strcmp(r->files.items[i], path) == 0)
			return (uint32_t)i;
	}
	*vec_push(&r->files) = arena_strdup(r->a, path);
	return (uint32_t)r->files.len - 1;
}

static void read_lines(struct reading *r)
{
	struct linemarker_lines l;
	uint32_t file = file_index(r, "");
	linemarker_begin(&l, r->text);
	while (linemarker_next(&l)) {
		if (l.moved)
			file = file_index(r, l.path.ptr);
		*vec_push(&r->lines) = (struct expanded_line){
			.start = (uint32_t)(l.line.ptr - r->text.ptr),
			.file = file,
			.number = file && l.number < UINT32_MAX ? (unsigned)l.number : 0,
		};
	}
	linemarker_end(&l);
}

/* ---- what the parser need not see */

static void blank(struct reading *r, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		if (r->code[i] != '\n')
			r->code[i] = ' ';
	}
}

static void blank_directives(struct reading *r)
{
	struct str rest = r->text, line;
	while (str_next_line(&rest, &line)) {
		struct str trimmed = str_trim(line);
		if (trimmed.len && trimmed.ptr[0] == '#')
			memset(r->code + (line.ptr - r->text.ptr), ' ', line.len);
	}
}

enum extension {
	EXTENSION_NONE,
	EXTENSION_WORD,  /* says nothing about the structure */
	EXTENSION_GROUP, /* together with the brackets behind it */
	EXTENSION_TYPES, /* a call whose arguments may be types */
};

static enum extension extension_of(struct str name)
{
	static const struct {
		const char *name;
		enum extension extension;
	} rows[] = {
		{"__attribute__", EXTENSION_GROUP},      {"__attribute", EXTENSION_GROUP},
		{"__extension__", EXTENSION_WORD},       {"__inline", EXTENSION_WORD},
		{"__inline__", EXTENSION_WORD},          {"__restrict", EXTENSION_WORD},
		{"__restrict__", EXTENSION_WORD},        {"__builtin_va_arg", EXTENSION_TYPES},
		{"__builtin_offsetof", EXTENSION_TYPES}, {"__builtin_types_compatible_p", EXTENSION_TYPES},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		if (str_eq(name, str_of(rows[i].name)))
			return rows[i].extension;
	}
	return EXTENSION_NONE;
}

/* Of the brackets that come next: the bytes between them; false if there are none, or they are not closed. */
static bool next_group(struct ctoken_reader *reader, size_t *ret_start, size_t *ret_end)
{
	struct ctoken t;
	size_t depth = 0;
	while (ctoken_next(reader, &t)) {
		if (t.kind == CTOKEN_COMMENT)
			continue;
		bool opens = ctoken_is(&t, "(");
		if (!depth && !opens)
			return false;
		if (!depth)
			*ret_start = t.offset + 1;
		depth += opens;
		depth -= ctoken_is(&t, ")");
		*ret_end = t.offset;
		if (!depth)
			return true;
	}
	return false;
}

/* Extensions that the parser takes for errors, although they change nothing of what can be counted or mutated. */
static void blank_extensions(struct reading *r)
{
	struct ctoken_reader reader = ctoken_reader((struct str){r->code, r->text.len});
	struct ctoken t;
	while (ctoken_next(&reader, &t)) {
		enum extension extension = t.kind == CTOKEN_NAME ? extension_of(t.text) : EXTENSION_NONE;
		struct ctoken_reader ahead = reader;
		size_t start = 0, end = 0;
		bool grouped = extension != EXTENSION_NONE && next_group(&ahead, &start, &end);
		if (extension == EXTENSION_WORD)
			blank(r, t.offset, t.offset + t.text.len);
		else if (grouped && extension == EXTENSION_GROUP)
			blank(r, t.offset, end + 1);
		else if (grouped)
			blank(r, start, end);
		if (grouped && extension != EXTENSION_WORD)
			reader = ahead;
	}
}

/* ---- names in brackets: `(a) - b` may be a difference, or a value that is cast */

static bool is_type_word(struct str name)
{
	static const char *const words[] = {"void",
					    "char",
					    "short",
					    "int",
					    "long",
					    "float",
					    "double",
					    "signed",
					    "unsigned",
					    "__signed__",
					    "_Bool",
					    "bool",
					    "_Complex",
					    "__int128",
					    "_Float16",
					    "__float128",
					    "__builtin_va_list"};
	for (size_t i = 0; i < countof(words); i++) {
		if (str_eq(name, str_of(words[i])))
			return true;
	}
	return false;
}

/* The next one that is code. */
static bool next_token(struct ctoken_reader *reader, struct ctoken *ret)
{
	while (ctoken_next(reader, ret)) {
		if (ret->kind != CTOKEN_COMMENT && ret->kind != CTOKEN_END)
			return true;
	}
	return false;
}

/* The names that a typedef declares: what stands last in front of a "," or ";", or behind the "*" of a pointer to
 * functions. */
static void read_typedef(const struct reading *r, struct ctoken_reader *reader, struct nameset *types)
{
	struct ctoken t;
	struct str last = {0};
	size_t depth = 0, braces = 0;
	bool pointer = false, found = false;
	while (next_token(reader, &t)) {
		bool ends = depth == 0 && (ctoken_is(&t, ";") || ctoken_is(&t, ","));
		if (t.kind == CTOKEN_NAME && !found && (depth == 0 || pointer)) {
			last = t.text;
			found = pointer;
		}
		/* Copies, since brackets are settled in these bytes. */
		if (ends && last.len)
			nameset_add(types, (struct str){arena_str(r->a, last), last.len});
		if (ends && ctoken_is(&t, ";"))
			return;
		found &= !ends;
		pointer = depth > 0 && !braces && (ctoken_is(&t, "*") || ctoken_is(&t, "^"));
		braces += ctoken_is(&t, "{");
		braces -= braces && ctoken_is(&t, "}");
		depth += ctoken_is(&t, "(") || ctoken_is(&t, "{") || ctoken_is(&t, "[");
		depth -= depth && (ctoken_is(&t, ")") || ctoken_is(&t, "}") || ctoken_is(&t, "]"));
	}
}

static void find_types(const struct reading *r, struct nameset *types)
{
	struct ctoken_reader reader = ctoken_reader((struct str){r->code, r->text.len});
	struct ctoken t;
	while (next_token(&reader, &t)) {
		if (t.kind == CTOKEN_NAME && ctoken_is(&t, "typedef"))
			read_typedef(r, &reader, types);
	}
	nameset_seal(types);
}

static bool is_next(struct ctoken_reader reader, const char *const *tokens, size_t len)
{
	struct ctoken t;
	if (!next_token(&reader, &t))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (ctoken_is(&t, tokens[i]))
			return true;
	}
	return false;
}

/* What the parser sees in place of a name alone in brackets: a number if it is none of a type, or else a type that it
 * knows. There is none as short as some names; where that could make a difference, the function is not understood. */
static void settle_name(struct reading *r, struct str name, bool is_type, const struct ctoken_reader *behind)
{
	static const char known[] = "int";
	static const char *const operators[] = {"+", "-", "*", "&", "&&", "++", "--"}; /* signs first */
	char *bytes = r->code + (name.ptr - r->code);
	if (!is_type) {
		if (is_next(*behind, operators, countof(operators)))
			memset(bytes, '1', name.len);
	} else if (name.len >= strlen(known)) {
		memset(bytes, ' ', name.len);
		memcpy(bytes, known, strlen(known));
	} else if (is_next(*behind, operators, 2)) {
		bytes[0] = '@';
	}
}

/* Outside of functions a name in brackets may be declared there. */
static void settle_brackets(struct reading *r)
{
	SCOPED(nameset_release) struct nameset types = {0};
	struct ctoken_reader reader = ctoken_reader((struct str){r->code, r->text.len});
	struct ctoken before[2] = {0}, t;
	size_t braces = 0;
	find_types(r, &types);
	while (next_token(&reader, &t)) {
		struct str name = before[1].kind == CTOKEN_NAME ? before[1].text : STR("");
		if (braces && name.len && ctoken_is(&before[0], "(") && ctoken_is(&t, ")") && !is_type_word(name))
			settle_name(r, name, nameset_has(&types, name), &reader);
		braces += ctoken_is(&t, "{");
		braces -= braces && ctoken_is(&t, "}");
		before[0] = before[1];
		before[1] = t;
	}
}

/* ---- reading */

int expanded_read(struct str text, struct arena *a, struct expanded *ret, struct err *err)
{
	struct reading r = {.text = text, .a = a};
	struct expanded e = {.text = text};
	if (text.len > CSYNTAX_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "%zu bytes behind the preprocessor are more than %d", text.len,
			       CSYNTAX_TEXT_MAX);
	r.code = arena_str(a, text);
	blank_directives(&r);
	blank_extensions(&r);
	settle_brackets(&r);
	if (csyntax_parse((struct str){r.code, text.len}, a, &e.syntax, err) < 0)
		return -1;
	read_lines(&r);
	e.files = arena_copy(a, r.files.items, r.files.len, sizeof(*r.files.items));
	e.files_len = r.files.len;
	e.lines = arena_copy(a, r.lines.items, r.lines.len, sizeof(*r.lines.items));
	e.lines_len = r.lines.len;
	vec_release(&r.files);
	vec_release(&r.lines);
	*ret = e;
	return 0;
}

/* The last line that begins at or before that byte, or NULL. */
static const struct expanded_line *line_at(const struct expanded *e, size_t at)
{
	size_t low = 0, high = e->lines_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (e->lines[middle].start <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &e->lines[low - 1] : NULL;
}

struct expanded_place expanded_place(const struct expanded *e, size_t at)
{
	const struct expanded_line *line = line_at(e, at);
	if (!line)
		return (struct expanded_place){.file = ""};
	return (struct expanded_place){e->files[line->file], line->number, (unsigned)(at - line->start) + 1};
}

struct str expanded_line_text(const struct expanded *e, size_t at, size_t *ret_start)
{
	const struct expanded_line *line = line_at(e, at);
	struct str rest = str_from(e->text, line ? line->start : 0), text = {0};
	*ret_start = line ? line->start : 0;
	str_next_line(&rest, &text);
	return text;
}
