#include "harness/rewrite_parts.h"

#include "harness/ctoken.h"
#include "harness/linemarker.h"

/*
 * Preprocessed text is read, as it is compiled; only lines of the rewrite's own
 * files count, since the sysroot's headers may use what a rewrite may not.
 */

static const char ATTRIBUTE_REMEDY[] = "leave the attribute out";
static const char BUILTIN_REMEDY[] = "write it in plain C";
static const char ASSEMBLY_REMEDY[] = "write it in C: assembly is not judged";

struct scanning {
	const struct rewrite *r;
	struct arena *a;
	struct gate *gate;
	struct place place;   /* of the line at hand; file is NULL if it is not the rewrite's own */
	size_t depth;         /* of parentheses or brackets in an attribute */
	bool attribute_named; /* its "((" is to come */
	bool pragma;          /* the line is one */
	bool asm_named;       /* by a word that can also be a name */
	struct place asm_place;
	bool bracket_before;  /* the token before is a "[" */
	bool less_before, colon_before; /* it may be half a digraph */
};

static void refuse(struct scanning *s, struct place place, const char *text, const char *remedy)
{
	if (place.file)
		rewrite_remark(&s->gate->findings, place, text, remedy, s->a);
}

static bool is_one_of(struct str name, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_eq(name, str_of(list[i])))
			return true;
	}
	return false;
}

/* "__x__" is "x". */
static struct str plain(struct str name)
{
	if (name.len > 4 && str_starts(name, STR("__")) && str_ends(name, STR("__")))
		return str_first(str_from(name, 2), name.len - 4);
	return name;
}

/* What works on vectors, as the sysroot's own header does, or on one number. */
static bool is_arithmetic(struct str builtin)
{
	static const char *const words[] = {"8x16", "16x8", "32x4", "64x2", "8x8", "16x4", "32x2", "v128"};
	static const char *const beginnings[] = {"min_", "max_", "trunc_", "swizzle", "shuffle"};
	SCOPED_ARENA struct arena scratch = {0};
	const char *name = arena_str(&scratch, builtin);
	for (size_t i = 0; i < countof(words); i++) {
		if (strstr(name, words[i]))
			return true;
	}
	for (size_t i = 0; i < countof(beginnings); i++) {
		if (str_starts(builtin, str_of(beginnings[i])))
			return true;
	}
	return false;
}

static bool reaches_beyond(struct str name)
{
	static const char *const builtins[] = {
		"__builtin_frame_address",
		"__builtin_return_address",
		"__builtin_extract_return_addr",
		"__builtin_frob_return_addr",
		"__builtin_setjmp",
		"__builtin_longjmp",
		"__builtin_unwind_init",
		"__builtin_eh_return",
		"__builtin_dwarf_cfa",
		"__builtin_stack_address",
		"__builtin_sponentry",
		"__builtin_readcyclecounter",
		"__builtin_readsteadycounter",
		"__builtin_thread_pointer",
		"__externref_t",
		"__funcref",
	};
	static const char wasm[] = "__builtin_wasm_";
	if (str_starts(name, STR(wasm)))
		return !is_arithmetic(str_from(name, strlen(wasm)));
	return is_one_of(name, builtins, countof(builtins));
}

static void take_name(struct scanning *s, struct str name)
{
	static const char *const attributes[] = {
		"import_module", "import_name", "export_name", "address_space", "ifunc", "weakref", "constructor",
		"destructor", "init_priority", "section",
		/* What the memory judge looks at would not be there. */
		"no_sanitize", "no_sanitize_undefined", "disable_sanitizer_instrumentation"};
	static const char *const assembly[] = {"__asm", "__asm__"};
	if (is_one_of(name, assembly, countof(assembly)))
		refuse(s, s->place, "it has inline assembly, or gives a symbol a name by it", ASSEMBLY_REMEDY);
	else if (str_eq(name, STR("asm")))
		s->asm_named = true, s->asm_place = s->place;
	else if (str_eq(name, STR("__attribute__")) || str_eq(name, STR("__attribute")))
		s->attribute_named = true;
	else if (reaches_beyond(name))
		refuse(s, s->place, arena_printf(s->a, "it uses %.*s, which reaches beyond C", STR_ARG(name)),
		       BUILTIN_REMEDY);
	else if (s->pragma && str_eq(name, STR("section")))
		refuse(s, s->place, "it names the sections of an object by a pragma", "leave the pragma out");
	else if (s->depth && is_one_of(plain(name), attributes, countof(attributes)))
		refuse(s, s->place, arena_printf(s->a, "it uses the attribute %.*s", STR_ARG(name)), ATTRIBUTE_REMEDY);
}

/* In strict dialects "asm" is a name like others. */
static void take_behind_asm(struct scanning *s, const struct ctoken *t)
{
	static const char *const words[] = {"(", "volatile", "__volatile__", "__volatile", "goto", "inline"};
	s->asm_named = false;
	if (is_one_of(t->text, words, countof(words)))
		refuse(s, s->asm_place, "it has inline assembly, or gives a symbol a name by it", ASSEMBLY_REMEDY);
}

/* "__attribute__((…))" and "[[…]]". */
static void follow_brackets(struct scanning *s, const struct ctoken *t)
{
	bool round = ctoken_is(t, "("), square = ctoken_is(t, "[") || (s->less_before && ctoken_is(t, ":"));
	bool closes = ctoken_is(t, ")") || ctoken_is(t, "]") || (s->colon_before && ctoken_is(t, ">"));
	if (s->depth) {
		s->depth += round || square;
		s->depth -= closes;
	} else if (s->attribute_named && round) {
		s->depth = 1;
	} else if (square && s->bracket_before) {
		s->depth = 2;
	}
	s->attribute_named = s->attribute_named && !s->depth && t->kind == CTOKEN_NAME;
	s->bracket_before = square || (s->bracket_before && ctoken_is(t, "<"));
	s->less_before = ctoken_is(t, "<");
	s->colon_before = ctoken_is(t, ":");
}

static void take_line(struct scanning *s, struct str line)
{
	struct ctoken_reader reader = ctoken_reader(line);
	struct ctoken t;
	s->pragma = str_starts(line, STR("#pragma"));
	while (ctoken_next(&reader, &t)) {
		if (t.kind == CTOKEN_END)
			continue;
		if (s->asm_named)
			take_behind_asm(s, &t);
		follow_brackets(s, &t);
		if (t.kind == CTOKEN_NAME)
			take_name(s, t.text);
	}
}

static void scan(struct scanning *s, struct str text)
{
	SCOPED(linemarker_end) struct linemarker_lines l;
	size_t file = SIZE_MAX;
	for (linemarker_begin(&l, text); linemarker_next(&l);) {
		file = l.moved ? rewrite_file_index(s->r, buf_str(&l.path)) : file;
		unsigned at = l.number <= UINT32_MAX ? (unsigned)l.number : 0;
		s->place = file == SIZE_MAX ? (struct place){0} : (struct place){s->r->files.items[file], at, at};
		take_line(s, l.line);
	}
}

void judge_tokens(const struct rewrite *r, struct arena *a, struct gate *gate)
{
	for (size_t v = 0; v < r->variants_len; v++) {
		for (size_t i = 0; i < r->variants[v].objects_len; i++) {
			struct scanning s = {.r = r, .a = a, .gate = gate};
			scan(&s, r->variants[v].objects[i].text.bytes);
		}
	}
}
