/*
 * What comparing two sides takes: a pair of some 10,000 lines, data of 12 MB, and how the time grows. The texts are
 * the sources of the parser that recast is built from, and copies of them under other names, with other statements in
 * between.
 *
 *	bench_similarity FOLDER TABLES, a file with data
 */

#include "tests/cfiles.h"
#include "tests/disguise.h"

#include <dirent.h>

enum { FILES_MAX = 400, TABLES_BYTES = 12 << 20 };

static struct arena arena;

static void must(int result, const struct err *err)
{
	if (result < 0) {
		fprintf(stderr, "bench: %s\n", err->text);
		exit(1);
	}
}

static struct str read_file(const char *path)
{
	struct err err = {0};
	SCOPED_BUF struct buf text;
	buf_init(&text, 64 << 20);
	must(fs_read(path, &text, &err), &err);
	return (struct str){arena_str(&arena, buf_str(&text)), text.len};
}

static bool is_source(const char *name)
{
	return str_ends(str_of(name), STR(".c")) && strcmp(name, "lib.c") != 0; /* which includes the others */
}

static struct sim_files read_folder(const char *path)
{
	struct sim_files files = {arena_array(&arena, FILES_MAX, struct sim_file), 0};
	DIR *folder = opendir(path);
	for (struct dirent *entry; folder && files.len < FILES_MAX && (entry = readdir(folder));) {
		if (is_source(entry->d_name))
			files.items[files.len++] = (struct sim_file){arena_strdup(&arena, entry->d_name),
								      read_file(arena_printf(&arena, "%s/%s", path, entry->d_name))};
	}
	if (folder)
		closedir(folder);
	return files;
}

/* The same files so many times, under other names. */
static struct sim_files repeated(const struct sim_files *files, size_t times)
{
	struct sim_files all = {arena_array(&arena, files->len * times, struct sim_file), 0};
	for (size_t i = 0; i < files->len * times; i++) {
		const struct sim_file *file = &files->items[i % files->len];
		all.items[all.len++] =
			(struct sim_file){arena_printf(&arena, "%zu/%s", i / files->len, file->path), file->text};
	}
	return all;
}

/* So many copies, each in a disguise of its own. */
static struct sim_files disguised(const struct sim_files *files, size_t times)
{
	struct sim_files all = repeated(files, times);
	struct str *texts = arena_array(&arena, files->len, struct str);
	for (size_t copy = 0; copy < times; copy++) {
		for (size_t i = 0; i < files->len; i++)
			texts[i] = files->items[i].text;
		disguise_apply("rename+reorder+half-junk", texts, files->len, copy + 1, &arena);
		for (size_t i = 0; i < files->len; i++)
			all.items[copy * files->len + i].text = texts[i];
	}
	return all;
}

static double pair_ms(const struct sim_files *a, const struct sim_files *b)
{
	double share;
	return cfiles_compare_ms(a, b, &share);
}

static size_t lines_of(const struct sim_files *files)
{
	size_t lines = 0;
	for (size_t i = 0; i < files->len; i++)
		lines += str_count(files->items[i].text, '\n');
	return lines;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	struct sim_files source = read_folder(argv[1]);
	struct sim_file data = {"parser.c", read_file(argv[2])};
	struct sim_files table = {&data, 1}, tables = repeated(&table, TABLES_BYTES / data.text.len + 1);
	double ms[3], per = 10000.0 / (double)lines_of(&source), data_ms = pair_ms(&source, &tables);
	for (size_t i = 0; i < countof(ms); i++) {
		struct sim_files left = disguised(&source, (size_t)1 << i), right = repeated(&source, (size_t)1 << i);
		ms[i] = pair_ms(&right, &left);
	}
	double one = ms[0] * per / 1000, two = ms[1] / (2 * ms[0]), four = ms[2] / (4 * ms[0]);
	printf("similarity of 10,000 lines\t%.3f s\tgoal 1 s\t%.3f\t1\n", one, one);
	printf("  twice as much on both sides\t%.3f s\t%.3f s, twice\t%.2f\t1.2\n", ms[1] / 1000, ms[0] / 500, two);
	printf("  four times as much\t%.3f s\t%.3f s, four times\t%.2f\t1.2\n", ms[2] / 1000, ms[0] / 250, four);
	printf("  12 MB of tables on one side\t%.3f s\tgoal 2 s\t%.2f\t1\n", data_ms / 1000, data_ms / 2000);
	arena_release(&arena);
	return 0;
}
