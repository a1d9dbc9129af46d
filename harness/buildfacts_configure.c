#include "harness/buildfacts_configure.h"

#include "core/buf.h"

static bool is_name_byte(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t configure_name_length(struct str text)
{
	size_t n = 0;
	while (n < text.len && is_name_byte(text.ptr[n]))
		n++;
	return n;
}

static void skip(struct configure *c, size_t n)
{
	c->line += (unsigned)str_count(str_first(c->rest, n), '\n');
	c->rest = str_from(c->rest, n);
}

struct str configure_unquoted(struct str arg)
{
	arg = str_trim(arg);
	bool quoted = arg.len > 1 && arg.ptr[0] == '[' && arg.ptr[arg.len - 1] == ']';
	return quoted ? str_from(str_first(arg, arg.len - 1), 1) : arg;
}

/* At "(": the arguments, and how long all of it is. Only "[" and "]" quote. */
static size_t cut_args(struct str text, struct configure_macro *m)
{
	size_t quotes = 0, brackets = 0, start = 1, i = 0;
	for (; i < text.len; i++) {
		char c = text.ptr[i];
		quotes += c == '[';
		quotes -= c == ']' && quotes > 0;
		brackets += c == '(' && quotes == 0;
		brackets -= c == ')' && quotes == 0;
		bool end = brackets == 0, comma = c == ',' && quotes == 0 && brackets == 1;
		if ((end || comma) && m->len < CONFIGURE_ARGS_MAX)
			m->args[m->len++] = configure_unquoted(str_first(str_from(text, start), i - start));
		if (end)
			return i + 1;
		start = comma ? i + 1 : start;
	}
	return text.len;
}

const char *configure_value(struct configure *c, struct str text, enum configure_quotes quotes)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 10000);
	while (text.len && facts_spend(c->f, 1)) {
		char byte = text.ptr[0];
		if (byte == '`' || str_starts(text, STR("$(")))
			return NULL;
		if (byte != '$') {
			if (quotes == CONFIGURE_KEEP || (byte != '"' && byte != '\''))
				buf_append_char(&out, byte);
			text = str_from(text, 1);
			continue;
		}
		bool braces = str_starts(text, STR("${"));
		text = str_from(text, braces ? 2 : 1);
		size_t n = configure_name_length(text);
		struct facts_var *v = facts_var_find(c->f, &c->shell, str_first(text, n));
		if (!v || v->unsure || (braces && (n >= text.len || text.ptr[n] != '}')))
			return NULL;
		buf_append_cstr(&out, v->value);
		text = str_from(text, n + braces);
	}
	return out.full ? NULL : facts_text(c->f, buf_str(&out));
}

void configure_set(struct configure *c, struct str name, const char *value)
{
	if (c->left_out)
		return;
	struct facts_var *v = facts_var_set(c->f, &c->shell, name, value ? value : "");
	v->unsure = !value || c->unsure > 0;
}

enum configure_truth configure_condition(struct configure *c, struct str text)
{
	struct strings words = facts_words(c->f, text);
	const char *values[4] = {0};
	bool negated = words.len > 0 && strcmp(words.items[0], "!") == 0;
	if (negated) {
		words.items++;
		words.len--;
	}
	if (words.len < 3 || words.len > 4 || strcmp(words.items[0], "test") != 0)
		return CONFIGURE_MAYBE;
	for (size_t i = 1; i < words.len; i++) {
		values[i - 1] = configure_value(c, str_of(words.items[i]), CONFIGURE_TAKE_OFF);
		if (!values[i - 1])
			return CONFIGURE_MAYBE;
	}
	bool holds;
	if (words.len == 3 && (strcmp(values[0], "-n") == 0 || strcmp(values[0], "-z") == 0))
		holds = (values[1][0] != '\0') == (values[0][1] == 'n');
	else if (words.len == 4 && (strcmp(values[1], "=") == 0 || strcmp(values[1], "==") == 0 ||
				    strcmp(values[1], "!=") == 0))
		holds = (strcmp(values[0], values[2]) == 0) == (values[1][0] == '=');
	else
		return CONFIGURE_MAYBE;
	return holds != negated ? CONFIGURE_YES : CONFIGURE_NO;
}

/* Shell's own branches in one text; they end with it. */
struct nesting {
	struct {
		enum configure_truth present, open; /* of the branch that is read; whether later ones may be */
		bool loop;                /* "case" or a loop: unknown as a whole */
	} items[FACTS_DEPTH_MAX];
	size_t len, deeper;
};

static void apply(struct configure *c, enum configure_truth truth, bool begin)
{
	unsigned step = begin ? 1 : UINT32_MAX;
	c->unsure += truth == CONFIGURE_MAYBE ? step : 0;
	c->left_out += truth == CONFIGURE_NO ? step : 0;
}

static void begin(struct configure *c, struct nesting *n, enum configure_truth truth, bool loop)
{
	if (n->len == FACTS_DEPTH_MAX) {
		n->deeper++;
		return;
	}
	n->items[n->len].present = truth;
	n->items[n->len].open = CONFIGURE_YES - truth;
	n->items[n->len++].loop = loop;
	apply(c, truth, true);
}

static void otherwise(struct configure *c, struct nesting *n, enum configure_truth truth)
{
	if (n->deeper || n->len == 0 || n->items[n->len - 1].loop)
		return;
	enum configure_truth open = n->items[n->len - 1].open;
	truth = open < truth ? open : truth;
	apply(c, n->items[n->len - 1].present, false);
	n->items[n->len - 1].present = truth;
	if (truth != CONFIGURE_NO)
		n->items[n->len - 1].open = truth == CONFIGURE_YES ? CONFIGURE_NO : CONFIGURE_MAYBE;
	apply(c, truth, true);
}

static void end(struct configure *c, struct nesting *n)
{
	if (n->deeper)
		n->deeper--;
	else if (n->len)
		apply(c, n->items[--n->len].present, false);
}

/* Up to "; then" or its line's end. */
static struct str take_condition(struct configure *c)
{
	size_t len = 0;
	while (len < c->rest.len && c->rest.ptr[len] != ';' && c->rest.ptr[len] != '\n')
		len++;
	struct str text = str_trim(str_first(c->rest, len));
	skip(c, len);
	return text;
}

/* True if the word steers the shell. */
static bool take_keyword(struct configure *c, struct nesting *n, struct str word)
{
	if (str_eq(word, STR("if")))
		begin(c, n, configure_condition(c, take_condition(c)), false);
	else if (str_eq(word, STR("elif")))
		otherwise(c, n, configure_condition(c, take_condition(c)));
	else if (str_eq(word, STR("else")))
		otherwise(c, n, CONFIGURE_YES);
	else if (str_eq(word, STR("case")) || str_eq(word, STR("do")))
		begin(c, n, CONFIGURE_MAYBE, true);
	else if (str_eq(word, STR("fi")) || str_eq(word, STR("esac")) || str_eq(word, STR("done")))
		end(c, n);
	else
		return str_eq(word, STR("then"));
	return true;
}

/* A setting's value: up to a blank or ";" outside of quotes. */
static struct str take_value(struct configure *c)
{
	size_t n = 0;
	char quote = '\0';
	for (; n < c->rest.len; n++) {
		char byte = c->rest.ptr[n];
		if (quote ? byte == quote : byte == '"' || byte == '\'' || byte == '`')
			quote = quote ? '\0' : byte;
		else if (!quote && strchr(" \t\r\n;)&|", byte))
			break;
	}
	struct str text = str_first(c->rest, n);
	skip(c, n);
	return text;
}

static bool is_macro_name(struct str name)
{
	static const char *const prefixes[] = {"AC_", "AM_", "AS_", "AX_", "AH_", "m4_", "LT_", "PKG_"};
	for (size_t i = 0; i < countof(prefixes); i++) {
		if (str_starts(name, str_of(prefixes[i])))
			return true;
	}
	return str_eq(name, STR("define"));
}

/* A word at c->rest, and whether a command may begin behind it. */
static bool take_word(struct configure *c, struct nesting *n, size_t len, bool at_start)
{
	struct str word = str_first(c->rest, len);
	skip(c, len);
	char next = c->rest.len ? c->rest.ptr[0] : '\n';
	if (str_eq(word, STR("dnl"))) {
		skip(c, str_index(c->rest, '\n'));
		return true;
	}
	if (next == '(' && (is_macro_name(word) || (at_start && word.ptr[0] >= 'A' && word.ptr[0] <= 'Z'))) {
		struct configure_macro m = {.name = word};
		size_t whole = cut_args(c->rest, &m);
		struct str behind = c->rest;
		unsigned line = c->line;
		if (facts_spend(c->f, whole))
			configure_run(c, &m);
		c->rest = behind;
		c->line = line;
		skip(c, whole);
		return true;
	}
	if (at_start && next == '=') {
		skip(c, 1);
		struct str value = take_value(c);
		configure_set(c, word, configure_value(c, value, CONFIGURE_TAKE_OFF));
		return false;
	}
	return at_start && take_keyword(c, n, word);
}

void configure_text(struct configure *c, struct str text)
{
	struct str outer = c->rest;
	unsigned line = c->line;
	struct nesting nesting = {0};
	bool at_start = true;
	if (c->depth == FACTS_DEPTH_MAX)
		return;
	c->depth++;
	c->rest = text;
	while (c->rest.len && facts_spend(c->f, 1)) {
		char byte = c->rest.ptr[0];
		size_t n = configure_name_length(c->rest);
		if (n) {
			at_start = take_word(c, &nesting, n, at_start);
		} else if (byte == '#') {
			skip(c, str_index(c->rest, '\n'));
		} else {
			at_start = byte == '\n' || byte == ';' || byte == ')' ||
				   ((byte == ' ' || byte == '\t' || byte == '[') && at_start);
			skip(c, 1);
		}
	}
	while (nesting.len)
		end(c, &nesting);
	c->depth--;
	c->rest = outer;
	c->line = c->depth ? line : c->line;
}

/* Config headers are made of what AC_DEFINE says, other files of what AC_SUBST does. */
static void end_templates(struct configure *c, size_t first)
{
	struct strings values = {0};
	for (size_t i = 0; i < c->substituted.len && facts_spend(c->f, 1); i++) {
		struct facts_var *v = facts_var_find(c->f, &c->shell, str_of(c->substituted.items[i]));
		if (v && !v->unsure && !strchr(v->value, '\n'))
			facts_push(c->f, &values, arena_printf(c->f->a, "%s=%s", c->substituted.items[i], v->value));
	}
	for (size_t i = first; i < c->f->templates.len && facts_spend(c->f, 1); i++) {
		struct fact_template *t = c->f->templates.items[i];
		bool header = facts_var(c->f, &c->headers, str_of(t->to)) != NULL;
		t->values = header ? c->defined : values;
		t->asks = header ? c->asks : (struct strings){0};
	}
}

void configure_read(struct configure *c, const char *path)
{
	struct str text;
	size_t first = c->f->templates.len;
	c->file = path;
	c->folder = facts_folder(c->f, path);
	c->line = 1;
	if (!facts_open(c->f, path, &text))
		return;
	configure_text(c, text);
	end_templates(c, first);
}
