#ifndef RECAST_TESTS_CFILES_H
#define RECAST_TESTS_CFILES_H

/* The C files of a folder and below, as a side that can be compared; ends the program where it cannot be read. */

#include "core/clock.h"
#include "core/fs.h"
#include "core/mem.h"
#include "harness/similarity.h"

struct cfiles {
	struct sim_file *items;
	size_t len, cap;
	const char *root;
	struct arena *arena;
};

static inline int cfiles_visit(void *data, const struct fs_entry *entry, struct err *err)
{
	struct cfiles *c = data;
	struct str path = str_of(entry->path);
	(void)err;
	if (entry->type == FS_FILE && (str_ends(path, STR(".c")) || str_ends(path, STR(".h"))))
		*vec_push(c) = (struct sim_file){arena_printf(c->arena, "%s/%s", c->root, entry->path),
						 {arena_str(c->arena, entry->content), entry->content.len}};
	return 0;
}

static inline struct sim_files cfiles_read(const char *root, struct arena *a)
{
	struct cfiles c = {.root = root, .arena = a};
	struct fs_walk walk = {{100000, 64 << 20, 512 << 20, 20}, NULL, cfiles_visit, &c};
	struct err err = {0};
	if (fs_walk(root, &walk, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	struct sim_files files = {arena_copy(a, c.items, c.len, sizeof(*c.items)), c.len};
	vec_release(&c);
	return files;
}

/* Both sides taken apart, and compared: the best of some rounds, in milliseconds. */
static inline double cfiles_compare_ms(const struct sim_files *a, const struct sim_files *b, double *ret_share)
{
	enum { ROUNDS = 5 };
	double best = 0;
	for (int round = 0; round < ROUNDS; round++) {
		SCOPED_ARENA struct arena result = {0};
		struct sim_text *x, *y;
		struct similarity s;
		struct err err = {0};
		uint64_t begun = clock_monotonic_ns();
		if (sim_prepare("a", a, NULL, NULL, &x, &err) < 0 || sim_prepare("b", b, NULL, NULL, &y, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			exit(1);
		}
		sim_compare(x, y, &result, &s);
		double ms = (double)(clock_monotonic_ns() - begun) / 1e6;
		best = round == 0 || ms < best ? ms : best;
		*ret_share = s.original_in_candidate;
		sim_free(x);
		sim_free(y);
	}
	return best;
}

#endif
