#include "harness/recording.h"

#include "core/fs.h"
#include "core/mem.h"
#include "harness/recording_parts.h"

#define JOB_FILE "recording.json"
#define PROMPTS "prompts"

enum { VERSION = 1, ENTRIES_MAX = 100000, COUNT_MAX = 1000000, NAME_BYTES_MAX = 1000, WHOLE_MAX = 1 << 30 };

/* ---- files as JSON */

int recording_write(const char *path, const json_t *value, struct err *err)
{
	SCOPED_MEM char *text = json_print(value);
	if (strlen(text) > RECORDING_FILE_MAX)
		return err_set(err, ERR_LIMIT, "%s would be larger than %d bytes", path, RECORDING_FILE_MAX);
	return fs_write(path, str_of(text), err);
}

int recording_read(const char *path, json_t **ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, RECORDING_FILE_MAX);
	return fs_read(path, &text, err) < 0 || json_parse(buf_str(&text), path, ret, err) < 0 ? -1 : 0;
}

int recording_check_version(const struct json_at *at, struct err *err)
{
	struct json_at version = json_key(at, "version");
	int64_t number = 0;
	if (!json_is_object(at->value))
		return json_refuse(at, err, "expected an object");
	if (!version.value)
		return json_refuse(&version, err, "expected a number, and there is none");
	if (json_read_integer(&version, 1, INT64_MAX, &number, err) < 0)
		return -1;
	return number == VERSION ? 0 : json_refuse(&version, err, "this recast reads version %d", VERSION);
}

int recording_text(const struct json_at *parent, const char *key, struct arena *a, const char **ret, struct err *err)
{
	struct json_at at = json_key(parent, key);
	const char *text = NULL;
	if (json_read_string(&at, NAME_BYTES_MAX, &text, err) < 0)
		return -1;
	if (!text)
		return json_refuse(&at, err, "expected a string, and there is none");
	*ret = arena_strdup(a, text);
	return 0;
}

/* ---- the job */

static json_t *job_json(const struct recording_job *job)
{
	char spec[HASH_HEX];
	hash_hex(&job->spec, spec);
	return json_pack("{s:i, s:o, s:s, s:I, s:I, s:I, s:o}", "version", VERSION, "library", json_text(job->library),
			 "spec", spec, "candidates", (json_int_t)job->candidates, "samples", (json_int_t)job->samples,
			 "repairs", (json_int_t)job->repairs, "units", json_text(job->units));
}

static int read_count(const struct json_at *parent, const char *key, unsigned *ret, struct err *err)
{
	struct json_at at = json_key(parent, key);
	int64_t number = 0;
	if (!at.value)
		return json_refuse(&at, err, "expected a number, and there is none");
	if (json_read_integer(&at, 0, COUNT_MAX, &number, err) < 0)
		return -1;
	*ret = (unsigned)number;
	return 0;
}

static int read_job(const json_t *value, const char *path, struct arena *a, struct recording_job *ret, struct err *err)
{
	static const char *const keys[] = {"version", "library", "spec", "candidates", "samples", "repairs", "units"};
	struct json_at root = json_root(value, path), spec_at = json_key(&root, "spec");
	struct recording_job job = {0};
	const char *spec = "";
	if (recording_check_version(&root, err) < 0 || json_only_keys(&root, keys, countof(keys), err) < 0 ||
	    recording_text(&root, "library", a, &job.library, err) < 0 ||
	    recording_text(&root, "spec", a, &spec, err) < 0 ||
	    read_count(&root, "candidates", &job.candidates, err) < 0 ||
	    read_count(&root, "samples", &job.samples, err) < 0 ||
	    read_count(&root, "repairs", &job.repairs, err) < 0 || recording_text(&root, "units", a, &job.units, err) < 0)
		return -1;
	if (!hash_from_hex(str_of(spec), &job.spec))
		return json_refuse(&spec_at, err, "expected 64 hexadecimal digits");
	*ret = job;
	return 0;
}

static int differs(const char *folder, const char *what, const char *was, const char *is, struct err *err)
{
	return err_set(err, ERR_USAGE, "%.200s was recorded with %s %.100s, and %.100s is asked for now", folder, what, was, is);
}

static int compare_counts(const char *folder, const char *what, unsigned was, unsigned is, struct err *err)
{
	char was_text[16], is_text[16];
	snprintf(was_text, sizeof(was_text), "%u", was);
	snprintf(is_text, sizeof(is_text), "%u", is);
	return was == is ? 0 : differs(folder, what, was_text, is_text, err);
}

int recording_compare(const char *folder, const struct recording_job *was, const struct recording_job *is,
		      struct err *err)
{
	char was_spec[HASH_HEX], is_spec[HASH_HEX];
	hash_hex(&was->spec, was_spec);
	hash_hex(&is->spec, is_spec);
	if (strcmp(was->library, is->library) != 0)
		return differs(folder, "the library", was->library, is->library, err);
	if (!hash_eq(&was->spec, &is->spec))
		return differs(folder, "the specification", was_spec, is_spec, err);
	if (compare_counts(folder, "--candidates", was->candidates, is->candidates, err) < 0 ||
	    compare_counts(folder, "--samples", was->samples, is->samples, err) < 0 ||
	    compare_counts(folder, "--repairs", was->repairs, is->repairs, err) < 0)
		return -1;
	return strcmp(was->units, is->units) == 0 ? 0 : differs(folder, "--units", was->units, is->units, err);
}

/* ---- templates */

struct reading {
	struct arena *a;
	struct {
		struct template_file *items;
		size_t len, cap;
	} files;
};

static int see_template(void *data, const struct fs_entry *entry, struct err *err)
{
	struct reading *r = data;
	struct str path = str_of(entry->path);
	if (entry->type != FS_FILE || !str_ends(path, STR(".md")))
		return err_set(err, ERR_USAGE, "%.200s is no template", entry->path);
	*vec_push(&r->files) = (struct template_file){
		.name = arena_str(r->a, str_first(path, path.len - strlen(".md"))),
		.text = {arena_str(r->a, entry->content), entry->content.len},
	};
	return 0;
}

static int read_templates(const char *folder, struct arena *a, struct templates *ret, struct err *err)
{
	const char *path = arena_printf(a, "%s/" PROMPTS, folder);
	struct reading r = {.a = a};
	struct fs_walk walk = {
		.limits = {100, TEMPLATE_MAX, 100 * TEMPLATE_MAX, 1},
		.visit = see_template,
		.data = &r,
	};
	int result = fs_walk(path, &walk, err);
	struct templates t = {arena_copy(a, r.files.items, r.files.len, sizeof(*r.files.items)), r.files.len};
	vec_release(&r.files);
	if (result < 0 || templates_check(&t, err) < 0)
		return err_wrap(err, "%s", path);
	*ret = t;
	return 0;
}

static int write_templates(const char *folder, const struct templates *t, struct arena *a, struct err *err)
{
	if (fs_mkdirs(arena_printf(a, "%s/" PROMPTS, folder), 0755, err) < 0)
		return -1;
	for (size_t i = 0; i < t->len; i++) {
		const char *path = arena_printf(a, "%s/" PROMPTS "/%s.md", folder, t->items[i].name);
		if (fs_write(path, t->items[i].text, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- the folder */

int recording_open(const char *folder, struct arena *a, struct recording_job *ret, struct templates *ret_templates,
		   struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	const char *path = arena_printf(a, "%s/" JOB_FILE, folder);
	struct recording_job job;
	if (!fs_exists(path))
		return err_set(err, ERR_USAGE, "%.300s is no recording: there is no " JOB_FILE " in it", folder);
	if (recording_read(path, &value, err) < 0 || read_job(value, path, a, &job, err) < 0 ||
	    read_templates(folder, a, ret_templates, err) < 0)
		return -1;
	*ret = job;
	return 0;
}

static int see_file(void *data, const struct fs_entry *entry, struct err *err)
{
	(void)err;
	hasher_field(data, str_of(entry->path));
	hasher_field(data, entry->content);
	return 0;
}

int recording_hash(const char *folder, struct hash *ret, struct err *err)
{
	struct hasher h;
	const struct fs_walk walk = {
		.limits = {ENTRIES_MAX, RECORDING_FILE_MAX, WHOLE_MAX, 3},
		.visit = see_file,
		.data = &h,
	};
	hasher_init(&h);
	int result = fs_walk(folder, &walk, err);
	struct hash hash = hasher_finish(&h);
	if (result == 0)
		*ret = hash;
	return result;
}

/* Templates may be there already: they are written before the job. */
static int see_other(void *data, const struct fs_entry *entry, struct err *err)
{
	if (strcmp(entry->path, PROMPTS) == 0 || str_starts(str_of(entry->path), STR(PROMPTS "/")))
		return 0;
	return err_set(err, ERR_USAGE, "%.300s holds other things than a recording; name a folder that is empty or not there",
		       (const char *)data);
}

static int check_empty(const char *folder, struct err *err)
{
	const struct fs_walk walk = {
		.limits = {ENTRIES_MAX, RECORDING_FILE_MAX, RECORDING_FILE_MAX, 3},
		.visit = see_other,
		.data = (void *)(uintptr_t)folder,
	};
	return fs_walk(folder, &walk, err);
}

static int go_on(const char *folder, const struct recording_job *job, const struct templates *templates, struct arena *a,
		 struct err *err)
{
	struct recording_job old;
	struct templates old_templates = {0};
	if (recording_open(folder, a, &old, &old_templates, err) < 0 || recording_compare(folder, &old, job, err) < 0)
		return -1;
	struct hash was = templates_hash(&old_templates), is = templates_hash(templates);
	return hash_eq(&was, &is) ? 0
				  : err_set(err, ERR_USAGE, "%.300s was recorded with other templates than are asked for now",
					    folder);
}

int recording_begin(const char *folder, const struct recording_job *job, const struct templates *templates,
		    struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *path = arena_printf(&scratch, "%s/" JOB_FILE, folder);
	if (fs_mkdirs(folder, 0755, err) < 0)
		return -1;
	if (fs_exists(path))
		return go_on(folder, job, templates, &scratch, err);
	SCOPED_JSON json_t *value = job_json(job);
	if (check_empty(folder, err) < 0 || write_templates(folder, templates, &scratch, err) < 0)
		return -1;
	return recording_write(path, value, err);
}
