#include "harness/buildfacts_configure.h"

#include "core/buf.h"

enum { ARGS_MAX = 32 };

struct macro {
	struct str name;
	struct str args[ARGS_MAX]; /* without the outermost quotes */
	size_t len;
};

enum truth { NO, MAYBE, YES };

static void read_text(struct configure *c, struct str text);

static bool is_name_byte(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t name_length(struct str text)
{
	size_t n = 0;
	while (n < text.len && is_name_byte(text.ptr[n]))
		n++;
	return n;
}

static void skip(struct configure *c, size_t n)
{
	for (size_t i = 0; i < n && i < c->rest.len; i++)
		c->line += c->rest.ptr[i] == '\n';
	c->rest = str_from(c->rest, n);
}

static struct str unquoted(struct str arg)
{
	arg = str_trim(arg);
	bool quoted = arg.len > 1 && arg.ptr[0] == '[' && arg.ptr[arg.len - 1] == ']';
	return quoted ? str_from(str_first(arg, arg.len - 1), 1) : arg;
}

/* At "(": the arguments, and how long all of it is. Only "[" and "]" quote. */
static size_t cut_args(struct str text, struct macro *m)
{
	size_t quotes = 0, brackets = 0, start = 1, i = 0;
	for (; i < text.len; i++) {
		char c = text.ptr[i];
		quotes += c == '[';
		quotes -= c == ']' && quotes > 0;
		brackets += c == '(' && quotes == 0;
		brackets -= c == ')' && quotes == 0;
		bool end = brackets == 0, comma = c == ',' && quotes == 0 && brackets == 1;
		if ((end || comma) && m->len < ARGS_MAX)
			m->args[m->len++] = unquoted(str_first(str_from(text, start), i - start));
		if (end)
			return i + 1;
		start = comma ? i + 1 : start;
	}
	return text.len;
}

/* With "$x" filled in and quotes taken off; NULL if it hangs on something unknown. */
static const char *value_of(struct configure *c, struct str text)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 10000);
	while (text.len && facts_spend(c->f, 1)) {
		char byte = text.ptr[0];
		if (byte == '`' || str_starts(text, STR("$(")))
			return NULL;
		if (byte != '$') {
			if (byte != '"' && byte != '\'')
				buf_append_char(&out, byte);
			text = str_from(text, 1);
			continue;
		}
		bool braces = str_starts(text, STR("${"));
		text = str_from(text, braces ? 2 : 1);
		size_t n = name_length(text);
		struct facts_var *v = facts_var_find(c->f, &c->shell, str_first(text, n));
		if (!v || v->unsure || (braces && (n >= text.len || text.ptr[n] != '}')))
			return NULL;
		buf_append_cstr(&out, v->value);
		text = str_from(text, n + braces);
	}
	return out.full ? NULL : facts_text(c->f, buf_str(&out));
}

static void set(struct configure *c, struct str name, const char *value)
{
	if (c->left_out)
		return;
	struct facts_var *v = facts_var_set(c->f, &c->shell, name, value ? value : "");
	v->unsure = !value || c->unsure > 0;
}

/* 'test "x$a" = xyes', 'test -n "$a"'; anything else nobody knows. */
static enum truth condition(struct configure *c, struct str text)
{
	struct strings words = facts_words(c->f, text);
	const char *values[4] = {0};
	bool negated = words.len > 0 && strcmp(words.items[0], "!") == 0;
	if (negated) {
		words.items++;
		words.len--;
	}
	if (words.len < 3 || words.len > 4 || strcmp(words.items[0], "test") != 0)
		return MAYBE;
	for (size_t i = 1; i < words.len; i++) {
		values[i - 1] = value_of(c, str_of(words.items[i]));
		if (!values[i - 1])
			return MAYBE;
	}
	bool holds;
	if (words.len == 3 && (strcmp(values[0], "-n") == 0 || strcmp(values[0], "-z") == 0))
		holds = (values[1][0] != '\0') == (values[0][1] == 'n');
	else if (words.len == 4 && (strcmp(values[1], "=") == 0 || strcmp(values[1], "==") == 0 || strcmp(values[1], "!=") == 0))
		holds = (strcmp(values[0], values[2]) == 0) == (values[1][0] == '=');
	else
		return MAYBE;
	return holds != negated ? YES : NO;
}

/* Names that m4 has a text for are replaced; what then is no plain text is unknown. */
static const char *plain_text(struct configure *c, struct str text)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 1000);
	text = str_trim(text);
	while (text.len && facts_spend(c->f, 1)) {
		size_t n = max_size(name_length(text), 1);
		struct str part = str_first(text, n);
		const char *value = facts_var(c->f, &c->macros, part);
		text = str_from(text, n);
		if (value)
			buf_append_cstr(&out, value);
		else if (strchr("()$`\n", part.ptr[0]) || str_starts(part, STR("m4_")))
			return NULL;
		else if (part.ptr[0] != '[' && part.ptr[0] != ']')
			buf_append_str(&out, part);
	}
	return out.len ? facts_text(c->f, buf_str(&out)) : NULL;
}

static void define(struct configure *c, const struct macro *m)
{
	struct str name = m->args[0];
	const char *text = m->len > 1 ? facts_text(c->f, str_trim(m->args[1])) : "1";
	bool quoted = !str_ends(m->name, STR("UNQUOTED"));
	const char *value = quoted ? text : value_of(c, str_of(text));
	if (name.len == 0 || name_length(name) != name.len || c->left_out)
		return;
	if (c->unsure || !value || strchr(value, '\n'))
		facts_push(c->f, &c->asks, facts_text(c->f, name));
	else
		facts_push(c->f, &c->defined, arena_printf(c->f->a, "%.*s=%s", STR_ARG(name), value));
}

static void substitute(struct configure *c, const struct macro *m)
{
	if (m->len > 1)
		set(c, m->args[0], value_of(c, m->args[1]));
	facts_push(c->f, &c->substituted, facts_text(c->f, m->args[0]));
}

/* "to" or "to:from". */
static void add_template(struct configure *c, const char *word, bool header)
{
	struct str to_text = str_first(str_of(word), str_index(str_of(word), ':'));
	struct str from_text = str_from(str_of(word), to_text.len + 1);
	from_text = str_first(from_text, str_index(from_text, ':'));
	const char *to = facts_path(c->f, c->folder, to_text);
	const char *from = from_text.len ? facts_path(c->f, c->folder, from_text)
					 : facts_path(c->f, c->folder, str_of(arena_printf(c->f->a, "%.*s.in", STR_ARG(to_text))));
	if (!to || (!header && !facts_is_header(to_text) && !facts_is_source(to_text)))
		return;
	if (header) {
		facts_push(c->f, &c->header_folders, facts_folder(c->f, to));
		facts_var_set(c->f, &c->headers, str_of(to), "");
	}
	from = from && facts_is_file(c->f, from) ? from : NULL;
	if (from || header)
		facts_template(c->f, from, to, c->file, c->line);
}

static void config_headers(struct configure *c, const struct macro *m)
{
	struct strings words = facts_words(c->f, m->args[0]);
	for (size_t i = 0; i < words.len; i++)
		add_template(c, words.items[i], true);
}

static void config_files(struct configure *c, const struct macro *m)
{
	struct strings words = facts_words(c->f, m->args[0]);
	for (size_t i = 0; i < words.len && facts_spend(c->f, 1); i++) {
		if (str_eq(facts_base(str_of(words.items[i])), STR("Makefile")))
			facts_push(c->f, &c->makefiles, words.items[i]);
		else
			add_template(c, words.items[i], false);
	}
}

static void init(struct configure *c, const struct macro *m)
{
	const char *name = plain_text(c, m->args[0]), *version = m->len > 1 ? plain_text(c, m->args[1]) : NULL;
	if (version && !strpbrk(version, "0123456789"))
		version = NULL; /* what some program prints */
	const struct {
		const char *name, *value;
	} values[] = {{"PACKAGE_NAME", name}, {"PACKAGE_VERSION", version}, {"VERSION", version}, {"PACKAGE", name}};
	for (size_t i = 0; i < countof(values); i++) {
		if (!values[i].value)
			continue;
		facts_var_set(c->f, &c->shell, str_of(values[i].name), values[i].value);
		facts_push(c->f, &c->substituted, values[i].name);
		facts_push(c->f, &c->defined, arena_printf(c->f->a, "%s=\"%s\"", values[i].name, values[i].value));
	}
	c->f->name = c->f->name ? c->f->name : name;
	c->f->version = c->f->version ? c->f->version : version;
}

static void conditional(struct configure *c, const struct macro *m)
{
	enum truth truth = m->len > 1 && !c->unsure ? condition(c, m->args[1]) : MAYBE;
	if (truth != MAYBE)
		facts_var_set(c->f, &c->conditions, m->args[0], truth == YES ? "1" : "0");
}

static void define_macro(struct configure *c, const struct macro *m)
{
	const char *text = m->len > 1 ? plain_text(c, m->args[1]) : NULL;
	if (text && m->args[0].len)
		facts_var_set(c->f, &c->macros, m->args[0], text);
}

/* Whoever does not ask for something else gets what stands last. */
static void argument(struct configure *c, const struct macro *m)
{
	if (m->len > 2) {
		c->unsure++;
		read_text(c, m->args[2]);
		c->unsure--;
	}
	if (m->len > 3)
		read_text(c, m->args[3]);
}

static void read_if(struct configure *c, enum truth truth, struct str text)
{
	c->unsure += truth == MAYBE;
	c->left_out += truth == NO;
	read_text(c, text);
	c->unsure -= truth == MAYBE;
	c->left_out -= truth == NO;
}

static void shell_if(struct configure *c, const struct macro *m)
{
	enum truth open = YES;
	size_t i = 0;
	for (; i + 1 < m->len; i += 2) {
		enum truth truth = open == NO ? NO : condition(c, m->args[i]);
		read_if(c, open == MAYBE && truth == YES ? MAYBE : truth, m->args[i + 1]);
		open = truth == YES || open == NO ? NO : truth == MAYBE ? MAYBE : open;
	}
	if (i < m->len)
		read_if(c, open, m->args[i]);
}

/* "sys/types.h" as HAVE_SYS_TYPES_H, "unsigned char *" as SIZEOF_UNSIGNED_CHAR_P. */
static void ask(struct configure *c, const char *prefix, struct str what)
{
	char *name = arena_printf(c->f->a, "%s%.*s", prefix, STR_ARG(str_first(what, 200)));
	for (char *byte = name; *byte; byte++) {
		if (*byte >= 'a' && *byte <= 'z')
			*byte = (char)(*byte - 'a' + 'A');
		else if (*byte == '*')
			*byte = 'P';
		else if (!is_name_byte(*byte))
			*byte = '_';
	}
	if (facts_spend(c->f, strlen(name)) && !c->left_out)
		facts_push(c->f, &c->asks, name);
}

static const struct {
	const char *name, *prefix;
	const char *separators;
} checks[] = {
	{"AC_CHECK_HEADERS", "HAVE_", " \t\r\n"},
	{"AC_CHECK_HEADERS_ONCE", "HAVE_", " \t\r\n"},
	{"AC_CHECK_FUNCS", "HAVE_", " \t\r\n"},
	{"AC_CHECK_FUNCS_ONCE", "HAVE_", " \t\r\n"},
	{"AC_REPLACE_FUNCS", "HAVE_", " \t\r\n"},
	{"AC_CHECK_DECLS", "HAVE_DECL_", ","},
	{"AC_CHECK_TYPES", "HAVE_", ","},
	{"AC_CHECK_MEMBERS", "HAVE_", ","},
	{"AC_CHECK_SIZEOF", "SIZEOF_", ","},
	{"AC_CHECK_LIB", "HAVE_LIB", ","},
};

static bool check(struct configure *c, const struct macro *m)
{
	for (size_t i = 0; i < countof(checks); i++) {
		if (!str_eq(m->name, str_of(checks[i].name)))
			continue;
		struct strings names = facts_split(c->f, m->args[0], checks[i].separators);
		for (size_t k = 0; k < names.len; k++)
			ask(c, checks[i].prefix, unquoted(str_of(names.items[k])));
		return true;
	}
	return false;
}

static void pass_over(struct configure *c, const struct macro *m)
{
	(void)c;
	(void)m;
}

static const struct {
	const char *name;
	void (*run)(struct configure *c, const struct macro *m);
} macros[] = {
	{"AC_INIT", init},
	{"AC_DEFINE", define},
	{"AC_DEFINE_UNQUOTED", define},
	{"AC_SUBST", substitute},
	{"AC_CONFIG_HEADERS", config_headers},
	{"AC_CONFIG_HEADER", config_headers},
	{"AM_CONFIG_HEADER", config_headers},
	{"AC_CONFIG_FILES", config_files},
	{"AC_OUTPUT", config_files},
	{"AM_CONDITIONAL", conditional},
	{"AC_ARG_ENABLE", argument},
	{"AC_ARG_WITH", argument},
	{"AS_IF", shell_if},
	{"m4_define", define_macro},
	{"define", define_macro},
	{"AC_DEFUN", pass_over},
	{"AH_TEMPLATE", pass_over},
	{"AC_MSG_RESULT", pass_over},
	{"AC_MSG_CHECKING", pass_over},
};

/* Of a macro that nobody knows, any argument may be shell that is or is not run. */
static void run_macro(struct configure *c, const struct macro *m)
{
	if (m->len == 0)
		return;
	for (size_t i = 0; i < countof(macros); i++) {
		if (str_eq(m->name, str_of(macros[i].name))) {
			macros[i].run(c, m);
			return;
		}
	}
	bool known = check(c, m);
	c->unsure++;
	for (size_t i = known ? 1 : 0; i < m->len; i++)
		read_text(c, m->args[i]);
	c->unsure--;
}

/* Shell's own branches in one text; they end with it. */
struct nesting {
	struct {
		enum truth present, open; /* of the branch that is read; whether later ones may be */
		bool loop;                /* "case" or a loop: unknown as a whole */
	} items[FACTS_DEPTH_MAX];
	size_t len, deeper;
};

static void apply(struct configure *c, enum truth truth, bool begin)
{
	unsigned step = begin ? 1 : UINT32_MAX;
	c->unsure += truth == MAYBE ? step : 0;
	c->left_out += truth == NO ? step : 0;
}

static void begin(struct configure *c, struct nesting *n, enum truth truth, bool loop)
{
	if (n->len == FACTS_DEPTH_MAX) {
		n->deeper++;
		return;
	}
	n->items[n->len].present = truth;
	n->items[n->len].open = truth == YES ? NO : truth == NO ? YES : MAYBE;
	n->items[n->len++].loop = loop;
	apply(c, truth, true);
}

static void otherwise(struct configure *c, struct nesting *n, enum truth truth)
{
	if (n->deeper || n->len == 0 || n->items[n->len - 1].loop)
		return;
	enum truth open = n->items[n->len - 1].open;
	truth = open == NO || truth == NO ? NO : open == MAYBE ? MAYBE : truth;
	apply(c, n->items[n->len - 1].present, false);
	n->items[n->len - 1].present = truth;
	if (truth != NO)
		n->items[n->len - 1].open = truth == YES ? NO : MAYBE;
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
		begin(c, n, condition(c, take_condition(c)), false);
	else if (str_eq(word, STR("elif")))
		otherwise(c, n, condition(c, take_condition(c)));
	else if (str_eq(word, STR("else")))
		otherwise(c, n, YES);
	else if (str_eq(word, STR("case")) || str_eq(word, STR("do")))
		begin(c, n, MAYBE, true);
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
		struct macro m = {.name = word};
		size_t whole = cut_args(c->rest, &m);
		struct str behind = c->rest;
		unsigned line = c->line;
		if (facts_spend(c->f, whole))
			run_macro(c, &m);
		c->rest = behind;
		c->line = line;
		skip(c, whole);
		return true;
	}
	if (at_start && next == '=') {
		skip(c, 1);
		struct str value = take_value(c);
		set(c, word, value_of(c, value));
		return false;
	}
	return at_start && take_keyword(c, n, word);
}

static void read_text(struct configure *c, struct str text)
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
		size_t n = name_length(c->rest);
		if (n) {
			at_start = take_word(c, &nesting, n, at_start);
		} else if (byte == '#') {
			skip(c, str_index(c->rest, '\n'));
		} else {
			at_start = byte == '\n' || byte == ';' || byte == ')' || ((byte == ' ' || byte == '\t' || byte == '[') && at_start);
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
	read_text(c, text);
	end_templates(c, first);
}
