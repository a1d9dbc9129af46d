#include "harness/candidate_commit.h"

#include "core/utf8.h"

#include <assert.h>
#include <stddef.h>

static const struct {
	const char *name;
	size_t offset; /* of a string in struct candidate */
} trailers[] = {
	{"Recast-Origin", offsetof(struct candidate, origin)},
	{"Recast-Run", offsetof(struct candidate, run)},
	{"Recast-Unit", offsetof(struct candidate, unit)},
	{"Recast-Round", offsetof(struct candidate, round)},
	{"Recast-Provider", offsetof(struct candidate, provider)},
	{"Recast-Model", offsetof(struct candidate, model)},
	{"Recast-Prompt", offsetof(struct candidate, prompt)},
	{"Recast-Reply", offsetof(struct candidate, reply)},
	{"Recast-Transcript", offsetof(struct candidate, transcript)},
};

static const char author[] = "recast <recast@localhost>";

/* 31 December 9999: later years do not fit where dates are printed. */
enum { TIME_DIGITS_MAX = 12 };
static const int64_t time_max = 253402300799;

static const char **string_at(struct candidate *c, size_t offset)
{
	return (const char **)(void *)((char *)c + offset);
}

/* One printable line. */
static const char *line_of(struct str text, struct arena *a)
{
	SCOPED_BUF struct buf line;
	/* A byte can become a replacement of three. */
	buf_init(&line, 4 * CANDIDATE_LINE_MAX);
	utf8_append_line(&line, str_first(text, CANDIDATE_LINE_MAX));
	return arena_str(a, str_trim(str_whole_characters(str_first(buf_str(&line), CANDIDATE_LINE_MAX))));
}

int candidate_commit_write(const struct candidate *about, const struct gittree_id *tree, int64_t made_s,
			   struct buf *out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct candidate copy = *about;
	char hex[GITTREE_HEX];
	gittree_hex(tree, hex);
	long long time = made_s < 0 ? 0 : made_s > time_max ? time_max : made_s;
	const char *title = line_of(str_of(about->title ? about->title : ""), &scratch);
	buf_printf(out, "tree %s\nauthor %s %lld +0000\ncommitter %s %lld +0000\n\n%s\n\n", hex, author, time, author,
		   time, title[0] ? title : "rewrite");
	for (size_t i = 0; i < countof(trailers); i++) {
		const char *value = *string_at(&copy, trailers[i].offset);
		if (value && value[0])
			buf_printf(out, "%s: %s\n", trailers[i].name, line_of(str_of(value), &scratch));
	}
	return buf_check(out, "a candidate's description", err);
}

int candidate_commit_sign(struct str bytes, struct str signature, struct buf *out, struct err *err)
{
	static const char end_of_head[] = "\n\n";
	const char *end = memmem(bytes.ptr, bytes.len, end_of_head, strlen(end_of_head));
	struct str line, word = STR("gpgsig");
	assert(end);
	size_t head = (size_t)(end - bytes.ptr) + 1;
	buf_append_str(out, str_first(bytes, head));
	while (str_next_line(&signature, &line)) {
		buf_printf(out, "%.*s %.*s\n", STR_ARG(word), STR_ARG(line));
		word = STR("");
	}
	buf_append_str(out, str_from(bytes, head));
	return buf_check(out, "a candidate's description and signature", err);
}

/* ---- reading */

static bool cut_prefix(struct str *line, struct str prefix)
{
	bool has = str_starts(*line, prefix);
	if (has)
		*line = str_from(*line, prefix.len);
	return has;
}

/* "NAME <ADDRESS> SECONDS ZONE" */
static bool read_time(struct str line, int64_t *ret)
{
	size_t end = line.len;
	uint64_t seconds;
	while (end && line.ptr[end - 1] != '>')
		end--;
	struct str rest = str_trim(str_from(line, end)), word;
	if (end == 0 || !str_next_word(&rest, &word) || word.len > TIME_DIGITS_MAX || !str_to_u64(word, &seconds))
		return false;
	*ret = seconds > (uint64_t)time_max ? time_max : (int64_t)seconds;
	return true;
}

/* What stands before the first empty line; the rest is the message. */
static int read_head(struct str *bytes, struct candidate *c, struct err *err)
{
	struct str line;
	struct gittree_id tree;
	bool has_tree = false, has_time = false;
	while (str_next_line(bytes, &line) && line.len) {
		if (!has_tree && cut_prefix(&line, STR("tree "))) {
			if (!gittree_from_hex(line, &tree))
				return err_set(err, ERR_PARSE, "a commit whose tree cannot be read");
			has_tree = true;
		} else if (!has_time && cut_prefix(&line, STR("committer "))) {
			has_time = read_time(line, &c->made_s);
		}
	}
	if (!has_tree || !has_time)
		return err_set(err, ERR_PARSE, "a commit without %s", has_tree ? "a time" : "a tree");
	gittree_hex(&tree, c->tree);
	return 0;
}

/* What stands behind the last empty line; nothing if there is none. */
static struct str last_paragraph(struct str message)
{
	struct str text = str_trim(message), found = {0}, rest = text, line;
	while (str_next_line(&rest, &line)) {
		if (line.len == 0)
			found = rest;
	}
	return found;
}

static void read_trailer(struct str line, struct candidate *c, struct arena *a)
{
	for (size_t i = 0; i < countof(trailers); i++) {
		const char **value = string_at(c, trailers[i].offset);
		struct str name = str_of(trailers[i].name);
		if (str_starts(line, name) && line.len > name.len && line.ptr[name.len] == ':' && !(*value)[0])
			*value = line_of(str_trim(str_from(line, name.len + 1)), a);
	}
}

int candidate_commit_read(struct str bytes, struct arena *a, struct candidate *ret, struct err *err)
{
	struct candidate c = *ret;
	struct str line = {0};
	if (read_head(&bytes, &c, err) < 0)
		return -1;
	for (size_t i = 0; i < countof(trailers); i++)
		*string_at(&c, trailers[i].offset) = "";
	struct str rest = last_paragraph(bytes);
	str_next_line(&bytes, &line);
	c.title = line_of(line, a);
	while (str_next_line(&rest, &line))
		read_trailer(line, &c, a);
	*ret = c;
	return 0;
}
