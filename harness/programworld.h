#ifndef RECAST_HARNESS_PROGRAMWORLD_H
#define RECAST_HARNESS_PROGRAMWORLD_H

/* What a program of the project finds when it runs: its disk, arguments, environment and input. */

#include "harness/suite.h"

/* A file that is there with another content. */
struct changed_file {
	const char *path; /* in the project */
	struct str bytes;
};

struct program_world {
	struct tree *disk;
	struct wasi_world world; /* borrows the disk; strings live in the arena */
};

/* A folder or a file that recast.json names and is not there is ERR_USAGE. `changed` is borrowed by the world. */
int program_world_make(const struct suite *suite, const struct plan_program *planned, const struct changed_file *changed,
		       size_t changed_len, struct arena *a, struct program_world *ret, struct err *err);
void program_world_release(struct program_world *w);

/* The text of a file of the project that recast.json names by that key. */
int program_world_file(const struct suite *suite, const char *path, const char *key, struct str *ret, struct err *err);

#endif
