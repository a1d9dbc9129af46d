#include "harness/cscope.h"

#include <strings.h>

static const char *const storage[] = {"extern", "static", "typedef", "const", "volatile", "register", "_Noreturn",
				      "_Thread_local", "__extension__", "constexpr"};
static const char *const attributes[] = {"__attribute__", "__attribute", "__declspec", "_Alignas", "alignas",
	"__asm__",
					 "__asm", "asm", "_Static_assert", "static_assert", "typeof", "__typeof__",
					 "_Atomic", "noexcept", "throw", "decltype", "_BitInt"};
static const char *const tags[] = {"struct", "union", "enum", "class"};
static const char *const types[] = {"void", "char", "short", "int", "long", "float", "double", "signed", "unsigned",
				    "_Bool", "bool"};
static const char *const demands[] = {"always_inline", "__always_inline__", "gnu_inline", "__gnu_inline__"};

#define IS_ONE_OF(name, list) is_one_of((name), (list), countof(list))

static bool is_one_of(struct str name, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_eq(name, str_of(list[i])))
			return true;
	}
	return false;
}

/* The only byte of a token that has one, else NUL. */
static char mark(const struct ctoken *t)
{
	return t->kind == CTOKEN_PUNCT && t->text.len == 1 ? t->text.ptr[0] : '\0';
}

static bool ends_with(struct str name, const char *end)
{
	size_t len = strlen(end);
	return name.len >= len && strncasecmp(name.ptr + name.len - len, end, len) == 0;
}

/* The keyword in its spellings, and macros that are called after it. */
static bool means_inline(struct str name)
{
	if (ends_with(name, "noinline") || ends_with(name, "no_inline"))
		return false;
	return ends_with(name, "inline") || ends_with(name, "inline__");
}

static void add_span(struct cscope_statement *s, size_t start, size_t end)
{
	if (s->spans_len < CSCOPE_SPANS_MAX)
		s->spans[s->spans_len++] = (struct cscope_span){start, end};
}

static bool has_lower(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		if ((name.ptr[i] >= 'a' && name.ptr[i] <= 'z') || (unsigned char)name.ptr[i] >= 0x80)
			return true;
	}
	return false;
}

/* A name in capitals, or with nothing in front, is more likely a macro than another. */
static void guess_name(struct cscope_statement *s, struct str name, bool typed)
{
	unsigned rank = (has_lower(name) ? 3 : 1) + (unsigned)typed;
	if (rank <= s->rank)
		return;
	s->rank = rank;
	s->name = name;
}

static void open_group(struct cscope_statement *s, const struct ctoken *t)
{
	bool round = mark(t) == '(', called = round && s->last.kind == CTOKEN_NAME && s->last.text.len;
	if (called && s->last_is_inline) { /* it was a function's name */
		s->is_inline = false;
		s->spans_len -= s->spans_len > 0;
	}
	if (called && s->tag && s->tag_names <= 1)
		s->tag_names = 0; /* an attribute */
	else if (round)
		s->tag = false;
	/* "int (*f(int a))(void)", "int (f)(int a)": the name stands in the brackets before. */
	bool attribute = IS_ONE_OF(s->group.before, attributes);
	if (round && mark(&s->last) == ')' && !attribute && s->group.name.len) {
		s->is_pointer = s->group.star && !s->group.nested;
		s->rank = 0;
		guess_name(s, s->group.name, true);
	}
	s->group = (struct cscope_group){0};
	if (called) {
		s->group.before = s->last.text;
		s->group.before_start = s->last.offset;
		s->group.typed = s->names[1].len > 0;
	}
}

/* What the brackets were that closed here. */
static void close_group(struct cscope_statement *s, const struct ctoken *t)
{
	const struct cscope_group *g = &s->group;
	bool attribute = IS_ONE_OF(g->before, attributes);
	if (attribute && g->demands_inline)
		add_span(s, g->before_start, t->offset + t->text.len);
	if (!g->before.len || mark(t) != ')' || attribute || g->literal || s->tag || IS_ONE_OF(g->before, types))
		return;
	if (g->twice && !has_lower(g->before) && s->names[1].len)
		guess_name(s, s->names[1], true);
	else
		guess_name(s, g->before, g->typed);
}

static void in_group(struct cscope *scope, const struct ctoken *t)
{
	struct cscope_group *g = &scope->statement.group;
	char m = mark(t);
	bool opens = m == '(' || m == '[' || m == '{';
	if (g->tokens++ == 0) {
		g->star = m == '*';
		g->twice = m == '(';
		g->literal = t->kind == CTOKEN_NUMBER || t->kind == CTOKEN_STRING || t->kind == CTOKEN_CHAR;
	}
	g->nested |= opens;
	if (t->kind == CTOKEN_NAME && scope->nesting == 1)
		g->name = t->text;
	if (t->kind == CTOKEN_NAME && IS_ONE_OF(t->text, demands))
		g->demands_inline = true;
}

static void take_name(struct cscope_statement *s, const struct ctoken *t)
{
	s->last_is_inline = means_inline(t->text);
	s->is_namespace |= str_eq(t->text, STR("namespace"));
	s->is_typedef |= str_eq(t->text, STR("typedef"));
	if (str_eq(t->text, STR("static")) || s->last_is_inline) {
		s->is_static |= !s->last_is_inline;
		s->is_inline |= s->last_is_inline;
		add_span(s, t->offset, t->offset + t->text.len);
	}
	if (IS_ONE_OF(t->text, tags)) {
		s->tag = true;
		s->tag_names = 0;
	} else {
		s->tag_names++;
	}
	if (IS_ONE_OF(t->text, storage))
		return;
	s->names[1] = s->names[0];
	s->names[0] = t->text;
}

static void begin(struct cscope *scope, const struct ctoken *t)
{
	bool led = scope->comments.some && scope->comments.end_line + 1 >= t->line;
	scope->statement = (struct cscope_statement){
		.begun = true,
		.start = t->offset,
		.lead = led ? scope->comments.start : t->offset,
		.line = t->line,
	};
	scope->comments.some = false;
}

static void end(struct cscope *scope, const struct ctoken *t)
{
	scope->statement.ended = true;
	scope->ended_line = t->line;
}

static enum cscope_event open_brace(struct cscope *scope, const struct ctoken *t)
{
	const struct cscope_statement *s = &scope->statement;
	if (!s->has_value && (s->last.kind == CTOKEN_STRING || (s->is_namespace && !s->rank))) {
		scope->linkage++;
		end(scope, t);
		return CSCOPE_NOTHING;
	}
	scope->kind = s->has_value ? CSCOPE_VALUE : s->tag ? CSCOPE_AGGREGATE : CSCOPE_BODY;
	scope->nesting = 1;
	return s->has_value ? CSCOPE_VALUE_BEGINS : s->tag ? CSCOPE_NOTHING : CSCOPE_BODY_BEGINS;
}

/* A token outside of all brackets, which may be the first of them. */
static enum cscope_event at_file_level(struct cscope *scope, const struct ctoken *t)
{
	struct cscope_statement *s = &scope->statement;
	if (!s->begun || s->ended)
		begin(scope, t);
	switch (mark(t)) {
	case '(':
	case '[':
		open_group(s, t);
		scope->kind = CSCOPE_GROUP;
		scope->nesting = 1;
		return CSCOPE_NOTHING;
	case '{':
		return open_brace(scope, t);
	case '}':
		scope->linkage -= scope->linkage > 0;
		end(scope, t);
		return CSCOPE_NOTHING;
	case ')':
	case ']':
		end(scope, t); /* of brackets that a ";" was found in */
		return CSCOPE_NOTHING;
	case ';':
		end(scope, t);
		return CSCOPE_STATEMENT_ENDS;
	case '=':
		s->has_value = true;
		break;
	case '*':
		s->tag = false;
		break;
	default:
		if (t->kind == CTOKEN_NAME)
			take_name(s, t);
	}
	s->last = *t;
	return CSCOPE_NOTHING;
}

/* The bracket that was open alone closes. */
static enum cscope_event close_outermost(struct cscope *scope, const struct ctoken *t)
{
	enum cscope_kind kind = scope->kind;
	struct cscope_statement *s = &scope->statement;
	scope->kind = CSCOPE_FILE;
	if (kind == CSCOPE_GROUP)
		close_group(s, t);
	if (kind == CSCOPE_AGGREGATE)
		s->tag = false;
	s->last = *t;
	s->last_is_inline = false;
	if (kind != CSCOPE_BODY)
		return kind == CSCOPE_VALUE ? CSCOPE_VALUE_ENDS : CSCOPE_NOTHING;
	end(scope, t);
	return CSCOPE_BODY_ENDS;
}

static void take_comment(struct cscope *scope, const struct ctoken *t)
{
	if (scope->nesting || (scope->statement.begun && !scope->statement.ended))
		return;
	unsigned end_line = t->line + (unsigned)str_count(t->text, '\n');
	if (!scope->comments.some || t->line > scope->comments.end_line + 1)
		scope->comments.start = t->offset;
	/* One behind a statement belongs to that. */
	scope->comments.some = t->line != scope->ended_line;
	scope->comments.end_line = end_line;
}

enum cscope_event cscope_next(struct cscope *scope, const struct ctoken *t)
{
	if (t->kind == CTOKEN_COMMENT) {
		take_comment(scope, t);
		return CSCOPE_NOTHING;
	}
	if (scope->nesting == 0)
		return at_file_level(scope, t);
	char m = mark(t);
	if (m == ')' || m == ']' || m == '}')
		return --scope->nesting ? CSCOPE_NOTHING : close_outermost(scope, t);
	if (scope->kind == CSCOPE_GROUP && scope->nesting == 1 && m == ';') {
		/* Brackets that were never closed, by a macro's doing or a mistake: what follows is read again. */
		scope->nesting = 0;
		scope->kind = CSCOPE_FILE;
		end(scope, t);
		return CSCOPE_NOTHING;
	}
	if (scope->kind == CSCOPE_GROUP)
		in_group(scope, t);
	scope->nesting += m == '(' || m == '[' || m == '{';
	return CSCOPE_NOTHING;
}

void cscope_interrupt(struct cscope *scope)
{
	scope->comments.some = false;
	scope->statement.interrupted = true;
	scope->statement.last = (struct ctoken){0};
	scope->statement.last_is_inline = false;
}

bool cscope_declares_function(const struct cscope_statement *s)
{
	bool typed = s->rank == 2 || s->rank == 4;
	return typed && !s->is_pointer && !s->is_typedef && !s->has_value;
}
