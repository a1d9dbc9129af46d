#include "harness/buildfacts_meson.h"

#include "core/buf.h"

struct meson_value *meson_new(struct meson *m, enum meson_kind kind)
{
	struct meson_value *v = arena_new(m->f->a, struct meson_value);
	facts_spend(m->f, sizeof(*v));
	v->kind = kind;
	return v;
}

struct meson_value *meson_text(struct meson *m, const char *text)
{
	struct meson_value *v = meson_new(m, MESON_TEXT);
	v->text = text;
	return v;
}

struct meson_value *meson_bool(struct meson *m, bool is_true)
{
	struct meson_value *v = meson_new(m, MESON_BOOL);
	v->number = is_true;
	return v;
}

void meson_add(struct meson *m, struct meson_value *list, const char *key, struct meson_value *item)
{
	if (!facts_spend(m->f, 4 * sizeof(char *)))
		return;
	list->items = facts_room(m->f->a, list->items, list->len, sizeof(*list->items));
	list->keys = facts_room(m->f->a, list->keys, list->len, sizeof(*list->keys));
	list->keys[list->len] = key ? key : "";
	list->items[list->len++] = item;
}

static struct meson_variable **find(struct meson *m, struct meson_variable *const *table, struct str name)
{
	uint32_t hash = 5381;
	for (size_t i = 0; i < name.len; i++)
		hash = hash * 33 ^ (unsigned char)name.ptr[i];
	struct meson_variable *const *at = &table[hash % 64];
	while (*at && facts_spend(m->f, 1) && !str_eq(str_of((*at)->name), name))
		at = &(*at)->next;
	union {
		struct meson_variable *const *in;
		struct meson_variable **out;
	} both = {.in = at};
	return both.out;
}

struct meson_value *meson_get(struct meson *m, struct meson_variable *const *table, struct str name)
{
	struct meson_variable *v = *find(m, table, name);
	return v && m->f->work ? v->value : NULL;
}

void meson_set(struct meson *m, struct meson_variable **table, struct str name, struct meson_value *value)
{
	struct meson_variable **at = find(m, table, name);
	if (!m->f->work)
		return;
	if (!*at) {
		*at = arena_new(m->f->a, struct meson_variable);
		(*at)->name = facts_text(m->f, name);
	}
	(*at)->value = value;
}

struct meson_value *meson_named(const struct meson_args *args, const char *name)
{
	for (size_t i = 0; i < args->named_len; i++) {
		if (strcmp(args->names[i], name) == 0)
			return args->named[i];
	}
	return NULL;
}

const char *meson_text_at(const struct meson_args *args, size_t i)
{
	return i < args->len && args->items[i]->kind == MESON_TEXT ? args->items[i]->text : NULL;
}

int meson_truth(const struct meson_value *value)
{
	return value->kind == MESON_BOOL ? value->number != 0 : -1;
}

void meson_flatten(struct meson *m, const struct meson_value *value, struct meson_value *list, unsigned depth)
{
	for (size_t i = 0; i < value->len && value->kind == MESON_LIST && depth < FACTS_DEPTH_MAX &&
	     facts_spend(m->f, 1); i++) {
		if (value->items[i]->kind == MESON_LIST)
			meson_flatten(m, value->items[i], list, depth + 1);
		else
			meson_add(m, list, NULL, value->items[i]);
	}
}

/* Expressions. */

static const struct meson_token *token(const struct meson *m)
{
	return &m->script->items[min_size(m->at, m->script->len)];
}

static bool take_mark(struct meson *m, const char *mark)
{
	bool here = token(m)->kind == MESON_MARK && str_eq(token(m)->text, str_of(mark)) && facts_spend(m->f, 1);
	m->at += here;
	return here;
}

static bool take_name(struct meson *m, const char *name)
{
	bool here = token(m)->kind == MESON_NAME && str_eq(token(m)->text, str_of(name)) && facts_spend(m->f, 1);
	m->at += here;
	return here;
}

static const char *shown(struct meson *m, const struct meson_value *v)
{
	if (v->kind == MESON_TEXT || (v->kind == MESON_FILE && v->text))
		return v->text;
	if (v->kind == MESON_NUMBER)
		return arena_printf(m->f->a, "%lld", (long long)v->number);
	return v->kind == MESON_BOOL ? (v->number ? "true" : "false") : "";
}

/* "\n" and its like; "@x@" in an f'…'. */
static struct meson_value *string_value(struct meson *m, const struct meson_token *t)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	for (size_t i = 0; i < t->text.len && facts_spend(m->f, 1); i++) {
		char c = t->text.ptr[i];
		struct str rest = str_from(t->text, i + 1);
		size_t end = str_index(rest, '@');
		bool reference = t->format && c == '@' && end < rest.len;
		struct meson_value *v = reference ? meson_get(m, m->variables, str_first(rest, end)) : NULL;
		if (v) {
			buf_append_cstr(&out, shown(m, v));
			i += end + 1;
		} else if (c == '\\' && !t->raw && rest.len) {
			i++;
			buf_append_char(&out, rest.ptr[0] == 'n' ? '\n' : rest.ptr[0] == 't' ? '\t' : rest.ptr[0]);
		} else if (c != '\0') {
			buf_append_char(&out, c);
		}
	}
	return meson_text(m, facts_text(m->f, buf_str(&out)));
}

static void add_arg(struct meson *m, struct meson_args *args, const char *name, struct meson_value *value)
{
	if (!facts_spend(m->f, 4))
		return;
	if (!name) {
		args->items = facts_room(m->f->a, args->items, args->len, sizeof(*args->items));
		args->items[args->len++] = value;
		return;
	}
	args->names = facts_room(m->f->a, args->names, args->named_len, sizeof(*args->names));
	args->named = facts_room(m->f->a, args->named, args->named_len, sizeof(*args->named));
	args->names[args->named_len] = name;
	args->named[args->named_len++] = value;
}

/* Behind "(", up to behind ")". */
static struct meson_args take_args(struct meson *m)
{
	struct meson_args args = {0};
	while (!take_mark(m, ")") && token(m)->kind != MESON_END && facts_spend(m->f, 1)) {
		size_t before = m->at;
		const char *name = NULL;
		const struct meson_token *next = &m->script->items[min_size(m->at + 1, m->script->len)];
		if (token(m)->kind == MESON_NAME && next->kind == MESON_MARK && str_eq(next->text, STR(":"))) {
			name = facts_text(m->f, token(m)->text);
			m->at += 2;
		}
		struct meson_value *value = meson_expression(m);
		if (name || m->at > before)
			add_arg(m, &args, name, value);
		if (!take_mark(m, ","))
			m->at += m->at == before;
	}
	return args;
}

static struct meson_value *list_value(struct meson *m)
{
	struct meson_value *list = meson_new(m, MESON_LIST);
	while (!take_mark(m, "]") && token(m)->kind != MESON_END && facts_spend(m->f, 1)) {
		size_t before = m->at;
		struct meson_value *item = meson_expression(m);
		if (m->at > before)
			meson_add(m, list, NULL, item);
		if (!take_mark(m, ","))
			m->at += m->at == before;
	}
	return list;
}

static struct meson_value *dict_value(struct meson *m)
{
	struct meson_value *dict = meson_new(m, MESON_DICT);
	while (!take_mark(m, "}") && token(m)->kind != MESON_END && facts_spend(m->f, 1)) {
		size_t before = m->at;
		struct meson_value *key = meson_expression(m);
		if (take_mark(m, ":"))
			meson_add(m, dict, key->kind == MESON_TEXT ? key->text : "", meson_expression(m));
		if (!take_mark(m, ","))
			m->at += m->at == before;
	}
	return dict;
}

static struct meson_value *name_value(struct meson *m, const struct meson_token *t)
{
	static const char *const objects[] = {"meson", "host_machine", "build_machine", "target_machine"};
	if (take_mark(m, "(")) {
		struct meson_args args = take_args(m);
		return meson_call(m, t->text, &args, t->line);
	}
	if (str_eq(t->text, STR("true")) || str_eq(t->text, STR("false")))
		return meson_bool(m, t->text.ptr[0] == 't');
	for (size_t i = 0; i < countof(objects); i++) {
		if (str_eq(t->text, str_of(objects[i]))) {
			struct meson_value *v = meson_new(m, MESON_OBJECT);
			v->text = objects[i];
			return v;
		}
	}
	struct meson_value *v = meson_get(m, m->variables, t->text);
	return v ? v : meson_new(m, MESON_UNKNOWN);
}

static struct meson_value *primary(struct meson *m)
{
	const struct meson_token *t = token(m);
	uint64_t number = 0;
	if (take_mark(m, "(")) {
		struct meson_value *v = meson_expression(m);
		take_mark(m, ")");
		return v;
	}
	if (take_mark(m, "["))
		return list_value(m);
	if (take_mark(m, "{"))
		return dict_value(m);
	if (t->kind != MESON_NAME && t->kind != MESON_STRING && t->kind != MESON_DIGITS)
		return meson_new(m, MESON_UNKNOWN);
	m->at++;
	if (t->kind == MESON_STRING)
		return string_value(m, t);
	if (t->kind == MESON_NAME)
		return name_value(m, t);
	struct meson_value *v = meson_new(m, MESON_NUMBER);
	v->number = str_to_u64(t->text, &number) && number < INT32_MAX ? (int64_t)number : 0;
	return v;
}

static struct meson_value *item_of(struct meson *m, const struct meson_value *of, const struct meson_value *index)
{
	if (of->kind == MESON_LIST && index->kind == MESON_NUMBER && index->number >= 0 &&
	    (size_t)index->number < of->len)
		return of->items[index->number];
	for (size_t i = 0; of->kind == MESON_DICT && index->kind == MESON_TEXT && i < of->len &&
	     facts_spend(m->f, 1); i++) {
		if (strcmp(of->keys[i], index->text) == 0)
			return of->items[i];
	}
	return meson_new(m, MESON_UNKNOWN);
}

static struct meson_value *postfix(struct meson *m)
{
	struct meson_value *v = primary(m);
	while (facts_spend(m->f, 1)) {
		if (take_mark(m, "[")) {
			v = item_of(m, v, meson_expression(m));
			take_mark(m, "]");
			continue;
		}
		const struct meson_token *name = &m->script->items[min_size(m->at + 1, m->script->len)];
		if (name->kind != MESON_NAME || !take_mark(m, "."))
			break;
		m->at++;
		struct meson_args args = {0};
		if (take_mark(m, "("))
			args = take_args(m);
		v = meson_method(m, v, name->text, &args);
	}
	return v;
}

static struct meson_value *negation(struct meson *m)
{
	bool negated = false, minus = false;
	for (;;) {
		if (take_name(m, "not"))
			negated = !negated;
		else if (take_mark(m, "-"))
			minus = !minus;
		else
			break;
	}
	struct meson_value *v = postfix(m);
	if (negated && v->kind == MESON_BOOL)
		return meson_bool(m, !v->number);
	if (minus && v->kind == MESON_NUMBER) {
		struct meson_value *result = meson_new(m, MESON_NUMBER);
		result->number = -v->number;
		return result;
	}
	return v;
}

static struct meson_value *join(struct meson *m, struct meson_value *x, struct meson_value *y, const char *between)
{
	const char *left = shown(m, x), *right = shown(m, y);
	size_t len = strlen(left) + strlen(right) + 1;
	if (len >= FACTS_VALUE_MAX || !facts_spend(m->f, len))
		return x;
	return meson_text(m, arena_printf(m->f->a, "%s%s%s", left, between, right));
}

static struct meson_value *sum_of(struct meson *m, struct meson_value *x, struct meson_value *y)
{
	if (x->kind == MESON_LIST) {
		struct meson_value *both = meson_new(m, MESON_LIST);
		for (size_t i = 0; i < x->len; i++)
			meson_add(m, both, NULL, x->items[i]);
		for (size_t i = 0; y->kind == MESON_LIST && i < y->len; i++)
			meson_add(m, both, NULL, y->items[i]);
		if (y->kind != MESON_LIST)
			meson_add(m, both, NULL, y);
		return both;
	}
	if (x->kind == MESON_DICT && y->kind == MESON_DICT) {
		struct meson_value *both = meson_new(m, MESON_DICT);
		for (size_t i = 0; i < y->len; i++)
			meson_add(m, both, y->keys[i], y->items[i]);
		for (size_t i = 0; i < x->len; i++)
			meson_add(m, both, x->keys[i], x->items[i]);
		return both;
	}
	if (x->kind == MESON_TEXT && y->kind == MESON_TEXT)
		return join(m, x, y, "");
	if (x->kind != MESON_NUMBER || y->kind != MESON_NUMBER)
		return meson_new(m, MESON_UNKNOWN);
	struct meson_value *v = meson_new(m, MESON_NUMBER);
	v->number = (x->number + y->number) % INT32_MAX;
	return v;
}

static struct meson_value *sum(struct meson *m)
{
	struct meson_value *v = negation(m);
	while (facts_spend(m->f, 1)) {
		if (take_mark(m, "+")) {
			v = sum_of(m, v, negation(m));
		} else if (take_mark(m, "/")) {
			struct meson_value *right = negation(m);
			bool absolute = right->kind == MESON_TEXT && right->text[0] == '/';
			bool texts = v->kind == MESON_TEXT && right->kind == MESON_TEXT;
			v = absolute ? right : texts ? join(m, v, right, "/") : meson_new(m, MESON_UNKNOWN);
		} else if (take_mark(m, "-") || take_mark(m, "*") || take_mark(m, "%")) {
			negation(m);
			v = meson_new(m, MESON_UNKNOWN);
		} else {
			break;
		}
	}
	return v;
}

/* -1 if they cannot be compared. */
static int are_equal(const struct meson_value *x, const struct meson_value *y)
{
	if (x->kind != y->kind || x->kind == MESON_UNKNOWN)
		return -1;
	if (x->kind == MESON_TEXT)
		return strcmp(x->text, y->text) == 0;
	if (x->kind == MESON_BOOL || x->kind == MESON_NUMBER)
		return x->number == y->number;
	return x->kind == MESON_LIST && (x->len == 0 || y->len == 0) ? x->len == y->len : -1;
}

static struct meson_value *decided(struct meson *m, int truth, bool negated)
{
	return truth < 0 ? meson_new(m, MESON_UNKNOWN) : meson_bool(m, (truth != 0) != negated);
}

static int is_in(struct meson *m, const struct meson_value *x, const struct meson_value *y)
{
	if (y->kind == MESON_TEXT && x->kind == MESON_TEXT)
		return facts_spend(m->f, strlen(y->text)) && strstr(y->text, x->text);
	if (y->kind != MESON_LIST && y->kind != MESON_DICT)
		return -1;
	for (size_t i = 0; i < y->len && facts_spend(m->f, 1); i++) {
		bool same = y->kind == MESON_DICT ? x->kind == MESON_TEXT && strcmp(x->text, y->keys[i]) == 0
						  : are_equal(x, y->items[i]) == 1;
		if (same)
			return 1;
	}
	return 0;
}

static struct meson_value *comparison(struct meson *m)
{
	struct meson_value *v = sum(m);
	const struct meson_token *next = &m->script->items[min_size(m->at + 1, m->script->len)];
	bool equal = take_mark(m, "==");
	if (equal || take_mark(m, "!="))
		return decided(m, are_equal(v, sum(m)), !equal);
	if (take_mark(m, "<") || take_mark(m, ">") || take_mark(m, "<=") || take_mark(m, ">=")) {
		sum(m);
		return meson_new(m, MESON_UNKNOWN);
	}
	bool negated = next->kind == MESON_NAME && str_eq(next->text, STR("in")) && take_name(m, "not");
	if (take_name(m, "in"))
		return decided(m, is_in(m, v, sum(m)), negated);
	return v;
}

static struct meson_value *conjunction(struct meson *m)
{
	struct meson_value *v = comparison(m);
	while (take_name(m, "and")) {
		int left = meson_truth(v), right = meson_truth(comparison(m));
		v = decided(m, left == 0 || right == 0 ? 0 : left < 0 || right < 0 ? -1 : 1, false);
	}
	return v;
}

struct meson_value *meson_expression(struct meson *m)
{
	if (m->depth > 2 * FACTS_DEPTH_MAX || !facts_spend(m->f, 1)) {
		m->leaving = true;
		return meson_new(m, MESON_UNKNOWN);
	}
	m->depth++;
	struct meson_value *v = conjunction(m);
	while (take_name(m, "or")) {
		int left = meson_truth(v), right = meson_truth(conjunction(m));
		v = decided(m, left == 1 || right == 1 ? 1 : left < 0 || right < 0 ? -1 : 0, false);
	}
	if (take_mark(m, "?")) {
		int truth = meson_truth(v);
		struct meson_value *yes = meson_expression(m);
		take_mark(m, ":");
		struct meson_value *no = meson_expression(m);
		v = truth == 0 ? no : yes;
	}
	m->depth--;
	return v;
}
