#include "harness/buildfacts_meson.h"

static bool is_name_byte(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct lexer {
	struct facts *f;
	struct meson_script *script;
	struct str rest;
	unsigned line, brackets; /* lines do not end within brackets */
};

static void skip(struct lexer *l, size_t n)
{
	l->line += (unsigned)str_count(str_first(l->rest, n), '\n');
	l->rest = str_from(l->rest, n);
}

static void add_token(struct lexer *l, struct meson_token token)
{
	struct meson_script *s = l->script;
	if (!facts_spend(l->f, 2 * sizeof(token)))
		return;
	s->items = facts_room(l->f->a, s->items, s->len, sizeof(token));
	s->items[s->len++] = token;
}

static void take_string(struct lexer *l, bool format)
{
	bool raw = str_starts(l->rest, STR("'''"));
	size_t open = raw ? 3 : 1, n = open;
	struct meson_token token = {.kind = MESON_STRING, .raw = raw, .format = format, .line = l->line};
	while (n < l->rest.len && (raw ? !str_starts(str_from(l->rest, n), STR("'''")) : l->rest.ptr[n] != '\''))
		n += !raw && l->rest.ptr[n] == '\\' ? 2 : 1;
	n = min_size(n, l->rest.len);
	token.text = str_from(str_first(l->rest, n), open);
	add_token(l, token);
	skip(l, n + open);
}

static void take_mark(struct lexer *l)
{
	static const char *const doubles[] = {"+=", "==", "!=", "<=", ">="};
	size_t n = 1;
	for (size_t i = 0; i < countof(doubles); i++) {
		if (str_starts(l->rest, str_of(doubles[i])))
			n = 2;
	}
	char c = l->rest.ptr[0];
	l->brackets += c == '(' || c == '[' || c == '{';
	l->brackets -= (c == ')' || c == ']' || c == '}') && l->brackets > 0;
	add_token(l, (struct meson_token){.kind = MESON_MARK, .text = str_first(l->rest, n), .line = l->line});
	skip(l, n);
}

static void take_token(struct lexer *l)
{
	char c = l->rest.ptr[0];
	size_t n = 0;
	if (c == '#') {
		skip(l, str_index(l->rest, '\n'));
	} else if (c == '\\' && l->rest.len > 1) {
		skip(l, 2);
	} else if (c == '\n') {
		if (!l->brackets)
			add_token(l, (struct meson_token){.kind = MESON_LINE, .line = l->line});
		skip(l, 1);
	} else if (c == ' ' || c == '\t' || c == '\r') {
		skip(l, 1);
	} else if (c == '\'' || str_starts(l->rest, STR("f'"))) {
		skip(l, c == 'f');
		take_string(l, c == 'f');
	} else if (is_name_byte(c)) {
		while (n < l->rest.len && is_name_byte(l->rest.ptr[n]))
			n++;
		bool digits = c >= '0' && c <= '9';
		struct meson_token token = {.kind = digits ? MESON_DIGITS : MESON_NAME, .line = l->line};
		token.text = str_first(l->rest, n);
		add_token(l, token);
		skip(l, n);
	} else {
		take_mark(l);
	}
}

static const struct meson_script *parse(struct facts *f, const char *path, struct str text)
{
	struct meson_script *script = arena_new(f->a, struct meson_script);
	struct lexer l = {.f = f, .script = script, .rest = text, .line = 1};
	*script = (struct meson_script){.file = path, .folder = facts_folder(f, path)};
	while (l.rest.len && facts_spend(f, 1))
		take_token(&l);
	l.brackets = 0;
	/* Two ends, so that one token ahead is always there; without budget they may be missing. */
	script->items = facts_room(f->a, script->items, script->len, sizeof(*script->items));
	script->items[script->len] = (struct meson_token){.kind = MESON_END};
	return script;
}

static const struct meson_token *token(const struct meson *m)
{
	return &m->script->items[min_size(m->at, m->script->len)];
}

static bool is_name(const struct meson *m, const char *name)
{
	return token(m)->kind == MESON_NAME && str_eq(token(m)->text, str_of(name));
}

static bool is_mark(const struct meson *m, size_t ahead, const char *mark)
{
	const struct meson_token *t = &m->script->items[min_size(m->at + ahead, m->script->len)];
	return t->kind == MESON_MARK && str_eq(t->text, str_of(mark));
}

static void end_line(struct meson *m)
{
	while (token(m)->kind != MESON_LINE && token(m)->kind != MESON_END && facts_spend(m->f, 1))
		m->at++;
}

/* Past the statements of a block, up to one of its next parts or its end. */
static void skip_block(struct meson *m)
{
	size_t depth = 0;
	for (; token(m)->kind != MESON_END && facts_spend(m->f, 1); m->at++) {
		bool first = m->at == 0 || m->script->items[m->at - 1].kind == MESON_LINE;
		if (!first || token(m)->kind != MESON_NAME)
			continue;
		bool closes = is_name(m, "endif") || is_name(m, "endforeach");
		if (depth == 0 && (closes || is_name(m, "else") || is_name(m, "elif")))
			return;
		depth += is_name(m, "if") || is_name(m, "foreach");
		depth -= closes;
	}
}

enum flow { GO_ON, NEXT_ROUND, LEAVE_LOOP };

static enum flow run_block(struct meson *m);

/* A branch, with what it does to the way itself left out if nobody knows that it is taken. */
static enum flow run_branch(struct meson *m, bool unsure)
{
	m->unsure += unsure;
	enum flow flow = run_block(m);
	m->unsure -= unsure;
	if (flow != GO_ON)
		skip_block(m);
	return unsure ? GO_ON : flow;
}

static enum flow run_if(struct meson *m)
{
	enum flow flow = GO_ON;
	bool open = true, unsure = false;
	while (!is_name(m, "endif") && token(m)->kind != MESON_END && !m->leaving && facts_spend(m->f, 1)) {
		bool otherwise = is_name(m, "else");
		m->at++;
		int truth = otherwise ? 1 : open ? meson_truth(meson_expression(m)) : 0;
		end_line(m);
		if (open && truth != 0) {
			enum flow taken = run_branch(m, unsure || truth < 0);
			flow = taken != GO_ON ? taken : flow;
		} else {
			skip_block(m);
		}
		open = open && truth != 1;
		unsure = unsure || truth < 0;
		if (is_name(m, "endforeach"))
			return flow; /* not ours: let the loop see it */
	}
	m->at += is_name(m, "endif");
	return flow;
}

/* foreach a : list, foreach key, value : dictionary. */
static void run_foreach(struct meson *m)
{
	struct str names[2] = {{0}, {0}};
	size_t names_len = 0;
	for (m->at++; token(m)->kind == MESON_NAME && names_len < 2; m->at++) {
		names[names_len++] = token(m)->text;
		if (!is_mark(m, 1, ","))
			continue;
		m->at++;
	}
	m->at += is_mark(m, 0, ":");
	struct meson_value *over = meson_expression(m);
	end_line(m);
	size_t body = m->at;
	if (over->kind != MESON_LIST && over->kind != MESON_DICT)
		over = meson_new(m, MESON_LIST);
	for (size_t i = 0; i < over->len && !m->leaving && facts_spend(m->f, 8); i++) {
		bool dict = over->kind == MESON_DICT;
		m->at = body;
		if (names_len)
			meson_set(m, m->variables, names[0], dict ? meson_text(m, over->keys[i]) : over->items[i]);
		if (names_len > 1)
			meson_set(m, m->variables, names[1], over->items[i]);
		if (run_block(m) == LEAVE_LOOP)
			break;
	}
	m->at = body;
	skip_block(m);
	while (!is_name(m, "endforeach") && token(m)->kind != MESON_END && facts_spend(m->f, 1)) {
		m->at++;
		skip_block(m);
	}
	m->at += is_name(m, "endforeach");
}

static void assign(struct meson *m)
{
	struct str name = token(m)->text;
	bool adds = is_mark(m, 1, "+=");
	m->at += 2;
	struct meson_value *value = meson_expression(m), *before = meson_get(m, m->variables, name);
	if (adds && before && before->kind == MESON_LIST) {
		struct meson_value *both = meson_new(m, MESON_LIST);
		for (size_t i = 0; i < before->len; i++)
			meson_add(m, both, NULL, before->items[i]);
		for (size_t i = 0; value->kind == MESON_LIST && i < value->len; i++)
			meson_add(m, both, NULL, value->items[i]);
		if (value->kind != MESON_LIST)
			meson_add(m, both, NULL, value);
		value = both;
	} else if (adds && before && before->kind == MESON_TEXT && value->kind == MESON_TEXT) {
		size_t len = strlen(before->text) + strlen(value->text);
		bool fits = len < FACTS_VALUE_MAX && facts_spend(m->f, len);
		value = meson_text(m, fits ? arena_printf(m->f->a, "%s%s", before->text, value->text) : before->text);
	}
	meson_set(m, m->variables, name, value);
}

/* Up to what ends the block; that token is left. */
static enum flow run_block(struct meson *m)
{
	enum flow flow = GO_ON;
	if (++m->depth > 2 * FACTS_DEPTH_MAX)
		m->leaving = true;
	while (token(m)->kind != MESON_END && !m->leaving && flow == GO_ON && facts_spend(m->f, 4)) {
		bool branch = is_name(m, "elif") || is_name(m, "else");
		if (branch || is_name(m, "endif") || is_name(m, "endforeach"))
			break;
		if (token(m)->kind == MESON_LINE) {
			m->at++;
		} else if (is_name(m, "if")) {
			flow = run_if(m);
		} else if (is_name(m, "foreach")) {
			run_foreach(m);
		} else if (is_name(m, "break") || is_name(m, "continue")) {
			flow = m->unsure ? GO_ON : is_name(m, "break") ? LEAVE_LOOP : NEXT_ROUND;
			m->at++;
		} else {
			size_t before = m->at;
			if (token(m)->kind == MESON_NAME && (is_mark(m, 1, "=") || is_mark(m, 1, "+=")))
				assign(m);
			else
				meson_expression(m);
			m->at += m->at == before; /* nothing that begins an expression */
		}
	}
	m->depth--;
	return flow;
}

bool meson_run(struct meson *m, const char *path)
{
	struct str text;
	const struct meson_script *outer = m->script;
	size_t at = m->at;
	if (m->depth > FACTS_DEPTH_MAX || !facts_open(m->f, path, &text))
		return false;
	m->script = parse(m->f, path, text);
	m->at = 0;
	while (token(m)->kind != MESON_END && !m->leaving && facts_spend(m->f, 1)) {
		run_block(m);
		m->at++; /* an end without a beginning */
	}
	m->leaving = false;
	m->script = outer;
	m->at = at;
	return true;
}

void facts_read_meson(struct facts *f, const char *path)
{
	static const char *const option_files[] = {"meson.options", "meson_options.txt"};
	struct meson m = {.f = f, .top = facts_folder(f, path)};
	m.in_options = true;
	for (size_t i = 0; i < countof(option_files); i++) {
		const char *options = facts_path(f, m.top, str_of(option_files[i]));
		if (options)
			meson_run(&m, options);
	}
	m.in_options = false;
	size_t first = f->targets.len;
	meson_run(&m, path);
	for (size_t i = first; i < f->targets.len && facts_spend(f, 1); i++) {
		facts_push_all(f, &f->targets.items[i]->defines, &m.all.defines);
		facts_push_all(f, &f->targets.items[i]->include, &m.all.include);
		facts_push_all(f, &f->targets.items[i]->flags, &m.all.flags);
	}
}
