#include "harness/scout_parts.h"

#include <ctype.h>

/* What a folder or a file is for, by a word of its name. Folders of somebody else's code come
 * first, then what stands beside a library; the first row that fits decides. */
struct word_row {
	const char *word;
	enum scout_place place;
};

static const struct word_row folder_rows[] = {
	{"thirdparty", PLACE_VENDOR},  {"3rdparty", PLACE_VENDOR},    {"vendor", PLACE_VENDOR},
	{"vendored", PLACE_VENDOR},    {"deps", PLACE_VENDOR},	       {"dependencies", PLACE_VENDOR},
	{"extern", PLACE_VENDOR},      {"external", PLACE_VENDOR},    {"externals", PLACE_VENDOR},
	{"submodules", PLACE_VENDOR},  {"subprojects", PLACE_VENDOR}, {"party", PLACE_VENDOR},
	{"bench", PLACE_ASIDE},	       {"benches", PLACE_ASIDE},      {"benchmark", PLACE_ASIDE},
	{"benchmarks", PLACE_ASIDE},   {"benchmarking", PLACE_ASIDE}, {"perf", PLACE_ASIDE},
	{"fuzz", PLACE_ASIDE},	       {"fuzzing", PLACE_ASIDE},      {"fuzzer", PLACE_ASIDE},
	{"fuzzers", PLACE_ASIDE},      {"ossfuzz", PLACE_ASIDE},      {"example", PLACE_EXAMPLE},
	{"examples", PLACE_EXAMPLE},   {"demo", PLACE_EXAMPLE},	       {"demos", PLACE_EXAMPLE},
	{"sample", PLACE_EXAMPLE},     {"samples", PLACE_EXAMPLE},    {"tutorial", PLACE_EXAMPLE},
	{"test", PLACE_TEST},	       {"tests", PLACE_TEST},	       {"testing", PLACE_TEST},
	{"testsuite", PLACE_TEST},     {"testsuites", PLACE_TEST},    {"unittest", PLACE_TEST},
	{"unittests", PLACE_TEST},     {"t", PLACE_TEST},	       {"check", PLACE_TEST},
	{"checks", PLACE_TEST},	       {"spec", PLACE_TEST},	       {"specs", PLACE_TEST},
	{"unit", PLACE_TEST},	       {"regress", PLACE_TEST},       {"regression", PLACE_TEST},
	{"contrib", PLACE_ASIDE},      {"doc", PLACE_ASIDE},	       {"docs", PLACE_ASIDE},
	{"tool", PLACE_ASIDE},	       {"tools", PLACE_ASIDE},	       {"script", PLACE_ASIDE},
	{"scripts", PLACE_ASIDE},      {"win", PLACE_ASIDE},	       {"win32", PLACE_ASIDE},
	{"windows", PLACE_ASIDE},      {"msdos", PLACE_ASIDE},	       {"dos", PLACE_ASIDE},
	{"amiga", PLACE_ASIDE},	       {"android", PLACE_ASIDE},      {"vms", PLACE_ASIDE},
	{"os2", PLACE_ASIDE},	       {"os400", PLACE_ASIDE},	       {"msvc", PLACE_ASIDE},
	{"xcode", PLACE_ASIDE},	       {"java", PLACE_ASIDE},	       {"python", PLACE_ASIDE},
	{"bindings", PLACE_ASIDE},     {"cpp", PLACE_ASIDE},	       {"cmake", PLACE_ASIDE},
	{"m4", PLACE_ASIDE},	       {"ci", PLACE_ASIDE},	       {"packaging", PLACE_ASIDE},
	{"old", PLACE_ASIDE},
};

/* A file's name says less: "check" or "unit" in it may be what a library is about. */
static const struct word_row file_rows[] = {
	{"test", PLACE_TEST},	     {"tests", PLACE_TEST},    {"unittest", PLACE_TEST}, {"unittests", PLACE_TEST},
	{"selftest", PLACE_TEST},    {"smoke", PLACE_TEST},    {"testsuite", PLACE_TEST},
	{"example", PLACE_EXAMPLE},  {"examples", PLACE_EXAMPLE}, {"demo", PLACE_EXAMPLE}, {"bench", PLACE_ASIDE},
	{"benchmark", PLACE_ASIDE},  {"fuzz", PLACE_ASIDE},    {"fuzzer", PLACE_ASIDE},
};

static const char *const private_words[] = {"internal", "internals", "intern", "private", "priv",
					    "impl",	"compat",    "p",      "int"};

/* The next word of a name: a run of letters and digits, which also ends before a capital behind
 * a small letter ("testParse"). Lower-case, in `word`. */
static bool next_word(const char **rest, const char *end, char word[static 64])
{
	const char *c = *rest;
	size_t len = 0;
	while (c < end && !isalnum((unsigned char)*c))
		c++;
	for (; c < end && isalnum((unsigned char)*c); c++) {
		bool bends = len && isupper((unsigned char)*c) && islower((unsigned char)c[-1]);
		if (bends || len == 63)
			break;
		word[len++] = (char)tolower((unsigned char)*c);
	}
	word[len] = '\0';
	*rest = c;
	return len > 0;
}

static bool word_place(const struct word_row *rows, size_t len, const char *word, enum scout_place *ret)
{
	/* "test2", "example3" */
	size_t letters = strlen(word);
	while (letters > 2 && isdigit((unsigned char)word[letters - 1]))
		letters--;
	for (size_t i = 0; i < len; i++) {
		const char *row = rows[i].word;
		if (strcmp(row, word) == 0 || (strlen(row) == letters && memcmp(row, word, letters) == 0)) {
			*ret = rows[i].place;
			return true;
		}
	}
	return false;
}

/* What one name says. A word that makes it somebody else's, or puts it aside, goes before "test". */
static bool name_place(const struct word_row *rows, size_t len, struct str name, enum scout_place *ret)
{
	char word[64];
	bool any = false;
	enum scout_place place = PLACE_LIBRARY, one;
	for (const char *c = name.ptr; next_word(&c, name.ptr + name.len, word);) {
		if (!word_place(rows, len, word, &one))
			continue;
		if (!any || one == PLACE_VENDOR || (one == PLACE_ASIDE && place == PLACE_TEST))
			place = one;
		any = true;
	}
	if (any)
		*ret = place;
	return any;
}

enum scout_place scout_place(const char *path)
{
	enum scout_place place = PLACE_LIBRARY, one;
	struct str rest = str_of(path);
	for (size_t at; (at = str_index(rest, '/')) < rest.len; rest = str_from(rest, at + 1)) {
		/* What is set aside stays there: the tests of an example are no tests of the library. */
		bool open = place == PLACE_LIBRARY || place == PLACE_TEST;
		if (open && name_place(folder_rows, countof(folder_rows), str_first(rest, at), &one) &&
		    !(place == PLACE_TEST && one == PLACE_VENDOR))
			place = one;
	}
	struct str stem = str_first(rest, str_index(rest, '.'));
	if (place == PLACE_LIBRARY && name_place(file_rows, countof(file_rows), stem, &one))
		place = one;
	/* "testparse.c" */
	if (place == PLACE_LIBRARY && stem.len > 4 && str_starts(stem, STR("test")))
		place = PLACE_TEST;
	/* A benchmark among tests. */
	if (place == PLACE_TEST && name_place(file_rows, countof(file_rows), stem, &one) && one == PLACE_ASIDE)
		place = one;
	return place;
}

bool scout_is_private(const char *base)
{
	char word[64];
	struct str stem = path_stem(str_of(base));
	bool first = true;
	for (const char *c = stem.ptr; next_word(&c, stem.ptr + stem.len, word); first = false) {
		for (size_t i = 0; i < countof(private_words); i++) {
			if (strcmp(word, private_words[i]) == 0 && !(first && strlen(word) < 4))
				return true;
		}
	}
	return false;
}

static bool is_plain_text(const char *text)
{
	while ((unsigned char)*text >= 0x20 && (unsigned char)*text < 0x7F)
		text++;
	return *text == '\0';
}

/* Without "lib" in front, ".c" or "-c" behind, and all that is neither letter nor digit. */
static size_t plain_name(struct str name, char out[static 64])
{
	size_t len = 0;
	for (size_t i = 0; i < name.len && len < 63; i++) {
		if (isalnum((unsigned char)name.ptr[i]))
			out[len++] = (char)tolower((unsigned char)name.ptr[i]);
	}
	out[len] = '\0';
	if (len > 3 && memcmp(out, "lib", 3) == 0) {
		memmove(out, out + 3, len - 2);
		len -= 3;
	}
	return len;
}

bool scout_is_named(const char *base, const char *project)
{
	char a[64], b[64];
	size_t a_len = plain_name(path_stem(str_of(base)), a), b_len = plain_name(str_of(project), b);
	if (!a_len || !b_len)
		return false;
	if (strcmp(a, b) == 0)
		return true;
	/* "inih" and "ini.h", "tinyexpr" and "tinyexpr-c" */
	return (a_len + 1 == b_len && memcmp(a, b, a_len) == 0 && (b[a_len] == 'c' || b[a_len] == 'h')) ||
	       (b_len + 1 == a_len && memcmp(a, b, b_len) == 0 && a[b_len] == 'c');
}

bool scout_is_define(const char *define)
{
	size_t n = strspn(define, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	return n > 0 && (define[n] == '\0' || define[n] == '=') && !(define[0] >= '0' && define[0] <= '9') &&
	       is_plain_text(define);
}

size_t scout_shared(const char *a, const char *b)
{
	size_t shared = 0;
	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		shared += a[i] == '/';
	return shared;
}
