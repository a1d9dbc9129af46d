/*
 * Any bytes as recast.json. What is accepted keeps the promises of project.h:
 * paths that stay inside, bounded lists, at least one configuration.
 */

#include "harness/project.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(const char *path)
{
	if (!path)
		return;
	assert(path[0] != '/' && strlen(path) <= PROJECT_FILE_MAX);
	for (struct str rest = str_of(path); rest.len;) {
		struct str name = str_first(rest, str_index(rest, '/'));
		assert(name.len > 0 && !str_eq(name, STR("..")) && !str_eq(name, STR(".")));
		rest = str_from(rest, name.len + 1);
	}
	for (; *path; path++)
		assert((unsigned char)*path >= 0x20 && *path != '\\' && *path != 0x7F);
}

static void check_paths(const struct strings *list)
{
	assert(list->len <= PROJECT_LIST_MAX);
	for (size_t i = 0; i < list->len; i++)
		check_path(list->items[i]);
}

static void check_options(const struct strings *include, const struct strings *defines, const struct strings *flags)
{
	if (include)
		check_paths(include);
	for (size_t i = 0; i < defines->len; i++)
		assert(defines->items[i][0] && defines->items[i][0] != '-' && !strchr(defines->items[i], '\n'));
	for (size_t i = 0; i < flags->len; i++)
		assert(build_flag_allowed(flags->items[i]) && !strchr(flags->items[i], '\n'));
}

static void check_overlay(const struct overlay *overlay)
{
	check_path(overlay->folder);
	for (size_t i = 0; i < overlay->files_len; i++) {
		assert(overlay->files[i].path[0]);
		check_path(overlay->files[i].path);
		assert(overlay->files[i].content.ptr[overlay->files[i].content.len] == '\0');
	}
}

static void check_program(const struct program *p)
{
	assert((p->sources.len > 0) != (p->each.len > 0) && (p->name || p->each.len));
	check_paths(&p->sources);
	check_paths(&p->each);
	check_paths(&p->exclude);
	check_options(&p->options.include, &p->options.defines, &p->options.flags);
	check_path(p->stdin_file);
	check_path(p->cwd);
	assert(p->cwd && p->configurations_len > 0);
	for (size_t i = 0; i < p->env.len; i++)
		assert(strchr(p->env.items[i], '=') && p->env.items[i][0] != '=');
	for (size_t i = 0; i < p->configurations_len; i++) {
		const struct configuration *c = &p->configurations[i];
		assert(c->name && c->expect.exit_code >= 0 && c->expect.exit_code <= 255);
		check_options(NULL, &c->defines, &c->flags);
		check_path(c->expect.stdout_file);
	}
}

static void check(const struct project *p)
{
	assert(p->name[0] && p->library.sources.len > 0 && p->tests.programs_len > 0);
	check_paths(&p->library.sources);
	check_paths(&p->library.headers);
	check_options(&p->library.options.include, &p->library.options.defines, &p->library.options.flags);
	check_overlay(&p->library.overlay);
	check_paths(&p->tests.sources);
	check_options(&p->tests.options.include, &p->tests.options.defines, &p->tests.options.flags);
	check_overlay(&p->tests.overlay);
	for (size_t i = 0; i < p->tests.programs_len; i++)
		check_program(&p->tests.programs[i]);
	assert(p->limits.run.fuel > 0 && p->limits.run.memory_bytes > 0 && p->limits.output_bytes > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct project p;
	struct err err = {0};
	if (project_parse((struct str){(const char *)data, size}, "/project", &a, &p, &err) == 0)
		check(&p);
	else
		assert(err.kind == ERR_USAGE && str_starts(str_of(err.text), STR("recast.json: ")));
	return 0;
}
