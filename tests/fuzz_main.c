/*
 * Runs the seeds of a fuzz target as ordinary tests: `fuzz_NAME [FOLDER]` takes
 * each file in FOLDER (default tests/seeds/NAME) as it is, cut short at every
 * eighth, and with every byte changed in turn. Whatever does not crash passes.
 */

#include <dirent.h>
#include <errno.h>

#include "core/base.h"
#include "tests/tap.h"

enum { SEED_MAX = 1 << 20, CHANGES_MAX = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* From a block of its own size, so that ASan sees a read past the end. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	if (copy == NULL)
		abort();
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static bool run_seed(const char *path)
{
	static uint8_t seed[SEED_MAX];
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	size_t size = fread(seed, 1, sizeof(seed), file);
	fclose(file);

	for (size_t part = 0; part <= 8; part++)
		run(seed, size * part / 8);
	size_t step = size / CHANGES_MAX + 1;
	for (size_t i = 0; i < size; i += step) {
		uint8_t kept = seed[i];
		seed[i] = (uint8_t)(kept ^ (1 + i * 7 % 255));
		run(seed, size);
		seed[i] = kept;
	}
	return true;
}

int main(int argc, char **argv)
{
	char folder[256], path[1024];
	const char *name = strstr(program_invocation_short_name, "fuzz_");
	snprintf(folder, sizeof(folder), "tests/seeds/%s", name ? name + strlen("fuzz_") : "");
	if (argc > 1)
		snprintf(folder, sizeof(folder), "%s", argv[1]);

	struct dirent **files;
	int count = scandir(folder, &files, NULL, alphasort);
	ok(count > 2); /* beside . and .. */
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]->d_name);
		if (files[i]->d_name[0] != '.')
			tap_ok(run_seed(path), path, __FILE__, __LINE__);
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	return tap_done();
}
