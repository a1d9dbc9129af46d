#include "harness/buildfacts_reader.h"

#include "core/json.h"

/*
 * Files that describe a package rather than build it: package.json and clib.json
 * of small C libraries ("src" lists what to copy), and pkg-config's templates.
 */

static const char *text_of(struct facts *f, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);
	return text && strlen(text) == json_string_length(value) ? facts_text(f, str_of(text)) : NULL;
}

/* The sources are a library, the headers among them its public ones. */
static void add_package(struct facts *f, const json_t *package, const char *path)
{
	const json_t *list = json_object_get(package, "src");
	const char *name = text_of(f, package, "name"), *folder = facts_folder(f, path);
	struct fact_target *t = json_is_array(list) && name ? facts_target(f, name, false, path, 1) : NULL;
	for (size_t i = 0; t && i < json_array_size(list) && facts_spend(f, 1); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		const char *file = text ? facts_path(f, folder, str_of(text)) : NULL;
		if (file && facts_is_source(str_of(file)))
			facts_push(f, &t->sources, file);
		else if (file && facts_is_header(str_of(file)))
			facts_push(f, &f->headers, file);
	}
	/* A package.json without sources may be about something else. */
	if (!t)
		return;
	f->name = f->name ? f->name : name;
	f->version = f->version ? f->version : text_of(f, package, "version");
}

void facts_read_package(struct facts *f, const char *path)
{
	struct str text;
	SCOPED_JSON json_t *package = NULL;
	if (facts_open(f, path, &text) && json_parse(text, path, &package, NULL) == 0 && json_is_object(package))
		add_package(f, package, path);
}

/* Name and version, where they stand there as they are. */
void facts_read_pkgconfig(struct facts *f, const char *path)
{
	struct str text, line;
	if (!facts_open(f, path, &text))
		return;
	while (str_next_line(&text, &line) && facts_spend(f, line.len)) {
		struct str value = str_trim(str_from(line, str_index(line, ':') + 1));
		bool plain = value.len && str_index(value, '@') == value.len && str_index(value, '$') == value.len;
		if (plain && !f->name && str_starts(line, STR("Name:")))
			f->name = facts_text(f, value);
		bool number = value.len && value.ptr[0] >= '0' && value.ptr[0] <= '9';
		if (plain && number && !f->version && str_starts(line, STR("Version:")))
			f->version = facts_text(f, value);
	}
}
