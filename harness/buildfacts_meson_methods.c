#include "harness/buildfacts_meson.h"

#include "core/buf.h"

/* NULL from any of these: nobody knows. */

static struct meson_value *number(struct meson *m, int64_t n)
{
	struct meson_value *v = meson_new(m, MESON_NUMBER);
	v->number = n;
	return v;
}

/* "@0@" is the first argument. */
static struct meson_value *format(struct meson *m, const char *text, const struct meson_args *args)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	for (struct str rest = str_of(text); rest.len && facts_spend(m->f, 1);) {
		struct str inside = str_from(rest, 1);
		size_t end = str_index(inside, '@');
		uint64_t index;
		bool reference = rest.ptr[0] == '@' && end < inside.len &&
				 str_to_u64(str_first(inside, end), &index) && index < args->len;
		if (!reference) {
			buf_append_char(&out, rest.ptr[0]);
			rest = str_from(rest, 1);
			continue;
		}
		const struct meson_value *v = args->items[index];
		if (v->kind == MESON_TEXT && facts_spend(m->f, strlen(v->text)))
			buf_append_cstr(&out, v->text);
		else if (v->kind == MESON_NUMBER)
			buf_printf(&out, "%lld", (long long)v->number);
		else if (v->kind == MESON_BOOL)
			buf_append_cstr(&out, v->number ? "true" : "false");
		rest = str_from(inside, end + 1);
	}
	return meson_text(m, facts_text(m->f, buf_str(&out)));
}

static struct meson_value *join(struct meson *m, const char *between, const struct meson_args *args)
{
	struct meson_value given = {.kind = MESON_LIST}, all = {.kind = MESON_LIST};
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	for (size_t i = 0; i < args->len; i++)
		meson_add(m, &given, NULL, args->items[i]);
	meson_flatten(m, &given, &all, 0);
	for (size_t i = 0; i < all.len && facts_spend(m->f, 1); i++) {
		if (all.items[i]->kind != MESON_TEXT || !facts_spend(m->f, strlen(all.items[i]->text)))
			return NULL;
		buf_append_cstr(&out, i ? between : "");
		buf_append_cstr(&out, all.items[i]->text);
	}
	return meson_text(m, facts_text(m->f, buf_str(&out)));
}

static struct meson_value *split(struct meson *m, const char *text, const char *at)
{
	struct strings words = facts_split(m->f, str_of(text), at && at[0] && !at[1] ? at : " \t\r\n");
	struct meson_value *list = meson_new(m, MESON_LIST);
	for (size_t i = 0; i < words.len; i++)
		meson_add(m, list, NULL, meson_text(m, words.items[i]));
	return list;
}

static struct meson_value *replaced(struct meson *m, struct str text, struct str what, struct str with)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	while (text.len && facts_spend(m->f, 1)) {
		bool here = what.len && str_starts(text, what);
		buf_append_str(&out, here ? with : str_first(text, 1));
		text = str_from(text, here ? what.len : 1);
	}
	return meson_text(m, facts_text(m->f, buf_str(&out)));
}

enum change { LOWER, UPPER, UNDERSCORES };

static struct meson_value *changed(struct meson *m, const char *text, enum change change)
{
	char *copy = arena_str(m->f->a, facts_spend(m->f, strlen(text)) ? str_of(text) : (struct str){0});
	for (char *c = copy; *c; c++) {
		bool low = *c >= 'a' && *c <= 'z', high = *c >= 'A' && *c <= 'Z', digit = *c >= '0' && *c <= '9';
		if (change == UPPER && low)
			*c = (char)(*c - 'a' + 'A');
		else if (change == LOWER && high)
			*c = (char)(*c - 'A' + 'a');
		else if (change == UNDERSCORES && !low && !high && !digit)
			*c = '_';
	}
	return meson_text(m, copy);
}

static struct meson_value *of_text(struct meson *m, const char *text, struct str name, const struct meson_args *args)
{
	const char *first = meson_text_at(args, 0), *second = meson_text_at(args, 1);
	if (str_eq(name, STR("format")))
		return format(m, text, args);
	if (str_eq(name, STR("join")))
		return join(m, text, args);
	if (str_eq(name, STR("split")))
		return split(m, text, first);
	if (str_eq(name, STR("strip")))
		return meson_text(m, facts_text(m->f, str_trim(str_of(text))));
	if (str_eq(name, STR("to_upper")))
		return changed(m, text, UPPER);
	if (str_eq(name, STR("to_lower")))
		return changed(m, text, LOWER);
	if (str_eq(name, STR("underscorify")))
		return changed(m, text, UNDERSCORES);
	if (!first || !facts_spend(m->f, strlen(text)))
		return NULL;
	if (str_eq(name, STR("startswith")))
		return meson_bool(m, str_starts(str_of(text), str_of(first)));
	if (str_eq(name, STR("endswith")))
		return meson_bool(m, str_ends(str_of(text), str_of(first)));
	if (str_eq(name, STR("contains")))
		return meson_bool(m, strstr(text, first) != NULL);
	if (str_eq(name, STR("replace")) && second)
		return replaced(m, str_of(text), str_of(first), str_of(second));
	return NULL;
}

static struct meson_value *of_list(struct meson *m, const struct meson_value *list, struct str name,
				   const struct meson_args *args)
{
	const struct meson_value *first = args->len ? args->items[0] : NULL;
	if (str_eq(name, STR("length")))
		return number(m, (int64_t)list->len);
	if (str_eq(name, STR("get")) && first && first->kind == MESON_NUMBER)
		return first->number >= 0 && (size_t)first->number < list->len ? list->items[first->number] : NULL;
	if (!str_eq(name, STR("contains")) || !first || first->kind != MESON_TEXT)
		return NULL;
	for (size_t i = 0; i < list->len && facts_spend(m->f, 1); i++) {
		if (list->items[i]->kind == MESON_TEXT && strcmp(list->items[i]->text, first->text) == 0)
			return meson_bool(m, true);
	}
	return meson_bool(m, false);
}

static struct meson_value *of_dict(struct meson *m, const struct meson_value *dict, struct str name,
				   const struct meson_args *args)
{
	const char *key = meson_text_at(args, 0);
	struct meson_value *keys = meson_new(m, MESON_LIST);
	for (size_t i = 0; i < dict->len && facts_spend(m->f, 1); i++) {
		meson_add(m, keys, NULL, meson_text(m, dict->keys[i]));
		if (!key || strcmp(dict->keys[i], key) != 0)
			continue;
		return str_eq(name, STR("get")) ? dict->items[i] : meson_bool(m, true);
	}
	if (str_eq(name, STR("keys")))
		return keys;
	if (str_eq(name, STR("has_key")))
		return meson_bool(m, false);
	return args->len > 1 ? args->items[1] : NULL;
}

static struct meson_value *of_data(struct meson *m, struct meson_value *data, struct str name,
				   const struct meson_args *args)
{
	const char *key = meson_text_at(args, 0);
	struct meson_value *value = args->len > 1 ? args->items[1] : NULL;
	if (str_eq(name, STR("merge_from")) && args->len && args->items[0] != data) {
		for (size_t i = 0; i < args->items[0]->len && args->items[0]->kind == MESON_DATA; i++)
			meson_add(m, data, args->items[0]->keys[i], args->items[0]->items[i]);
		return data;
	}
	if (!key || !value || !str_starts(name, STR("set")))
		return of_dict(m, data, name, args);
	if (str_eq(name, STR("set_quoted")) && value->kind == MESON_TEXT && facts_spend(m->f, strlen(value->text)))
		value = meson_text(m, arena_printf(m->f->a, "\"%s\"", value->text));
	else if (str_eq(name, STR("set10")))
		value = value->kind == MESON_BOOL ? number(m, value->number != 0) : NULL;
	meson_add(m, data, key, m->unsure || !value ? meson_new(m, MESON_UNKNOWN) : value);
	return data;
}

/* What is known of the machine and of the compiler, whichever they are. */
static struct meson_value *of_object(struct meson *m, const char *object, struct str name,
				     const struct meson_args *args)
{
	const struct {
		const char *object, *method, *value;
	} known[] = {
		{"meson", "current_source_dir", facts_absolute(m->f, m->script->folder)},
		{"meson", "current_build_dir", facts_absolute(m->f, m->script->folder)},
		{"meson", "source_root", facts_absolute(m->f, m->top)},
		{"meson", "build_root", facts_absolute(m->f, m->top)},
		{"meson", "project_source_root", facts_absolute(m->f, m->top)},
		{"meson", "project_build_root", facts_absolute(m->f, m->top)},
		{"meson", "project_name", m->f->name},
		{"meson", "project_version", m->f->version},
		{"host_machine", "system", "linux"},
		{"build_machine", "system", "linux"},
		{"target_machine", "system", "linux"},
		{"host_machine", "endian", "little"},
		{"compiler", "get_id", "clang"},
		{"compiler", "get_argument_syntax", "gcc"},
	};
	for (size_t i = 0; i < countof(known); i++) {
		if (strcmp(known[i].object, object) == 0 && str_eq(name, str_of(known[i].method)))
			return known[i].value ? meson_text(m, known[i].value) : NULL;
	}
	if (str_eq(name, STR("get_compiler"))) {
		struct meson_value *v = meson_new(m, MESON_OBJECT);
		v->text = "compiler";
		return v;
	}
	if (str_eq(name, STR("is_subproject")) || str_eq(name, STR("is_cross_build")))
		return meson_bool(m, false);
	if (str_eq(name, STR("get_supported_arguments")) || str_eq(name, STR("first_supported_argument"))) {
		struct meson_value *list = meson_new(m, MESON_LIST);
		for (size_t i = 0; i < args->len; i++)
			meson_add(m, list, NULL, args->items[i]);
		return list;
	}
	if (str_eq(name, STR("find_library")))
		return meson_new(m, MESON_DEPENDENCY);
	bool on = strcmp(object, "enabled") == 0, off = strcmp(object, "disabled") == 0;
	if ((on || off) && (str_eq(name, STR("enabled")) || str_eq(name, STR("disabled")) ||
			    str_eq(name, STR("allowed"))))
		return meson_bool(m, on != str_eq(name, STR("disabled")));
	return NULL;
}

static struct meson_value *method(struct meson *m, struct meson_value *of, struct str name,
				  const struct meson_args *args)
{
	switch (of->kind) {
	case MESON_TEXT:
		return of_text(m, of->text, name, args);
	case MESON_LIST:
		return of_list(m, of, name, args);
	case MESON_DICT:
		return of_dict(m, of, name, args);
	case MESON_DATA:
		return of_data(m, of, name, args);
	case MESON_OBJECT:
		return of_object(m, of->text, name, args);
	case MESON_NUMBER:
	case MESON_BOOL:
		if (!str_eq(name, STR("to_string")))
			return str_eq(name, STR("to_int")) ? number(m, of->number) : NULL;
		if (of->kind == MESON_BOOL)
			return meson_text(m, of->number ? "true" : "false");
		return meson_text(m, arena_printf(m->f->a, "%lld", (long long)of->number));
	case MESON_PROGRAM:
		if (str_eq(name, STR("found")))
			return of->text ? meson_bool(m, true) : NULL;
		return of;
	case MESON_DEPENDENCY:
		if (str_eq(name, STR("found")))
			return of->target ? meson_bool(m, true) : NULL;
		return of;
	case MESON_TARGET:
		/* Its path stands for it; what its objects are is not followed. */
		return str_starts(name, STR("extract")) || str_starts(name, STR("private")) ? NULL : of;
	case MESON_UNKNOWN:
	case MESON_FILE:
	case MESON_FOLDER:
		return NULL;
	}
	return NULL;
}

struct meson_value *meson_method(struct meson *m, struct meson_value *of, struct str name,
				 const struct meson_args *args)
{
	struct meson_value *result = method(m, of, name, args);
	return result ? result : meson_new(m, MESON_UNKNOWN);
}
