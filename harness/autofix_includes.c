#include "harness/autofix_parts.h"

#include "harness/cdirective.h"

/* What C11's headers are known for, where the compiler does not say it itself. */
static const struct {
	const char *header, *names;
} rows[] = {
	{"assert.h",
	 "assert static_assert"},
	{"ctype.h",
	 "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper "
	 "isxdigit tolower toupper"},
	{"errno.h",
	 "errno EDOM ERANGE EINVAL ENOMEM EOVERFLOW"},
	{"float.h",
	 "DBL_MAX DBL_MIN DBL_EPSILON DBL_DIG DBL_MANT_DIG DBL_DECIMAL_DIG FLT_MAX FLT_MIN "
	 "FLT_EPSILON LDBL_MAX LDBL_EPSILON"},
	{"inttypes.h",
	 "strtoimax strtoumax imaxabs imaxdiv"},
	{"limits.h",
	 "CHAR_BIT CHAR_MAX CHAR_MIN SCHAR_MAX SCHAR_MIN UCHAR_MAX SHRT_MAX SHRT_MIN USHRT_MAX "
	 "INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN ULONG_MAX LLONG_MAX LLONG_MIN ULLONG_MAX"},
	{"math.h",
	 "acos asin atan atan2 ceil copysign cos cosh exp exp2 expm1 fabs fabsf floor floorf fmax "
	 "fmin fmod frexp hypot isfinite isinf isnan ldexp llround log log10 log1p log2 lround "
	 "modf nan nearbyint pow rint round scalbn signbit sin sinh sqrt sqrtf tan tanh trunc "
	 "HUGE_VAL INFINITY NAN M_PI"},
	{"setjmp.h",
	 "jmp_buf setjmp longjmp"},
	{"stdarg.h",
	 "va_list va_start va_end va_arg va_copy"},
	{"stdbool.h",
	 "bool true false"},
	{"stddef.h",
	 "size_t ptrdiff_t NULL offsetof wchar_t max_align_t"},
	{"stdint.h",
	 "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t "
	 "intmax_t uintmax_t int_fast8_t int_fast16_t int_fast32_t int_fast64_t uint_fast8_t "
	 "uint_fast16_t uint_fast32_t uint_fast64_t int_least8_t int_least16_t int_least32_t "
	 "int_least64_t uint_least8_t uint_least16_t uint_least32_t uint_least64_t INT8_MAX "
	 "INT8_MIN INT16_MAX INT16_MIN INT32_MAX INT32_MIN INT64_MAX INT64_MIN UINT8_MAX "
	 "UINT16_MAX UINT32_MAX UINT64_MAX SIZE_MAX INTPTR_MAX UINTPTR_MAX PTRDIFF_MAX INTMAX_MAX "
	 "UINTMAX_MAX INT64_C UINT64_C INT32_C UINT32_C"},
	{"stdio.h",
	 "FILE EOF stdin stdout stderr snprintf sprintf vsnprintf vsprintf sscanf vsscanf printf "
	 "fprintf vfprintf puts fputs fputc putc putchar fgetc getc fgets fopen fclose fread "
	 "fwrite fseek ftell fflush ferror feof perror"},
	{"stdlib.h",
	 "malloc calloc realloc free abs labs llabs div qsort bsearch atoi atol atof strtol "
	 "strtoll strtoul strtoull strtod strtof strtold rand srand RAND_MAX abort exit getenv "
	 "EXIT_SUCCESS EXIT_FAILURE"},
	{"string.h",
	 "memchr memcmp memcpy memmove memset strcat strchr strcmp strcoll strcpy strcspn strdup "
	 "strerror strlen strncat strncmp strncpy strndup strnlen strpbrk strrchr strspn strstr "
	 "strtok strxfrm"},
	{"strings.h",
	 "strcasecmp strncasecmp"},
	{"time.h",
	 "time_t clock_t time clock difftime mktime strftime gmtime localtime"},
	{"wchar.h",
	 "wint_t mbstate_t WEOF wcslen wcscpy wcscmp wmemcpy mbrtowc wcrtomb"},
	{"wctype.h",
	 "iswalpha iswdigit iswspace iswupper iswlower towlower towupper"},
};

static bool has_word(const char *words, struct str name)
{
	struct str rest = str_of(words), word;
	while (str_next_word(&rest, &word)) {
		if (str_eq(word, name))
			return true;
	}
	return false;
}

static const char *system_header(struct str name)
{
	/* "PRIu64", "SCNxPTR" */
	if (name.len > 4 && (str_starts(name, STR("PRI")) || str_starts(name, STR("SCN"))) && strchr("diouxX", name.ptr[3]))
		return "inttypes.h";
	for (size_t i = 0; i < countof(rows); i++) {
		if (has_word(rows[i].names, name))
			return rows[i].header;
	}
	return NULL;
}

/* ---- what the library declares */

static bool is_type(const struct api_type *type, struct str name)
{
	bool found = str_eq(str_of(type->name), name);
	for (size_t i = 0; i < type->enumerators_len; i++)
		found |= str_eq(str_of(type->enumerators[i].name), name);
	return found;
}

/* The file with the declaration, or NULL. */
static const char *public_header(const struct interface *api, struct str name)
{
	const struct api_function *f = interface_function(api, name);
	if (f)
		return f->place.file;
	for (size_t i = 0; i < api->types_len; i++) {
		if (is_type(&api->types[i], name))
			return api->types[i].place.file;
	}
	for (size_t i = 0; i < api->macros_len; i++) {
		if (str_eq(str_of(api->macros[i].name), name))
			return api->macros[i].place.file;
	}
	for (size_t i = 0; i < api->globals_len; i++) {
		if (str_eq(str_of(api->globals[i].name), name))
			return api->globals[i].place.file;
	}
	return NULL;
}

const char *fixing_include_for(const struct fixing *f, struct str name)
{
	const char *header = name.len ? public_header(&f->spec->api, name) : NULL;
	if (header)
		return arena_printf(f->a, "#include \"%s\"", fixing_public_name(f->spec, header));
	header = name.len ? system_header(name) : NULL;
	return header ? arena_printf(f->a, "#include <%s>", header) : NULL;
}

/* ---- where it goes */

/* Behind the last include that the file begins with, outside of conditions other than its guard; without one behind
 * its comments, its guard, and macros that includes may depend on. */
static size_t place_for_include(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	size_t at = 0, depth = 0, guard = 0;
	bool included = false;
	for (size_t directives = 0; ctoken_next(&r, &t) && (t.kind == CTOKEN_COMMENT || t.kind == CTOKEN_HASH);) {
		if (t.kind == CTOKEN_COMMENT) {
			at = directives ? at : t.offset + t.text.len;
			continue;
		}
		struct cdirective d = cdirective_read(&r, &t);
		bool opens = str_starts(d.word, STR("if")), include = str_eq(d.word, STR("include"));
		bool begins_guard = directives++ == 0 && str_eq(d.word, STR("ifndef"));
		depth += opens;
		depth -= str_eq(d.word, STR("endif")) && depth > 0;
		guard = depth == 0 ? 0 : begins_guard ? 1 : guard;
		bool before = begins_guard || str_eq(d.word, STR("define")) || str_eq(d.word, STR("pragma")) ||
			      str_eq(d.word, STR("endif"));
		if (depth == guard && (include || (before && !included)))
			at = d.end;
		included |= include && depth == guard;
	}
	return at == 0 ? 0 : min_size(at + str_index(str_from(text, at), '\n') + 1, text.len);
}

static bool has_line(struct str text, const char *include)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	const char *name = strchr(include, ' ') + 1;
	while (ctoken_next(&r, &t)) {
		if (t.kind != CTOKEN_HASH)
			continue;
		struct cdirective d = cdirective_read(&r, &t);
		if (str_eq(d.word, STR("include")) && memmem(d.text.ptr, d.text.len, name, strlen(name)))
			return true;
	}
	return false;
}

/* The compiler says it of a function that it knows; the note belongs to the error in front of it. */
static const char *told_header(const struct fixing *f, size_t error)
{
	static const char said[] = "include the header <";
	for (size_t i = error + 1; i < f->diags->len && f->diags->items[i].severity == DIAG_NOTE; i++) {
		struct str rest = str_of(f->diags->items[i].message);
		if (!str_starts(rest, STR(said)))
			continue;
		rest = str_from(rest, strlen(said));
		rest = str_first(rest, str_index(rest, '>'));
		for (size_t k = 0; k < countof(rows); k++) {
			if (str_eq(rest, str_of(rows[k].header)))
				return arena_printf(f->a, "#include <%s>", rows[k].header);
		}
	}
	return NULL;
}

/* A public header relies on its users to include something in front of it. */
static bool is_before_source(const struct fixing *f, const struct diag *d)
{
	return d->severity == DIAG_ERROR && strcmp(f->path, f->source) == 0 &&
	       str_starts(str_of(d->file), STR(PROJECT_ROOT "/"));
}

void fix_includes(struct fixing *f)
{
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		bool before = is_before_source(f, d);
		if (!before && !fixing_is_here(f, d))
			continue;
		const char *line = told_header(f, i);
		if (!line)
			line = fixing_include_for(f, fixing_missing(f, d));
		if (!line || (has_line(f->text, line) && !before))
			continue;
		size_t at = before ? 0 : place_for_include(f->text);
		bool tight = at > 0 && f->text.ptr[at - 1] != '\n';
		fixing_edit(f, at, at, arena_printf(f->a, "%s%s\n", tight ? "\n" : "", line), line);
	}
}
