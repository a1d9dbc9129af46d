/*
 * Writes a disguised copy of a folder's C files, for others to compare; or compares two folders.
 *
 *	bench_copies DISGUISE FOLDER TO
 *	bench_copies compare ORIGINAL REWRITE, which prints "SHARE MILLISECONDS"
 */

#include "tests/cfiles.h"
#include "tests/disguise.h"

enum { SEED = 42 };

static struct arena arena;

static int write_copy(const char *disguise, const char *folder, const char *to)
{
	struct sim_files files = cfiles_read(folder, &arena);
	struct str *texts = arena_array(&arena, files.len, struct str);
	struct err err = {0};
	for (size_t i = 0; i < files.len; i++)
		texts[i] = files.items[i].text;
	if (!disguise_apply(disguise, texts, files.len, SEED, &arena))
		return 2;
	for (size_t i = 0; i < files.len; i++) {
		const char *path = arena_printf(&arena, "%s/%zu-%s", to, i, strrchr(files.items[i].path, '/') + 1);
		if (fs_write(path, texts[i], &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
	}
	return 0;
}

static int compare(const char *original, const char *rewrite)
{
	struct sim_files a = cfiles_read(original, &arena), b = cfiles_read(rewrite, &arena);
	double share, ms = cfiles_compare_ms(&a, &b, &share);
	printf("%.4f %.1f\n", share, ms);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	int code = strcmp(argv[1], "compare") == 0 ? compare(argv[2], argv[3]) : write_copy(argv[1], argv[2], argv[3]);
	arena_release(&arena);
	return code;
}
