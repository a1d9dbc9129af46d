#ifndef RECAST_HARNESS_TEMPLATES_H
#define RECAST_HARNESS_TEMPLATES_H

/*
 * The words of prompts: files in specs/prompts, embedded at build, each of which
 * the user can replace by one of the same name. The first line, as "<!-- unit 1 -->",
 * has name and version and is not sent. `{{name}}` stands for a value; what stands
 * between `{{#name}}` and `{{/name}}` is left out where the value is empty, and between
 * `{{^name}}` and `{{/name}}` where it is not. `{{>cache}}` says that all before it is the
 * same in other prompts. A line that holds nothing but a mark other than a value's
 * goes with its line end.
 */

#include "harness/prompt.h"

struct template_file {
	const char *name; /* "unit" for unit.md */
	struct str text;
};

struct templates {
	struct template_file *items;
	size_t len;
};

enum { TEMPLATE_MAX = 64 << 10 };

/* Those that are embedded. */
int templates_embedded(struct arena *a, struct templates *ret, struct err *err);

/* Those, each replaced where the folder has a file of its name; a file of another name is ERR_USAGE, and so are marks
 * that do not pair and values that are not known. The folder need not be there. */
int templates_read(const char *folder, struct arena *a, struct templates *ret, struct err *err);

/* Whole texts, as a recording has them: all must be there, once, and each as described above. ERR_USAGE with file and
 * line, or ERR_LIMIT. */
int templates_check(const struct templates *templates, struct err *err);

struct hash templates_hash(const struct templates *templates);

struct template_value {
	const char *name;
	enum prompt_origin origin;
	struct str text;
};

/* Parts of a prompt: the template's own words, and values as parts of their own. A value that is not given is empty,
 * and none is ever read as a template. Texts are borrowed. */
int templates_fill(const struct templates *templates, const char *name, const struct template_value *values, size_t len,
		   struct arena *a, struct prompt_part **ret, size_t *ret_len, struct err *err);

#endif
