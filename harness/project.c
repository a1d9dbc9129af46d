#include "harness/project.h"

#include "harness/project_limits.h"
#include "harness/project_parts.h"
#include "harness/project_verdict.h"

/* ---- overlays */

/* A file's content: one string, or an array of lines. */
static int read_content(struct project_reader *r, const struct json_at *at, struct str *ret)
{
	if (json_is_string(at->value)) {
		struct str text = {json_string_value(at->value), json_string_length(at->value)};
		*ret = (struct str){arena_str(r->a, text), text.len};
		return 0;
	}
	struct strings lines = {0};
	if (!json_is_array(at->value))
		return json_refuse(at, r->err, "expected a file's text, as a string or an array of lines");
	if (project_read_strings(r, at, &project_text, &lines) < 0)
		return -1;
	SCOPED_BUF struct buf text;
	buf_init(&text, PROJECT_FILE_MAX * 2);
	for (size_t i = 0; i < lines.len; i++)
		buf_printf(&text, "%s\n", lines.items[i]);
	*ret = (struct str){arena_str(r->a, buf_str(&text)), text.len};
	return 0;
}

static int read_overlay(struct project_reader *r, const struct json_at *at, struct overlay *ret)
{
	struct json_at folder = json_key(at, "overlay"), files = json_key(at, "files");
	if (project_read_string(r, &folder, &project_path, &ret->folder) < 0)
		return -1;
	if (!files.value)
		return 0;
	if (!json_is_object(files.value))
		return json_refuse(&files, r->err, "expected an object of path: text");
	ret->files = arena_array(r->a, json_object_size(files.value), struct overlay_file);
	const char *path;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)files.value, path, value)
	{
		struct json_at file = json_key(&files, path);
		const char *wrong = project_path.complaint(path);
		if (wrong)
			return json_refuse(&file, r->err, "%s", wrong);
		struct overlay_file *f = &ret->files[ret->files_len++];
		f->path = project_path.keep(r->a, path);
		if (!f->path[0])
			return json_refuse(&file, r->err, "a file needs a name");
		if (read_content(r, &file, &f->content) < 0)
			return -1;
	}
	return 0;
}

/* ---- the library */

static int read_library(struct project_reader *r, const struct json_at *root, struct library *ret)
{
	struct json_at at = json_key(root, "library");
	if (!at.value)
		return json_refuse(&at, r->err, "missing: it says which sources and headers the library has");
	if (ONLY(r, &at, "sources", "headers", "include", "defines", "flags", "overlay", "files") < 0)
		return -1;
	struct json_at sources = json_key(&at, "sources"), headers = json_key(&at, "headers");
	if (project_read_strings(r, &sources, &project_path, &ret->sources) < 0 ||
	    project_read_strings(r, &headers, &project_path, &ret->headers) < 0 ||
	    project_read_options(r, &at, &ret->options) < 0 || read_overlay(r, &at, &ret->overlay) < 0)
		return -1;
	if (ret->sources.len == 0)
		return json_refuse(&sources, r->err, "expected at least one source, like \"src/*.c\"");
	return 0;
}

/* ---- how results are read */

/* A framework's name, or an object of patterns. Leaves *ret alone if absent. */
static int read_report(struct project_reader *r, const struct json_at *at, const struct testreport_format **ret)
{
	if (!at->value)
		return 0;
	if (json_is_object(at->value)) {
		const char *pass = NULL, *fail = NULL, *skip = NULL;
		struct json_at pass_at = json_key(at, "pass"), fail_at = json_key(at, "fail"),
			       skip_at = json_key(at, "skip");
		struct err why = {0};
		if (ONLY(r, at, "pass", "fail", "skip") < 0 ||
		    project_read_string(r, &pass_at, &project_text, &pass) < 0 ||
		    project_read_string(r, &fail_at, &project_text, &fail) < 0 ||
		    project_read_string(r, &skip_at, &project_text, &skip) < 0)
			return -1;
		if (!pass)
			return json_refuse(&pass_at, r->err, "expected a pattern for the line of a passed test");
		if (testreport_pattern(r->a, pass, fail, skip, ret, &why) < 0)
			return json_refuse(at, r->err, "%.200s", why.text);
		return 0;
	}
	const char *name = NULL;
	if (project_read_string(r, at, &project_text, &name) < 0)
		return -1;
	const struct testreport_format *format = testreport_find(name);
	if (!format && strcmp(name, "exit") != 0) {
		SCOPED_BUF struct buf known;
		buf_init(&known, 200);
		for (size_t i = 0; testreport_names(i); i++)
			buf_printf(&known, ", %s", testreport_names(i));
		return json_refuse(at, r->err, "no such kind of report; known: exit%s, or an object of patterns",
				   known.ptr);
	}
	*ret = format;
	return 0;
}

static int read_expectation(struct project_reader *r, const struct json_at *parent, struct expectation *e)
{
	struct json_at at = json_key(parent, "expect");
	if (ONLY(r, &at, "exit", "stdout") < 0)
		return -1;
	struct json_at exit_at = json_key(&at, "exit"), stdout_at = json_key(&at, "stdout");
	int64_t code = e->exit_code;
	if (json_read_integer(&exit_at, 0, 255, &code, r->err) < 0 ||
	    project_read_string(r, &stdout_at, &project_path, &e->stdout_file) < 0)
		return -1;
	e->exit_code = (int)code;
	return 0;
}

/* ---- test programs */

static int read_configurations(struct project_reader *r, const struct json_at *parent,
			       const struct expectation *inherited, struct program *p)
{
	struct json_at at = json_key(parent, "configurations");
	size_t len;
	if (json_read_array(&at, 1000, &len, r->err) < 0)
		return -1;
	p->configurations_len = max_size(len, 1);
	p->configurations = arena_array(r->a, p->configurations_len, struct configuration);
	p->configurations[0] = (struct configuration){.name = "", .expect = *inherited};
	for (size_t i = 0; i < len; i++) {
		struct configuration *c = &p->configurations[i];
		struct json_at item = json_item(&at, i);
		if (ONLY(r, &item, "name", "defines", "flags", "expect") < 0)
			return -1;
		struct json_at name = json_key(&item, "name"), defines = json_key(&item, "defines"),
			       flags = json_key(&item, "flags");
		*c = (struct configuration){.expect = *inherited};
		if (project_read_string(r, &name, &project_name, &c->name) < 0 ||
		    project_read_strings(r, &defines, &project_define, &c->defines) < 0 ||
		    project_read_strings(r, &flags, &project_flag, &c->flags) < 0 ||
		    read_expectation(r, &item, &c->expect) < 0)
			return -1;
		if (!c->name)
			return json_refuse(&name, r->err, "missing: each configuration needs a name");
	}
	return 0;
}

static int check_program(struct project_reader *r, const struct json_at *at, struct program *p)
{
	struct json_at name = json_key(at, "name");
	if ((p->sources.len > 0) == (p->each.len > 0))
		return json_refuse(at, r->err, "expected either \"sources\" or \"each\"");
	if (p->sources.len && !p->name)
		return json_refuse(&name, r->err, "missing: a program with \"sources\" needs a name");
	return 0;
}

static int read_program(struct project_reader *r, const struct json_at *at, struct program *p)
{
	if (ONLY(r, at, "name", "sources", "each", "exclude", "include", "defines", "flags", "args", "env", "stdin",
		 "cwd", "writable", "visible", "report", "expect", "configurations") < 0)
		return -1;
	if (!at->value)
		return json_refuse(at, r->err, "expected an object");
	struct json_at name = json_key(at, "name"), sources = json_key(at, "sources"), each = json_key(at, "each"),
		       exclude = json_key(at, "exclude"), args = json_key(at, "args"), env = json_key(at, "env"),
		       input = json_key(at, "stdin"), cwd = json_key(at, "cwd"), writable = json_key(at, "writable"),
		       visible = json_key(at, "visible"), report = json_key(at, "report");
	struct expectation expect = {0};
	p->cwd = "";
	if (project_read_string(r, &name, &project_name, &p->name) < 0 ||
	    project_read_strings(r, &sources, &project_path, &p->sources) < 0 ||
	    project_read_strings(r, &each, &project_path, &p->each) < 0 ||
	    project_read_strings(r, &exclude, &project_path, &p->exclude) < 0 ||
	    project_read_options(r, at, &p->options) < 0 ||
	    project_read_strings(r, &args, &project_text, &p->args) < 0 || project_read_env(r, &env, &p->env) < 0 ||
	    project_read_string(r, &input, &project_path, &p->stdin_file) < 0 ||
	    project_read_string(r, &cwd, &project_path, &p->cwd) < 0 ||
	    json_read_bool(&writable, &p->writable, r->err) < 0 || json_read_bool(&visible, &p->visible, r->err) < 0 ||
	    read_report(r, &report, &p->report) < 0 || read_expectation(r, at, &expect) < 0 ||
	    read_configurations(r, at, &expect, p) < 0)
		return -1;
	return check_program(r, at, p);
}

static int read_tests(struct project_reader *r, const struct json_at *root, struct tests *ret)
{
	struct json_at at = json_key(root, "tests");
	if (!at.value)
		return json_refuse(&at, r->err, "missing: it says which test programs there are");
	if (ONLY(r, &at, "sources", "include", "defines", "flags", "overlay", "files", "report", "programs") < 0)
		return -1;
	struct json_at sources = json_key(&at, "sources"), report = json_key(&at, "report"),
		       programs = json_key(&at, "programs");
	const struct testreport_format *format = NULL;
	if (project_read_strings(r, &sources, &project_path, &ret->sources) < 0 ||
	    project_read_options(r, &at, &ret->options) < 0 || read_overlay(r, &at, &ret->overlay) < 0 ||
	    read_report(r, &report, &format) < 0 ||
	    json_read_array(&programs, PROJECT_LIST_MAX, &ret->programs_len, r->err) < 0)
		return -1;
	if (!programs.value)
		return json_refuse(&programs, r->err, "missing: the list of test programs, which may be empty");
	ret->programs = arena_array(r->a, ret->programs_len, struct program);
	for (size_t i = 0; i < ret->programs_len; i++) {
		struct json_at item = json_item(&programs, i);
		ret->programs[i].report = format;
		if (read_program(r, &item, &ret->programs[i]) < 0)
			return -1;
	}
	return 0;
}

/* ---- where the original is, and what of it is hidden */

static const char *id_complaint(const char *id)
{
	size_t len = strspn(id, "0123456789abcdef");
	return id[len] == '\0' && (len == 40 || len == 64) ? NULL
							   : "expected the 40 or 64 hexadecimal digits of a git id";
}

static int read_source(struct project_reader *r, const struct json_at *root, struct project_source *ret)
{
	static const struct project_string an_id = {id_complaint, arena_strdup};
	struct json_at at = json_key(root, "source"), commit = json_key(&at, "commit"), tree = json_key(&at, "tree");
	const char *commit_id = NULL, *tree_id = NULL;
	if (ONLY(r, &at, "commit", "tree") < 0 || project_read_string(r, &commit, &an_id, &commit_id) < 0 ||
	    project_read_string(r, &tree, &an_id, &tree_id) < 0)
		return -1;
	if (at.value && (commit_id != NULL) == (tree_id != NULL))
		return json_refuse(&at, r->err, "expected either \"commit\" or \"tree\"");
	*ret = (struct project_source){commit_id ? commit_id : tree_id, tree_id != NULL};
	return 0;
}

enum { SEALED_PERCENT_DEFAULT = 30, SEALED_PERCENT_MAX = 90 };

static int read_sealing(struct project_reader *r, const struct json_at *root, struct sealing *ret)
{
	struct json_at at = json_key(root, "sealed"), percent = json_key(&at, "percent"), seed = json_key(&at, "seed");
	int64_t share = SEALED_PERCENT_DEFAULT, number = 1;
	if (ONLY(r, &at, "percent", "seed") < 0 ||
	    json_read_integer(&percent, 0, SEALED_PERCENT_MAX, &share, r->err) < 0 ||
	    json_read_integer(&seed, 0, INT64_MAX, &number, r->err) < 0)
		return -1;
	*ret = (struct sealing){(unsigned)share, (uint64_t)number};
	return 0;
}

static int read_trace(struct project_reader *r, const struct json_at *root, struct strings *ret)
{
	static const struct project_string an_item = {project_free_complaint, arena_strdup};
	struct json_at at = json_key(root, "trace"), free_items = json_key(&at, "free");
	return ONLY(r, &at, "free") < 0 ? -1 : project_read_strings(r, &free_items, &an_item, ret);
}

/* ---- how a rewrite is judged */

static int read_candidate(struct project_reader *r, const struct json_at *root, struct candidate_rules *ret)
{
	struct json_at at = json_key(root, "candidate"), unjudged = json_key(&at, "unjudged"),
		       memory = json_key(&at, "memory");
	const char *word = "fail";
	bool memory_on = true;
	if (ONLY(r, &at, "unjudged", "memory") < 0 || project_read_string(r, &unjudged, &project_text, &word) < 0 ||
	    json_read_bool(&memory, &memory_on, r->err) < 0)
		return -1;
	if (strcmp(word, "fail") != 0 && strcmp(word, "allow") != 0)
		return json_refuse(&unjudged, r->err, "expected \"fail\" or \"allow\"");
	ret->unjudged_allowed = strcmp(word, "allow") == 0;
	ret->memory_off = !memory_on;
	return 0;
}

/* ---- the whole */

static int read_root(struct project_reader *r, const struct json_at *root, struct project *p)
{
	if (!json_is_object(root->value))
		return json_refuse(root, r->err, "expected an object");
	if (ONLY(r, root, "$schema", "version", "name", "language", "source", "library", "tests", "workloads", "sealed",
		 "consent", "candidate", "limits", "verdict", "differential", "trace") < 0)
		return -1;
	struct json_at version = json_key(root, "version"), name = json_key(root, "name"),
		       language = json_key(root, "language"), consent = json_key(root, "consent");
	int64_t number = 1;
	const char *tongue = "c";
	if (json_read_integer(&version, 1, 1, &number, r->err) < 0 ||
	    project_read_string(r, &name, &project_name, &p->name) < 0 ||
	    project_read_string(r, &language, &project_text, &tongue) < 0)
		return -1;
	if (!p->name)
		return json_refuse(&name, r->err, "missing: the library's name");
	if (strcmp(tongue, "c") != 0)
		return json_refuse(&language, r->err, "no such language; known: c");
	p->language = tongue;
	if (read_source(r, root, &p->source) < 0 || read_sealing(r, root, &p->sealed) < 0 ||
	    project_read_strings(r, &consent, &project_path, &p->consent) < 0 ||
	    read_library(r, root, &p->library) < 0 || read_tests(r, root, &p->tests) < 0 ||
	    project_read_workloads(r, root, p) < 0 || read_candidate(r, root, &p->candidate) < 0 ||
	    project_read_limits(root, &p->limits, r->err) < 0 || project_read_verdict(root, &p->verdict, r->err) < 0 ||
	    project_read_differential(root, &p->differential_inputs, r->err) < 0 ||
	    read_trace(r, root, &p->trace_free) < 0)
		return -1;
	return 0;
}

int project_parse(struct str text, const char *folder, struct arena *a, struct project *ret, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	if (json_parse(text, "recast.json", &value, err) < 0)
		return -1;
	struct project_reader r = {a, err};
	struct json_at root = json_root(value, "recast.json");
	struct project p = {.folder = folder, .limits = project_default_limits,
			    .verdict = project_default_verdict, .differential_inputs = PROJECT_INPUTS};
	if (read_root(&r, &root, &p) < 0)
		return -1;
	*ret = p;
	return 0;
}

int project_read(const char *folder, struct arena *a, struct project *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, PROJECT_FILE_MAX);
	const char *path = arena_printf(a, "%s/recast.json", folder);
	if (!fs_exists(path))
		return err_set(err, ERR_USAGE,
			       "there is no recast.json in %s; it describes the library, see recast.json(5); "
			       "`recast init` writes one",
			       strcmp(folder, ".") == 0 ? "this folder" : folder);
	/* What it leads to would be quoted where it is no JSON. */
	if (fs_is_link(path))
		return err_set(err, ERR_USAGE, "%s is a link, which could lead out of the project", path);
	if (fs_read(path, &text, err) < 0)
		return -1;
	return project_parse(buf_str(&text), folder, a, ret, err);
}
