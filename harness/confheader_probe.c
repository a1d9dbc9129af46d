#include "harness/confheader_parts.h"

#include "core/buf.h"
#include "core/mem.h"
#include "harness/ownsource.h"

/*
 * The compiler is asked twice. What can be asked of the preprocessor is one
 * text, whose output is the answer. The rest is one program with a line for
 * each probe: a line that does not compile is left out of the next attempt, as
 * is one whose symbol the linker does not find; what is left holds, and running
 * it tells the sizes.
 */

#define PROBE_PATH "/recast/probe.c"
#define ANSWER "recast_answer"

enum {
	TEXT_MAX = 64 << 20,
	ROUNDS_MAX = 60, /* clang's errors are listed up to a number, so this bounds wrong guesses to some 20,000 */
};

/* What a configure script would look into. Those that the C library lacks are passed over. */
static const char *const headers[] = {
	"stdio.h",      "stdlib.h",     "stddef.h",     "stdint.h",     "stdbool.h",    "stdarg.h",    "string.h",
	"strings.h",    "ctype.h",      "wchar.h",      "wctype.h",     "uchar.h",      "errno.h",     "limits.h",
	"float.h",      "math.h",       "complex.h",    "fenv.h",       "inttypes.h",   "locale.h",    "langinfo.h",
	"iconv.h",      "assert.h",     "time.h",       "signal.h",     "setjmp.h",     "unistd.h",    "fcntl.h",
	"dirent.h",     "dlfcn.h",      "fnmatch.h",    "glob.h",       "ftw.h",        "getopt.h",    "libgen.h",
	"malloc.h",     "alloca.h",     "monetary.h",   "netdb.h",      "poll.h",       "pwd.h",       "grp.h",
	"regex.h",      "sched.h",      "search.h",     "semaphore.h",  "endian.h",     "byteswap.h",  "err.h",
	"stdio_ext.h",  "utime.h",      "crypt.h",      "stdatomic.h",  "sys/types.h",  "sys/stat.h",  "sys/time.h",
	"sys/times.h",  "sys/mman.h",   "sys/param.h",  "sys/random.h", "sys/resource.h",
	"sys/select.h", "sys/socket.h", "sys/uio.h",    "sys/un.h",     "sys/utsname.h",
	"sys/wait.h",   "sys/ioctl.h",  "sys/file.h",   "sys/statvfs.h",
	"netinet/in.h", "netinet/tcp.h", "arpa/inet.h",
};

/* What is done without when errors do not tell which line they come from. */
enum caution {
	NONE,
	NO_HEADERS, /* those that are asked for are not included */
	NO_SYMBOLS, /* functions need only be declared; clang can break down over the use of one */
};

struct line {
	unsigned number;
	size_t probe;
};

struct asking {
	struct confheader_probes *probes;
	const struct tools *tools;
	struct arena *a; /* of one attempt */
	struct buf text;
	unsigned line; /* that comes next */
	struct {
		struct line *items;
		size_t len, cap;
	} lines; /* that ask, in order */
	enum caution caution;
};

/* What the preprocessor is asked comes first in the list of kinds. */
static bool is_preprocessed(const struct confheader_probe *p)
{
	return p->ask <= ASK_ATTRIBUTE;
}

static void put(struct asking *s, const char *line)
{
	buf_append_cstr(&s->text, line);
	buf_append_char(&s->text, '\n');
	s->line++;
}

static void put_headers(struct asking *s)
{
	buf_clear(&s->text);
	s->line = 1;
	for (size_t i = 0; i < countof(headers); i++) {
		put(s, arena_printf(s->a, "#if __has_include(<%s>)", headers[i]));
		put(s, arena_printf(s->a, "#include <%s>", headers[i]));
		put(s, "#endif");
	}
}

static struct own_source source_of(struct asking *s)
{
	static const char *const defines[] = {"_GNU_SOURCE"};
	static const char *const flags[] = {"-w", "-ferror-limit=0", "-O0"};
	return (struct own_source){
		.path = PROBE_PATH,
		.text = s->text.ptr,
		.options = {
			.defines = defines,
			.defines_len = countof(defines),
			.flags = flags,
			.flags_len = countof(flags),
		},
	};
}

static int check_text(const struct asking *s, struct err *err)
{
	return buf_check(&s->text, "what a configuration header asks", err);
}

/* Lines that say ANSWER and two numbers, wherever they stand. */
static void read_answers(struct asking *s, struct str text)
{
	struct str line, word;
	while (str_next_line(&text, &line)) {
		uint64_t index, number;
		if (!str_starts(line, STR(ANSWER)) || !str_next_word(&line, &word) || !str_next_word(&line, &word) ||
		    !str_to_u64(word, &index) || !str_next_word(&line, &word) || !str_to_u64(word, &number) ||
		    index >= s->probes->len)
			continue;
		s->probes->items[index].holds = true;
		s->probes->items[index].number = number;
	}
}

static int preprocess(struct asking *s, struct err *err)
{
	static const char *const forms[] = {
		[ASK_HEADER] = "#if __has_include(<%s>)",
		[ASK_MACRO] = "#ifdef %s",
		[ASK_BUILTIN] = "#if __has_builtin(%s)",
		[ASK_ATTRIBUTE] = "#if __has_attribute(%s)",
	};
	struct built built;
	size_t asked = 0;
	put_headers(s);
	for (size_t i = 0; i < s->probes->len; i++) {
		const struct confheader_probe *p = &s->probes->items[i];
		if (!is_preprocessed(p))
			continue;
		const char *form = forms[p->ask], *blank = strstr(form, "%s");
		put(s, arena_printf(s->a, "%.*s%s%s", (int)(blank - form), form, p->text, blank + 2));
		put(s, arena_printf(s->a, ANSWER " %zu 1", i));
		put(s, "#endif");
		asked++;
	}
	struct own_source source = source_of(s);
	if (!asked)
		return 0;
	if (check_text(s, err) < 0 || own_preprocess(s->tools, &source, s->a, &built, err) < 0)
		return -1;
	if (built.ok)
		read_answers(s, built.bytes);
	return 0;
}

/* ---- the program */

static bool has_number(const struct confheader_probe *p)
{
	return p->ask == ASK_SIZE || p->ask == ASK_ALIGN;
}

static const char *line_of(struct asking *s, size_t i)
{
	const struct confheader_probe *p = &s->probes->items[i];
	const char *text = p->text, *dot = strchr(text, '.');
	switch (p->ask) {
	case ASK_HEADER:
		return arena_printf(s->a, "#include <%s>", text);
	case ASK_FUNCTION:
		if (s->caution == NO_SYMBOLS)
			return arena_printf(s->a, "extern __typeof__(%s) *recast_%zu;", text, i);
		/* "used", or the linker would leave it out without looking for the symbol */
		return arena_printf(s->a, "__attribute__((used)) void *recast_%zu(void) { return (void *)&%s; }", i,
				    text);
	case ASK_DECLARED:
		return arena_printf(s->a, "void recast_%zu(void) { (void)(%s); }", i, text);
	case ASK_TYPE:
		return arena_printf(s->a, "typedef %s recast_t%zu; extern char recast_%zu[sizeof(recast_t%zu)];", text,
				    i, i, i);
	case ASK_MEMBER:
		return arena_printf(s->a, "extern char recast_%zu[sizeof(((%.*s *)0)->%s)];", i, (int)(dot - text),
				    text, dot + 1);
	default:
		return arena_printf(s->a, "unsigned long recast_%zu(void) { typedef %s t; return %s(t); }", i, text,
				    p->ask == ASK_SIZE ? "sizeof" : "_Alignof");
	}
}

static void put_probes(struct asking *s, bool headers_only)
{
	for (size_t i = 0; i < s->probes->len; i++) {
		struct confheader_probe *p = &s->probes->items[i];
		bool header = p->ask == ASK_HEADER, asked = header ? s->caution < NO_HEADERS : !is_preprocessed(p);
		if (!p->holds || !asked || header != headers_only)
			continue;
		*vec_push(&s->lines) = (struct line){s->line, i};
		put(s, line_of(s, i));
	}
}

static void put_program(struct asking *s)
{
	put_headers(s);
	s->lines.len = 0;
	put_probes(s, true);
	put_probes(s, false);
	put(s, "int main(void) {");
	for (size_t i = 0; i < s->probes->len; i++) {
		const struct confheader_probe *p = &s->probes->items[i];
		if (p->holds && has_number(p))
			put(s, arena_printf(s->a, "(printf)(\"" ANSWER " %zu %%lu\\n\", recast_%zu());", i, i));
	}
	put(s, "return 0; }");
}

/* The lines of the probes are in order. */
static struct confheader_probe *probe_at(const struct asking *s, unsigned number)
{
	size_t low = 0, high = s->lines.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->lines.items[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == s->lines.len || s->lines.items[low].number != number)
		return NULL;
	return &s->probes->items[s->lines.items[low].probe];
}

static bool drop_symbol(struct asking *s, const struct diag *d)
{
	const char *found = diag_undefined_symbol(d);
	bool dropped = false;
	for (size_t i = 0; found && i < s->probes->len; i++) {
		struct confheader_probe *p = &s->probes->items[i];
		if (p->holds && p->ask == ASK_FUNCTION && strcmp(p->text, found) == 0) {
			p->holds = false;
			dropped = true;
		}
	}
	return dropped;
}

/* A header of the C library that refuses to be included here. */
static bool drop_header(struct asking *s, const char *file)
{
	bool dropped = false;
	for (size_t i = 0; i < s->probes->len; i++) {
		struct confheader_probe *p = &s->probes->items[i];
		if (p->holds && p->ask == ASK_HEADER && str_ends(str_of(file), str_of(p->text))) {
			p->holds = false;
			dropped = true;
		}
	}
	return dropped;
}

static bool drop(struct asking *s, const struct diag *d)
{
	struct confheader_probe *p;
	if (d->severity != DIAG_ERROR)
		return false;
	if (strcmp(d->file, PROBE_PATH) != 0)
		return strncmp(d->file, "/usr/", 5) == 0 ? drop_header(s, d->file) : drop_symbol(s, d);
	p = probe_at(s, d->line);
	if (!p || !p->holds)
		return false;
	p->holds = false;
	return true;
}

/* Takes out what the errors name. False if they name nothing that could go. */
static bool drop_all(struct asking *s, const struct diag_list *diags)
{
	bool dropped = false;
	for (size_t i = 0; i < diags->len; i++)
		dropped |= drop(s, &diags->items[i]);
	if (dropped || s->caution == NO_SYMBOLS)
		return dropped;
	s->caution++;
	return true;
}

static void forget(struct asking *s, bool numbers_only)
{
	for (size_t i = 0; i < s->probes->len; i++) {
		struct confheader_probe *p = &s->probes->items[i];
		if (numbers_only ? has_number(p) : !is_preprocessed(p))
			p->holds = false;
	}
}

/* One attempt. *ret_done: there is nothing more to be found out. */
static int attempt(struct asking *s, bool *ret_done, struct err *err)
{
	struct own_run run;
	put_program(s);
	struct own_source source = source_of(s);
	if (check_text(s, err) < 0 || own_run(s->tools, &source, NULL, 0, s->a, &run, err) < 0)
		return -1;
	*ret_done = run.built.ok;
	if (run.built.ok) {
		forget(s, true);
		read_answers(s, run.output);
	} else if (!drop_all(s, &run.built.diags)) {
		forget(s, false);
		*ret_done = true;
	}
	return 0;
}

static int compile(struct asking *s, struct err *err)
{
	bool done = s->probes->len == 0;
	for (size_t i = 0; i < s->probes->len; i++)
		s->probes->items[i].holds |= !is_preprocessed(&s->probes->items[i]);
	for (unsigned round = 0; !done; round++) {
		if (round == ROUNDS_MAX) {
			forget(s, false);
			return 0;
		}
		SCOPED_ARENA struct arena scratch = {0};
		s->a = &scratch;
		if (attempt(s, &done, err) < 0)
			return -1;
	}
	return 0;
}

int confheader_probe(struct confheader_probes *probes, const struct tools *tools, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct asking s = {.probes = probes, .tools = tools, .a = &scratch};
	buf_init(&s.text, TEXT_MAX);
	int result = preprocess(&s, err);
	if (result == 0)
		result = compile(&s, err);
	vec_release(&s.lines);
	buf_release(&s.text);
	return result;
}
