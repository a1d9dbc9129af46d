#include "harness/prompt.h"

#include "core/utf8.h"
#include "harness/jsonlines.h"

static const char *const origin_names[] = {
	[PROMPT_RECAST] = "recast",
	[PROMPT_SPEC] = "spec",
	[PROMPT_HUMAN] = "human",
	[PROMPT_FEEDBACK] = "feedback",
	[PROMPT_OWN] = "own",
};

const char *prompt_origin_name(enum prompt_origin origin)
{
	return origin_names[origin];
}

bool prompt_origin_find(struct str name, enum prompt_origin *ret)
{
	for (size_t i = 0; i < countof(origin_names); i++) {
		if (!str_eq(name, str_of(origin_names[i])))
			continue;
		*ret = (enum prompt_origin)i;
		return true;
	}
	return false;
}

/* ---- texts as they are sent */

static bool is_clean(struct str text)
{
	size_t len;
	while (text.len && text.ptr[0] != '\0' && (len = utf8_length(text)) > 0)
		text = str_from(text, len);
	return text.len == 0;
}

struct str prompt_clean(struct str text, struct arena *a)
{
	if (is_clean(text))
		return text;
	SCOPED_BUF struct buf out;
	buf_init(&out, SIZE_MAX / 2);
	while (text.len) {
		size_t nul = str_index(text, '\0');
		utf8_append(&out, str_first(text, nul));
		if (nul < text.len)
			buf_append_cstr(&out, UTF8_REPLACEMENT);
		text = str_from(text, nul + 1);
	}
	return (struct str){arena_str(a, buf_str(&out)), out.len};
}

static void hash_text(struct hasher *h, struct str text)
{
	SCOPED_ARENA struct arena scratch = {0};
	hasher_field(h, prompt_clean(text, &scratch));
}

/* What is shared is how it is sent, and the title is for people: neither is part of what is asked. */
struct hash prompt_hash(const struct prompt *prompt)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR("recast prompt 1"));
	hash_text(&h, prompt->system);
	hasher_field_u64(&h, prompt->parts_len);
	for (size_t i = 0; i < prompt->parts_len; i++) {
		hasher_field(&h, str_of(prompt_origin_name(prompt->parts[i].origin)));
		hash_text(&h, prompt->parts[i].text);
	}
	hash_text(&h, prompt->so_far);
	hash_text(&h, prompt->go_on);
	return hasher_finish(&h);
}

static void add_message(struct buf *out, const struct prompt *prompt)
{
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < prompt->parts_len; i++)
		buf_append_str(out, prompt_clean(prompt->parts[i].text, &scratch));
}

struct str prompt_message(const struct prompt *prompt, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, SIZE_MAX / 2);
	add_message(&out, prompt);
	return (struct str){arena_str(a, buf_str(&out)), out.len};
}

/* With an empty line in front, whatever the text before it ends with. */
static void add_paragraph(struct buf *out, struct str text, struct arena *scratch)
{
	if (text.len == 0)
		return;
	struct str before = buf_str(out);
	if (before.len)
		buf_append_cstr(out, str_ends(before, STR("\n\n")) ? "" : str_ends(before, STR("\n")) ? "\n" : "\n\n");
	buf_append_str(out, prompt_clean(text, scratch));
}

struct str prompt_text(const struct prompt *prompt, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, SIZE_MAX / 2);
	add_paragraph(&out, prompt->system, a);
	add_paragraph(&out, prompt_message(prompt, a), a);
	add_paragraph(&out, prompt->so_far, a);
	add_paragraph(&out, prompt->go_on, a);
	return (struct str){arena_str(a, buf_str(&out)), out.len};
}

/* ---- as JSON */

static json_t *lines_of(struct str text)
{
	SCOPED_ARENA struct arena scratch = {0};
	return jsonlines_of(prompt_clean(text, &scratch));
}

json_t *prompt_json(const struct prompt *prompt)
{
	json_t *parts = json_array();
	for (size_t i = 0; i < prompt->parts_len; i++) {
		const struct prompt_part *part = &prompt->parts[i];
		json_array_append_new(parts, json_pack("{s:s, s:b, s:o}", "origin", prompt_origin_name(part->origin),
						       "shared", (int)part->shared, "text", lines_of(part->text)));
	}
	json_t *object = json_pack("{s:o, s:o, s:o}", "title", json_text(prompt->title ? prompt->title : ""), "system",
				   lines_of(prompt->system), "parts", parts);
	if (prompt->so_far.len || prompt->go_on.len) {
		json_object_set_new(object, "so_far", lines_of(prompt->so_far));
		json_object_set_new(object, "go_on", lines_of(prompt->go_on));
	}
	return object;
}

struct reading {
	struct arena *arena;
	size_t bytes; /* of all texts so far */
};

static int read_text(struct reading *r, const struct json_at *parent, const char *key, bool needed, struct str *ret,
		     struct err *err)
{
	struct json_at at = json_key(parent, key);
	struct str text = {0};
	if ((at.value || needed) && jsonlines_read(&at, PROMPT_MAX, r->arena, &text, err) < 0)
		return -1;
	r->bytes += text.len;
	if (r->bytes > PROMPT_MAX)
		return err_set(err, ERR_LIMIT, "a prompt of more than %d bytes", PROMPT_MAX);
	*ret = text;
	return 0;
}

static int read_part(struct reading *r, const struct json_at *at, struct prompt_part *ret, struct err *err)
{
	static const char *const keys[] = {"origin", "shared", "text"};
	struct json_at origin = json_key(at, "origin"), shared = json_key(at, "shared");
	const char *name = "";
	if (json_only_keys(at, keys, countof(keys), err) < 0 || json_read_string(&origin, 64, &name, err) < 0 ||
	    json_read_bool(&shared, &ret->shared, err) < 0)
		return -1;
	if (!shared.value)
		return json_refuse(&shared, err, "expected true or false, and there is none");
	if (!prompt_origin_find(str_of(name), &ret->origin))
		return json_refuse(&origin, err, "expected recast, spec, human, feedback or own");
	return read_text(r, at, "text", true, &ret->text, err);
}

static int read_parts(struct reading *r, const struct json_at *at, struct prompt *prompt, struct err *err)
{
	if (!at->value)
		return json_refuse(at, err, "expected an array of parts, and there is none");
	if (json_read_array(at, PROMPT_PARTS_MAX, &prompt->parts_len, err) < 0)
		return -1;
	prompt->parts = arena_array(r->arena, prompt->parts_len, struct prompt_part);
	for (size_t i = 0; i < prompt->parts_len; i++) {
		struct json_at part = json_item(at, i);
		if (read_part(r, &part, &prompt->parts[i], err) < 0)
			return -1;
	}
	return 0;
}

int prompt_read(const struct json_at *at, struct arena *a, struct prompt *ret, struct err *err)
{
	static const char *const keys[] = {"title", "system", "parts", "so_far", "go_on"};
	struct reading r = {.arena = a};
	struct prompt prompt = {0};
	struct json_at title = json_key(at, "title"), parts = json_key(at, "parts");
	if (!json_is_object(at->value))
		return json_refuse(at, err, "expected a prompt");
	if (!title.value)
		return json_refuse(&title, err, "expected a string, and there is none");
	if (json_only_keys(at, keys, countof(keys), err) < 0 ||
	    json_read_string(&title, PROMPT_TITLE_MAX, &prompt.title, err) < 0 ||
	    read_text(&r, at, "system", true, &prompt.system, err) < 0 || read_parts(&r, &parts, &prompt, err) < 0 ||
	    read_text(&r, at, "so_far", false, &prompt.so_far, err) < 0 ||
	    read_text(&r, at, "go_on", false, &prompt.go_on, err) < 0)
		return -1;
	prompt.title = arena_strdup(a, prompt.title);
	*ret = prompt;
	return 0;
}
