#include "harness/scout_parts.h"

#include "core/mem.h"
#include "harness/ctoken.h"

#include <ctype.h>

/*
 * Libraries that are a header: no source defines what it declares. By experiment: the header alone
 * is compiled with and without each macro that its conditions name, and the symbols tell which of them
 * makes it define its functions, or keeps it from that.
 */

enum { MACROS_MAX = 60 };

struct single {
	struct scout *s;
	const char *header;
	const char *text;          /* "#include …" */
	struct scout_object plain; /* without any macro */
	const char *maker, *breaker; /* macros that switch definitions on, or off */
	struct scout_object made;
};

/* ---- macros in conditions */

/* A macro behind #ifdef, #ifndef or in #if, as far as it may be the library's own. */
static bool is_own_macro(struct str name)
{
	static const char *const words[] = {"defined", "__cplusplus", "NDEBUG", "DEBUG", "WIN32", "_WIN32",
					    "_MSC_VER"};
	for (size_t i = 0; i < countof(words); i++) {
		if (str_eq(name, str_of(words[i])))
			return false;
	}
	return name.len > 2 && name.len < 100 && !str_starts(name, STR("__"));
}

static bool is_condition(const struct ctoken *token)
{
	return ctoken_is(token, "ifdef") || ctoken_is(token, "ifndef") || ctoken_is(token, "if") ||
	       ctoken_is(token, "elif");
}

/* Where the reader of macros is in a directive. */
struct macro_reader {
	struct scout *s;
	struct scout_list *list;
	struct str last; /* behind the last #ifndef, which may be the guard */
	enum { DIRECTIVE_BEGINS, DIRECTIVE_CONDITION, DIRECTIVE_DEFINES, DIRECTIVE_GUARDS, DIRECTIVE_OTHER } state;
};

static void read_directive(struct macro_reader *m, const struct ctoken *token)
{
	switch (m->state) {
	case DIRECTIVE_BEGINS:
		m->state = is_condition(token)	       ? DIRECTIVE_CONDITION
			   : ctoken_is(token, "define") ? DIRECTIVE_DEFINES
							: DIRECTIVE_OTHER;
		break;
	case DIRECTIVE_CONDITION:
		if (token->kind != CTOKEN_NAME || !is_own_macro(token->text))
			break;
		m->last = token->text;
		scout_list_add(m->list, arena_str(m->s->a, token->text));
		break;
	case DIRECTIVE_DEFINES:
		m->state = m->last.len && str_eq(m->last, token->text) ? DIRECTIVE_GUARDS : DIRECTIVE_OTHER;
		break;
	case DIRECTIVE_GUARDS:
		/* Defined as nothing where it was asked for: the guard. */
		if (token->kind == CTOKEN_END && m->list->len &&
		    str_eq(str_of(m->list->items[m->list->len - 1]), m->last))
			m->list->len--;
		m->state = DIRECTIVE_OTHER;
		break;
	case DIRECTIVE_OTHER:
		break;
	}
}

void scout_macros(struct scout *s, struct str text, struct scout_list *list, size_t max)
{
	struct ctoken_reader r = ctoken_reader(str_first(text, SCOUT_SCAN_MAX));
	struct macro_reader m = {.s = s, .list = list, .state = DIRECTIVE_OTHER};
	struct ctoken token;
	while (list->len < max && ctoken_next(&r, &token)) {
		if (token.kind == CTOKEN_COMMENT)
			continue;
		if (token.kind != CTOKEN_HASH)
			read_directive(&m, &token);
		if (token.kind == CTOKEN_HASH)
			m.state = DIRECTIVE_BEGINS;
		else if (token.kind == CTOKEN_END)
			m.state = DIRECTIVE_OTHER;
	}
}

/* ---- experiments */

static size_t declared_in(const struct scout *s, const struct scout_object *o)
{
	size_t count = 0;
	for (size_t i = 0; o->ok && i < o->defined.len; i++)
		count += nameset_has(&s->declared, str_of(o->defined.items[i]));
	return count;
}

/* "X_IMPLEMENTATION" before "X_DEBUG_MAIN", if both make definitions appear. */
static bool is_better_maker(const char *name, size_t count, const struct single *single, size_t best)
{
	bool usual = strstr(name, "IMPL") != NULL, was = single->maker && strstr(single->maker, "IMPL");
	return count > 0 && (!single->maker || (usual && !was) || (usual == was && count > best));
}

static int try_macros(struct single *single, struct err *err)
{
	struct scout *s = single->s;
	struct scout_list macros = {0};
	const struct scout_file *f = scout_file(s, single->header);
	size_t plain = declared_in(s, &single->plain), best = 0;
	int result = 0;
	scout_macros(s, f->text, &macros, MACROS_MAX);
	for (size_t i = 0; result == 0 && i < macros.len; i++) {
		struct scout_object o;
		const char *name = macros.items[i];
		result = scout_compile_text(s, single->text, name, &o, err);
		if (result < 0 || !o.ok)
			continue;
		size_t count = declared_in(s, &o);
		if (plain && !count && o.defined.len == 0 && (!single->breaker || strstr(name, "HEADER")))
			single->breaker = name;
		if (!plain && is_better_maker(name, count, single, best)) {
			single->maker = name;
			single->made = o;
			best = count;
		}
	}
	vec_release(&macros);
	return result;
}

/* ---- what is written for it */

static const char *stub_text(struct scout *s, const char *header, const char *macro)
{
	return arena_printf(s->a, "%s%s%s#include \"%s\"\n", macro ? "#define " : "", macro ? macro : "",
			    macro ? "\n" : "",
			    header);
}

/* "recast_jsmn.c", in the project's folder, where the header's path is its own. */
static const char *stub_path(struct scout *s)
{
	char *path = arena_printf(s->a, "recast_%.60s.c", s->name);
	for (char *c = path; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '.')
			*c = '_';
	}
	return path;
}

static void add_names(struct scout *s, const struct scout_object *o)
{
	for (size_t i = 0; i < o->defined.len; i++)
		nameset_add(&s->library_names, str_of(o->defined.items[i]));
	nameset_seal(&s->library_names);
}

/* Tests that ask for the implementation by themselves get the header without it: one of the same
 * name is found first, which takes the macro back. */
static void shield_tests(struct scout *s, const char *header, const char *macro)
{
	const char *base = path_base_of(header);
	const char *path = arena_printf(s->a, "recast/%s", base);
	const char *text = arena_printf(s->a, "#undef %s\n#include \"../%s\"\n", macro, header);
	*vec_push(&s->tests_files) = (struct scout_made){path, NULL, str_of(text)};
	scout_list_add(&s->tests.include, "recast");
}

static bool tests_define(const struct scout *s, const char *macro)
{
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (f->source && f->place != PLACE_LIBRARY && f->text.len &&
		    memmem(f->text.ptr, f->text.len, macro, strlen(macro)))
			return true;
	}
	return false;
}

/* A function's body, or a macro with parameters that can stand for one. */
static bool has_code(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token, last = {0}, before = {0};
	while (ctoken_next(&r, &token)) {
		if (token.kind == CTOKEN_COMMENT)
			continue;
		bool touches = last.text.len && last.text.ptr + last.text.len == token.text.ptr;
		if (ctoken_is(&token, "{") && ctoken_is(&last, ")"))
			return true;
		if (r.in_directive && ctoken_is(&token, "(") && touches && ctoken_is(&before, "define"))
			return true;
		before = last;
		last = token;
	}
	return false;
}

static void say_nothing_links(struct scout *s, const struct scout_list *headers)
{
	enum { SHOWN = 3 };
	SCOPED_BUF struct buf names;
	buf_init(&names, 600);
	for (size_t i = 0; i < headers->len && i < SHOWN; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", headers->items[i]);
	if (headers->len > SHOWN)
		buf_printf(&names, " and %zu others", headers->len - SHOWN);
	if (headers->len)
		scout_find(s, FINDING_OPEN, "library.sources",
			   "%s: macros or static functions only; tests compile them in, so there is nothing to link a rewrite with",
			   names.ptr);
}

static void say_kind(struct scout *s, const struct single *single)
{
	if (single->maker)
		scout_find(s, FINDING_FOUND, "library.files", "%s defines its functions where %s is defined",
			   single->header,
			   single->maker);
	else if (single->breaker)
		scout_find(s, FINDING_FOUND, "library.files",
			   "%s defines its functions wherever it is included, unless %s is defined", single->header,
			   single->breaker);
	else
		scout_find(s, FINDING_GUESSED, "library.files", "%s defines its functions wherever it is included",
			   single->header);
}

/* One that knows no such system as the sandbox may take it for a Unix. */
static int try_platform(struct single *single, struct err *err)
{
	struct scout_object o;
	if (single->plain.ok || single->plain.missing)
		return 0;
	if (scout_compile_text(single->s, single->text, "__unix__", &o, err) < 0)
		return -1;
	if (!o.ok)
		return 0;
	single->plain = o;
	scout_list_add(&single->s->library.defines, "__unix__");
	scout_find(single->s, FINDING_GUESSED, "library.defines", "__unix__, without which %s does not compile",
		   single->header);
	return 0;
}

/* Headers that link with nothing are added to `plain`. */
static int settle_header(struct scout *s, const char *header, struct buf *stub, struct scout_list *plain, struct err *err)
{
	const char *path = arena_printf(s->a, PROJECT_ROOT "/%s", header);
	struct single single = {.s = s, .header = header, .text = stub_text(s, path, NULL)};
	if (scout_compile_text(s, single.text, NULL, &single.plain, err) < 0)
		return -1;
	if (!single.plain.ok && single.plain.missing) {
		bool found = false;
		if (scout_find_header(s, single.plain.missing, header, false, &found, err) < 0 ||
		    (found && scout_compile_text(s, single.text, NULL, &single.plain, err) < 0))
			return -1;
	}
	if (try_platform(&single, err) < 0 || try_macros(&single, err) < 0)
		return -1;
	const struct scout_object *o = single.maker ? &single.made : &single.plain;
	if (!o->ok) {
		scout_find(s, FINDING_OPEN, "library.headers", "%s does not compile by itself: %s", header,
			   o->failure ? o->failure : "");
		return 0;
	}
	bool defines = single.maker || declared_in(s, &single.plain);
	/* Declarations alone: what they declare is missing. */
	if (!defines && !has_code(scout_file(s, header)->text))
		return 0;
	buf_append_cstr(stub, stub_text(s, header, single.maker));
	add_names(s, o);
	if (defines || single.breaker)
		say_kind(s, &single);
	else
		scout_list_add(plain, header);
	if (single.breaker)
		scout_list_add(&s->tests.defines, single.breaker);
	else if (single.maker && tests_define(s, single.maker))
		shield_tests(s, header, single.maker);
	return 0;
}

int scout_single(struct scout *s, struct err *err)
{
	SCOPED_BUF struct buf stub;
	struct scout_list plain = {0};
	int result = 0;
	buf_init(&stub, 64 << 10);
	for (size_t i = 0; i < s->headers.len && i < 50 && result == 0; i++) {
		if (scout_file(s, s->headers.items[i]))
			result = settle_header(s, s->headers.items[i], &stub, &plain, err);
	}
	say_nothing_links(s, &plain);
	vec_release(&plain);
	if (result < 0 || stub.len == 0)
		return result;
	const char *path = stub_path(s);
	*vec_push(&s->library_files) = (struct scout_made){path, NULL, {arena_str(s->a, buf_str(&stub)), stub.len}};
	scout_list_add(&s->sources, path);
	s->is_single = true;
	return scout_renew_trees(s, err);
}
