/*
 * Any bytes as a reply: what is written has a path that a file may have, and can
 * stand in a tree; a reply with problems changes nothing; and two pieces give no
 * more than both.
 */

#include "harness/replyfiles.h"

#include "harness/fences.h"
#include "harness/unitplan.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const char *line)
{
	for (const unsigned char *c = (const unsigned char *)line; *c; c++)
		assert(*c >= 0x20 && *c != 0x7F);
}

static void check_lines(const struct strings *list)
{
	assert(list->len <= 2 * FENCES_MAX + 2);
	for (size_t i = 0; i < list->len; i++)
		check_line(list->items[i]);
}

static void check_draft(const struct replyfiles *files, const struct draft *old)
{
	SCOPED_TREE struct tree *tree = tree_new();
	assert(draft_tree(&files->draft, REWRITE_ROOT, tree, NULL) == 0);
	assert(files->problems.len == 0 || (files->written.len == 0 && files->draft.items == old->items));
	for (size_t i = 0; i < files->written.len; i++) {
		const char *path = files->written.items[i];
		struct str text = draft_text(&files->draft, path);
		assert(unitplan_path(str_of(path)) && draft_has(&files->draft, path));
		assert(i == 0 || strcmp(files->written.items[i - 1], path) < 0);
		assert(text.len <= REPLYFILES_FILE_MAX && !str_count(text, '\0') && !str_count(text, '\r'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str bytes = {(const char *)data, size};
	struct draft old = {0};
	struct replyfiles files;
	if (size < 2)
		return 0;
	if (data[0] & 1)
		old = draft_with(&old, "src/a.c", STR("int one;\nint two; \nint two;\n"), &a);
	struct str reply = str_from(bytes, 2), first = str_first(reply, data[1] * reply.len / 255);
	replyfiles_read(reply, "src/a.c", &old, data[0] & 4, data[0] & 2, &a, &files);
	check_lines(&files.written);
	check_lines(&files.ignored);
	check_lines(&files.problems);
	check_draft(&files, &old);
	struct str joined = replyfiles_join(first, str_from(reply, first.len), &a);
	assert(joined.len <= reply.len);
	return 0;
}
