/*
 * libgit2's headers, as they are installed here, taken apart and indexed: what
 * recast learns of them, and how long universal-ctags takes on the same files.
 */

#include "cli/workshop.h"
#include "core/clock.h"
#include "harness/capi.h"
#include "harness/layout.h"
#include "harness/ownsource.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 11 };

extern char **environ;

static void must(int result, const struct err *err)
{
	if (result < 0) {
		fprintf(stderr, "bench: %s\n", err->text);
		exit(1);
	}
}

/* The umbrella header stands beside the folder, among all others of the machine. */
static struct tree *load(const char *include)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf umbrella;
	struct err err = {0};
	struct tree *tree = tree_new();
	const struct fs_walk_limits limits = {.entries = 100000, .file_bytes = 1 << 24, .total_bytes = 1 << 28, .depth = 20};
	buf_init(&umbrella, 1 << 20);
	must(fs_read(arena_printf(&a, "%s/git2.h", include), &umbrella, &err), &err);
	must(tree_add_file(tree, PROJECT_ROOT "/git2.h", buf_str(&umbrella), &err), &err);
	must(tree_add_host(tree, PROJECT_ROOT "/git2", arena_printf(&a, "%s/git2", include), &limits, NULL, &err), &err);
	return tree;
}

struct round {
	double interface_ms, layout_ms, ctags_ms;
	size_t functions, known;
};

static double ms_since(uint64_t start)
{
	return (double)(clock_monotonic_ns() - start) / 1e6;
}

/* `seed` makes it something that the compiler has not seen; the same again is taken from the cache. */
static void take_apart(const struct tools *tools, const struct tree *tree, uint64_t seed, struct round *ret)
{
	static const char *const include[] = {PROJECT_ROOT}, *const headers[] = {"git2.h"};
	SCOPED_ARENA struct arena a = {0};
	struct err err = {0};
	const char *define = arena_printf(&a, "BENCH=%llu", (unsigned long long)seed), *trouble;
	struct compile options = {
		.include = include, .include_len = 1, .defines = &define, .defines_len = 1, .keep_defines = true};
	struct own_source source = {
		.path = "/recast/headers.c", .text = "#include \"git2.h\"\n", .project = tree, .options = options};
	struct built text;
	struct interface api;
	uint64_t start = clock_monotonic_ns();
	must(own_preprocess(tools, &source, &a, &text, &err), &err);
	if (!text.ok)
		must(err_set(&err, ERR_BUG, "the headers: %s", text.failure), &err);
	struct capi_source parsed = {.preprocessed = text.bytes, .below = PROJECT_ROOT "/", .tree = tree};
	must(capi_read(&parsed, &a, &api, &err), &err);
	ret->interface_ms = ms_since(start);
	struct layout_source layout = {
		.tree = tree, .headers = headers, .headers_len = 1, .options = &options, .limits = &build_default_limits};
	start = clock_monotonic_ns();
	must(layout_fill(&layout, tools, &a, &api, &trouble, &err), &err);
	ret->layout_ms = ms_since(start);
	ret->functions = api.functions_len;
	ret->known = api.types_len + api.macros_len + api.globals_len + api.functions_len;
}

static void index_with_ctags(const char *include, struct round *ret)
{
	SCOPED_ARENA struct arena a = {0};
	struct err err = {0};
	const char *args[] = {"ctags", "--kinds-C=+px", "-R", "-f", "/dev/null", arena_printf(&a, "%s/git2.h", include),
			      arena_printf(&a, "%s/git2", include), NULL};
	pid_t child;
	int status = -1;
	uint64_t start = clock_monotonic_ns();
	if (posix_spawnp(&child, args[0], NULL, NULL, (char *const *)(uintptr_t)args, environ) != 0 ||
	    waitpid(child, &status, 0) < 0 || status != 0)
		must(err_set(&err, ERR_TOOL, "ctags did not index the headers"), &err);
	ret->ctags_ms = ms_since(start);
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

#define MEDIAN(rounds, field) median_of((rounds), offsetof(struct round, field))

static double median_of(const struct round *rounds, size_t offset)
{
	double values[ROUNDS];
	for (size_t i = 0; i < ROUNDS; i++)
		memcpy(&values[i], (const char *)&rounds[i] + offset, sizeof(double));
	qsort(values, ROUNDS, sizeof(*values), by_size);
	return values[ROUNDS / 2];
}

static void row(const char *what, double own_ms, double ctags_ms, const char *goal)
{
	printf("%s\t%.1f ms\t%.1f ms\t%.2f\t%s\n", what, own_ms, ctags_ms, own_ms / ctags_ms, goal);
}

int main(int argc, char **argv)
{
	const char *include = argc > 1 ? argv[1] : "/usr/include";
	struct common common = {.folder = ".", .quiet = true};
	struct err err = {0};
	struct workshop w;
	struct round cold[ROUNDS] = {0}, warm[ROUNDS] = {0};
	must(workshop_open(&common, &w, &err), &err);
	struct tree *tree = load(include);
	uint64_t unique = (uint64_t)getpid() << 20 ^ clock_monotonic_ns();
	for (size_t i = 0; i < ROUNDS; i++) {
		take_apart(&w.tools, tree, unique + i, &cold[i]);
		index_with_ctags(include, &cold[i]);
		take_apart(&w.tools, tree, unique + i, &warm[i]);
	}
	double ctags = MEDIAN(cold, ctags_ms), interface = MEDIAN(cold, interface_ms), again = MEDIAN(warm, interface_ms);
	row("libgit2's headers, new / ctags", interface, ctags, "3");
	row("  seen before / ctags", again, ctags, "3");
	row("  sizes, offsets, values of new ones", MEDIAN(cold, layout_ms), ctags, "-");
	printf("  functions a second, new\t%.0f\t%zu functions\t-\t-\n", (double)cold[0].functions * 1e3 / interface,
	       cold[0].functions);
	tree_free(tree);
	workshop_close(&w);
	return 0;
}
