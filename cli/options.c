#include "cli/options.h"

#include "core/buf.h"

enum { COLUMN = 26, NUMBER_MAX = 100000 };

static const struct option *find_option(const struct option_table *tables, size_t len, struct str name)
{
	for (size_t t = 0; t < len; t++) {
		for (size_t i = 0; i < tables[t].len; i++) {
			const struct option *o = &tables[t].rows[i];
			bool short_form = name.len == 1 && o->letter == name.ptr[0];
			if (short_form || str_eq(name, str_of(o->name)))
				return o;
		}
	}
	return NULL;
}

static int add_value(const struct option *o, struct option_list *list, const char *text, struct err *err)
{
	if (list->len == OPTION_LIST_MAX)
		return err_set(err, ERR_USAGE, "--%s can be given %d times", o->name, OPTION_LIST_MAX);
	list->items[list->len++] = text;
	return 0;
}

static int set_value(const struct option *o, char *values, const char *text, struct err *err)
{
	char *at = values + o->offset;
	uint64_t number;
	switch (o->type) {
	case OPTION_FLAG:
		*(bool *)at = true;
		return 0;
	case OPTION_TEXT:
		memcpy(at, &text, sizeof(text));
		return 0;
	case OPTION_NUMBER:
		if (!str_to_u64(str_of(text), &number) || number == 0 || number > NUMBER_MAX)
			return err_set(err, ERR_USAGE, "--%s takes a number from 1 to %d, not %s", o->name, NUMBER_MAX,
				       text);
		unsigned value = (unsigned)number;
		memcpy(at, &value, sizeof(value));
		return 0;
	case OPTION_LIST:
		return add_value(o, (struct option_list *)(void *)at, text, err);
	}
	return 0;
}

/* The words that are left, of which an option can take one as its value. */
struct words {
	char **args;
	size_t len, at;
};

/* `text` is a value that stands in the same word, or NULL. */
static int take_option(const struct option *o, void *values, const char *text, struct words *w, struct err *err)
{
	if (o->type == OPTION_FLAG && text)
		return err_set(err, ERR_USAGE, "--%s takes no value", o->name);
	if (o->type != OPTION_FLAG && !text) {
		if (w->at + 1 == w->len)
			return err_set(err, ERR_USAGE, "--%s needs a value: --%s %s", o->name, o->name, o->metavar);
		text = w->args[++w->at];
	}
	return set_value(o, values, text, err);
}

/* --name, --name=value */
static int parse_long(const struct option_table *tables, size_t tables_len, void *values, struct words *w,
		      struct err *err)
{
	const char *word = w->args[w->at];
	struct str name = str_of(word + 2);
	size_t equals = str_index(name, '=');
	const char *text = equals < name.len ? name.ptr + equals + 1 : NULL;
	const struct option *o = equals > 1 ? find_option(tables, tables_len, str_first(name, equals)) : NULL;
	if (!o)
		return err_set(err, ERR_USAGE, "no such option: %s", word);
	return take_option(o, values, text, w, err);
}

/* -q, -qo, -j2, -qj 2 */
static int parse_letters(const struct option_table *tables, size_t tables_len, void *values, struct words *w,
			 struct err *err)
{
	const char *word = w->args[w->at];
	for (const char *letter = word + 1; *letter; letter++) {
		const struct option *o = find_option(tables, tables_len, (struct str){letter, 1});
		if (!o)
			return err_set(err, ERR_USAGE, "no such option: %s", word);
		const char *rest = o->type != OPTION_FLAG && letter[1] ? letter + 1 : NULL;
		if (take_option(o, values, rest, w, err) < 0)
			return -1;
		if (o->type != OPTION_FLAG)
			break;
	}
	return 0;
}

int options_parse(const struct option_table *tables, size_t tables_len, void *values, char **args, size_t *args_len,
		  struct err *err)
{
	struct words w = {args, *args_len, 0};
	size_t operands = 0;
	bool ended = false;
	for (; w.at < w.len; w.at++) {
		char *word = args[w.at];
		int result = 0;
		if (ended || word[0] != '-' || !word[1])
			args[operands++] = word;
		else if (strcmp(word, "--") == 0)
			ended = true;
		else if (word[1] == '-')
			result = parse_long(tables, tables_len, values, &w, err);
		else
			result = parse_letters(tables, tables_len, values, &w, err);
		if (result < 0)
			return -1;
	}
	*args_len = operands;
	return 0;
}

static int refuse_form(const char *const *forms, size_t len, const char *format, struct err *err)
{
	SCOPED_BUF struct buf names;
	buf_init(&names, 200);
	for (size_t i = 0; i < len; i++)
		buf_printf(&names, "%s%s", i == 0 ? "" : i + 1 < len ? ", " : " or ", forms[i]);
	return err_set(err, ERR_USAGE, "--format takes %s, not %.40s", names.ptr, format);
}

int options_form(const char *const *forms, size_t len, const char *format, bool json, size_t *ret, struct err *err)
{
	const char *wanted = format ? format : json ? "json" : forms[0];
	size_t at = 0;
	while (at < len && strcmp(forms[at], wanted) != 0)
		at++;
	if (at == len)
		return refuse_form(forms, len, wanted, err);
	if (json && strcmp(wanted, "json") != 0)
		return err_set(err, ERR_USAGE, "--json and --format %s contradict each other", wanted);
	*ret = at;
	return 0;
}

void options_print(FILE *to, const struct option_table *table)
{
	for (size_t i = 0; i < table->len; i++) {
		const struct option *o = &table->rows[i];
		char left[80];
		snprintf(left, sizeof(left), "%c%c%s--%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter ? ", " : "  ", o->name, o->metavar ? " " : "", o->metavar ? o->metavar : "");
		fprintf(to, "  %-*s%s\n", COLUMN, left, o->help);
	}
}
