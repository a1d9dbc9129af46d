#ifndef RECAST_TESTS_FOLDER_H
#define RECAST_TESTS_FOLDER_H

/* A temporary folder that a test enters, so that its paths are short, and leaves at the end. */

#include "core/fs.h"
#include "tests/tap.h"

#include <unistd.h>

static char folder_home[] = "/tmp/recast-folder-XXXXXX";

/* Of set-up that a test stands on. */
static inline void must(int result)
{
	if (result < 0) {
		perror("# set-up");
		abort();
	}
}

static inline void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");
	if (!file)
		abort();
	fputs(text, file);
	fclose(file);
}

static inline void folder_enter(void)
{
	must(mkdtemp(folder_home) ? 0 : -1);
	must(chdir(folder_home));
}

/* Removing it is the last test. */
static inline void folder_leave(void)
{
	must(chdir("/"));
	is_int(fs_remove(folder_home, NULL), 0);
	ok(!fs_exists(folder_home));
}

#endif
