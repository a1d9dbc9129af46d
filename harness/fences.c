#include "harness/fences.h"

#include "core/buf.h"
#include "core/mem.h"
#include "harness/unitplan.h"

static size_t run_of(struct str s, char c)
{
	size_t len = 0;
	while (len < s.len && s.ptr[len] == c)
		len++;
	return len;
}

static struct str without_ends(struct str s, const char *bytes)
{
	while (s.len && s.ptr[0] && strchr(bytes, s.ptr[0]))
		s = str_from(s, 1);
	while (s.len && s.ptr[s.len - 1] && strchr(bytes, s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool fence_opens(struct str line, struct fence_mark *ret)
{
	struct fence_mark f = {.indent = run_of(line, ' ')};
	struct str marks = str_from(line, f.indent);
	f.mark = marks.len ? marks.ptr[0] : '\0';
	f.len = run_of(marks, f.mark);
	f.info = str_trim(str_from(marks, f.len));
	if (f.indent > 3 || (f.mark != '`' && f.mark != '~') || f.len < 3)
		return false;
	/* "```code``` in a sentence" */
	if (f.mark == '`' && str_index(f.info, '`') < f.info.len)
		return false;
	*ret = f;
	return true;
}

bool fence_ends(const struct fence_mark *fence, struct str line)
{
	struct fence_mark f;
	return fence_opens(line, &f) && f.mark == fence->mark && f.len >= fence->len && f.info.len == 0;
}

/* ---- paths */

static bool looks_like_path(struct str s)
{
	return s.len > 2 && (str_ends(s, STR(".c")) || str_ends(s, STR(".h")));
}

/* `path=src/a.c`, `title="src/a.c"`, `c:src/a.c`, `src/a.c`. */
static struct str path_in_word(struct str word)
{
	static const char *const keys[] = {"path", "title", "file", "filename", "name", "filepath", "c", "h", "C"};
	size_t at = str_index(word, '=') < word.len ? str_index(word, '=') : str_index(word, ':');
	bool known = false;
	for (size_t i = 0; at < word.len && i < countof(keys); i++)
		known |= str_eq(str_first(word, at), str_of(keys[i]));
	if (known)
		word = str_from(word, at + 1);
	word = without_ends(word, "\"'`,;()[]");
	return looks_like_path(word) || (known && word.len) ? word : (struct str){0};
}

struct str fence_path(struct str info)
{
	struct str rest = info, word;
	while (str_next_word(&rest, &word)) {
		struct str path = path_in_word(without_ends(word, "{}`\"'"));
		if (path.len)
			return path;
	}
	return (struct str){0};
}

/* "c", "C++" and nothing at all may be C; "diff" is not, and what else there is only with a path. */
static bool is_other_language(struct str info, bool has_path)
{
	static const char *const known[] = {"c", "h", "cpp", "c++", "cc", "hpp", "c99", "c11", "c17", "cxx", "objc"};
	struct str rest = info, word = {0};
	str_next_word(&rest, &word);
	word = without_ends(word, "{}.");
	word = str_first(word, min_size(str_index(word, ':'), str_index(word, '=')));
	for (size_t i = 0; i < countof(known); i++) {
		if (word.len == strlen(known[i]) && strncasecmp(word.ptr, known[i], word.len) == 0)
			return false;
	}
	return has_path ? str_eq(word, STR("diff")) || str_eq(word, STR("patch")) : word.len > 0;
}

/* The whole line is a path: "**`src/a.c`**", "### src/a.c", "File: src/a.c", "1. src/a.c:". */
static struct str path_of_line(struct str line)
{
	static const char *const words[] = {"file:", "filename:", "path:", "file", "filename"};
	static const char around[] = "#*_`\"': \t-";
	line = without_ends(line, around);
	size_t digits = 0;
	while (digits < line.len && line.ptr[digits] >= '0' && line.ptr[digits] <= '9')
		digits++;
	if (digits && str_starts(str_from(line, digits), STR(". ")))
		line = without_ends(str_from(line, digits + 2), around);
	for (size_t i = 0; i < countof(words); i++) {
		size_t len = strlen(words[i]);
		if (line.len > len && strncasecmp(line.ptr, words[i], len) == 0 && strchr(" *`\"\t", line.ptr[len])) {
			line = without_ends(str_from(line, len), around);
			break;
		}
	}
	return unitplan_path(line) ? line : (struct str){0};
}

/* A first line that is a comment with nothing but a path. */
static struct str path_of_comment(struct str text)
{
	struct str line;
	if (!str_next_line(&text, &line))
		return (struct str){0};
	line = str_trim(line);
	bool block = str_starts(line, STR("/*")) && str_ends(line, STR("*/")) && line.len >= 4;
	if (!block && !str_starts(line, STR("//")))
		return (struct str){0};
	return path_of_line(without_ends(line, "/* \t"));
}

/* ---- blocks */

struct search {
	struct arena *a;
	struct {
		struct fence *items;
		size_t len, cap;
	} found;
	size_t left_out;
	struct fence_mark fence; /* that is open, if its mark is not NUL */
	struct fence block;
	struct buf text;
	struct str above;    /* the last line that is not empty, in front of a fence */
	unsigned blank;      /* lines between that and here */
};

static void open_block(struct search *s, const struct fence_mark *fence, unsigned line)
{
	s->fence = *fence;
	s->block = (struct fence){.line = line, .named = fence_path(fence->info)};
	s->block.other = is_other_language(fence->info, s->block.named.len > 0);
	if (!s->block.named.len && s->blank <= 1)
		s->block.named = path_of_line(s->above);
	buf_clear(&s->text);
}

static void end_block(struct search *s, bool open, bool last)
{
	struct fence *b = &s->block;
	struct str text = buf_str(&s->text);
	text = str_from(text, str_starts(text, STR("\xEF\xBB\xBF")) ? 3 : 0);
	b->text = (struct str){arena_str(s->a, text), text.len};
	b->open = open;
	b->last = last;
	if (!b->named.len && !b->other)
		b->named = path_of_comment(b->text);
	while (str_starts(b->named, STR("./")))
		b->named = str_from(b->named, 2);
	s->fence.mark = '\0';
	s->above = (struct str){0};
	if (s->found.len < FENCES_MAX)
		*vec_push(&s->found) = *b;
	else
		s->left_out++;
}

/* A fence with a path is no C: whoever wrote it forgot to end the one that is open. */
static bool begins_another(const struct fence_mark *open, const struct fence_mark *f)
{
	return f->mark == open->mark && f->len >= open->len && unitplan_path(fence_path(f->info));
}

static void take_line(struct search *s, struct str line, bool has_end, unsigned number)
{
	struct fence_mark f;
	bool opens = fence_opens(line, &f);
	if (s->fence.mark && opens && begins_another(&s->fence, &f))
		end_block(s, true, false);
	if (!s->fence.mark && opens) {
		open_block(s, &f, number);
	} else if (s->fence.mark && fence_ends(&s->fence, line)) {
		end_block(s, false, false);
	} else if (s->fence.mark) {
		buf_append_str(&s->text, str_from(line, min_size(run_of(line, ' '), s->fence.indent)));
		buf_append_cstr(&s->text, has_end ? "\n" : "");
	} else if (str_trim(line).len) {
		s->above = line;
		s->blank = 0;
	} else {
		s->blank++;
	}
}

struct fences fences_find(struct str reply, struct arena *a)
{
	struct search s = {.a = a};
	struct str rest = reply, line;
	buf_init(&s.text, reply.len + 1);
	for (unsigned number = 1; str_next_line(&rest, &line); number++)
		take_line(&s, line, reply.ptr[reply.len - rest.len - 1] == '\n', number);
	if (s.fence.mark)
		end_block(&s, true, true);
	struct fences blocks = {arena_array(a, s.found.len, struct fence), s.found.len, s.left_out};
	if (s.found.len)
		memcpy(blocks.items, s.found.items, s.found.len * sizeof(*blocks.items));
	vec_release(&s.found);
	buf_release(&s.text);
	return blocks;
}
