#include "harness/confheader.h"

#include "core/mem.h"
#include "harness/confheader_parts.h"

#include <strings.h>

enum { NAMES_MAX = 5000 };

/* ---- what build files say */

struct value {
	const char *text; /* "NAME=value" */
	struct str name;
	size_t index;
};

struct values {
	struct value *items; /* by name without regard to case, then by name, then as they were given */
	size_t len;
};

static int compare_folded(struct str a, struct str b)
{
	size_t common = min_size(a.len, b.len);
	int order = common ? strncasecmp(a.ptr, b.ptr, common) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_names(struct str a, struct str b)
{
	int order = compare_folded(a, b);
	return order ? order : str_cmp(a, b);
}

static int compare_values(const void *a, const void *b)
{
	const struct value *x = a, *y = b;
	int order = compare_names(x->name, y->name);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static struct values sort_values(const struct strings *list, struct arena *a)
{
	struct values values = {.items = arena_array(a, list ? list->len : 0, struct value)};
	for (size_t i = 0; list && i < list->len; i++) {
		struct str text = str_of(list->items[i]), name = str_first(text, str_index(text, '='));
		values.items[values.len++] = (struct value){list->items[i], name, i};
	}
	if (values.len)
		qsort(values.items, values.len, sizeof(*values.items), compare_values);
	return values;
}

/* The last one that has the name, or NULL. */
static const struct value *find_value(const struct values *values, struct str name,
				      int (*compare)(struct str a, struct str b))
{
	size_t low = 0, high = values->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(values->items[middle].name, name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	const struct value *found = low ? &values->items[low - 1] : NULL;
	return found && compare(found->name, name) == 0 ? found : NULL;
}

/* One line, whatever the build file says: a value cannot end what it is written into. */
static const char *value_text(const struct value *value, struct arena *a)
{
	struct str text = str_trim(str_from(str_of(value->text), value->name.len + 1));
	char *copy = arena_str(a, text);
	for (char *c = copy; *c; c++)
		*c = *c == '\n' || *c == '\r' ? ' ' : *c;
	return copy;
}

static bool is_lower(const char *name)
{
	while (*name && !(*name >= 'A' && *name <= 'Z'))
		name++;
	return *name == '\0';
}

static const struct value *said(const struct values *values, const char *name)
{
	const struct value *value = find_value(values, str_of(name), compare_names);
	return value || !is_lower(name) ? value : find_value(values, str_of(name), compare_folded);
}

/* "NAME" alone. */
static bool is_undefined(const struct value *value)
{
	return value->text[value->name.len] == '\0';
}

/* ---- names and their answers */

struct known {
	const char *name; /* first, for str_find_name */
	size_t answer;
};

struct making {
	struct arena *a;
	struct confheader_template template;
	struct values values;
	struct known **known; /* sorted */
	struct confheader_answer *answers;
	struct confheader_question *questions;
	size_t len;
	struct confheader_probes probes;
};

/* Gives each mark the number of its name. */
static int number_names(struct making *m, struct err *err)
{
	size_t room = min_size(m->template.len, NAMES_MAX);
	m->known = arena_array(m->a, room, struct known *);
	m->answers = arena_array(m->a, room, struct confheader_answer);
	for (size_t i = 0; i < m->template.len; i++) {
		struct confheader_mark *mark = &m->template.marks[i];
		bool found;
		size_t at = str_find_name(m->known, m->len, str_of(mark->name), &found);
		if (found) {
			mark->answer = m->known[at]->answer;
			continue;
		}
		if (m->len == room)
			return err_set(err, ERR_LIMIT, "a configuration header has more than %d names", NAMES_MAX);
		memmove(m->known + at + 1, m->known + at, (m->len - at) * sizeof(struct known *));
		m->known[at] = arena_new(m->a, struct known);
		*m->known[at] = (struct known){mark->name, m->len};
		mark->answer = m->len;
		m->answers[m->len++].name = mark->name;
	}
	return 0;
}

static bool is_asked(const struct making *m, const struct confheader_mark *mark)
{
	return mark->form == FORM_UNDEF ? m->template.autoheader : mark->where != IN_COMMENT;
}

/* Values that are given, and questions for the rest. */
static void ask_names(struct making *m)
{
	bool *seen = arena_array(m->a, m->len, bool);
	m->questions = arena_array(m->a, m->len, struct confheader_question);
	for (size_t i = 0; i < m->template.len; i++) {
		const struct confheader_mark *mark = &m->template.marks[i];
		struct confheader_answer *answer = &m->answers[mark->answer];
		if (seen[mark->answer])
			continue;
		const struct value *value = said(&m->values, mark->name);
		seen[mark->answer] = value || is_asked(m, mark);
		if (value && is_undefined(value))
			m->questions[mark->answer] = (struct confheader_question){.reading = READ_SETTLED};
		else if (value)
			answer->value = value_text(value, m->a);
		else if (seen[mark->answer])
			confheader_read_name(mark->name, m->a, &m->probes, &m->questions[mark->answer]);
	}
}

/* Names that only comments mention are no answers. */
static void conclude(struct making *m, struct confheader *ret)
{
	bool *shown = arena_array(m->a, m->len, bool);
	for (size_t i = 0; i < m->template.len; i++) {
		const struct confheader_mark *mark = &m->template.marks[i];
		struct confheader_answer *answer = &m->answers[mark->answer];
		shown[mark->answer] |= is_asked(m, mark) || answer->value;
	}
	ret->answers = arena_array(m->a, m->len, struct confheader_answer);
	for (size_t i = 0; i < m->len; i++) {
		struct confheader_answer *answer = &m->answers[i];
		if (!answer->value)
			*answer = confheader_conclude(answer->name, &m->questions[i], &m->probes, m->a);
		if (shown[i])
			ret->answers[ret->answers_len++] = *answer;
	}
}

static int make(struct making *m, const struct tools *tools, struct confheader *ret, struct err *err)
{
	struct confheader made = {0};
	if (number_names(m, err) < 0)
		return -1;
	ask_names(m);
	if (confheader_probe(&m->probes, tools, err) < 0)
		return -1;
	conclude(m, &made);
	if (confheader_render(&m->template, m->answers, m->a, &made.text, err) < 0)
		return -1;
	*ret = made;
	return 0;
}

int confheader_make(struct str from, const struct strings *values, const struct tools *tools, struct arena *a,
		    struct confheader *ret, struct err *err)
{
	struct making m = {.a = a, .values = sort_values(values, a)};
	confheader_scan(from, a, &m.template);
	if (m.template.cut)
		return err_set(err, ERR_LIMIT, "a configuration header has more than %d marks", CONFHEADER_MARKS_MAX);
	int result = make(&m, tools, ret, err);
	vec_release(&m.probes);
	return result;
}
