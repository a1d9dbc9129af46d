#include "harness/buildfacts_make.h"

#include "core/buf.h"

enum { COMMANDS_MAX = 5000 };

struct shell {
	struct facts *f;
	struct str rest;
	const char *cwd;
	struct facts_vars vars;
	struct shell_commands commands;
};

/* The end of a word's quoted or substituted part that begins here, or 0 if none does. */
static size_t quoted_end(struct str text)
{
	char c = text.ptr[0];
	if (c == '\'' || c == '"' || c == '`') {
		size_t n = 1;
		while (n < text.len && text.ptr[n] != c)
			n += text.ptr[n] == '\\' && c != '\'' ? 2 : 1;
		return min_size(n + 1, text.len);
	}
	if (c != '$' || text.len < 2 || text.ptr[1] != '(')
		return 0;
	size_t depth = 0;
	for (size_t n = 1; n < text.len; n++) {
		depth += text.ptr[n] == '(';
		depth -= text.ptr[n] == ')';
		if (depth == 0)
			return n + 1;
	}
	return text.len;
}

/* Double quotes keep "$x" as it is; escaped bytes lose their backslash. */
static void unquote(struct str part, struct buf *out)
{
	for (size_t i = 1; i + 1 < part.len; i++) {
		bool escaped = part.ptr[0] == '"' && part.ptr[i] == '\\' && i + 2 < part.len &&
			       strchr("\\\"$`", part.ptr[i + 1]);
		buf_append_char(out, part.ptr[escaped ? ++i : i]);
	}
}

static bool is_operator(char c)
{
	return c == ';' || c == '&' || c == '|' || c == '<' || c == '>' || c == '(' || c == ')' || c == '\n';
}

/* What a backquote or "$(…)" yields is unknown; the word then holds a "`", which no path or define may. */
static const char *next_word(struct shell *s)
{
	SCOPED_BUF struct buf word;
	buf_init(&word, FACTS_VALUE_MAX);
	while (s->rest.len && !is_operator(s->rest.ptr[0]) && s->rest.ptr[0] != ' ' && s->rest.ptr[0] != '\t') {
		size_t quoted = quoted_end(s->rest);
		char c = s->rest.ptr[0];
		if (quoted && (c == '\'' || c == '"')) {
			unquote(str_first(s->rest, quoted), &word);
		} else if (quoted) {
			buf_append_char(&word, '`');
		} else {
			if (c == '\\' && s->rest.len > 1)
				s->rest = str_from(s->rest, 1);
			buf_append_char(&word, s->rest.ptr[0]);
		}
		s->rest = str_from(s->rest, max_size(quoted, 1));
	}
	return facts_text(s->f, buf_str(&word));
}

static bool is_name_byte(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* With "$name" and "${name}" replaced where the line has set them. */
static const char *filled(struct shell *s, const char *word)
{
	if (!strchr(word, '$'))
		return word;
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	struct str rest = str_of(word);
	while (rest.len && facts_spend(s->f, 1)) {
		bool braces = str_starts(rest, STR("${"));
		size_t start = braces ? 2 : 1, n = start;
		while (n < rest.len && is_name_byte(rest.ptr[n]))
			n++;
		struct str name = str_from(str_first(rest, n), start);
		const char *value = rest.ptr[0] == '$' ? facts_var(s->f, &s->vars, name) : NULL;
		if (value && facts_spend(s->f, strlen(value)))
			buf_append_cstr(&out, value);
		else
			buf_append_char(&out, rest.ptr[0]);
		rest = str_from(rest, value ? n + braces : 1);
	}
	return facts_text(s->f, buf_str(&out));
}

static bool is_setting(const char *word)
{
	size_t n = 0;
	while (is_name_byte(word[n]))
		n++;
	return n > 0 && word[n] == '=' && (word[0] < '0' || word[0] > '9');
}

static bool is_keyword(const char *word)
{
	static const char *const keywords[] = {"if", "then", "else", "elif", "do", "while", "until", "!", "{",
					       "time", "exec", "env", "command", "nice", "set", "eval"};
	for (size_t i = 0; i < countof(keywords); i++) {
		if (strcmp(keywords[i], word) == 0)
			return true;
	}
	return false;
}

static void set_vars(struct shell *s, const struct strings *settings)
{
	for (size_t i = 0; i < settings->len; i++) {
		const char *equals = strchr(settings->items[i], '=');
		struct str name = {settings->items[i], (size_t)(equals - settings->items[i])};
		facts_var_set(s->f, &s->vars, name, equals + 1);
	}
}

static void add(struct shell *s, const struct shell_command *command)
{
	if (s->commands.len == COMMANDS_MAX || !facts_spend(s->f, 2 * sizeof(*command)))
		return;
	s->commands.items = facts_room(s->f->a, s->commands.items, s->commands.len, sizeof(*command));
	s->commands.items[s->commands.len++] = *command;
}

/* Settings in front belong to it, or stay if nothing follows; "cd" counts for what comes later. */
static void end_command(struct shell *s, struct shell_command *command, bool piped)
{
	command->gives = piped;
	command->cwd = s->cwd;
	if (command->words.len == 2 && strcmp(command->words.items[0], "cd") == 0)
		s->cwd = s->cwd ? facts_path(s->f, s->cwd, str_of(command->words.items[1])) : NULL;
	else if (command->words.len)
		add(s, command);
	else
		set_vars(s, &command->env);
	*command = (struct shell_command){.takes = piped};
}

static void take_word(struct shell *s, struct shell_command *command)
{
	const char *word = filled(s, next_word(s));
	if (command->words.len == 0 && is_setting(word))
		facts_push(s->f, &command->env, word);
	else if (command->words.len > 0 || !is_keyword(word))
		facts_push(s->f, &command->words, word);
}

static void skip_blanks(struct shell *s)
{
	while (s->rest.len && (s->rest.ptr[0] == ' ' || s->rest.ptr[0] == '\t'))
		s->rest = str_from(s->rest, 1);
}

/* "<", ">", ">>", "2>", "2>&1", "&>": what is no file of the standard streams is passed over. */
static void take_redirection(struct shell *s, struct shell_command *command, bool errors)
{
	bool in = s->rest.ptr[0] == '<';
	while (s->rest.len && strchr("<>&|", s->rest.ptr[0]))
		s->rest = str_from(s->rest, 1);
	skip_blanks(s);
	const char *file = filled(s, next_word(s));
	if (in)
		command->in = file;
	else if (!errors && strcmp(file, "2") != 0 && strcmp(file, "1") != 0)
		command->out = file;
}

static void take_operator(struct shell *s, struct shell_command *command)
{
	char c = s->rest.ptr[0], next = s->rest.len > 1 ? s->rest.ptr[1] : '\0';
	if (c == '<' || c == '>' || (c == '&' && next == '>')) {
		take_redirection(s, command, false);
		return;
	}
	bool pipe = c == '|' && next != '|';
	s->rest = str_from(s->rest, (c == '|' && next == '|') || (c == '&' && next == '&') ? 2 : 1);
	end_command(s, command, pipe);
}

static struct shell_commands split(struct shell *s)
{
	struct shell_command command = {0};
	for (skip_blanks(s); s->rest.len && facts_spend(s->f, 1); skip_blanks(s)) {
		char c = s->rest.ptr[0], next = s->rest.len > 1 ? s->rest.ptr[1] : '\0';
		if ((c == '1' || c == '2') && next == '>') {
			s->rest = str_from(s->rest, 1);
			take_redirection(s, &command, c == '2');
		} else if (is_operator(c)) {
			take_operator(s, &command);
		} else if (c == '#' && command.words.len == 0) {
			break;
		} else {
			take_word(s, &command);
		}
	}
	end_command(s, &command, false);
	return s->commands;
}

static bool is(const struct shell_command *c, size_t at, const char *word)
{
	return at < c->words.len && strcmp(c->words.items[at], word) == 0;
}

/* The index of the "done" that ends the loop at `from`, or the commands' number. */
static size_t loop_end(struct shell *s, const struct shell_commands *all, size_t from)
{
	size_t depth = 0;
	for (size_t i = from; i < all->len && facts_spend(s->f, 1); i++) {
		depth += is(&all->items[i], 0, "for");
		if (is(&all->items[i], 0, "done") && --depth == 0)
			return i;
	}
	return all->len;
}

/* What a loop goes over: its words, with patterns as the files that match. */
static struct strings items_of(struct shell *s, const struct shell_command *loop)
{
	struct strings items = {0};
	for (size_t i = 3; i < loop->words.len && facts_spend(s->f, 1); i++) {
		const char *word = loop->words.items[i];
		bool matches = strpbrk(word, "*?[") && loop->cwd;
		const char *pattern = matches ? facts_path(s->f, loop->cwd, str_of(word)) : NULL;
		if (!pattern) {
			facts_push(s->f, &items, word);
			continue;
		}
		struct strings found = facts_glob(s->f, pattern, false, false);
		for (size_t k = 0; k < found.len; k++)
			facts_push(s->f, &items, facts_absolute(s->f, found.items[k]));
	}
	return items;
}

static struct shell_command filled_command(struct shell *s, const struct shell_command *command)
{
	struct shell_command c = *command;
	c.words = c.env = (struct strings){0};
	for (size_t i = 0; i < command->words.len && facts_spend(s->f, 1); i++)
		facts_push(s->f, &c.words, filled(s, command->words.items[i]));
	for (size_t i = 0; i < command->env.len && facts_spend(s->f, 1); i++)
		facts_push(s->f, &c.env, filled(s, command->env.items[i]));
	c.in = c.in ? filled(s, c.in) : NULL;
	c.out = c.out ? filled(s, c.out) : NULL;
	return c;
}

static void unroll(struct shell *s, const struct shell_commands *all, size_t from, size_t to, unsigned depth)
{
	for (size_t i = from; i < to && facts_spend(s->f, 1); i++) {
		const struct shell_command *command = &all->items[i];
		struct shell_command c = filled_command(s, command);
		if (!is(command, 0, "for") || !is(command, 2, "in")) {
			if (!is(command, 0, "done") && !is(command, 0, "fi"))
				add(s, &c);
			continue;
		}
		size_t end = min_size(loop_end(s, all, i), to);
		struct strings items = items_of(s, &c);
		for (size_t k = 0; k < items.len && depth < 4 && facts_spend(s->f, 8); k++) {
			facts_var_set(s->f, &s->vars, str_of(c.words.items[1]), items.items[k]);
			unroll(s, all, i + 1, end, depth + 1);
		}
		i = end;
	}
}

struct shell_commands shell_parse(struct facts *f, const char *folder, struct str line)
{
	struct shell s = {.f = f, .rest = line, .cwd = folder};
	while (s.rest.len && strchr("@-+ \t", s.rest.ptr[0]))
		s.rest = str_from(s.rest, 1);
	struct shell_commands all = split(&s);
	s.commands = (struct shell_commands){0};
	unroll(&s, &all, 0, all.len, 0);
	return s.commands;
}

struct strings shell_words(struct facts *f, const char *text)
{
	struct strings words = {0};
	struct shell s = {.f = f, .rest = str_of(text)};
	for (skip_blanks(&s); s.rest.len && facts_spend(f, 1); skip_blanks(&s)) {
		if (is_operator(s.rest.ptr[0]))
			s.rest = str_from(s.rest, 1);
		else
			facts_push(f, &words, next_word(&s));
	}
	return words;
}
