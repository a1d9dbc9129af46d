#include "harness/buildfacts_configure.h"

#include "core/buf.h"

static bool is_name_byte(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Names that m4 has a text for are replaced; what then is no plain text is unknown. */
static const char *plain_text(struct configure *c, struct str text)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 1000);
	text = str_trim(text);
	while (text.len && facts_spend(c->f, 1)) {
		size_t n = max_size(configure_name_length(text), 1);
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

static void define(struct configure *c, const struct configure_macro *m)
{
	struct str name = m->args[0];
	const char *text = m->len > 1 ? facts_text(c->f, str_trim(m->args[1])) : "1";
	bool quoted = !str_ends(m->name, STR("UNQUOTED"));
	const char *value = quoted ? text : configure_value(c, str_of(text), CONFIGURE_KEEP);
	if (name.len == 0 || configure_name_length(name) != name.len || c->left_out)
		return;
	if (c->unsure || !value || strchr(value, '\n'))
		facts_push(c->f, &c->asks, facts_text(c->f, name));
	else
		facts_push(c->f, &c->defined, arena_printf(c->f->a, "%.*s=%s", STR_ARG(name), value));
}

static void substitute(struct configure *c, const struct configure_macro *m)
{
	if (m->len > 1)
		configure_set(c, m->args[0], configure_value(c, m->args[1], CONFIGURE_TAKE_OFF));
	facts_push(c->f, &c->substituted, facts_text(c->f, m->args[0]));
}

/* "to" or "to:from". */
static void add_template(struct configure *c, const char *word, bool header)
{
	struct str to_text = str_first(str_of(word), str_index(str_of(word), ':'));
	struct str from_text = str_from(str_of(word), to_text.len + 1);
	from_text = str_first(from_text, str_index(from_text, ':'));
	if (from_text.len == 0)
		from_text = str_of(arena_printf(c->f->a, "%.*s.in", STR_ARG(to_text)));
	const char *to = facts_path(c->f, c->folder, to_text), *from = facts_path(c->f, c->folder, from_text);
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

static void config_headers(struct configure *c, const struct configure_macro *m)
{
	struct strings words = facts_words(c->f, m->args[0]);
	for (size_t i = 0; i < words.len; i++)
		add_template(c, words.items[i], true);
}

static void config_files(struct configure *c, const struct configure_macro *m)
{
	struct strings words = facts_words(c->f, m->args[0]);
	for (size_t i = 0; i < words.len && facts_spend(c->f, 1); i++) {
		if (str_eq(path_base(str_of(words.items[i])), STR("Makefile")))
			facts_push(c->f, &c->makefiles, words.items[i]);
		else
			add_template(c, words.items[i], false);
	}
}

static void init(struct configure *c, const struct configure_macro *m)
{
	const char *name = plain_text(c, m->args[0]), *version = m->len > 1 ? plain_text(c, m->args[1]) : NULL;
	if (version && !strpbrk(version, "0123456789"))
		version = NULL; /* what some program prints */
	const char *whole = name && version ? arena_printf(c->f->a, "%s %s", name, version) : NULL;
	const struct {
		const char *name, *value;
	} values[] = {
		{"PACKAGE_NAME", name},
		{"PACKAGE_TARNAME", m->len > 3 ? plain_text(c, m->args[3]) : name},
		{"PACKAGE_VERSION", version},
		{"PACKAGE_STRING", whole},
		{"PACKAGE_BUGREPORT", m->len > 2 ? plain_text(c, m->args[2]) : ""},
		{"VERSION", version},
		{"PACKAGE", name},
	};
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

static void conditional(struct configure *c, const struct configure_macro *m)
{
	enum configure_truth truth = m->len > 1 && !c->unsure ? configure_condition(c, m->args[1]) : CONFIGURE_MAYBE;
	if (truth != CONFIGURE_MAYBE)
		facts_var_set(c->f, &c->conditions, m->args[0], truth == CONFIGURE_YES ? "1" : "0");
}

static void define_macro(struct configure *c, const struct configure_macro *m)
{
	const char *text = m->len > 1 ? plain_text(c, m->args[1]) : NULL;
	if (text && m->args[0].len)
		facts_var_set(c->f, &c->macros, m->args[0], text);
}

/* Whoever does not ask for something else gets what stands last. */
static void argument(struct configure *c, const struct configure_macro *m)
{
	if (m->len > 2) {
		c->unsure++;
		configure_text(c, m->args[2]);
		c->unsure--;
	}
	if (m->len > 3)
		configure_text(c, m->args[3]);
}

static void read_if(struct configure *c, enum configure_truth truth, struct str text)
{
	c->unsure += truth == CONFIGURE_MAYBE;
	c->left_out += truth == CONFIGURE_NO;
	configure_text(c, text);
	c->unsure -= truth == CONFIGURE_MAYBE;
	c->left_out -= truth == CONFIGURE_NO;
}

static void shell_if(struct configure *c, const struct configure_macro *m)
{
	enum configure_truth open = CONFIGURE_YES; /* whether one gets as far as the next branch */
	size_t i = 0;
	for (; i + 1 < m->len; i += 2) {
		enum configure_truth truth = configure_condition(c, m->args[i]);
		read_if(c, truth < open ? truth : open, m->args[i + 1]);
		open = CONFIGURE_YES - truth < open ? CONFIGURE_YES - truth : open;
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
	{"AC_CHECK_HEADERS", "HAVE_", " \t\r\n\\"},
	{"AC_CHECK_HEADERS_ONCE", "HAVE_", " \t\r\n\\"},
	{"AC_CHECK_FUNCS", "HAVE_", " \t\r\n\\"},
	{"AC_CHECK_FUNCS_ONCE", "HAVE_", " \t\r\n\\"},
	{"AC_REPLACE_FUNCS", "HAVE_", " \t\r\n\\"},
	{"AC_CHECK_DECLS", "HAVE_DECL_", ","},
	{"AC_CHECK_TYPES", "HAVE_", ","},
	{"AC_CHECK_MEMBERS", "HAVE_", ","},
	{"AC_CHECK_SIZEOF", "SIZEOF_", ","},
	{"AC_CHECK_LIB", "HAVE_LIB", ","},
};

static bool check(struct configure *c, const struct configure_macro *m)
{
	for (size_t i = 0; i < countof(checks); i++) {
		if (!str_eq(m->name, str_of(checks[i].name)))
			continue;
		struct strings names = facts_split(c->f, m->args[0], checks[i].separators);
		for (size_t k = 0; k < names.len; k++)
			ask(c, checks[i].prefix, configure_unquoted(str_of(names.items[k])));
		return true;
	}
	return false;
}

static void pass_over(struct configure *c, const struct configure_macro *m)
{
	(void)c;
	(void)m;
}

static const struct {
	const char *name;
	void (*run)(struct configure *c, const struct configure_macro *m);
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
void configure_run(struct configure *c, const struct configure_macro *m)
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
		configure_text(c, m->args[i]);
	c->unsure--;
}
