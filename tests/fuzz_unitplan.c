/*
 * Any text as a plan, and as a reply that holds one. A plan without problems gives each
 * function to one file, stands in order, and is the same when it is written and read.
 */

#include "harness/taskfile.h"
#include "harness/unitplan.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct api_function functions[] = {{.name = "f"}, {.name = "g"}, {.name = "h"}};
static struct spec_file headers[] = {{"include/f.h", {0}}};
static const struct spec spec = {
	.name = "f",
	.api = {.functions = functions, .functions_len = countof(functions)},
	.headers = {headers, countof(headers), 0},
};

static void check_unit(const struct unitplan *plan, size_t index)
{
	const struct unit *unit = &plan->items[index];
	assert(unitplan_path(str_of(unit->path)) && !strchr(unit->purpose, '\n'));
	assert(!unit->is_header || unit->functions.len == 0);
	for (size_t i = 0; i < unit->after.len; i++) {
		size_t other = 0;
		while (other < index && strcmp(plan->items[other].path, unit->after.items[i]) != 0)
			other++;
		assert(other < index);
	}
}

static void check_plan(const struct unitplan *plan, struct arena *a)
{
	struct unitplan again;
	struct strings problems;
	struct taskfile file;
	size_t defined = 0;
	for (size_t i = 0; i < plan->len; i++) {
		check_unit(plan, i);
		defined += plan->items[i].functions.len;
	}
	assert(defined == countof(functions));
	for (size_t i = 0; i < countof(functions); i++)
		assert(unitplan_owner(plan, functions[i].name));
	struct str text = unitplan_text(plan, a);
	struct str whole = taskfile_with_plan(STR("## Decisions\nd\n## Actions\na\n"), text, a);
	assert(taskfile_parse(whole, &file, NULL) == 0 && str_eq(file.actions, STR("a\n")));
	unitplan_parse(file.plan, &spec, a, &again, &problems);
	assert(problems.len == 0 && str_eq(unitplan_text(&again, a), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str text = {(const char *)data, size};
	struct unitplan plan;
	struct strings problems;
	struct str found = unitplan_of_reply(text);
	assert(found.len == 0 || (found.ptr >= text.ptr && found.ptr + found.len <= text.ptr + text.len));
	unitplan_parse(found, &spec, &a, &plan, &problems);
	assert((problems.len == 0) == (plan.len > 0));
	for (size_t i = 0; i < problems.len; i++)
		assert(!strchr(problems.items[i], '\n'));
	if (plan.len)
		check_plan(&plan, &a);
	return 0;
}
