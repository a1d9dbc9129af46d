#include "harness/autofix_parts.h"

/* What C11's headers are known for, where the compiler does not say it itself. */
static const struct {
	const char *header, *names;
} rows[] = {
	{"assert.h", "assert static_assert"},
	{"ctype.h", "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit tolower toupper"},
	{"errno.h", "errno EDOM ERANGE EINVAL ENOMEM EOVERFLOW"},
	{"float.h", "DBL_MAX DBL_MIN DBL_EPSILON DBL_DIG DBL_MANT_DIG DBL_DECIMAL_DIG FLT_MAX FLT_MIN FLT_EPSILON LDBL_MAX LDBL_EPSILON"},
	{"inttypes.h", "PRId64 PRIu64 PRIx64 PRIi64 PRId32 PRIu32 PRIx32 PRIdMAX PRIuMAX PRIuPTR PRIxPTR strtoimax strtoumax imaxabs"},
	{"limits.h", "CHAR_BIT CHAR_MAX CHAR_MIN SCHAR_MAX SCHAR_MIN UCHAR_MAX SHRT_MAX SHRT_MIN USHRT_MAX INT_MAX INT_MIN UINT_MAX "
		     "LONG_MAX LONG_MIN ULONG_MAX LLONG_MAX LLONG_MIN ULLONG_MAX"},
	{"math.h", "acos asin atan atan2 ceil copysign cos cosh exp exp2 expm1 fabs fabsf floor floorf fmax fmin fmod frexp hypot "
		   "isfinite isinf isnan ldexp llround log log10 log1p log2 lround modf nan nearbyint pow rint round scalbn signbit "
		   "sin sinh sqrt sqrtf tan tanh trunc HUGE_VAL INFINITY NAN M_PI"},
	{"setjmp.h", "jmp_buf setjmp longjmp"},
	{"stdarg.h", "va_list va_start va_end va_arg va_copy"},
	{"stdbool.h", "bool true false"},
	{"stddef.h", "size_t ptrdiff_t NULL offsetof wchar_t max_align_t"},
	{"stdint.h", "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t intmax_t uintmax_t "
		     "int_fast32_t uint_fast32_t int_least32_t uint_least32_t INT8_MAX INT8_MIN INT16_MAX INT16_MIN INT32_MAX INT32_MIN "
		     "INT64_MAX INT64_MIN UINT8_MAX UINT16_MAX UINT32_MAX UINT64_MAX SIZE_MAX INTPTR_MAX UINTPTR_MAX PTRDIFF_MAX "
		     "INTMAX_MAX UINTMAX_MAX INT64_C UINT64_C INT32_C UINT32_C"},
	{"stdio.h", "FILE EOF stdin stdout stderr snprintf sprintf vsnprintf vsprintf sscanf vsscanf printf fprintf vfprintf puts fputs "
		    "fputc putc putchar fgetc getc fgets fopen fclose fread fwrite fseek ftell fflush ferror feof perror"},
	{"stdlib.h", "malloc calloc realloc free abs labs llabs div qsort bsearch atoi atol atof strtol strtoll strtoul strtoull strtod "
		     "strtof strtold rand srand RAND_MAX abort exit getenv EXIT_SUCCESS EXIT_FAILURE"},
	{"string.h", "memchr memcmp memcpy memmove memset strcat strchr strcmp strcoll strcpy strcspn strdup strerror strlen strncat "
		     "strncmp strncpy strndup strnlen strpbrk strrchr strspn strstr strtok strxfrm"},
	{"strings.h", "strcasecmp strncasecmp"},
	{"time.h", "time_t clock_t struct tm time clock difftime mktime strftime gmtime localtime"},
	{"wchar.h", "wint_t mbstate_t WEOF wcslen wcscpy wcscmp wmemcpy mbrtowc wcrtomb"},
	{"wctype.h", "iswalpha iswdigit iswspace iswupper iswlower towlower towupper"},
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

static const char *header_for(struct str name)
{
	for (size_t i = 0; i < countof(rows); i++) {
		if (has_word(rows[i].names, name))
			return rows[i].header;
	}
	return NULL;
}

/* Which header the message is about: it says so, or names what is not there. */
static const char *wanted_header(const struct fixing *f, const struct diag *d)
{
	static const char *const beginnings[] = {
		"call to undeclared library function '", "call to undeclared function '", "use of undeclared identifier '",
		"unknown type name '", "use of undeclared label '",
	};
	const char *at = strstr(d->message, "include the header <");
	if (at) {
		struct str rest = str_of(at + strlen("include the header <"));
		return arena_str(f->a, str_first(rest, str_index(rest, '>')));
	}
	for (size_t i = 0; i < countof(beginnings); i++) {
		struct str name = fixing_quoted(d->message, beginnings[i]);
		if (name.len)
			return header_for(name);
	}
	return NULL;
}

/* Behind the last of the includes that the file begins with; else at its top. */
static size_t place_for_include(struct str text)
{
	struct str rest = text, line;
	size_t at = 0;
	while (str_next_line(&rest, &line)) {
		line = str_trim(line);
		if (str_starts(line, STR("#include")))
			at = text.len - rest.len;
		else if (line.len && line.ptr[line.len - 1] == '{')
			break;
	}
	return at;
}

static bool includes(struct str text, const char *header)
{
	struct str line;
	while (str_next_line(&text, &line)) {
		line = str_trim(line);
		if (str_starts(line, STR("#include")) && line.len && memmem(line.ptr, line.len, header, strlen(header)))
			return true;
	}
	return false;
}

void fix_includes(struct fixing *f)
{
	size_t at = place_for_include(f->text);
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		const char *header = fixing_is_here(f, d) && d->severity != DIAG_WARNING ? wanted_header(f, d) : NULL;
		if (!header || includes(f->text, header))
			continue;
		const char *line = arena_printf(f->a, "#include <%s>", header);
		fixing_edit(f, at, at, arena_printf(f->a, "%s\n", line), line);
	}
}
