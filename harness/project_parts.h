#ifndef RECAST_HARNESS_PROJECT_PARTS_H
#define RECAST_HARNESS_PROJECT_PARTS_H

/* What those share that read recast.json: strings by their kinds (project_strings.c), and groups of keys that stand in more
 * than one object. */

#include "core/json.h"
#include "harness/project.h"

/* What every reader needs. */
struct project_reader {
	struct arena *a;
	struct err *err;
};

#define KEYS(...) (const char *const[]){__VA_ARGS__}
#define ONLY(r, at, ...) \
	json_only_keys((at), KEYS(__VA_ARGS__), sizeof(KEYS(__VA_ARGS__)) / sizeof(char *), (r)->err)

struct project_string {
	const char *(*complaint)(const char *text); /* says what is wrong with it, or NULL */
	char *(*keep)(struct arena *a, const char *text); /* the copy that is kept */
};

extern const struct project_string project_path, project_define, project_flag, project_name, project_text;

/* Leave what they fill alone where the key is absent. */
int project_read_string(struct project_reader *r, const struct json_at *at, const struct project_string *kind,
			const char **ret);
int project_read_strings(struct project_reader *r, const struct json_at *at, const struct project_string *kind,
			 struct strings *ret);

/* The keys that say how something is compiled. */
int project_read_options(struct project_reader *r, const struct json_at *at, struct build_options *ret);

/* An object of variables. */
int project_read_env(struct project_reader *r, const struct json_at *at, struct strings *ret);

/* The programs that only measure. */
int project_read_workloads(struct project_reader *r, const struct json_at *root, struct project *ret);

#endif
