#include "harness/taskfile.h"

#include "core/utf8.h"
#include "harness/markdown.h"

enum section { CONSIDERATIONS, DECISIONS, PLAN, ACTIONS, SECTIONS };

static const char *const titles[SECTIONS] = {"Considerations", "Decisions", "Plan", "Actions"};

/* Where things stand; offsets into the text. */
struct outline {
	struct str front;
	bool endless; /* the front matter */
	bool found[SECTIONS];
	const char *headings[SECTIONS]; /* lines */
	struct str sections[SECTIONS];  /* below them */
	unsigned again; /* the line of a heading that came twice, or 0 */
	enum section which;
	struct markdown state; /* at the end of the text */
};

static bool is_dashes(struct str line)
{
	return str_starts(line, STR("---")) && str_trim(line).len == 3;
}

/* Cuts the front matter off; the number of its lines. */
static unsigned read_front(struct str *rest, struct outline *o)
{
	struct str body = *rest, line;
	if (str_starts(body, STR("\xEF\xBB\xBF")))
		body = str_from(body, 3);
	if (!str_next_line(&body, &line) || !is_dashes(line))
		return 0;
	struct str front = body;
	for (unsigned number = 2; str_next_line(&body, &line); number++) {
		if (!is_dashes(line))
			continue;
		o->front = str_first(front, (size_t)(line.ptr - front.ptr));
		*rest = body;
		return number;
	}
	o->endless = true;
	return 0;
}

/* A section that was open ends in front of `end`. */
static void end_section(struct outline *o, enum section *open, const char *end)
{
	if (*open < SECTIONS)
		o->sections[*open].len = (size_t)(end - o->sections[*open].ptr);
	*open = SECTIONS;
}

static enum section section_of(struct str title)
{
	enum section s = CONSIDERATIONS;
	while (s < SECTIONS && !str_eq(title, str_of(titles[s])))
		s++;
	return s;
}

static struct outline read_outline(struct str text)
{
	struct outline o = {0};
	struct str line, title;
	enum section open = SECTIONS;
	unsigned number = read_front(&text, &o);
	const char *end = text.ptr + text.len;
	while (str_next_line(&text, &line)) {
		number++;
		unsigned level = markdown_line(&o.state, line, &title);
		if (level != 1 && level != 2)
			continue;
		end_section(&o, &open, line.ptr);
		enum section s = level == 2 ? section_of(title) : SECTIONS;
		if (s == SECTIONS)
			continue;
		if (o.found[s]) {
			o.again = o.again ? o.again : number;
			o.which = s;
			continue;
		}
		o.found[s] = true;
		o.headings[s] = line.ptr;
		o.sections[s].ptr = text.ptr;
		open = s;
	}
	end_section(&o, &open, end);
	return o;
}

int taskfile_parse(struct str text, struct taskfile *ret, struct err *err)
{
	if (text.len > TASKFILE_MAX)
		return err_set(err, ERR_LIMIT, "the task file is larger than %d bytes", TASKFILE_MAX);
	struct outline o = read_outline(text);
	if (o.endless)
		return err_set(err, ERR_PARSE, "line 1: the front matter has no end, a line of \"---\"");
	if (o.again)
		return err_set(err, ERR_PARSE, "line %u: the heading \"%s\" stands there a second time", o.again,
			       titles[o.which]);
	*ret = (struct taskfile){o.front, o.sections[CONSIDERATIONS], o.sections[DECISIONS], o.sections[PLAN],
				  o.sections[ACTIONS]};
	return 0;
}

/* Without the quotes at both ends; an escaped byte stands for itself. */
static struct str unquote(struct str value, struct arena *a)
{
	char quote = value.len >= 2 ? value.ptr[0] : '\0';
	if ((quote != '"' && quote != '\'') || value.ptr[value.len - 1] != quote)
		return value;
	value = str_first(str_from(value, 1), value.len - 2);
	char escape = quote == '"' ? '\\' : '\'';
	char *plain = arena_str(a, value);
	size_t len = 0;
	for (size_t i = 0; i < value.len; i++) {
		bool escaped = value.ptr[i] == escape && i + 1 < value.len;
		char next = escaped ? value.ptr[i + 1] : '\0';
		i += escaped && (next == quote || next == escape);
		plain[len++] = value.ptr[i];
	}
	return (struct str){plain, len};
}

struct str taskfile_value(const struct taskfile *t, const char *key, struct arena *a)
{
	struct str rest = t->front, line;
	while (str_next_line(&rest, &line)) {
		size_t colon = str_index(line, ':');
		if (colon < line.len && str_eq(str_trim(str_first(line, colon)), str_of(key)))
			return unquote(str_trim(str_from(line, colon + 1)), a);
	}
	return (struct str){0};
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Nothing in it means anything to who reads front matter. */
static bool is_plain(struct str value)
{
	bool good = value.len > 0 && (is_word(value.ptr[0]) || value.ptr[0] == '/' || value.ptr[0] == '.');
	for (size_t i = 0; i < value.len && good; i++) {
		char c = value.ptr[i], next = i + 1 < value.len ? value.ptr[i + 1] : ' ';
		good = is_word(c) || strchr("./+-@~_()", c) || (c == ' ' && next != '#') || (c == ':' && next != ' ');
	}
	return good;
}

static void add_value(struct buf *out, struct str key, const char *text)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, TASKFILE_ACTION_MAX);
	utf8_append_line(&line, str_of(text ? text : ""));
	struct str value = str_trim(str_whole_characters(buf_str(&line)));
	if (value.len == 0)
		return;
	buf_printf(out, "%.*s: ", STR_ARG(key));
	bool plain = is_plain(value);
	if (!plain)
		buf_append_char(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			buf_append_char(out, '\\');
		buf_append_char(out, value.ptr[i]);
	}
	buf_append_cstr(out, plain ? "\n" : "\"\n");
}

static void add_source(struct buf *out, const struct taskfile_new *t)
{
	struct str id = str_of(t->id ? t->id : ""), kind = {0};
	struct str rest = id;
	bool known = str_next_word(&rest, &kind) && (str_eq(kind, STR("commit")) || str_eq(kind, STR("tree")));
	add_value(out, STR("name"), t->name);
	add_value(out, STR("source"), t->source);
	add_value(out, known ? kind : STR("id"), known ? rest.ptr : t->id);
	add_value(out, STR("licence"), t->licence);
}

static bool is_of_source(struct str line)
{
	static const char *const keys[] = {"name", "source", "commit", "tree", "id", "licence"};
	struct str key = str_trim(str_first(line, str_index(line, ':')));
	for (size_t i = 0; i < countof(keys); i++) {
		if (str_eq(key, str_of(keys[i])))
			return true;
	}
	return false;
}

static void add_escaped(struct buf *out, const char *text)
{
	struct str s = str_trim(str_of(text ? text : ""));
	bool cut = s.len > TASKFILE_ACTION_MAX;
	markdown_append_escaped(out, str_whole_characters(str_first(s, TASKFILE_ACTION_MAX)));
	buf_append_cstr(out, cut ? "…" : "");
}

static struct str finish(struct buf *out, struct arena *a)
{
	struct str text = {arena_str(a, buf_str(out)), out->len};
	buf_release(out);
	return text;
}

static const char first_words[] =
	", recast\n"
	"\n"
	"This file accompanies a rewrite that is made from a library's interface and tests alone,\n"
	"without its source. What stands below Considerations (what the rewrite should be like)\n"
	"and below Decisions (what was decided, by whom, and whether they have seen the\n"
	"original's source) is given to whoever writes it, word for word. Both are yours to\n"
	"change. Below Plan recast puts which files the rewrite is to have, if nothing stands there,\n"
	"and below Actions it adds what it did. It changes nothing else here.\n"
	"\n"
	"## Considerations\n"
	"\n";

struct str taskfile_first(const struct taskfile_new *t, struct arena *a)
{
	struct buf out;
	buf_init(&out, TASKFILE_MAX);
	buf_append_cstr(&out, "---\nrecast: 1\n");
	add_source(&out, t);
	buf_append_cstr(&out, "---\n\n# ");
	add_escaped(&out, t->name && t->name[0] ? t->name : "Library");
	buf_append_cstr(&out, first_words);
	for (size_t i = 0; i < t->open.len; i++) {
		buf_append_cstr(&out, "- [ ] ");
		add_escaped(&out, t->open.items[i]);
		buf_append_cstr(&out, i + 1 < t->open.len ? "\n" : "\n\n");
	}
	buf_append_cstr(&out, "## Decisions\n\n## Actions\n\n- ");
	add_escaped(&out, t->date);
	buf_append_cstr(&out, ": init");
	if (t->id && t->id[0]) {
		buf_append_cstr(&out, ", from ");
		add_escaped(&out, t->id);
	}
	buf_append_char(&out, '\n');
	return finish(&out, a);
}

struct str taskfile_with_source(struct str text, const struct taskfile_new *t, struct arena *a)
{
	struct outline o = read_outline(text);
	if (!o.front.ptr)
		return text;
	struct buf out;
	size_t start = (size_t)(o.front.ptr - text.ptr);
	buf_init(&out, 2 * TASKFILE_MAX);
	buf_append_str(&out, str_first(text, start));
	for (struct str rest = o.front, line; rest.len;) {
		const char *from = rest.ptr;
		str_next_line(&rest, &line);
		if (!is_of_source(line))
			buf_append_str(&out, (struct str){from, (size_t)(rest.ptr - from)});
	}
	add_source(&out, t);
	buf_append_str(&out, str_from(text, start + o.front.len));
	return finish(&out, a);
}

static const char *line_end_of(struct str text)
{
	size_t end = str_index(text, '\n');
	return end > 0 && end < text.len && text.ptr[end - 1] == '\r' ? "\r\n" : "\n";
}

/* Ends what is open, so that something can follow. */
static void append_head(struct buf *out, struct str head, const struct markdown *open, const char *line_end)
{
	buf_append_str(out, head);
	if (head.len && head.ptr[head.len - 1] != '\n')
		buf_append_cstr(out, line_end);
	if (open && markdown_is_open(open))
		markdown_close(open, line_end, out);
}

/* Where the next action goes: behind the last line that is not empty, or behind the one empty
 * line below the heading. */
static size_t end_of_actions(struct str text, struct str actions, bool *ret_empty)
{
	struct str rest = actions, line;
	const char *at = actions.ptr;
	*ret_empty = true;
	for (bool first = true; str_next_line(&rest, &line); first = false) {
		bool some = str_trim(line).len > 0;
		*ret_empty &= !some;
		if (some || first)
			at = rest.ptr;
	}
	return (size_t)(at - text.ptr);
}

struct str taskfile_with_action(struct str text, const char *date, const char *action, struct arena *a)
{
	struct outline o = read_outline(text);
	const char *line_end = line_end_of(text);
	bool known = o.found[ACTIONS], empty = true;
	size_t at = known ? end_of_actions(text, o.sections[ACTIONS], &empty) : text.len;
	/* Below the heading there is an empty line, or one has to be made. */
	bool tight = known && empty && o.sections[ACTIONS].ptr + str_index(o.sections[ACTIONS],
		'\n') >= text.ptr + at;
	struct buf out;
	buf_init(&out, SIZE_MAX / 4);
	append_head(&out, str_first(text, at), at == text.len ? &o.state : NULL, line_end);
	if (!known)
		buf_printf(&out, "%s## Actions%s", text.len ? line_end : "", line_end);
	if (!known || tight)
		buf_append_cstr(&out, line_end);
	buf_append_cstr(&out, "- ");
	add_escaped(&out, date);
	buf_append_cstr(&out, ": ");
	add_escaped(&out, action);
	buf_append_cstr(&out, line_end);
	buf_append_str(&out, str_from(text, at));
	return finish(&out, a);
}

struct str taskfile_with_plan(struct str text, struct str plan, struct arena *a)
{
	struct outline o = read_outline(text);
	const char *line_end = line_end_of(text);
	struct str line;
	if (str_trim(o.sections[PLAN]).len > 0)
		return text;
	const char *before = o.found[PLAN]      ? o.sections[PLAN].ptr
			     : o.found[ACTIONS] ? o.headings[ACTIONS]
						: text.ptr + text.len;
	size_t at = text.len ? (size_t)(before - text.ptr) : 0;
	struct buf out;
	buf_init(&out, SIZE_MAX / 4);
	append_head(&out, str_first(text, at), at == text.len ? &o.state : NULL, line_end);
	bool apart = str_ends(buf_str(&out), STR("\n\n")) || str_ends(buf_str(&out), STR("\n\r\n"));
	if (!o.found[PLAN])
		buf_printf(&out, "%s## Plan%s", at > 0 && !apart ? line_end : "", line_end);
	buf_append_cstr(&out, line_end);
	while (str_next_line(&plan, &line)) {
		buf_append_str(&out, line);
		buf_append_cstr(&out, line_end);
	}
	if (at < text.len && text.ptr[at] != '\n' && text.ptr[at] != '\r')
		buf_append_cstr(&out, line_end);
	buf_append_str(&out, str_from(text, at));
	return finish(&out, a);
}
