#include "harness/headercut.h"

#include "core/buf.h"
#include "core/mem.h"

enum { PATH_LENGTH_MAX = 4096 };

/* Without "." and "..", as far as the path itself tells. */
static void add_plain_path(struct buf *out, struct str path)
{
	bool absolute = path.len && path.ptr[0] == '/';
	while (path.len) {
		struct str name = str_first(path, str_index(path, '/'));
		path = str_from(path, name.len + 1);
		if (name.len == 0 || str_eq(name, STR(".")))
			continue;
		if (str_eq(name, STR("..")) && out->len) {
			while (out->len && out->ptr[out->len - 1] != '/')
				out->ptr[--out->len] = '\0';
			if (out->len)
				out->ptr[--out->len] = '\0';
			continue;
		}
		if (absolute || out->len)
			buf_append_char(out, '/');
		buf_append_str(out, name);
	}
}

/* `# 12 "/src/a.h" 1`: the number, and the path without its quotes and escapes. */
static bool read_marker(struct str line, uint64_t *ret_number, struct buf *ret_path)
{
	struct str word;
	if (!str_starts(line, STR("# ")))
		return false;
	line = str_from(line, 2);
	if (!str_next_word(&line, &word) || !str_to_u64(word, ret_number))
		return false;
	line = str_trim(line);
	if (!line.len || line.ptr[0] != '"')
		return false;
	for (size_t i = 1; i < line.len && line.ptr[i] != '"'; i++) {
		i += line.ptr[i] == '\\' && i + 1 < line.len;
		buf_append_char(ret_path, line.ptr[i]);
	}
	return true;
}

struct headercut_lines headercut_lines(struct str preprocessed, const char *path, struct arena *a)
{
	struct {
		bool *items;
		size_t len, cap;
	} taken = {0};
	SCOPED_BUF struct buf wanted, named, plain;
	buf_init(&wanted, PATH_LENGTH_MAX);
	buf_init(&named, PATH_LENGTH_MAX);
	buf_init(&plain, PATH_LENGTH_MAX);
	add_plain_path(&wanted, str_of(path));
	struct str line;
	uint64_t number = 0;
	bool here = false;
	while (str_next_line(&preprocessed, &line)) {
		buf_clear(&named);
		if (read_marker(line, &number, &named)) {
			buf_clear(&plain);
			add_plain_path(&plain, buf_str(&named));
			here = str_eq(buf_str(&plain), buf_str(&wanted));
			continue;
		}
		bool some = here && number && number <= HEADERCUT_TEXT_MAX && str_trim(line).len;
		while (some && taken.len <= number)
			*vec_push(&taken) = false;
		if (some)
			taken.items[number] = true;
		number++;
	}
	struct headercut_lines lines = {arena_array(a, taken.len, bool), taken.len};
	if (taken.len)
		memcpy(lines.taken, taken.items, taken.len);
	vec_release(&taken);
	return lines;
}
