#include "cli/command.h"
#include "core/http.h"
#include "harness/engine.h"
#include "parts.h"

#include <jansson.h>

struct version_values {
	struct common common;
	bool verbose;
};

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct version_values *v = values;
	(void)operands;
	(void)operands_len;
	(void)err;
	if (v->common.json) {
		printf("{\"recast\": \"%s\", \"engine\": \"wasmtime %s\", \"compiler\": \"clang %s\"}\n", RECAST_VERSION,
		       engine_version(), PART_CLANG_VERSION);
		return EXIT_GOOD;
	}
	printf("recast %s\n", RECAST_VERSION);
	if (v->verbose)
		printf("engine    wasmtime %s\ncompiler  clang %s\njansson   %s\nlibcrypto %s\nlibcurl   %s\n",
		       engine_version(), PART_CLANG_VERSION, jansson_version_str(), hash_library_version(),
		       http_library_version());
	return EXIT_GOOD;
}

static const struct option options[] = {
	{"verbose", 'v', OPTION_FLAG, offsetof(struct version_values, verbose), NULL, "also the parts it is made of"},
};

const struct command cmd_version = {
	.name = "version",
	.operands = "",
	.summary = "Say which recast this is",
	.options = {options, countof(options)},
	.values_size = sizeof(struct version_values),
	.run = run,
};
