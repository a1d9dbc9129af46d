#include "harness/headercut.h"

#include "core/mem.h"
#include "harness/cdirective.h"
#include "harness/cscope.h"
#include "harness/nameset.h"
#include "harness/textedit.h"

/*
 * The text is walked once. What is to go is noted as edits, which are made at the
 * end. A body that is cut goes in pieces, from one directive to the next, so that
 * conditions that reach beyond it stay whole; the directives of one that lies
 * within it go with it.
 */

/* Where the walk is; each branch of a condition starts from the same. */
struct position {
	struct cscope scope;
	bool cutting; /* within a body that goes */
	size_t from;  /* the first of its bytes that no edit has taken yet */
	size_t body;  /* number of the last body that began */
	size_t piece; /* one more than the index of the piece that is open, or 0 */
};

/* What a branch may have to take back. */
struct mark {
	size_t start; /* the first byte behind its directive */
	size_t edits, pieces, names, macro_lines, tokens;
	size_t user, library; /* lines taken so far */
};

struct condition {
	struct position before, after;
	bool has_after;
	bool within; /* a body that goes, from beginning to end */
	bool dead;   /* the branch at hand is that of "#if 0" */
	const char *text, *first_text;
	unsigned line;
	size_t edits; /* when it began */
	struct mark branch;
};

struct cutter {
	const char *path;
	struct str text;
	enum headercut_mode mode;
	const struct headercut_lines *user, *library;
	struct arena *a;
	bool keep_static; /* as declarations: there is nothing else */
	struct position at;
	struct {
		struct condition *items;
		size_t len, cap;
	} conditions;
	struct textedits edits;
	struct {
		struct headercut_piece *items;
		size_t len, cap;
	} pieces;
	struct {
		struct str *items;
		size_t len, cap;
	} names; /* of functions that stay declared */
	struct nameset mentioned; /* in macros */
	size_t macro_lines, tokens, bodies, helpers;
	unsigned line; /* up to which lines were counted as taken */
	size_t user_taken, library_taken;
};

static void cutter_release(struct cutter *c)
{
	vec_release(&c->conditions);
	vec_release(&c->edits);
	vec_release(&c->pieces);
	vec_release(&c->names);
	nameset_release(&c->mentioned);
}

/* Takes out what stands between `start` and a directive, which keeps a line of its own. */
static void remove_before(struct cutter *c, size_t start, const struct cdirective *d)
{
	size_t end = d->start;
	while (end > start && (c->text.ptr[end - 1] == ' ' || c->text.ptr[end - 1] == '\t'))
		end--;
	if (end > start && c->text.ptr[end - 1] == '\n')
		end -= end - 1 > start && c->text.ptr[end - 2] == '\r' ? 2 : 1;
	else if (end > start)
		end = d->start;
	bool joined = end == d->start && end > start;
	textedit_add(&c->edits, start, end, joined ? "\n" : "");
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Past blanks, and past the line's end if nothing else follows on the line. */
static size_t past_line(struct str text, size_t at)
{
	size_t end = at;
	while (end < text.len && is_blank(text.ptr[end]))
		end++;
	return end < text.len && text.ptr[end] == '\n' ? end + 1 : end == text.len ? end : at;
}

static bool has_line_end(struct str blanks)
{
	for (size_t i = 0; i < blanks.len; i++) {
		size_t before = i > 0 && blanks.ptr[i - 1] == '\r' ? i - 1 : i;
		if (blanks.ptr[i] == '\n' && (before == 0 || blanks.ptr[before - 1] != '\\'))
			return true;
	}
	return false;
}

/* Whether a "#" follows in the line, which would begin a directive if nothing stood before it. */
static bool meets_hash(struct str text, size_t at)
{
	struct str rest = str_from(text, at);
	struct ctoken_reader r = ctoken_reader(rest);
	struct ctoken t = {.kind = CTOKEN_END};
	size_t end = 0;
	while (ctoken_next(&r, &t)) {
		if (has_line_end(str_first(str_from(rest, end), t.offset - end)))
			return false;
		if (t.kind != CTOKEN_COMMENT)
			break;
		end = t.offset + t.text.len;
	}
	return t.kind == CTOKEN_HASH;
}

/* Something whole goes: with its line if that is empty then, and with the empty line behind it. */
static void remove_whole(struct cutter *c, size_t start, size_t end)
{
	size_t line = start;
	while (line > 0 && is_blank(c->text.ptr[line - 1]))
		line--;
	bool first = line == 0 || c->text.ptr[line - 1] == '\n';
	size_t past = first ? past_line(c->text, end) : end;
	if (past > end)
		past = past_line(c->text, past);
	textedit_add(&c->edits, past > end ? line : start, past, meets_hash(c->text, end) ? ";" : "");
}

static void remove_span(struct cutter *c, struct cscope_span span)
{
	size_t end = span.end;
	while (end < c->text.len && is_blank(c->text.ptr[end]))
		end++;
	size_t next = end < c->text.len && c->text.ptr[end] == '\n' ? end + 1 : end;
	while (next < c->text.len && is_blank(c->text.ptr[next]))
		next++;
	if (next < c->text.len && ctoken_name_byte(c->text.ptr[next]))
		end = next;
	if (!meets_hash(c->text, span.end))
		textedit_add(&c->edits, span.start, end, "");
}

static bool is_helper(const struct cutter *c, const struct cscope_statement *s)
{
	return c->mode == HEADERCUT_ALL && s->is_static && !s->is_inline && !s->interrupted && !c->keep_static &&
	       !nameset_has(&c->mentioned, s->name);
}

static void add_name(struct cutter *c, struct str name)
{
	if (name.len)
		*vec_push(&c->names) = name;
}

/* What is declared here will be defined elsewhere. */
static void make_prototype(struct cutter *c, const struct cscope_statement *s)
{
	for (unsigned i = 0; c->mode == HEADERCUT_ALL && i < s->spans_len; i++)
		remove_span(c, s->spans[i]);
	add_name(c, s->name);
}

static void add_piece(struct cutter *c, struct str name, const struct ctoken *t, bool kept)
{
	const struct cscope_statement *s = &c->at.scope.statement;
	*vec_push(&c->pieces) = (struct headercut_piece){
		.name = arena_str(c->a, name),
		.place = {c->path, s->begun ? s->line : t->line, t->line},
		.kept = kept,
	};
	c->at.piece = c->pieces.len;
}

static void begin_body(struct cutter *c, const struct ctoken *t)
{
	const struct cscope_statement *s = &c->at.scope.statement;
	bool kept = c->mode != HEADERCUT_ALL && (s->is_inline || s->is_static);
	add_piece(c, s->name, t, kept);
	c->at.body = ++c->bodies;
	if (kept) {
		add_name(c, s->name);
		return;
	}
	c->at.cutting = true;
	if (is_helper(c, s)) {
		c->helpers++;
		c->at.from = s->lead;
		return;
	}
	make_prototype(c, s);
	size_t declared = s->last.offset + s->last.text.len;
	c->at.from = t->offset;
	if (s->last.text.len)
		textedit_add(&c->edits, declared, declared, ";");
	else if (s->start != t->offset)
		textedit_add(&c->edits, t->offset, t->offset, ";");
	if (s->last.text.len && str_trim(str_first(str_from(c->text, declared), t->offset - declared)).len == 0)
		c->at.from = declared;
}

static void end_piece(struct cutter *c, const struct ctoken *t)
{
	if (c->at.piece && c->at.piece <= c->pieces.len)
		c->pieces.items[c->at.piece - 1].place.end_line = t->line;
	c->at.piece = 0;
}

static void end_body(struct cutter *c, const struct ctoken *t)
{
	const struct cscope_statement *s = &c->at.scope.statement;
	end_piece(c, t);
	if (!c->at.cutting)
		return;
	c->at.cutting = false;
	size_t end = t->offset + t->text.len;
	if (c->at.from == s->lead)
		remove_whole(c, s->lead, end);
	else
		textedit_add(&c->edits, c->at.from, end, "");
}

static void end_statement(struct cutter *c, const struct ctoken *t)
{
	const struct cscope_statement *s = &c->at.scope.statement;
	if (!cscope_declares_function(s))
		return;
	if (is_helper(c, s)) {
		c->helpers++;
		remove_whole(c, s->lead, t->offset + t->text.len);
	} else if (s->is_static || s->is_inline) {
		make_prototype(c, s);
	} else {
		add_name(c, s->name);
	}
}

static void take_token(struct cutter *c, const struct ctoken *t)
{
	c->tokens += t->kind != CTOKEN_COMMENT;
	switch (cscope_next(&c->at.scope, t)) {
	case CSCOPE_BODY_BEGINS:
		begin_body(c, t);
		break;
	case CSCOPE_BODY_ENDS:
		end_body(c, t);
		break;
	case CSCOPE_VALUE_BEGINS:
		add_piece(c, c->at.scope.statement.names[0], t, true);
		break;
	case CSCOPE_VALUE_ENDS:
		end_piece(c, t);
		break;
	case CSCOPE_STATEMENT_ENDS:
		end_statement(c, t);
		break;
	case CSCOPE_NOTHING:
		break;
	}
}

/* A function-like macro that spans lines or holds statements. */
static size_t macro_lines(const struct cdirective *d)
{
	struct ctoken_reader r = ctoken_reader(str_from(d->text, 1));
	struct ctoken name, t;
	bool statements = false;
	if (!ctoken_next(&r, &t) || !ctoken_next(&r, &name) || !ctoken_next(&r, &t))
		return 0;
	if (!ctoken_is(&t, "(") || t.offset != name.offset + name.text.len)
		return 0;
	while (ctoken_next(&r, &t))
		statements |= ctoken_is(&t, ";") || ctoken_is(&t, "{");
	return statements || d->end_line > d->line ? d->end_line - d->line + 1 : 0;
}

/* Counts the lines in front of this one that were taken. */
static void count_taken(struct cutter *c, unsigned line)
{
	for (; c->line < line; c->line++) {
		c->user_taken += c->line < c->user->len && c->user->taken[c->line];
		c->library_taken += c->line < c->library->len && c->library->taken[c->line];
	}
}

static void begin_branch(struct cutter *c, struct condition *k, const struct cdirective *d)
{
	k->text = cdirective_line(d, c->a);
	k->line = d->line;
	c->at.from = d->end;
	cscope_interrupt(&c->at.scope);
	k->branch = (struct mark){d->end,	 c->edits.len, c->pieces.len,	c->names.len,	 c->macro_lines,
				  c->tokens, c->user_taken, c->library_taken};
}

static bool is_left_out(const struct cutter *c, const struct condition *k)
{
	const struct cscope *before = &k->before.scope, *after = &c->at.scope;
	if (before->nesting || c->tokens == k->branch.tokens)
		return false;
	if (k->dead)
		return true;
	/* Beside sources, a library may be configured in its own way without being implemented there. */
	bool code = c->pieces.len > k->branch.pieces || c->macro_lines > k->branch.macro_lines;
	if (c->mode == HEADERCUT_KEEP_CONFIGURED && !code)
		return false;
	return c->user->len && c->library->len && c->user_taken == k->branch.user &&
	       c->library_taken > k->branch.library && after->nesting == 0 && after->linkage == before->linkage;
}

static void end_branch(struct cutter *c, struct condition *k, const struct cdirective *d)
{
	if (c->at.cutting)
		remove_before(c, c->at.from, d);
	k->within &= c->at.cutting && c->at.body == k->before.body;
	bool left_out = is_left_out(c, k);
	if (left_out) {
		c->edits.len = k->branch.edits;
		c->pieces.len = k->branch.pieces;
		c->names.len = k->branch.names;
		c->macro_lines = k->branch.macro_lines;
		remove_before(c, k->branch.start, d);
		*vec_push(&c->pieces) = (struct headercut_piece){k->text, {c->path, k->line, d->line}, false};
	}
	if (k->has_after || left_out || k->dead)
		return;
	k->has_after = true;
	k->after = c->at;
}

static bool is_zero(const char *text)
{
	return strcmp(text, "#if 0") == 0 || strcmp(text, "#if (0)") == 0;
}

static int begin_condition(struct cutter *c, const struct cdirective *d, struct err *err)
{
	if (c->conditions.len == HEADERCUT_CONDITIONS_MAX)
		return err_set(err, ERR_LIMIT, "%s:%u: more than %d conditions within each other", c->path, d->line,
			       HEADERCUT_CONDITIONS_MAX);
	struct condition *k = vec_push(&c->conditions);
	*k = (struct condition){.before = c->at, .within = c->at.cutting, .edits = c->edits.len};
	if (c->at.cutting)
		remove_before(c, c->at.from, d);
	begin_branch(c, k, d);
	k->first_text = k->text;
	k->dead = is_zero(k->text);
	return 0;
}

static void next_branch(struct cutter *c, const struct cdirective *d)
{
	struct condition *k = &c->conditions.items[c->conditions.len - 1];
	end_branch(c, k, d);
	c->at = k->before;
	begin_branch(c, k, d);
	k->dead = false;
	if (str_eq(d->word, STR("else")))
		k->text = arena_printf(c->a, "#else of %s", k->first_text);
}

static void end_condition(struct cutter *c, const struct cdirective *d)
{
	struct condition *k = &c->conditions.items[c->conditions.len - 1];
	end_branch(c, k, d);
	c->at = k->has_after ? k->after : k->before;
	c->at.from = d->end;
	cscope_interrupt(&c->at.scope);
	if (k->within) {
		c->edits.len = k->edits;
		c->at.from = k->before.from;
	}
	c->conditions.len--;
}

static bool is_word(struct str word, const char *const words[3])
{
	return str_eq(word, str_of(words[0])) || str_eq(word, str_of(words[1])) || str_eq(word, str_of(words[2]));
}

static int take_directive(struct cutter *c, const struct cdirective *d, struct err *err)
{
	static const char *const begins[] = {"if", "ifdef", "ifndef"}, *const elifs[] = {"elif", "elifdef",
		"elifndef"};
	count_taken(c, d->line);
	if (is_word(d->word, begins))
		return begin_condition(c, d, err);
	bool inside = c->conditions.len > 0;
	if (inside && (is_word(d->word, elifs) || str_eq(d->word, STR("else")))) {
		next_branch(c, d);
	} else if (inside && str_eq(d->word, STR("endif"))) {
		end_condition(c, d);
	} else if (!c->at.cutting) {
		c->macro_lines += str_eq(d->word, STR("define")) ? macro_lines(d) : 0;
		cscope_interrupt(&c->at.scope);
	}
	return 0;
}

static int walk(struct cutter *c, struct err *err)
{
	struct ctoken_reader r = ctoken_reader(c->text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind != CTOKEN_HASH) {
			take_token(c, &t);
			continue;
		}
		struct cdirective d = cdirective_read(&r, &t);
		if (take_directive(c, &d, err) < 0)
			return -1;
	}
	if (c->at.cutting)
		textedit_add(&c->edits, c->at.from, c->text.len, "");
	return 0;
}

/* Names that macros use: whoever uses the macro needs them. */
static void find_mentioned(struct cutter *c)
{
	struct ctoken_reader r = ctoken_reader(c->text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind != CTOKEN_HASH || !ctoken_next(&r, &t) || !ctoken_is(&t, "define"))
			continue;
		while (ctoken_next(&r, &t) && t.kind != CTOKEN_END) {
			if (t.kind == CTOKEN_NAME)
				nameset_add(&c->mentioned, t.text);
		}
	}
	nameset_seal(&c->mentioned);
}

static size_t different_names(struct cutter *c)
{
	struct nameset set = {0};
	for (size_t i = 0; i < c->names.len; i++)
		nameset_add(&set, c->names.items[i]);
	nameset_seal(&set);
	size_t len = set.len;
	nameset_release(&set);
	return len;
}

int headercut_make(const char *path, struct str text, enum headercut_mode mode, const struct headercut_lines *user,
		   const struct headercut_lines *library, struct arena *a, struct headercut *ret, struct err *err)
{
	if (text.len > HEADERCUT_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "%s is larger than %d MB", path, HEADERCUT_TEXT_MAX >> 20);
	struct cutter fresh = {.path = path, .text = text, .mode = mode, .user = user, .library = library, .a = a,
		.line = 1};
	SCOPED(cutter_release) struct cutter c = fresh;
	if (mode == HEADERCUT_ALL)
		find_mentioned(&c);
	int failed = walk(&c, err);
	if (!failed && c.helpers && !c.names.len) {
		fresh.mentioned = c.mentioned;
		c.mentioned = (struct nameset){0};
		cutter_release(&c);
		c = fresh;
		c.keep_static = true;
		failed = walk(&c, err);
	}
	if (failed)
		return -1;
	*ret = (struct headercut){
		.text = textedit_make(&c.edits, text, a),
		.functions_left = different_names(&c),
		.macro_lines = c.macro_lines,
		.pieces = arena_array(a, c.pieces.len, struct headercut_piece),
		.pieces_len = c.pieces.len,
	};
	if (c.pieces.len)
		memcpy(ret->pieces, c.pieces.items, c.pieces.len * sizeof(*ret->pieces));
	return 0;
}
