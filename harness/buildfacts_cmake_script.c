#include "harness/buildfacts_cmake.h"

#include "core/mem.h"

struct lexer {
	struct facts *f;
	struct str rest;
	unsigned line;
};

static void skip(struct lexer *l, size_t n)
{
	l->line += (unsigned)str_count(str_first(l->rest, n), '\n');
	l->rest = str_from(l->rest, n);
}

/* At "[[" or "[=[": how long the opening is, and what stands between it and its end. */
static size_t bracket(struct str text, struct str *ret_inside)
{
	size_t n = 1;
	while (n < text.len && text.ptr[n] == '=')
		n++;
	if (text.len < 2 || text.ptr[0] != '[' || n >= text.len || text.ptr[n] != '[' || n > 60)
		return 0;
	char close[64] = "]";
	memset(close + 1, '=', n - 1);
	close[n] = ']';
	struct str inside = str_from(text, n + 1);
	const char *end = inside.len ? memmem(inside.ptr, inside.len, close, n + 1) : NULL;
	*ret_inside = str_first(inside, end ? (size_t)(end - inside.ptr) : inside.len);
	return n + 1;
}

static void skip_blanks(struct lexer *l)
{
	struct str inside;
	while (l->rest.len) {
		char c = l->rest.ptr[0];
		if (c == '#') {
			size_t open = bracket(str_from(l->rest, 1), &inside);
			skip(l, open ? 1 + 2 * open + inside.len : str_index(l->rest, '\n'));
		} else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			skip(l, 1);
		} else {
			return;
		}
	}
}

/* The index of what ends a quoted argument that begins at `from`. */
static size_t quote_end(struct str text, size_t from)
{
	while (from < text.len && text.ptr[from] != '"')
		from += text.ptr[from] == '\\' ? 2 : 1;
	return min_size(from, text.len);
}

static size_t plain_end(struct str text)
{
	size_t n = 0;
	while (n < text.len && !strchr(" \t\r\n()#", text.ptr[n])) {
		if (text.ptr[n] == '"')
			n = quote_end(text, n + 1);
		n += n < text.len && text.ptr[n] == '\\' ? 2 : 1;
	}
	return min_size(n, text.len);
}

static struct cmake_arg next_arg(struct lexer *l)
{
	struct cmake_arg arg = {0};
	size_t open = bracket(l->rest, &arg.text);
	if (open) {
		arg.quoted = arg.literal = true;
		skip(l, 2 * open + arg.text.len);
	} else if (l->rest.ptr[0] == '"') {
		size_t end = quote_end(l->rest, 1);
		arg.text = str_from(str_first(l->rest, end), 1);
		arg.quoted = true;
		skip(l, end + 1);
	} else {
		arg.text = str_first(l->rest, max_size(plain_end(l->rest), 1));
		skip(l, arg.text.len);
	}
	return arg;
}

/* From behind "(" to behind the ")" that belongs to it; inner ones are arguments. */
static void read_args(struct lexer *l, struct cmake_command *command)
{
	size_t depth = 1;
	for (skip_blanks(l); l->rest.len && facts_spend(l->f, 2 * sizeof(*command->args)); skip_blanks(l)) {
		char c = l->rest.ptr[0];
		depth += c == '(';
		depth -= c == ')';
		if (depth == 0) {
			skip(l, 1);
			return;
		}
		command->args = facts_room(l->f->a, command->args, command->args_len, sizeof(*command->args));
		command->args[command->args_len++] = next_arg(l);
	}
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool next_command(struct lexer *l, struct cmake_command *ret)
{
	for (skip_blanks(l); l->rest.len && facts_spend(l->f, 1); skip_blanks(l)) {
		size_t n = 0;
		while (n < l->rest.len && is_word_byte(l->rest.ptr[n]))
			n++;
		struct str name = str_first(l->rest, n);
		*ret = (struct cmake_command){.line = l->line};
		skip(l, max_size(n, 1));
		skip_blanks(l);
		if (n == 0 || l->rest.len == 0 || l->rest.ptr[0] != '(')
			continue;
		skip(l, 1);
		ret->name = facts_lower(l->f, name);
		read_args(l, ret);
		return true;
	}
	return false;
}

static bool is(const struct cmake_command *command, const char *name)
{
	return strcmp(command->name, name) == 0;
}

bool cmake_is_branch(const struct cmake_command *command)
{
	return is(command, "elseif") || is(command, "else");
}

const char *cmake_block_end(const struct cmake_command *command)
{
	static const struct {
		const char *begin, *end;
	} blocks[] = {{"if", "endif"},		   {"foreach", "endforeach"}, {"while", "endwhile"},
		      {"function", "endfunction"}, {"macro", "endmacro"}};
	for (size_t i = 0; i < countof(blocks); i++) {
		if (is(command, blocks[i].begin))
			return blocks[i].end;
	}
	return NULL;
}

/* Tells each block's parts where the next one is. An end without a beginning is passed over. */
static void connect(struct cmake_script *script)
{
	struct {
		struct {
			const char *end;
			size_t last;
		} *items;
		size_t len, cap;
	} open = {0};
	for (size_t i = 0; i < script->len; i++) {
		struct cmake_command *command = &script->items[i];
		command->next = script->len;
		if (cmake_block_end(command)) {
			vec_push(&open)->end = cmake_block_end(command);
			open.items[open.len - 1].last = i;
		} else if (open.len && is(command, open.items[open.len - 1].end)) {
			script->items[open.items[--open.len].last].next = i;
		} else if (open.len && cmake_is_branch(command) &&
			   strcmp(open.items[open.len - 1].end, "endif") == 0) {
			script->items[open.items[open.len - 1].last].next = i;
			open.items[open.len - 1].last = i;
		}
	}
	vec_release(&open);
}

const struct cmake_script *cmake_parse(struct facts *f, const char *file, struct str text)
{
	struct cmake_script *script = arena_new(f->a, struct cmake_script);
	struct lexer l = {.f = f, .rest = text, .line = 1};
	struct cmake_command command;
	script->file = file;
	while (next_command(&l, &command) && facts_spend(f, 2 * sizeof(command))) {
		script->items = facts_room(f->a, script->items, script->len, sizeof(command));
		script->items[script->len++] = command;
	}
	connect(script);
	return script;
}
