#include "harness/fences.h"

/* How many marks open or end a fence on this line; 0 if it does neither. */
static size_t marks_of(struct str line, char *ret_mark, struct str *ret_info)
{
	size_t at = 0, marks = 0;
	while (at < 3 && at < line.len && line.ptr[at] == ' ')
		at++;
	char mark = at < line.len ? line.ptr[at] : '\0';
	if (mark != '`' && mark != '~')
		return 0;
	while (at + marks < line.len && line.ptr[at + marks] == mark)
		marks++;
	*ret_mark = mark;
	*ret_info = str_trim(str_from(line, at + marks));
	/* ```x``` on one line is code within a sentence. */
	bool inlined = mark == '`' && str_index(*ret_info, '`') < ret_info->len;
	return marks >= 3 && !inlined ? marks : 0;
}

static bool is_path_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("_-./+", c);
}

static bool looks_like_path(struct str word)
{
	bool plain = word.len > 2;
	for (size_t i = 0; i < word.len && plain; i++)
		plain = is_path_byte(word.ptr[i]);
	return plain && (str_ends(word, STR(".c")) || str_ends(word, STR(".h")));
}

/* Without what people put around a path: quotes, brackets, marks of emphasis, a colon behind it. */
static struct str bare(struct str word)
{
	while (word.len && strchr("\"'`*([{<#:,", word.ptr[0]))
		word = str_from(word, 1);
	while (word.len && strchr("\"'`*)]}>:,", word.ptr[word.len - 1]))
		word.len--;
	return word;
}

/* "path=src/a.c", "c:src/a.c": what is behind the sign. */
static struct str value_of(struct str word)
{
	size_t sign = str_index(word, '=');
	if (sign == word.len)
		sign = str_index(word, ':');
	return sign + 1 < word.len ? bare(str_from(word, sign + 1)) : word;
}

static struct str path_in(struct str words)
{
	struct str word;
	while (str_next_word(&words, &word)) {
		struct str plain = bare(word), value = bare(value_of(plain));
		if (looks_like_path(value))
			return value;
	}
	return (struct str){0};
}

/* A line that is a path and hardly anything else. */
static struct str path_alone(struct str line)
{
	struct str rest = line, word, path = path_in(line);
	size_t words = 0;
	while (str_next_word(&rest, &word))
		words++;
	return words <= 3 ? path : (struct str){0};
}

static bool ends_fence(struct str line, const struct fence *f)
{
	struct str info = {0};
	char mark = '\0';
	size_t marks = marks_of(line, &mark, &info);
	return marks >= f->marks && mark == f->mark && info.len == 0;
}

static void read_body(struct str *rest, struct fence *f)
{
	struct str line;
	const char *from = rest->ptr, *to = from + rest->len;
	f->is_open = true;
	while (f->is_open && str_next_line(rest, &line)) {
		f->is_open = !ends_fence(line, f);
		to = f->is_open ? rest->ptr : line.ptr;
	}
	f->body = (struct str){from, (size_t)(to - from)};
}

bool fences_next(struct str *rest, struct fence *ret)
{
	struct str line, before = {0};
	while (str_next_line(rest, &line)) {
		struct fence f = {0};
		f.marks = marks_of(line, &f.mark, &f.info);
		if (f.marks == 0) {
			before = str_trim(line).len ? line : before;
			continue;
		}
		f.path = path_in(f.info);
		if (f.path.len == 0)
			f.path = path_alone(before);
		read_body(rest, &f);
		*ret = f;
		return true;
	}
	return false;
}
