#include "harness/buildfacts_make.h"

#include "core/buf.h"
#include "core/mem.h"

/* Nested conditions. */
struct branches {
	struct {
		bool outer;   /* whether what is around is read */
		bool taken;   /* a branch was surely read */
		bool reading; /* the present one */
		bool unsure;  /* nobody knows which one counts */
		bool other;   /* what `otherwise` was around it */
	} items[FACTS_DEPTH_MAX];
	size_t len;
	size_t deeper; /* beyond the maximum: passed over */
};

struct reading {
	struct make *m;
	struct str rest;
	struct branches branches;
	struct make_recipe *recipe; /* that lines with a tab belong to */
	bool in_define;
};

static bool is_reading(const struct branches *b)
{
	return b->deeper == 0 && (b->len == 0 || (b->items[b->len - 1].outer && b->items[b->len - 1].reading));
}

/* The next line with its continuations, without their backslashes. */
static bool next_line(struct reading *r, struct buf *line)
{
	struct str part;
	buf_clear(line);
	if (!str_next_line(&r->rest, &part))
		return false;
	for (r->m->line++; part.len && part.ptr[part.len - 1] == '\\'; r->m->line++) {
		buf_append_str(line, str_first(part, part.len - 1));
		buf_append_char(line, ' ');
		if (!str_next_line(&r->rest, &part))
			return true;
		if (part.len && part.ptr[0] == '\t')
			part = str_from(part, 1);
	}
	buf_append_str(line, part);
	return true;
}

static struct str without_comment(struct str line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '#' && (i == 0 || line.ptr[i - 1] != '\\'))
			return str_first(line, i);
	}
	return line;
}

/* "(a,b)" or "'a' 'b'". */
static bool are_equal(struct make *m, struct str text)
{
	struct str left, right;
	text = str_trim(text);
	if (text.len > 1 && text.ptr[0] == '(') {
		size_t depth = 0, at = 1;
		while (at < text.len && (text.ptr[at] != ',' || depth > 0)) {
			depth += text.ptr[at] == '(';
			depth -= text.ptr[at] == ')' && depth > 0;
			at++;
		}
		left = str_from(str_first(text, at), 1);
		right = str_from(text, at + 1);
		right = str_first(right, right.len ? right.len - 1 : 0);
	} else {
		size_t end = text.len > 1 ? str_index(str_from(text, 1), text.ptr[0]) + 1 : text.len;
		left = str_from(str_first(text, end), 1);
		right = str_trim(str_from(text, end + 1));
		right = right.len > 1 ? str_from(str_first(right, right.len - 1), 1) : (struct str){0};
	}
	return strcmp(make_expand(m, str_trim(left)), make_expand(m, str_trim(right))) == 0;
}

/* Automake's conditions are names; most are set by configure. */
static enum make_condition ask(struct make *m, struct str name)
{
	static const char *const elsewhere[] = {"WIN", "MINGW", "DARWIN", "MACOS", "CYGWIN", "OS2", "MSVC", "BEOS"};
	bool negated = name.len && name.ptr[0] == '!';
	name = str_trim(str_from(name, negated));
	const char *known = m->conditions ? facts_var(m->f, m->conditions, name) : NULL;
	for (size_t i = 0; i < countof(elsewhere) && !known && name.len; i++) {
		if (memmem(name.ptr, name.len, elsewhere[i], strlen(elsewhere[i])))
			known = "0";
	}
	if (!known && facts_is_test_switch(name))
		known = "1";
	if (!known)
		return MAKE_EITHER;
	return (known[0] == '1') != negated ? MAKE_TRUE : MAKE_FALSE;
}

static void open_branch(struct reading *r, enum make_condition condition)
{
	struct branches *b = &r->branches;
	if (b->len == FACTS_DEPTH_MAX || b->deeper) {
		b->deeper++;
		return;
	}
	bool outer = is_reading(b);
	b->items[b->len].outer = outer;
	b->items[b->len].taken = condition == MAKE_TRUE;
	b->items[b->len].reading = condition != MAKE_FALSE;
	b->items[b->len].unsure = condition == MAKE_EITHER;
	b->items[b->len].other = r->m->otherwise;
	b->len++;
}

static void next_branch(struct reading *r, enum make_condition condition)
{
	struct branches *b = &r->branches;
	if (b->deeper || b->len == 0)
		return;
	bool taken = b->items[b->len - 1].taken;
	b->items[b->len - 1].reading = !taken && condition != MAKE_FALSE;
	b->items[b->len - 1].taken = taken || condition == MAKE_TRUE;
	r->m->otherwise = b->items[b->len - 1].other || b->items[b->len - 1].unsure;
}

static void close_branch(struct reading *r)
{
	struct branches *b = &r->branches;
	if (b->deeper)
		b->deeper--;
	else if (b->len)
		r->m->otherwise = b->items[--b->len].other;
}

/* What follows "if…" or "else if…", or false if it is no such word. */
static bool condition_of(struct make *m, struct str word, struct str rest, enum make_condition *ret)
{
	bool holds;
	if (m->automake && str_eq(word, STR("if"))) {
		*ret = ask(m, str_trim(rest));
		return true;
	}
	if (str_eq(word, STR("ifeq")) || str_eq(word, STR("ifneq")))
		holds = are_equal(m, rest) == str_eq(word, STR("ifeq"));
	else if (str_eq(word, STR("ifdef")) || str_eq(word, STR("ifndef")))
		holds = (make_var(m, make_expand(m, str_trim(rest)))[0] != '\0') == str_eq(word, STR("ifdef"));
	else
		return false;
	*ret = holds ? MAKE_TRUE : MAKE_FALSE;
	return true;
}

/* True if the line is part of a condition. */
static bool read_condition(struct reading *r, struct str line)
{
	struct str word, rest = line, again;
	enum make_condition condition = MAKE_TRUE;
	if (!str_next_word(&rest, &word))
		return false;
	/* "ifeq(a,b)" without a blank is none, but "ifeq (" is. */
	if (condition_of(r->m, word, rest, &condition)) {
		open_branch(r, condition);
	} else if (str_eq(word, STR("else"))) {
		again = rest;
		if (str_next_word(&again, &word))
			condition_of(r->m, word, again, &condition);
		next_branch(r, condition);
	} else if (str_eq(word, STR("endif"))) {
		close_branch(r);
	} else {
		return false;
	}
	return true;
}

static void set_in(struct make *m, struct facts_vars *vars, struct str name, struct str op, struct str value)
{
	const char *text = facts_text(m->f, str_trim(value)), *before = facts_var(m->f, &m->vars, name);
	if (vars != &m->vars && facts_var(m->f, vars, name))
		before = facts_var(m->f, vars, name);
	bool appends = str_eq(op, STR("+="));
	if ((str_eq(op, STR("?=")) || (m->otherwise && !appends)) && before)
		return;
	if (str_eq(op, STR(":=")) || str_eq(op, STR("::="))) {
		SCOPED_BUF struct buf doubled;
		buf_init(&doubled, FACTS_VALUE_MAX);
		for (const char *c = make_expand(m, str_of(text)); *c && facts_spend(m->f, 1); c++)
			buf_append_str(&doubled, *c == '$' ? STR("$$") : (struct str){c, 1});
		text = facts_text(m->f, buf_str(&doubled));
	} else if (str_eq(op, STR("!="))) {
		text = "";
	} else if (appends && before) {
		size_t len = strlen(before) + strlen(text) + 1;
		bool fits = len < FACTS_VALUE_MAX && facts_spend(m->f, len);
		text = fits ? arena_printf(m->f->a, "%s %s", before, text) : before;
	}
	if (!before && vars == &m->vars && facts_spend(m->f, 1)) {
		m->name_lines = facts_room(m->f->a, m->name_lines, m->names.len, sizeof(*m->name_lines));
		m->name_lines[m->names.len] = m->line;
		facts_push(m->f, &m->names, facts_text(m->f, name));
	}
	facts_var_set(m->f, vars, name, text);
}

void make_set(struct make *m, const char *name, const char *value)
{
	facts_var_set(m->f, &m->vars, str_of(name), value);
}

/* Where an assignment's operator or a rule's colon is, outside of "$(…)". */
static size_t find_operator(struct str line, struct str *ret_op)
{
	static const char *const ops[] = {"::=", ":=", "?=", "+=", "!=", "=", "::", ":"};
	size_t depth = 0;
	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];
		if ((c == '(' || c == '{') && (depth > 0 || (i > 0 && line.ptr[i - 1] == '$')))
			depth++;
		else if ((c == ')' || c == '}') && depth > 0)
			depth--;
		for (size_t k = 0; k < countof(ops) && depth == 0 && strchr(":?+!=", c); k++) {
			if (str_starts(str_from(line, i), str_of(ops[k]))) {
				*ret_op = str_of(ops[k]);
				return i;
			}
		}
	}
	*ret_op = (struct str){0};
	return line.len;
}

static bool is_assignment(struct str op)
{
	return op.len && op.ptr[op.len - 1] == '=';
}

/* ".c.o" as "%.o" from "%.c". */
static bool is_suffix_rule(struct make *m, const char *target, struct make_pattern *ret)
{
	const char *second = target[0] == '.' ? strchr(target + 1, '.') : NULL;
	if (!second || strchr(second + 1, '.') || strchr(target, '/'))
		return false;
	ret->target = arena_printf(m->f->a, "%%%s", second);
	size_t first = min_size((size_t)(second - target), 100);
	facts_push(m->f, &ret->needs, arena_printf(m->f->a, "%%%.*s", (int)first, target));
	return true;
}

/* A rule that is known only when its recipe is, so it waits until the next one begins. */
struct pending {
	struct strings targets, needs;
	const char *pattern; /* of a static pattern rule, or NULL */
};

static void add_needs(struct make *m, const struct pending *p, const char *target, struct strings *needs)
{
	const char *stem = p->pattern ? make_stem(m, str_of(p->pattern), str_of(target)) : NULL;
	for (size_t i = 0; i < p->needs.len && facts_spend(m->f, 1); i++)
		facts_push(m->f, needs, stem ? make_fill(m, str_of(p->needs.items[i]), stem) : p->needs.items[i]);
}

static void end_rule(struct reading *r, struct pending *p)
{
	struct make *m = r->m;
	for (size_t i = 0; i < p->targets.len && facts_spend(m->f, 1); i++) {
		const char *target = p->targets.items[i];
		struct make_pattern pattern = {.target = target, .recipe = r->recipe};
		struct strings needs = {0};
		add_needs(m, p, target, &needs);
		if (strchr(target, '%'))
			pattern.needs = needs;
		else if (!is_suffix_rule(m, target, &pattern)) {
			make_add_rule(m, target, &needs, r->recipe);
			continue;
		}
		if (m->patterns.len < FACTS_LIST_MAX)
			*vec_push(&m->patterns) = pattern;
	}
	*p = (struct pending){0};
	r->recipe = NULL;
}

/* Without "|", which only says that what follows matters less. */
static struct strings needs_of(struct make *m, struct str text)
{
	struct strings words = make_words(m, text), needs = {0};
	for (size_t i = 0; i < words.len; i++) {
		if (strcmp(words.items[i], "|") != 0)
			facts_push(m->f, &needs, words.items[i]);
	}
	return needs;
}

/* From behind the colon: "a b", "%.o: %.c", "NAME = value", "a ; command". */
static void begin_rule(struct reading *r, struct pending *p, struct str targets, struct str rest)
{
	struct make *m = r->m;
	struct str op;
	size_t semicolon = str_index(rest, ';');
	struct str command = str_from(rest, semicolon + 1);
	size_t at = find_operator(rest, &op);
	p->targets = make_words(m, targets);
	r->recipe = arena_new(m->f->a, struct make_recipe);
	*r->recipe = (struct make_recipe){.line = m->line, .file = m->file};
	if (is_assignment(op) && at < semicolon) {
		struct facts_vars own = {0};
		set_in(m, &own, str_trim(str_first(rest, at)), op, str_from(rest, at + op.len));
		r->recipe->own = arena_new(m->f->a, struct facts_vars);
		*r->recipe->own = own;
		r->recipe->own->parent = &m->vars;
		return;
	}
	rest = str_first(rest, semicolon);
	if (op.len && at < semicolon) {
		p->pattern = make_expand(m, str_trim(str_first(rest, at)));
		rest = str_from(rest, at + op.len);
	}
	p->needs = needs_of(m, rest);
	if (str_trim(command).len)
		facts_push(m->f, &r->recipe->lines, facts_text(m->f, str_trim(command)));
}

static void include(struct make *m, struct str names)
{
	struct strings words = make_words(m, names);
	for (size_t i = 0; i < words.len && facts_spend(m->f, 1); i++) {
		const char *path = facts_path(m->f, m->folder, str_of(words.items[i]));
		if (path && facts_is_file(m->f, path) && m->depth < FACTS_DEPTH_MAX)
			make_parse(m, path);
	}
}

static void search_in(struct make *m, struct str folders)
{
	struct strings words = facts_split(m->f, str_of(make_expand(m, folders)), " \t:");
	for (size_t i = 0; i < words.len; i++) {
		const char *path = facts_path(m->f, m->folder, str_of(words.items[i]));
		if (path)
			facts_push(m->f, &m->search, path);
	}
}

/* "include x", "vpath % y", "export X = y", "define X": true if nothing is left to be done. */
static bool read_directive(struct reading *r, struct str *line)
{
	struct make *m = r->m;
	struct str rest = *line, word;
	while (str_next_word(&rest, &word) &&
	       (str_eq(word, STR("export")) || str_eq(word, STR("override")) || str_eq(word, STR("private"))))
		*line = rest;
	bool optional = str_eq(word, STR("-include")) || str_eq(word, STR("sinclude"));
	if (optional || str_eq(word, STR("include"))) {
		include(m, rest);
	} else if (str_eq(word, STR("vpath"))) {
		if (str_next_word(&rest, &word))
			search_in(m, rest);
	} else if (str_eq(word, STR("define"))) {
		r->in_define = true;
	} else {
		return false;
	}
	return true;
}

static void read_line(struct reading *r, struct pending *p, struct str line)
{
	struct make *m = r->m;
	struct str op;
	line = str_trim(without_comment(line));
	if (r->in_define) {
		r->in_define = !str_eq(line, STR("endef"));
		return;
	}
	if (line.len == 0 || read_condition(r, line) || !is_reading(&r->branches))
		return;
	end_rule(r, p);
	if (read_directive(r, &line))
		return;
	size_t at = find_operator(line, &op);
	if (!is_assignment(op)) {
		if (op.len)
			begin_rule(r, p, str_first(line, at), str_from(line, at + op.len));
		return;
	}
	struct str name = str_of(make_expand(m, str_trim(str_first(line, at))));
	set_in(m, &m->vars, name, op, str_from(line, at + op.len));
	if (str_eq(name, STR("VPATH")))
		search_in(m, str_from(line, at + op.len));
}

static void add_recipe_line(struct reading *r, struct str line)
{
	line = str_trim(line);
	if (r->recipe && line.len && line.ptr[0] != '#' && is_reading(&r->branches))
		facts_push(r->m->f, &r->recipe->lines, facts_text(r->m->f, line));
}

bool make_parse(struct make *m, const char *path)
{
	struct reading r = {.m = m};
	struct pending pending = {0};
	const char *outer = m->file;
	unsigned outer_line = m->line;
	if (!facts_open(m->f, path, &r.rest))
		return false;
	SCOPED_BUF struct buf line;
	buf_init(&line, FACTS_VALUE_MAX);
	m->file = path;
	m->line = 0;
	m->depth++;
	while (facts_spend(m->f, 1) && next_line(&r, &line)) {
		bool tab = line.len && line.ptr[0] == '\t' && !r.in_define;
		if (tab && (r.recipe || !is_reading(&r.branches)))
			add_recipe_line(&r, buf_str(&line));
		else
			read_line(&r, &pending, buf_str(&line));
	}
	end_rule(&r, &pending);
	m->depth--;
	m->file = outer;
	m->line = outer_line;
	return true;
}
