#include "cli/options.h"

#include "core/str.h"

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
	}
	return 0;
}

/* One option, and the next word too if its value is there. */
static int parse_option(const struct option_table *tables, size_t tables_len, void *values, char **args, size_t len,
			size_t *at, struct err *err)
{
	const char *word = args[*at], *text = NULL;
	struct str name = str_of(word + 1);
	if (word[1] == '-') {
		name = str_of(word + 2);
		size_t equals = str_index(name, '=');
		text = equals < name.len ? name.ptr + equals + 1 : NULL;
		/* One letter behind two dashes is no option. */
		name = str_first(name, equals == 1 ? 0 : equals);
	} else if (word[2]) {
		/* -j2 */
		text = word + 2;
		name = str_first(name, 1);
	}
	const struct option *o = find_option(tables, tables_len, name);
	if (!o)
		return err_set(err, ERR_USAGE, "no such option: %s", word);
	if (o->type == OPTION_FLAG && text)
		return err_set(err, ERR_USAGE, "--%s takes no value", o->name);
	if (o->type != OPTION_FLAG && !text) {
		if (*at + 1 == len)
			return err_set(err, ERR_USAGE, "--%s needs a value: --%s %s", o->name, o->name, o->metavar);
		text = args[++*at];
	}
	return set_value(o, values, text, err);
}

int options_parse(const struct option_table *tables, size_t tables_len, void *values, char **args, size_t *args_len,
		  struct err *err)
{
	size_t operands = 0;
	bool ended = false;
	for (size_t i = 0; i < *args_len; i++) {
		if (ended || args[i][0] != '-' || !args[i][1])
			args[operands++] = args[i];
		else if (strcmp(args[i], "--") == 0)
			ended = true;
		else if (parse_option(tables, tables_len, values, args, *args_len, &i, err) < 0)
			return -1;
	}
	*args_len = operands;
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
