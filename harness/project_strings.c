#include "harness/project_parts.h"

#include "core/path.h"

static bool has_control_character(const char *text)
{
	while ((unsigned char)*text >= 0x20 && *text != 0x7F)
		text++;
	return *text != '\0';
}

static const char *path_complaint(const char *path)
{
	if (path[0] == '/')
		return "a path is relative to the project's folder";
	if (has_control_character(path))
		return "a path cannot hold control characters";
	if (strchr(path, '\\'))
		return "a path has \"/\" between its names";
	struct str rest = str_of(path);
	while (rest.len) {
		struct str name = str_first(rest, str_index(rest, '/'));
		if (str_eq(name, STR("..")))
			return "a path must stay inside the project: no \"..\"";
		rest = str_from(rest, name.len + 1);
	}
	return NULL;
}

static const char *define_complaint(const char *define)
{
	size_t n = strspn(define, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	if (n == 0 || (define[0] >= '0' && define[0] <= '9') || (define[n] && define[n] != '=' && define[n] != '('))
		return "expected NAME or NAME=VALUE";
	if (has_control_character(define))
		return "a define cannot hold control characters";
	return NULL;
}

static const char *flag_complaint(const char *flag)
{
	if (has_control_character(flag))
		return "a flag cannot hold control characters";
	if (build_flag_allowed(flag))
		return NULL;
	return "recast hands only these to the compiler: -std=… -ansi -pedantic… -f… -W… -w -O… -D… -U… -g… -msimd128 "
	       "-trigraphs";
}

static const char *any_complaint(const char *text)
{
	(void)text;
	return NULL;
}

static const char *env_complaint(const char *name)
{
	if (strcmp(name, "PWD") == 0)
		return "\"cwd\" says where a program starts";
	return name[0] == '\0' || strchr(name, '=') ? "not a name for a variable" : NULL;
}

static const char *name_complaint(const char *name)
{
	if (!name[0])
		return "a name cannot be empty";
	return has_control_character(name) ? "a name cannot hold control characters" : NULL;
}

/* "./src//a.c" → "src/a.c"; the project's own folder becomes "". No ".." is left that could climb. */
static char *plain_path(struct arena *a, const char *path)
{
	return path_join(a, "", str_of(path));
}

const struct project_string project_path = {path_complaint, plain_path};
const struct project_string project_define = {define_complaint, arena_strdup};
const struct project_string project_flag = {flag_complaint, arena_strdup};
const struct project_string project_name = {name_complaint, arena_strdup};
const struct project_string project_text = {any_complaint, arena_strdup};

int project_read_string(struct project_reader *r, const struct json_at *at, const struct project_string *kind,
			const char **ret)
{
	const char *text = NULL;
	if (json_read_string(at, PROJECT_STRING_MAX, &text, r->err) < 0)
		return -1;
	if (!text)
		return 0;
	const char *wrong = kind->complaint(text);
	if (wrong)
		return json_refuse(at, r->err, "%s", wrong);
	*ret = kind->keep(r->a, text);
	return 0;
}

int project_read_strings(struct project_reader *r, const struct json_at *at, const struct project_string *kind,
			 struct strings *ret)
{
	size_t len;
	if (json_read_array(at, PROJECT_LIST_MAX, &len, r->err) < 0)
		return -1;
	struct strings list = {arena_array(r->a, len, const char *), len};
	for (size_t i = 0; i < len; i++) {
		struct json_at item = json_item(at, i);
		if (project_read_string(r, &item, kind, &list.items[i]) < 0)
			return -1;
		if (!list.items[i])
			return json_refuse(&item, r->err, "expected a string");
	}
	*ret = list;
	return 0;
}

int project_read_options(struct project_reader *r, const struct json_at *at, struct build_options *ret)
{
	struct json_at include = json_key(at, "include"), defines = json_key(at, "defines"),
		       flags = json_key(at, "flags");
	if (project_read_strings(r, &include, &project_path, &ret->include) < 0 ||
	    project_read_strings(r, &defines, &project_define, &ret->defines) < 0 ||
	    project_read_strings(r, &flags, &project_flag, &ret->flags) < 0)
		return -1;
	return 0;
}

int project_read_env(struct project_reader *r, const struct json_at *at, struct strings *ret)
{
	if (!at->value)
		return 0;
	if (!json_is_object(at->value))
		return json_refuse(at, r->err, "expected an object of NAME: \"value\"");
	ret->items = arena_array(r->a, json_object_size(at->value), const char *);
	const char *name;
	json_t *unused;
	json_object_foreach((json_t *)(uintptr_t)at->value, name, unused)
	{
		(void)unused;
		struct json_at item = json_key(at, name);
		const char *value = NULL, *wrong = env_complaint(name);
		if (wrong)
			return json_refuse(&item, r->err, "%s", wrong);
		if (project_read_string(r, &item, &project_text, &value) < 0)
			return -1;
		ret->items[ret->len++] = arena_printf(r->a, "%s=%s", name, value ? value : "");
	}
	return 0;
}
