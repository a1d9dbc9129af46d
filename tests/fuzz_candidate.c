/*
 * The input is a commit that anybody may have written: what is read of it is printable and bounded,
 * and written again, also with a signature, it reads the same.
 */

#include "harness/candidate_commit.h"

#include "core/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const char *line)
{
	struct str rest = str_of(line);
	assert(rest.len <= CANDIDATE_LINE_MAX);
	while (rest.len) {
		size_t len = utf8_length(rest);
		assert(len && !utf8_is_control(str_first(rest, len)));
		rest = str_from(rest, len);
	}
}

static void check_same(const struct candidate *a, const struct candidate *b)
{
	const char *const pairs[][2] = {{a->origin, b->origin}, {a->run, b->run}, {a->round, b->round},
					{a->unit, b->unit}, {a->transcript, b->transcript},
					{a->provider, b->provider}, {a->model, b->model}, {a->prompt, b->prompt},
					{a->reply, b->reply}, {a->tree, b->tree}};
	for (size_t i = 0; i < countof(pairs); i++) {
		check_line(pairs[i][0]);
		assert(strcmp(pairs[i][0], pairs[i][1]) == 0);
	}
	check_line(a->title);
	assert(strcmp(a->title[0] ? a->title : "rewrite", b->title) == 0);
	assert(a->made_s == b->made_s);
}

/* The input is the signature, too. */
static void check_signed(struct str commit, struct str signature, const struct candidate *about, struct arena *a)
{
	SCOPED_BUF struct buf with;
	struct candidate read = {0};
	buf_init(&with, 1 << 20);
	if (candidate_commit_sign(commit, signature, &with, NULL) < 0)
		return;
	if (candidate_commit_read(buf_str(&with), a, &read, NULL) < 0)
		abort();
	check_same(about, &read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf again;
	struct candidate first = {0}, second = {0};
	struct gittree_id tree;
	buf_init(&again, 1 << 16);
	if (candidate_commit_read((struct str){(const char *)data, size}, &a, &first, NULL) < 0)
		return 0;
	if (!gittree_from_hex(str_of(first.tree), &tree) ||
	    candidate_commit_write(&first, &tree, first.made_s, &again, NULL) < 0 ||
	    candidate_commit_read(buf_str(&again), &a, &second, NULL) < 0)
		abort();
	check_same(&first, &second);
	check_signed(buf_str(&again), (struct str){(const char *)data, size}, &second, &a);
	return 0;
}
