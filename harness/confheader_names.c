#include "harness/confheader_parts.h"

#include "core/mem.h"

/* Guesses at what a name means are probes side by side: what does not exist does
 * not compile, so a wrong guess costs a line. */

enum { WORDS_MAX = 8 }; /* of a name that are told apart */

struct reader {
	struct arena *a;
	struct confheader_probes *probes;
};

static void ask(const struct reader *r, enum confheader_ask what, const char *text)
{
	*vec_push(r->probes) = (struct confheader_probe){.ask = what, .text = text};
}

static char *lower(const struct reader *r, struct str s)
{
	char *text = arena_str(r->a, s);
	for (char *c = text; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
	return text;
}

static char *upper(const struct reader *r, struct str s)
{
	char *text = arena_str(r->a, s);
	for (char *c = text; *c; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	return text;
}

static bool contains(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

/* Cuts the prefix off, if it is there and something is left. */
static bool cut(struct str *s, const char *prefix)
{
	if (s->len <= strlen(prefix) || !str_starts(*s, str_of(prefix)))
		return false;
	*s = str_from(*s, strlen(prefix));
	return true;
}

static bool cut_end(struct str *s, const char *ending)
{
	if (s->len <= strlen(ending) || !str_ends(*s, str_of(ending)))
		return false;
	s->len -= strlen(ending);
	return true;
}

/* What stands behind "HAVE_", at the beginning or behind a library's own prefix. */
static bool cut_to(struct str *s, const char *word)
{
	size_t len = strlen(word);
	for (size_t at = 0; at + len < s->len; at++) {
		if ((at == 0 || s->ptr[at - 1] == '_') && str_starts(str_from(*s, at), str_of(word))) {
			*s = str_from(*s, at + len);
			return true;
		}
	}
	return false;
}

/* Words that lie between underscores; one more than there is room for is none. */
static size_t underscores(const char *text, size_t places[static WORDS_MAX])
{
	size_t len = 0;
	for (size_t i = 1; text[i] && text[i + 1]; i++) {
		if (text[i] == '_' && len < WORDS_MAX)
			places[len++] = i;
	}
	return len;
}

/* SYS_TYPES_H: "sys_types.h", "sys/types.h"; of each underscore one may be a folder or two. */
static void ask_header(const struct reader *r, struct str name)
{
	size_t places[WORDS_MAX], len;
	const char *plain = arena_printf(r->a, "%s.h", lower(r, name));
	ask(r, ASK_HEADER, plain);
	len = underscores(plain, places);
	for (size_t i = 0; i < len; i++) {
		char *path = arena_strdup(r->a, plain);
		path[places[i]] = '/';
		ask(r, ASK_HEADER, path);
		for (size_t k = i + 1; k < len; k++) {
			char *deeper = arena_strdup(r->a, path);
			deeper[places[k]] = '/';
			ask(r, ASK_HEADER, deeper);
		}
	}
}

/* Spellings of a type whose name was made upper-case and joined by "_". */
static void ask_type(const struct reader *r, enum confheader_ask what, struct str name)
{
	struct str rest = name;
	if (cut(&rest, "STRUCT_") || cut(&rest, "UNION_") || cut(&rest, "ENUM_")) {
		struct str keyword = str_first(name, name.len - rest.len - 1);
		ask(r, what, arena_printf(r->a, "%s %s", lower(r, keyword), lower(r, rest)));
		return;
	}
	if (str_eq(name, STR("POINTER")) || str_eq(name, STR("PTR"))) {
		ask(r, what, "void *");
		return;
	}
	bool pointer = cut_end(&rest, "_P") || cut_end(&rest, "_PTR") || cut_end(&rest, "_POINTER");
	pointer = pointer || (str_eq(rest, STR("VOIDP")) && cut_end(&rest, "P"));
	const char *star = pointer ? " *" : "", *plain = lower(r, rest);
	char *words = arena_strdup(r->a, plain);
	for (char *c = words; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	ask(r, what, arena_printf(r->a, "%s%s", plain, star));
	if (strcmp(words, plain) != 0 && words[0] != ' ')
		ask(r, what, arena_printf(r->a, "%s%s", words, star));
	if (str_starts(rest, STR("_")) && rest.len > 1) /* _Bool */
		ask(r, what, arena_printf(r->a, "_%c%s%s", rest.ptr[1], plain + 2, star));
}

/* STAT_ST_MTIM_TV_NSEC: any of the underscores may end the struct's name or be a dot. */
static void ask_member(const struct reader *r, struct str name)
{
	size_t places[WORDS_MAX];
	const char *plain = lower(r, name);
	size_t len = underscores(plain, places);
	for (size_t i = 0; i < len; i++) {
		char *path = arena_strdup(r->a, plain);
		path[places[i]] = '.';
		ask(r, ASK_MEMBER, arena_printf(r->a, "struct %s", path));
		for (size_t k = i + 1; k < len; k++) {
			char *deeper = arena_strdup(r->a, path);
			deeper[places[k]] = '.';
			ask(r, ASK_MEMBER, arena_printf(r->a, "struct %s", deeper));
		}
	}
}

static void ask_attribute(const struct reader *r, struct str name)
{
	static const char *const before[] = {"FUNC_", "VAR_", "TYPE_", "GCC_", "GNUC_", "ATTRIBUTE_"};
	for (size_t i = 0; i < countof(before); i++)
		cut(&name, before[i]);
	cut_end(&name, "_ATTRIBUTE");
	ask(r, ASK_ATTRIBUTE, lower(r, name));
}

static void ask_function(const struct reader *r, struct str name)
{
	const char *text = lower(r, name);
	if (!str_ends(name, STR("SETJMP"))) /* macros, and clang breaks down over their address */
		ask(r, ASK_FUNCTION, text);
	ask(r, ASK_MACRO, text);
	ask(r, ASK_MACRO, upper(r, name)); /* SO_REUSEPORT, O_CLOEXEC */
}

/* What HAVE_ is followed by, as far as it has a form of its own. */
static bool read_special(const struct reader *r, struct str name, struct confheader_question *q)
{
	struct str rest = name;
	if (cut(&rest, "DECL_")) {
		q->reading = READ_01;
		ask(r, ASK_DECLARED, lower(r, rest));
		ask(r, ASK_DECLARED, upper(r, rest));
	} else if (cut_end(&rest, "_H")) {
		cut(&rest, "HEADER_");
		ask_header(r, rest);
	} else if (cut(&rest, "BUILTIN_") || cut(&rest, "__BUILTIN_")) {
		ask(r, ASK_BUILTIN, arena_printf(r->a, "__builtin_%s", lower(r, rest)));
	} else if (cut(&rest, "ATTRIBUTE_") || cut(&rest, "FUNC_ATTRIBUTE_") || cut(&rest, "VAR_ATTRIBUTE_") ||
		   cut(&rest, "__ATTRIBUTE_") || cut_end(&rest, "_ATTRIBUTE")) {
		ask_attribute(r, rest);
	} else if (cut(&rest, "STRUCT_")) {
		ask_type(r, ASK_TYPE, name);
		ask_member(r, rest);
	} else if (cut(&rest, "ST_") || cut(&rest, "TM_")) {
		const char *member = lower(r, name);
		const char *of = str_starts(name, STR("ST_")) ? "struct stat" : "struct tm";
		ask(r, ASK_MEMBER, arena_printf(r->a, "%s.%s", of, member));
	} else {
		return false;
	}
	return true;
}

static void read_have(const struct reader *r, struct str name, struct confheader_question *q)
{
	static const char *const before[] = {"WORKING_", "FUNCTION_", "FUNC_", "TYPE_", "C99_", "C11_"};
	if (read_special(r, name, q))
		return;
	ask_function(r, name);
	ask_type(r, ASK_TYPE, name);
	for (size_t i = 0; i < countof(before); i++) {
		struct str rest = name;
		if (!cut(&rest, before[i]))
			continue;
		ask_function(r, rest);
		ask_type(r, ASK_TYPE, rest);
	}
}

/* What is so wherever clang compiles for Wasm. The name is compared in upper case,
 * as a whole or behind the prefix of a library. */
static const struct {
	const char *name;
	const char *value; /* NULL: undefined */
	bool behind_have;
} settled[] = {
	{"STDC_HEADERS", "1", false},
	{"HAVE_CONFIG_H", "1", false},
	{"WORDS_BIGENDIAN", NULL, false},
	{"HAVE_BIG_ENDIAN", NULL, false},
	{"HAVE_LITTLE_ENDIAN", "1", false},
	{"BYTEORDER", "1234", false},
	{"BYTE_ORDER", "1234", false},
	{"RETSIGTYPE", "void", false},
	{"LT_OBJDIR", "\".libs/\"", false},
	{"TIME_WITH_SYS_TIME", "1", false},
	/* what autoconf asks system headers to show */
	{"_ALL_SOURCE", "1", false},
	{"_GNU_SOURCE", "1", false},
	{"_DARWIN_C_SOURCE", "1", false},
	{"_NETBSD_SOURCE", "1", false},
	{"_OPENBSD_SOURCE", "1", false},
	{"_TANDEM_SOURCE", "1", false},
	{"__EXTENSIONS__", "1", false},
	{"_FILE_OFFSET_BITS", NULL, false},
	{"_LARGE_FILES", NULL, false},
	{"_LARGEFILE_SOURCE", NULL, false},
	{"_MINIX", NULL, false},
	{"_POSIX_SOURCE", NULL, false},
	{"_POSIX_1_SOURCE", NULL, false},
	/* the language */
	{"INLINE", "inline", false},
	{"RESTRICT", "restrict", false},
	{"CONST", "const", false},
	{"VOLATILE", "volatile", false},
	{"INLINE", "1", true},
	{"RESTRICT", "1", true},
	{"LONG_LONG", "1", true},
	{"TYPEOF", "1", true},
	{"__ATTRIBUTE__", "1", true},
	{"VISIBILITY", "1", true},
	{"HIDDEN", "1", true},
	{"SYNC_BUILTINS", "1", true},
	{"ATOMIC_BUILTINS", "1", true},
	{"GCC_ATOMICS", "1", true},
	{"C_VARARRAYS", "1", true},
	{"VARIADIC_MACROS", "1", true},
	{"LIBM", "1", true},
};

static bool read_settled(struct str name, bool behind_have, struct confheader_question *q)
{
	for (size_t i = 0; i < countof(settled); i++) {
		struct str rest = name, known = str_of(settled[i].name);
		bool ends = str_eq(name, known);
		/* JSON_INLINE */
		bool one_word = !behind_have && !strchr(known.ptr, '_');
		if (!ends && one_word && cut_end(&rest, settled[i].name))
			ends = str_ends(rest, STR("_"));
		if (settled[i].behind_have != behind_have || !ends)
			continue;
		*q = (struct confheader_question){.reading = READ_SETTLED, .settled = settled[i].value};
		return true;
	}
	return false;
}

/* The C library declares threads, and lets each attempt at one fail. */
static bool is_about_threads(const char *upper_name)
{
	return contains(upper_name, "PTHREAD") || contains(upper_name, "THREADS") || contains(upper_name, "THRD_");
}

/* "size_t", "pid_t": "define to … if the system does not define it". */
static bool is_type_name(struct str name)
{
	return str_ends(name, STR("_t")) && !str_starts(name, STR("have_")) && !memchr(name.ptr, 'H', name.len);
}

bool confheader_is_text(const char *name)
{
	static const char *const names[] = {"PACKAGE",	      "PACKAGE_BUGREPORT", "PACKAGE_NAME",    "PACKAGE_STRING",
					    "PACKAGE_TARNAME", "PACKAGE_URL",	    "PACKAGE_VERSION", "VERSION"};
	for (size_t i = 0; i < countof(names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static void read_rest(const struct reader *r, struct str name, struct confheader_question *q)
{
	struct str rest = name;
	if (cut_to(&rest, "SIZEOF_") || cut_to(&rest, "SIZE_OF_")) {
		q->reading = READ_NUMBER;
		ask_type(r, ASK_SIZE, rest);
	} else if (cut_to(&rest, "ALIGNOF_") || cut_to(&rest, "ALIGN_OF_")) {
		q->reading = READ_NUMBER;
		ask_type(r, ASK_ALIGN, rest);
	} else if (cut_end(&rest, "_SIZE")) {
		q->reading = READ_SIZE;
		ask_type(r, ASK_SIZE, rest);
	}
	if (confheader_is_text(name.ptr))
		q->settled = "";
}

void confheader_read_name(const char *name, struct arena *a, struct confheader_probes *probes,
			  struct confheader_question *ret)
{
	struct reader r = {a, probes};
	struct confheader_question q = {.reading = READ_GUESS};
	struct str upper_name = str_of(upper(&r, str_of(name))), rest = upper_name;
	size_t first = probes->len;
	if (is_about_threads(upper_name.ptr)) {
		q.reading = READ_SETTLED;
	} else if (read_settled(upper_name, false, &q)) {
		;
	} else if (cut_to(&rest, "HAVE_") || cut_to(&rest, "HAS_")) {
		q.reading = READ_YES;
		if (!read_settled(rest, true, &q))
			read_have(&r, rest, &q);
	} else if (is_type_name(str_of(name))) {
		q.reading = READ_ITSELF;
		ask(&r, ASK_TYPE, arena_strdup(a, name));
	} else {
		read_rest(&r, upper_name, &q);
	}
	q.first = first;
	q.len = probes->len - first;
	*ret = q;
}

static const char *concluded(const char *name, const struct confheader_question *q,
			     const struct confheader_probe *found, struct arena *a)
{
	switch (q->reading) {
	case READ_YES:
		return found ? "1" : NULL;
	case READ_01:
		return found ? "1" : "0";
	case READ_NUMBER:
	case READ_SIZE:
		return found ? arena_printf(a, "%llu", (unsigned long long)found->number) :
		       q->reading == READ_NUMBER ? "0" : NULL;
	case READ_ITSELF:
		return found ? name : NULL;
	default:
		return q->settled;
	}
}

struct confheader_answer confheader_conclude(const char *name, const struct confheader_question *q,
					     const struct confheader_probes *probes, struct arena *a)
{
	const struct confheader_probe *found = NULL;
	for (size_t i = q->first; i < q->first + q->len && !found; i++) {
		if (probes->items[i].holds)
			found = &probes->items[i];
	}
	bool unclear = !found && (q->reading == READ_SIZE || q->reading == READ_ITSELF);
	return (struct confheader_answer){
		.name = name,
		.value = concluded(name, q, found, a),
		.guessed = q->reading == READ_GUESS || unclear,
	};
}
