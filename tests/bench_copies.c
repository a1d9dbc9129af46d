/*
 * Writes a disguised copy of a folder's C files, for others to compare; or compares two folders.
 *
 *	bench_copies DISGUISE FOLDER TO
 *	bench_copies compare ORIGINAL REWRITE, which prints "SHARE MILLISECONDS"
 */

#include "core/clock.h"
#include "core/path.h"
#include "tests/cfiles.h"
#include "tests/disguise.h"

enum { SEED = 42, ROUNDS = 5 };

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
	double best = 0, share = 0;
	for (int round = 0; round < ROUNDS; round++) {
		SCOPED_ARENA struct arena result = {0};
		struct sim_text *x, *y;
		struct similarity s;
		struct err err = {0};
		uint64_t begun = clock_monotonic_ns();
		if (sim_prepare("a", &a, NULL, NULL, &x, &err) < 0 || sim_prepare("b", &b, NULL, NULL, &y, &err) < 0)
			return 1;
		sim_compare(x, y, &result, &s);
		double ms = (double)(clock_monotonic_ns() - begun) / 1e6;
		best = round == 0 || ms < best ? ms : best;
		share = s.original_in_candidate;
		sim_free(x);
		sim_free(y);
	}
	printf("%.4f %.1f\n", share, best);
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
