/*
 * Which share of a library is found in copies of it, in every disguise and in several at once, and in the other
 * libraries: a table, for folders that are given. Nothing is measured in time.
 *
 *	bench_disguises FOLDER...
 */

#include "tests/cfiles.h"
#include "tests/disguise.h"

enum { SEED = 42, NAME_SHOWN = 8 };

static const char *const combined[] = {
	"rename+reorder+half-junk",
	"rename+reorder+swap+loops+types+constants",
	"rename+split+temporaries+junk",
	"rename+inline+merge+invert+calls+pointers",
	"rename+chains+loops+invert+temporaries+braces+commas+arrows+pointers+types+constants+swap+reorder+junk",
};

static struct arena arena;

static struct sim_text *prepare(struct sim_files files)
{
	struct sim_files *kept = arena_new(&arena, struct sim_files);
	struct sim_text *side;
	struct err err = {0};
	*kept = files;
	if (sim_prepare("side", kept, NULL, NULL, &side, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return side;
}

static double share_in(const struct sim_text *original, const struct sim_text *candidate)
{
	SCOPED_ARENA struct arena a = {0};
	struct similarity s;
	sim_compare(original, candidate, &a, &s);
	return s.original_in_candidate;
}

static double share_disguised(const struct sim_text *original, struct sim_files files, const char *how)
{
	SCOPED_ARENA struct arena a = {0};
	struct str *texts = arena_array(&a, files.len, struct str);
	struct sim_file *items = arena_copy(&a, files.items, files.len, sizeof(*items));
	for (size_t i = 0; i < files.len; i++)
		texts[i] = files.items[i].text;
	disguise_apply(how, texts, files.len, SEED, &a);
	for (size_t i = 0; i < files.len; i++)
		items[i].text = texts[i];
	struct sim_text *candidate = prepare((struct sim_files){items, files.len});
	double share = share_in(original, candidate);
	sim_free(candidate);
	return share;
}

struct column {
	const char *name;
	struct sim_files files;
	struct sim_text *side;
};

static void print_row(const char *name, const struct column *columns, size_t len, const char *how,
		      const struct sim_text *other)
{
	printf("%-46.46s", name);
	for (size_t i = 0; i < len; i++) {
		const struct sim_text *side = columns[i].side;
		if (side == other)
			printf(" %*s", NAME_SHOWN, "");
		else
			printf(" %*.1f", NAME_SHOWN, 100 * (how ? share_disguised(side, columns[i].files, how) : share_in(side, other)));
	}
	printf("\n");
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

int main(int argc, char **argv)
{
	size_t len = (size_t)argc - 1;
	struct column *columns = arena_array(&arena, len, struct column);
	for (size_t i = 0; i < len; i++) {
		struct sim_files files = cfiles_read(argv[i + 1], &arena);
		columns[i] = (struct column){last_part(argv[i + 1]), files, prepare(files)};
	}
	printf("%-46s", "% of it found in …");
	for (size_t i = 0; i < len; i++)
		printf(" %*.*s", NAME_SHOWN, NAME_SHOWN, columns[i].name);
	printf("\n");
	for (size_t i = 0; i < disguises_len; i++)
		print_row(disguises[i].name, columns, len, disguises[i].name, NULL);
	for (size_t i = 0; i < countof(combined); i++)
		print_row(combined[i], columns, len, combined[i], NULL);
	for (size_t i = 0; i < len; i++)
		print_row(columns[i].name, columns, len, NULL, columns[i].side);
	for (size_t i = 0; i < len; i++)
		sim_free(columns[i].side);
	arena_release(&arena);
	return 0;
}
