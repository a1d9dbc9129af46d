#include "harness/buildfacts_cmake.h"

/* What is installed, and which files are made from templates. */

static bool is(const struct strings *args, size_t at, const char *word)
{
	return at < args->len && strcmp(args->items[at], word) == 0;
}

static bool is_option(const char *word)
{
	static const char *const options[] = {"DESTINATION", "TYPE", "PERMISSIONS", "CONFIGURATIONS", "COMPONENT",
					      "RENAME", "OPTIONAL", "EXCLUDE_FROM_ALL", "FILES_MATCHING", "PATTERN",
					      "REGEX", "FILE_PERMISSIONS", "USE_SOURCE_PERMISSIONS",
					      "DIRECTORY_PERMISSIONS", "MESSAGE_NEVER"};
	for (size_t i = 0; i < countof(options); i++) {
		if (strcmp(options[i], word) == 0)
			return true;
	}
	return false;
}

/* Where it goes, "" if nobody says. */
static const char *destination_of(const struct strings *args)
{
	for (size_t i = 0; i + 1 < args->len; i++) {
		if (is(args, i, "DESTINATION"))
			return args->items[i + 1];
		if (is(args, i, "TYPE") && is(args, i + 1, "INCLUDE"))
			return "include";
	}
	return "";
}

static void install_files(struct cmake *c, const struct strings *args)
{
	for (size_t i = 1; i < args->len && !is_option(args->items[i]) && facts_spend(c->f, 1); i++) {
		const char *text = cmake_generate(c, args->items[i]);
		const char *path = facts_is_header(str_of(text)) ? cmake_path(c, text) : NULL;
		if (path)
			facts_push(c->f, &c->f->headers, path);
	}
}

/*
 * Users find what is in "include/" as <x.h>, and what is in "include/lib" as
 * <lib/x.h>, so the folder for them is the one whose content goes to "include".
 */
static void install_folder(struct cmake *c, const char *text, const char *destination)
{
	const char *path = cmake_path(c, text);
	if (!path)
		return;
	struct str base = path_base(str_of(path)), last = path_base(str_of(destination));
	bool content = str_ends(str_of(text), STR("/")) || str_eq(base, STR("include"));
	bool same_name = content && str_eq(base, last) && !str_eq(base, STR("include"));
	const char *root = content && !same_name ? path : facts_folder(c->f, path);
	facts_header_folder(c->f, path);
	if (root[0] || content)
		facts_push(c->f, &c->f->header_roots, root);
}

static void install(struct cmake *c, const struct strings *args)
{
	const char *destination = destination_of(args);
	if (is(args, 0, "FILES"))
		install_files(c, args);
	if (!is(args, 0, "DIRECTORY"))
		return;
	for (size_t i = 1; i < args->len && !is_option(args->items[i]) && facts_spend(c->f, 1); i++) {
		const char *text = cmake_generate(c, args->items[i]);
		struct str name = str_of(text);
		if (name.len && name.ptr[name.len - 1] == '/')
			name.len--;
		if (strstr(destination, "include") || str_eq(path_base(name), STR("include")))
			install_folder(c, text, destination);
	}
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Cuts a name off the front. */
static struct str cut_name(struct str *rest)
{
	size_t n = 0;
	while (n < rest->len && is_word_byte(rest->ptr[n]))
		n++;
	struct str name = str_first(*rest, n);
	*rest = str_from(*rest, n);
	return name;
}

enum use { AS_TEXT, AS_SWITCH, AS_NUMBER };

static void add_value(struct cmake *c, struct fact_template *t, struct facts_vars *seen, struct str name,
		      enum use use)
{
	struct facts_var *v = facts_var_find(c->f, c->vars, name);
	if (!name.len || !v || v->unsure || strchr(v->value, '\n') || facts_var(c->f, seen, name))
		return;
	facts_var_set(c->f, seen, name, "");
	bool on = cmake_is_on(str_of(v->value));
	const char *value = v->value;
	if (use == AS_NUMBER || (on && (strcmp(value, "ON") == 0 || strcmp(value, "TRUE") == 0)))
		value = on ? "1" : "0";
	bool undefined = use == AS_SWITCH && !on;
	facts_push(c->f, &t->values,
		   undefined ? facts_text(c->f, name) : arena_printf(c->f->a, "%.*s=%s", STR_ARG(name), value));
}

/* What the template asks for, as far as it is known whatever the machine. */
static void add_values(struct cmake *c, struct fact_template *t, struct str text)
{
	struct facts_vars seen = {0};
	struct str define = STR("#cmakedefine"), rest = text;
	while (rest.len && facts_spend(c->f, 1)) {
		if (str_starts(rest, define)) {
			rest = str_from(rest, define.len);
			bool number = str_starts(rest, STR("01"));
			rest = str_trim(str_from(rest, number ? 2 : 0));
			add_value(c, t, &seen, cut_name(&rest), number ? AS_NUMBER : AS_SWITCH);
			continue;
		}
		bool braces = str_starts(rest, STR("${"));
		char byte = rest.ptr[0];
		rest = str_from(rest, braces ? 2 : 1);
		if (byte != '@' && !braces)
			continue;
		struct str name = cut_name(&rest);
		if (rest.len && rest.ptr[0] == (braces ? '}' : '@')) {
			rest = str_from(rest, 1);
			add_value(c, t, &seen, name, AS_TEXT);
		}
	}
}

static void configure_file(struct cmake *c, const struct strings *args)
{
	const char *from = args->len > 1 ? cmake_path(c, args->items[0]) : NULL;
	const char *to = args->len > 1 ? cmake_path(c, args->items[1]) : NULL;
	if (!from || !to)
		return;
	if (facts_is_folder(c->f, to))
		to = facts_path(c->f, to, path_base(str_of(from)));
	const struct tree_node *node = facts_node(c->f, from);
	if (!to || !node || node->type != TREE_FILE || node->content.len > FACTS_FILE_MAX || strcmp(from, to) == 0 ||
	    (!facts_is_header(str_of(to)) && !facts_is_source(str_of(to))))
		return;
	struct fact_template *t = facts_template(c->f, from, to, c->script->file, c->line);
	for (size_t i = 2; i < args->len; i++)
		t->verbatim = t->verbatim || is(args, i, "COPYONLY");
	if (!t->verbatim)
		add_values(c, t, node->content);
}

bool cmake_run_install_command(struct cmake *c, const char *name, const struct strings *args)
{
	if (strcmp(name, "install") == 0)
		install(c, args);
	else if (strcmp(name, "configure_file") == 0)
		configure_file(c, args);
	else
		return false;
	return true;
}
