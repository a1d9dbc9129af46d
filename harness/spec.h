#ifndef RECAST_HARNESS_SPEC_H
#define RECAST_HARNESS_SPEC_H

/*
 * The public side of a library: all that may be shown to whoever writes it anew,
 * and nothing else. Prompts are made from this value alone, and this module
 * links without the oracle; so the clean room holds by construction.
 *
 * On disk it is a folder named by the hash of what is in it: spec.json, and the
 * files that it names below headers/, tests/ and documents/.
 */

#include "core/err.h"
#include "core/hash.h"
#include "core/json.h"
#include "harness/interface.h"

struct spec_file {
	const char *path; /* in the project */
	struct str text;
};

struct spec_files {
	struct spec_file *items;
	size_t len, cap; /* malloc'd while it grows; spec_release frees it */
};

/* A test that may be seen. */
struct spec_test {
	const char *name;
	const char *program; /* as recast.json names it, with its configuration */
	struct place place;
	struct strings calls; /* public functions that it reaches, in byte order */
};

/* Where specification and implementation overlap. */
struct exposure {
	const char *what; /* "inline function", "macro", "body", "documentation", "test" */
	const char *name;
	struct place place;
	bool shown;
	const char *why; /* it is shown, or left out */
};

struct spec {
	const char *name, *language;
	const char *source;     /* "commit 3f1…" */
	const char *impossible; /* why there can be no clean room, or NULL */
	struct interface api;
	struct strings include, defines, flags; /* of one who uses the library */
	struct strings ways; /* in which the library is built for its tests, as options: "-DA -DB"; none if it is only one */
	struct spec_files headers;   /* as they may be shown */
	struct spec_files tests;     /* visible sources, what they include, read and are compared with */
	struct spec_files documents; /* parts of the README on how it is used */
	struct spec_test *visible;
	size_t visible_len;
	size_t sealed_len; /* tests that are not shown: only how many */
	struct exposure *exposed; /* those that are shown */
	size_t exposed_len;
};

/* Frees the lists of files; all else lives in an arena. */
void spec_release(struct spec *spec);

/* Without the texts of the files, and without what is not shown: the names of a sealed test and of a function
 * within the implementation say something, too. The caller owns it. */
json_t *spec_json(const struct spec *spec);

/* The interface alone: "functions", "types", "macros", "globals", "unclear". Sets them in `object`. */
void spec_json_interface(json_t *object, const struct interface *api);

/* Of all overlap, for the user. */
json_t *spec_json_exposed(const struct exposure *rows, size_t len);

/* Writes it below the folder unless it is there already. */
int spec_save(const struct spec *spec, const char *folder, struct hash *ret_id, struct err *err);

#endif
