#include "harness/confheader_parts.h"

#include "core/buf.h"
#include "core/mem.h"

#include <strings.h>

/*
 * A template is C text with marks in it, so it is walked as C: what stands in a
 * comment asks nothing, and a mark in a string is worth text, not a number.
 */

enum state { CODE, STRING, CHARACTER, LINE_COMMENT, COMMENT };

struct marks {
	struct confheader_mark *items;
	size_t len, cap;
};

struct scan {
	struct str text;
	struct arena *a;
	struct marks marks;
	enum state state;
	size_t line_end;
	size_t undefs, others; /* lines of #undef, and other lines that say something */
	bool cmake, cut;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the identifier there, 0 if there is none or one too long to be a name. */
static size_t name_length(struct str s)
{
	size_t n = 0;
	if (s.len == 0 || !is_letter(s.ptr[0]))
		return 0;
	while (n < s.len && (is_letter(s.ptr[n]) || is_digit(s.ptr[n])))
		n++;
	return n <= CONFHEADER_NAME_MAX ? n : 0;
}

static struct str skip_blanks(struct str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = str_from(s, 1);
	return s;
}

static void add_mark(struct scan *s, struct confheader_mark mark, struct str name)
{
	if (s->marks.len == CONFHEADER_MARKS_MAX) {
		s->cut = true;
		return;
	}
	mark.name = arena_str(s->a, name);
	mark.line_end = s->line_end;
	mark.where = s->state == CODE || s->state == CHARACTER ? IN_CODE : s->state == STRING ? IN_STRING : IN_COMMENT;
	*vec_push(&s->marks) = mark;
}

static size_t offset_of(const struct scan *s, struct str part)
{
	return (size_t)(part.ptr - s->text.ptr);
}

/* "@X@" or "${X}" at the beginning; its length, or 0. */
static size_t reference(struct scan *s, size_t at)
{
	struct str rest = str_from(str_first(s->text, s->line_end), at);
	bool braces = rest.ptr[0] == '$';
	size_t before = braces ? 2 : 1;
	if (rest.len < before + 2 || (braces && rest.ptr[1] != '{'))
		return 0;
	struct str name = str_from(rest, before);
	name.len = name_length(name);
	size_t len = before + name.len + 1;
	if (!name.len || len > rest.len || rest.ptr[len - 1] != (braces ? '}' : '@'))
		return 0;
	enum confheader_form form = braces ? FORM_BRACES : FORM_AT;
	add_mark(s, (struct confheader_mark){.form = form, .start = at, .end = at + len}, name);
	return len;
}

static const struct {
	struct str word;
	enum confheader_form form;
} directives[] = {
	{{"undef", 5}, FORM_UNDEF},
	{{"cmakedefine", 11}, FORM_DEFINE},
	{{"cmakedefine01", 13}, FORM_DEFINE_01},
	{{"mesondefine", 11}, FORM_MESON},
};

/* What a line of the preprocessor does: how far it was read, which is 0 unless it is a mark. */
static size_t directive(struct scan *s, struct str line)
{
	size_t start = offset_of(s, line);
	struct str rest = skip_blanks(str_from(line, 1)), word = rest;
	size_t blanks = line.len - 1 - rest.len;
	word.len = name_length(word);
	struct str name = skip_blanks(str_from(rest, word.len));
	name.len = name_length(name);
	bool condition = str_starts(word, STR("if")) || str_starts(word, STR("el")) || str_eq(word, STR("endif"));
	for (size_t i = 0; name.len && i < countof(directives); i++) {
		if (!str_eq(word, directives[i].word))
			continue;
		enum confheader_form form = directives[i].form;
		s->undefs += form == FORM_UNDEF;
		s->cmake |= form != FORM_UNDEF;
		size_t end = offset_of(s, name) + name.len;
		add_mark(s, (struct confheader_mark){.form = form, .start = start, .end = end, .blanks = blanks}, name);
		return end;
	}
	s->others += !condition;
	return 0;
}

/* The state behind the byte at `at`, and how many bytes belong to it. */
static size_t step(struct scan *s, size_t at)
{
	const char *p = s->text.ptr + at;
	char next = at + 1 < s->line_end ? p[1] : '\0';
	switch (s->state) {
	case CODE:
		if (p[0] == '/' && (next == '*' || next == '/')) {
			s->state = next == '*' ? COMMENT : LINE_COMMENT;
			return 2;
		}
		if (p[0] == '"' || p[0] == '\'')
			s->state = p[0] == '"' ? STRING : CHARACTER;
		return 1;
	case STRING:
	case CHARACTER:
		if (p[0] == '\\' && next)
			return 2;
		if (p[0] == (s->state == STRING ? '"' : '\''))
			s->state = CODE;
		return 1;
	case COMMENT:
		if (p[0] != '*' || next != '/')
			return 1;
		s->state = CODE;
		return 2;
	default:
		return 1;
	}
}

static void scan_line(struct scan *s, size_t at)
{
	struct str line = skip_blanks(str_from(str_first(s->text, s->line_end), at));
	bool says = false;
	if (s->state == CODE && line.len && line.ptr[0] == '#') {
		size_t end = directive(s, line);
		at = end ? end : at;
		says = true;
	}
	while (at < s->line_end) {
		char c = s->text.ptr[at];
		size_t len = c == '@' || c == '$' ? reference(s, at) : 0;
		enum state before = s->state;
		at += len ? len : step(s, at);
		bool blank = c == ' ' || c == '\t' || c == '\r';
		if (!says && !blank && before == CODE && s->state != COMMENT && s->state != LINE_COMMENT) {
			says = true;
			s->others++;
		}
	}
	if (s->state != COMMENT)
		s->state = CODE;
}

void confheader_scan(struct str text, struct arena *a, struct confheader_template *ret)
{
	struct scan s = {.text = text, .a = a};
	for (size_t at = 0; at < text.len; at = s.line_end + 1) {
		s.line_end = at + str_index(str_from(text, at), '\n');
		scan_line(&s, at);
	}
	*ret = (struct confheader_template){
		.text = text,
		.marks = arena_array(a, s.marks.len, struct confheader_mark),
		.len = s.marks.len,
		.cmake = s.cmake,
		.autoheader = !s.cmake && s.undefs > 0 && s.undefs >= s.others,
		.cut = s.cut,
	};
	if (s.marks.len)
		memcpy(ret->marks, s.marks.items, s.marks.len * sizeof(*ret->marks));
	vec_release(&s.marks);
}

/* An #undef alone, or ${X} in a string, stands in many a file that is no template. */
bool confheader_is_template(struct str text)
{
	SCOPED_ARENA struct arena a = {0};
	struct confheader_template t;
	confheader_scan(text, &a, &t);
	bool found = t.cmake || t.autoheader;
	for (size_t i = 0; i < t.len && !found; i++) {
		const struct confheader_mark *m = &t.marks[i];
		found = m->form == FORM_AT ? m->where != IN_COMMENT : m->form == FORM_BRACES && m->where == IN_CODE;
	}
	return found;
}

/* ---- writing */

enum { TEXT_MAX = 16 << 20 };

/* As CMake takes them. */
static bool is_false(const char *value)
{
	static const char *const words[] = {"", "0", "off", "no", "false", "n", "ignore", "notfound"};
	for (size_t i = 0; i < countof(words); i++) {
		if (strcasecmp(value, words[i]) == 0)
			return true;
	}
	size_t len = strlen(value);
	return len > 9 && strcasecmp(value + len - 9, "-notfound") == 0;
}

static bool is_word(const char *value, const char *word)
{
	return strcasecmp(value, word) == 0;
}

/* Whose value is its own name needs no definition: `const`, `size_t`. */
static bool is_itself(const struct confheader_answer *answer)
{
	return strcmp(answer->name, answer->value) == 0;
}

static void put_undefined(struct buf *out, const struct confheader_answer *answer)
{
	buf_printf(out, "/* #undef %s */", answer->name);
}

static void put_define(struct buf *out, const struct confheader_mark *m, const char *value)
{
	buf_printf(out, "#%*sdefine %s%s%s", (int)min_size(m->blanks, 100), "", m->name, value[0] ? " " : "", value);
}

static void put_value(struct buf *out, const struct confheader_mark *m, const char *value)
{
	SCOPED_ARENA struct arena scratch = {0};
	bool quoted = confheader_is_text(m->name) && !strpbrk(value, "\"\\");
	put_define(out, m, quoted ? arena_printf(&scratch, "\"%s\"", value) : value);
}

static void put_reference(struct buf *out, const struct confheader_template *t, const struct confheader_mark *m,
			  const struct confheader_answer *answer)
{
	bool asked = answer->value || !answer->guessed;
	if (answer->value)
		buf_append_cstr(out, answer->value);
	else if (m->where == IN_COMMENT || (m->where == IN_STRING && m->form == FORM_BRACES && !asked))
		buf_append_str(out, str_first(str_from(t->text, m->start), m->end - m->start));
	else if (m->where == IN_CODE)
		buf_append_char(out, '0');
}

/* Returns where the text goes on. */
static size_t put_mark(struct buf *out, const struct confheader_template *t, const struct confheader_mark *m,
		       const struct confheader_answer *answer)
{
	const char *value = answer->value;
	bool defined = value && !is_itself(answer);
	switch (m->form) {
	case FORM_UNDEF:
		if (defined)
			put_value(out, m, value);
		else
			put_undefined(out, answer);
		return m->end;
	case FORM_DEFINE:
		if (defined && !is_false(value)) {
			put_define(out, m, "");
			return m->end;
		}
		put_undefined(out, answer);
		return m->line_end;
	case FORM_DEFINE_01:
		put_define(out, m, value && !is_false(value) ? "1" : "0");
		return m->end;
	case FORM_MESON:
		if (defined && is_word(value, "false"))
			buf_printf(out, "#undef %s", m->name);
		else if (defined)
			put_define(out, m, is_word(value, "true") ? "" : value);
		else
			put_undefined(out, answer);
		return m->end;
	default:
		put_reference(out, t, m, answer);
		return m->end;
	}
}

/* Whether the mark is a question at all, and not what the header itself undefines. */
static bool is_open(const struct confheader_template *t, const struct confheader_mark *m,
		    const struct confheader_answer *answer)
{
	return m->form != FORM_UNDEF || t->autoheader || (!t->cmake && answer->value && !answer->guessed);
}

int confheader_render(const struct confheader_template *t, const struct confheader_answer *answers, struct arena *a,
		      struct str *ret, struct err *err)
{
	SCOPED_BUF struct buf out;
	size_t at = 0;
	buf_init(&out, TEXT_MAX);
	for (size_t i = 0; i < t->len; i++) {
		const struct confheader_mark *m = &t->marks[i];
		if (m->start < at || !is_open(t, m, &answers[m->answer]))
			continue;
		buf_append(&out, t->text.ptr + at, m->start - at);
		at = put_mark(&out, t, m, &answers[m->answer]);
	}
	buf_append_str(&out, str_from(t->text, at));
	if (buf_check(&out, "a configuration header", err) < 0)
		return -1;
	*ret = (struct str){arena_str(a, buf_str(&out)), out.len};
	return 0;
}
