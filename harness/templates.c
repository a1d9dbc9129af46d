#include "harness/templates.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "prompts.h"

enum { TEMPLATE_VERSION = 1, SECTIONS_MAX = 8, NAME_SHOWN_MAX = 60, FOLDER_ENTRIES_MAX = 100 };

/* Each template, and the values that can stand in it. */
struct known {
	const char *name;
	const char *values[12]; /* ends with NULL */
};

static const struct known known_templates[] = {
	{"system", {NULL}},
	{"library", {"name", "options", "ways", "headers", "documents", "tests", "sealed", "unquoted", "considerations", "decisions"}},
	{"plan", {"functions", "problems"}},
	{"unit", {"path", "header", "functions", "plan", "files"}},
	{"repair", {"path", "functions", "plan", "files", "file", "large", "summary", "problems"}},
	{"continue", {"open"}},
};

static const struct known *find_known(struct str name)
{
	for (size_t i = 0; i < countof(known_templates); i++) {
		if (str_eq(name, str_of(known_templates[i].name)))
			return &known_templates[i];
	}
	return NULL;
}

static struct template_file *find_file(const struct templates *t, const char *name)
{
	for (size_t i = 0; i < t->len; i++) {
		if (strcmp(t->items[i].name, name) == 0)
			return &t->items[i];
	}
	return NULL;
}

/* ---- marks */

struct mark {
	char kind; /* '#', '^', '/', '>', or ' ' for a value */
	struct str name;
	size_t at;         /* where it stands */
	size_t start, end; /* what goes: the whole line, if there is nothing else in it */
};

struct part_list {
	struct prompt_part *items; /* malloc'd while it grows */
	size_t len, cap;
};

struct section {
	struct mark mark;
	bool hidden;
};

/* A template while it is filled. */
struct filling {
	const struct template_file *file;
	const struct known *known;
	const struct template_value *values;
	size_t len;
	struct section open[SECTIONS_MAX];
	size_t open_len;
	struct part_list parts;
};

static int refuse(const struct filling *f, size_t at, const char *what, struct str name, struct err *err)
{
	size_t line = str_count(str_first(f->file->text, at), '\n') + 1;
	int shown = (int)min_size(name.len, NAME_SHOWN_MAX);
	return err_set(err, ERR_USAGE, "%s.md:%zu: \"%.*s\" %s", f->file->name, line, shown, name.ptr, what);
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') && s.ptr[i] != '_')
			return false;
	}
	return s.len > 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Nothing but blanks on both sides: the mark grows to the whole line. */
static void take_line(struct str text, struct mark *m)
{
	size_t start = m->start, end = m->end;
	while (start > 0 && is_blank(text.ptr[start - 1]))
		start--;
	while (end < text.len && is_blank(text.ptr[end]))
		end++;
	if ((start > 0 && text.ptr[start - 1] != '\n') || (end < text.len && text.ptr[end] != '\n'))
		return;
	m->start = start;
	m->end = min_size(end + 1, text.len);
}

/* The next mark from `at` on: 1, 0 if there is none, or -1. */
static int next_mark(const struct filling *f, size_t at, struct mark *ret, struct err *err)
{
	struct str text = f->file->text;
	const char *found = at < text.len ? memmem(text.ptr + at, text.len - at, "{{", 2) : NULL;
	if (!found)
		return 0;
	size_t start = (size_t)(found - text.ptr);
	struct mark m = {.kind = ' ', .at = start, .start = start};
	struct str rest = str_from(text, start);
	const char *end = memmem(rest.ptr, rest.len, "}}", 2);
	struct str whole = str_first(rest, end ? (size_t)(end - rest.ptr) + 2 : str_index(rest, '\n'));
	m.name = end ? str_first(str_from(whole, 2), whole.len - 4) : (struct str){0};
	if (m.name.len && strchr("#^/>", m.name.ptr[0])) {
		m.kind = m.name.ptr[0];
		m.name = str_from(m.name, 1);
	}
	if (!is_name(m.name))
		return refuse(f, start, "is no mark", str_first(whole, str_index(whole, '\n')), err);
	m.end = start + whole.len;
	if (m.kind != ' ')
		take_line(text, &m);
	*ret = m;
	return 1;
}

/* ---- filling */

static bool is_hidden(const struct filling *f)
{
	return f->open_len > 0 && f->open[f->open_len - 1].hidden;
}

static void add_part(struct filling *f, enum prompt_origin origin, struct str text)
{
	if (!is_hidden(f) && text.len > 0)
		*vec_push(&f->parts) = (struct prompt_part){.origin = origin, .text = text};
}

static struct template_value value_of(const struct filling *f, struct str name)
{
	for (size_t i = 0; i < f->len; i++) {
		if (str_eq(name, str_of(f->values[i].name)))
			return f->values[i];
	}
	return (struct template_value){0};
}

static int check_name(const struct filling *f, const struct mark *m, struct err *err)
{
	for (size_t i = 0; f->known->values[i]; i++) {
		if (str_eq(m->name, str_of(f->known->values[i])))
			return 0;
	}
	return refuse(f, m->at, "is no value of this template", m->name, err);
}

static int open_section(struct filling *f, const struct mark *m, struct err *err)
{
	if (check_name(f, m, err) < 0)
		return -1;
	if (f->open_len == SECTIONS_MAX)
		return refuse(f, m->at, "stands within too many others", m->name, err);
	bool empty = value_of(f, m->name).text.len == 0;
	bool hidden = is_hidden(f) || empty == (m->kind == '#');
	f->open[f->open_len++] = (struct section){*m, hidden};
	return 0;
}

static int close_section(struct filling *f, const struct mark *m, struct err *err)
{
	if (f->open_len == 0 || !str_eq(f->open[f->open_len - 1].mark.name, m->name))
		return refuse(f, m->at, "ends here and does not begin", m->name, err);
	f->open_len--;
	return 0;
}

static int share(struct filling *f, const struct mark *m, struct err *err)
{
	if (!str_eq(m->name, STR("cache")))
		return refuse(f, m->at, "is not known behind \">\"", m->name, err);
	if (f->open_len > 0)
		return refuse(f, m->at, "stands in a section, which may be left out", m->name, err);
	if (f->parts.len)
		f->parts.items[f->parts.len - 1].shared = true;
	return 0;
}

static int take_mark(struct filling *f, const struct mark *m, struct err *err)
{
	struct template_value value;
	switch (m->kind) {
	case '#':
	case '^':
		return open_section(f, m, err);
	case '/':
		return close_section(f, m, err);
	case '>':
		return share(f, m, err);
	default:
		if (check_name(f, m, err) < 0)
			return -1;
		value = value_of(f, m->name);
		add_part(f, value.origin, value.text);
		return 0;
	}
}

/* "<!-- unit 1 -->", with its line end. */
static int skip_version(const struct filling *f, size_t *ret_at, struct err *err)
{
	char want[80];
	struct str rest = f->file->text, line = {0};
	snprintf(want, sizeof(want), "<!-- %s %d -->", f->known->name, TEMPLATE_VERSION);
	if (!str_next_line(&rest, &line) || !str_eq(str_trim(line), str_of(want)))
		return err_set(err, ERR_USAGE, "%s.md:1: this line must be \"%s\"", f->file->name, want);
	*ret_at = (size_t)(rest.ptr - f->file->text.ptr);
	return 0;
}

static int fill(struct filling *f, struct err *err)
{
	struct mark m;
	size_t at = 0;
	int found;
	if (skip_version(f, &at, err) < 0)
		return -1;
	while ((found = next_mark(f, at, &m, err)) > 0) {
		add_part(f, PROMPT_RECAST, str_first(str_from(f->file->text, at), m.start - at));
		if (take_mark(f, &m, err) < 0)
			return -1;
		at = m.end;
	}
	if (found < 0)
		return -1;
	if (f->open_len > 0)
		return refuse(f, f->open[f->open_len - 1].mark.at, "begins here and does not end",
			      f->open[f->open_len - 1].mark.name, err);
	add_part(f, PROMPT_RECAST, str_from(f->file->text, at));
	return 0;
}

int templates_fill(const struct templates *t, const char *name, const struct template_value *values, size_t len,
		   struct arena *a, struct prompt_part **ret, size_t *ret_len, struct err *err)
{
	struct filling f = {.file = find_file(t, name), .known = find_known(str_of(name)), .values = values, .len = len};
	if (!f.file || !f.known)
		return err_set(err, ERR_BUG, "there is no template \"%s\"", name);
	int result = fill(&f, err);
	if (result == 0) {
		*ret = arena_copy(a, f.parts.items, f.parts.len, sizeof(*f.parts.items));
		*ret_len = f.parts.len;
	}
	vec_release(&f.parts);
	return result;
}

/* ---- all of them */

/* The line of the first byte that belongs to no character or is NUL, or 0. */
static unsigned bad_line(struct str text)
{
	unsigned line = 1;
	for (size_t at = 0, len; at < text.len; at += len) {
		len = utf8_length(str_from(text, at));
		if (len == 0 || text.ptr[at] == '\0')
			return line;
		line += text.ptr[at] == '\n';
	}
	return 0;
}

static int check_file(const struct template_file *file, const struct known *known, struct err *err)
{
	struct filling f = {.file = file, .known = known};
	if (file->text.len > TEMPLATE_MAX)
		return err_set(err, ERR_LIMIT, "%s.md has more than %d bytes", file->name, TEMPLATE_MAX);
	unsigned line = bad_line(file->text);
	if (line)
		return err_set(err, ERR_USAGE, "%s.md:%u: it is not UTF-8", file->name, line);
	int result = fill(&f, err);
	vec_release(&f.parts);
	return result;
}

int templates_check(const struct templates *t, struct err *err)
{
	for (size_t i = 0; i < t->len; i++) {
		const char *name = t->items[i].name;
		const struct known *known = find_known(str_of(name));
		if (!known)
			return err_set(err, ERR_USAGE, "there is no template \"%.*s\"", NAME_SHOWN_MAX, name);
		if (find_file(t, name) != &t->items[i])
			return err_set(err, ERR_USAGE, "the template \"%s\" is there twice", name);
		if (check_file(&t->items[i], known, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < countof(known_templates); i++) {
		if (!find_file(t, known_templates[i].name))
			return err_set(err, ERR_USAGE, "the template \"%s\" is missing", known_templates[i].name);
	}
	return 0;
}

static struct templates embedded(struct arena *a)
{
	struct templates t = {arena_array(a, countof(prompt_lines), struct template_file), 0};
	SCOPED_BUF struct buf text;
	buf_init(&text, TEMPLATE_MAX + 1);
	for (size_t i = 0; i < countof(prompt_lines); i++) {
		const char *name = prompt_lines[i++];
		buf_clear(&text);
		for (; prompt_lines[i]; i++)
			buf_append_cstr(&text, prompt_lines[i]);
		t.items[t.len++] = (struct template_file){name, {arena_str(a, buf_str(&text)), text.len}};
	}
	return t;
}

int templates_embedded(struct arena *a, struct templates *ret, struct err *err)
{
	struct templates t = embedded(a);
	if (templates_check(&t, err) < 0)
		return err_wrap(err, "recast's own templates");
	*ret = t;
	return 0;
}

struct replacing {
	struct templates *t;
	struct arena *a;
};

static int replace(void *data, const struct fs_entry *entry, struct err *err)
{
	const struct replacing *r = data;
	struct str path = str_of(entry->path), ending = STR(".md");
	if (path.ptr[0] == '.')
		return 0;
	const char *name = arena_str(r->a, str_first(path, path.len - (str_ends(path, ending) ? ending.len : 0)));
	struct template_file *file = str_ends(path, ending) ? find_file(r->t, name) : NULL;
	if (!file || entry->type != FS_FILE)
		return err_set(err, ERR_USAGE, "\"%.*s\" is no template; those are system.md, library.md, plan.md, unit.md, "
			       "repair.md and continue.md", NAME_SHOWN_MAX, entry->path);
	file->text = (struct str){arena_str(r->a, entry->content), entry->content.len};
	return 0;
}

int templates_read(const char *folder, struct arena *a, struct templates *ret, struct err *err)
{
	struct templates t = embedded(a);
	struct replacing r = {&t, a};
	struct fs_walk walk = {
		.limits = {FOLDER_ENTRIES_MAX, TEMPLATE_MAX, FOLDER_ENTRIES_MAX * TEMPLATE_MAX, 2},
		.visit = replace,
		.data = &r,
	};
	if (fs_exists(folder) && fs_walk(folder, &walk, err) < 0)
		return err_wrap(err, "%s", folder);
	if (templates_check(&t, err) < 0)
		return err_wrap(err, "%s", folder);
	*ret = t;
	return 0;
}

struct hash templates_hash(const struct templates *t)
{
	struct hasher h;
	hasher_init(&h);
	for (size_t i = 0; i < t->len; i++) {
		hasher_field(&h, str_of(t->items[i].name));
		hasher_field(&h, t->items[i].text);
	}
	return hasher_finish(&h);
}
