/*
 * Any text as a task file, and its first line as what comes from outside. What
 * people wrote stays, a new action is the last one, and nothing from outside
 * becomes a key or a heading.
 */

#include "harness/taskfile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_within(struct str part, struct str text)
{
	return part.len == 0 || (part.ptr >= text.ptr && part.ptr + part.len <= text.ptr + text.len);
}

/* Taking one line or more out of the new text gives the old one. */
static void check_kept(struct str old, struct str new)
{
	size_t same = 0;
	while (same < old.len && old.ptr[same] == new.ptr[same])
		same++;
	assert(new.len > old.len);
	struct str tail = str_from(old, same);
	while (!str_ends(new, tail))
		tail = str_from(old, ++same);
	assert(same <= old.len);
}

static size_t count_lines(struct str text)
{
	struct str line;
	size_t lines = 0;
	while (str_next_line(&text, &line))
		lines += str_trim(line).len > 0;
	return lines;
}

static void check_first(const char *outside, struct arena *a)
{
	const char *open[] = {outside, outside};
	struct taskfile_new t = {outside, outside, outside, outside, outside, {open, 2}};
	struct taskfile parsed;
	struct str first = taskfile_first(&t, a);
	assert(taskfile_parse(first, &parsed, NULL) == 0);
	assert(str_eq(taskfile_value(&parsed, "recast", a), STR("1")));
	assert(count_lines(parsed.front) <= 5);
	assert(count_lines(parsed.considerations) == 2);
	assert(count_lines(parsed.decisions) == 0);
	assert(count_lines(parsed.actions) == 1);
}

static void check_plan(struct str text, const struct taskfile *before, struct arena *a)
{
	struct taskfile after;
	struct str changed = taskfile_with_plan(text, STR("- `a.c`\n"), a);
	if (changed.len > TASKFILE_MAX)
		return;
	if (str_trim(before->plan).len > 0) {
		assert(str_eq(changed, text));
		return;
	}
	check_kept(text, changed);
	assert(taskfile_parse(changed, &after, NULL) == 0);
	assert(str_eq(str_trim(after.plan), STR("- `a.c`")));
	assert(str_eq(str_trim(before->actions), str_trim(after.actions)) || before->actions.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str text = {(const char *)data, size};
	const char *outside = arena_str(&a, str_first(text, str_index(text, '\n')));
	struct taskfile before, after;
	struct err err = {0};
	check_first(outside, &a);
	struct str changed = taskfile_with_action(text, "2026-01-31", outside, &a);
	check_kept(text, changed);
	if (taskfile_parse(text, &before, &err) < 0) {
		assert(err.text[0] && (err.kind == ERR_PARSE || err.kind == ERR_LIMIT));
		return 0;
	}
	assert(is_within(before.front, text) && is_within(before.actions, text));
	assert(is_within(before.plan, text));
	assert(is_within(before.considerations, text) && is_within(before.decisions, text));
	taskfile_value(&before, "a", &a);
	check_plan(text, &before, &a);
	if (changed.len > TASKFILE_MAX)
		return 0;
	assert(taskfile_parse(changed, &after, &err) == 0);
	assert(str_eq(before.front, after.front));
	assert(count_lines(after.actions) > count_lines(before.actions));
	assert(str_starts(after.actions, str_trim(before.actions)) || before.actions.len);
	return 0;
}
