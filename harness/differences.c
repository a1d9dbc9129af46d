#include "harness/differences.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "harness/differential.h"
#include "harness/workfolder.h"
#include "parts.h"

#include <unistd.h>

enum { NAME_BYTES_MAX = 60, TEXT_MAX = 4 << 20, LINE_BYTES_MAX = 2000 };

static const json_t *rows_of(const json_t *result)
{
	return json_object_get(json_object_get(result, "differential"), "divergences");
}

size_t differences_len(const json_t *result)
{
	return min_size(json_array_size(rows_of(result)), DIFFERENCES_MAX);
}

/* ---- where they are */

/* What can stand in the name of a file anywhere. */
static const char *as_name(const char *text, struct arena *a)
{
	char *name = arena_strdup(a, text);
	name[min_size(strlen(name), NAME_BYTES_MAX)] = '\0';
	for (char *c = name; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
			     *c == '_' || *c == '-' || (*c == '.' && c > name);
		if (!plain)
			*c = '_';
	}
	return name[0] ? name : "_";
}

static bool is_number(const char *name)
{
	return name[0] == 'c' && name[1] && name[1 + strspn(name + 1, "0123456789")] == '\0';
}

/* A candidate goes by its number, a folder by its last name, which must not look like one. */
static const char *folder_of(const json_t *result, struct arena *a)
{
	const char *candidate = json_text_of(result, "candidate");
	if (is_number(candidate))
		return candidate;
	char *path = arena_strdup(a, candidate);
	size_t len = strlen(path);
	while (len && path[len - 1] == '/')
		path[--len] = '\0';
	const char *slash = strrchr(path, '/'), *name = as_name(slash ? slash + 1 : path, a);
	return is_number(name) ? arena_printf(a, "folder-%s", name) : name;
}

const char *differences_path(const json_t *result, size_t index, struct arena *a)
{
	const char *function = json_text_of(json_array_get(rows_of(result), index), "function");
	return arena_printf(a, DIFFERENCES_FOLDER "/%s/%zu-%s.c", folder_of(result, a), index + 1,
			    as_name(function, a));
}

const char *differences_also(const json_t *difference, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, LINE_BYTES_MAX);
	const json_t *name;
	size_t i;
	json_array_foreach (json_object_get(difference, "also"), i, name)
		buf_printf(&out, "%s%s", out.len ? ", " : "", json_is_string(name) ? json_string_value(name) : "");
	return arena_str(a, buf_str(&out));
}

/* ---- what stands in them */

/* A line of a comment, which nothing from outside can end. */
static void put_line(struct buf *out, const char *label, struct str text)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, LINE_BYTES_MAX);
	utf8_append_line(&line, text);
	struct str rest = str_whole_characters(buf_str(&line));
	buf_printf(out, " * %s", label);
	for (size_t i = 0; i < rest.len; i++) {
		bool ends = i && ((rest.ptr[i] == '/' && rest.ptr[i - 1] == '*') ||
				  (rest.ptr[i] == '*' && rest.ptr[i - 1] == '/'));
		buf_append_cstr(out, ends ? " " : "");
		buf_append_char(out, rest.ptr[i]);
	}
	buf_append_cstr(out, line.full ? "…\n" : "\n");
}

static void put_printed(struct buf *out, const char *label, const char *text)
{
	struct str rest = str_of(text), line;
	buf_printf(out, " *\n * %s\n", label);
	while (str_next_line(&rest, &line))
		put_line(out, "    ", line);
}

static void put_found(struct buf *out, const json_t *result, const json_t *row, struct arena *a)
{
	const json_t *differential = json_object_get(result, "differential"),
		     *on = json_object_get(result, "judged_on");
	const char *commit = json_text_of(result, "commit"), *candidate = json_text_of(result, "candidate");
	size_t seed = json_count_of(differential, "seed"), inputs = json_count_of(differential, "inputs");
	size_t asked = json_count_of(differential, "asked");
	put_line(out, "rewrite:  ", str_of(arena_printf(a, "%s%s%s", candidate, commit[0] ? ", commit " : "", commit)));
	put_line(out, "found:    ",
		 str_of(arena_printf(a, "in %zu of %zu inputs, with seed %zu", json_count_of(row, "inputs"), inputs,
				     seed)));
	put_line(out, "by:       ",
		 str_of(arena_printf(a, "recast " RECAST_VERSION " on %s, with %s and %s", json_text_of(on, "platform"),
				     json_text_of(on, "compiler"), json_text_of(on, "engine"))));
	put_line(out, "again:    ",
		 str_of(arena_printf(a, "recast check %s --seed %zu --inputs %zu", candidate, seed, asked)));
}

static void put_comment(struct buf *out, const json_t *result, const json_t *row, struct arena *a)
{
	const char *flags = json_text_of(row, "flags");
	const json_t *printed = json_object_get(row, "printed");
	const char *library = json_text_of(result, "library"), *function = json_text_of(row, "function");
	buf_append_cstr(out, "/*\n");
	put_line(
		out, "",
		str_of(arena_printf(a, "%s: a rewrite of %s answers otherwise than the original.", function, library)));
	buf_append_cstr(out, " *\n");
	put_line(out, "calls:    ", str_of(json_text_of(row, "calls")));
	put_line(out, "what:     ", str_of(json_text_of(row, "what")));
	put_line(out, "expected: ", str_of(json_text_of(row, "expected")));
	put_line(out, "got:      ", str_of(json_text_of(row, "got")));
	if (differences_also(row, a)[0])
		put_line(out, "also in:  ", str_of(differences_also(row, a)));
	buf_append_cstr(out, " *\n");
	put_found(out, result, row, a);
	if (flags[0])
		put_line(out, "built:    with ", str_of(flags));
	if (json_is(row, "reproduced")) {
		put_printed(out, "Linked with the original, the program prints", json_text_of(printed, "original"));
		put_printed(out, "and with the rewrite", json_text_of(printed, "rewrite"));
	} else if (!json_text_of(row, "program")[0]) {
		buf_append_cstr(
			out,
			" *\n * A test program shows it whose inputs were changed so; no row of calls by itself was found.\n");
	} else {
		buf_append_cstr(
			out,
			" *\n * By itself the program prints the same with both; recast sees it where memory is watched,\n"
			" * or holds other bytes before it is written.\n");
	}
	buf_append_cstr(out, " */\n");
}

const char *differences_text(const json_t *result, size_t index, struct arena *a)
{
	const json_t *row = json_array_get(rows_of(result), index);
	SCOPED_BUF struct buf out;
	buf_init(&out, TEXT_MAX);
	put_comment(&out, result, row, a);
	buf_append_cstr(&out, json_text_of(row, "program"));
	return arena_str(a, buf_str(&out));
}

/* ---- keeping them */

static int write_all(const char *project, const json_t *result, struct err *err)
{
	SCOPED_ARENA struct arena a = {0};
	const char *folder = arena_printf(&a, "%s/" DIFFERENCES_FOLDER "/%s", project, folder_of(result, &a));
	size_t len = differences_len(result);
	if (fs_remove(folder, err) < 0 || (len && fs_mkdirs(folder, 0755, err) < 0))
		return -1;
	for (size_t i = 0; i < len; i++) {
		const char *path = arena_printf(&a, "%s/%s", project, differences_path(result, i, &a));
		if (fs_write(path, str_of(differences_text(result, i, &a)), err) < 0)
			return -1;
	}
	return 0;
}

int differences_save(const char *project, const json_t *result, struct err *err)
{
	SCOPED_ARENA struct arena a = {0};
	int lock;
	if (differences_len(result) == 0 && !fs_exists(arena_printf(&a, "%s/" DIFFERENCES_FOLDER, project)))
		return 0;
	if (workfolder_make(project, err) < 0 || workfolder_lock(project, &lock, err) < 0)
		return -1;
	int code = write_all(project, result, err);
	close(lock);
	return code;
}
