#include "cli/terminal_parts.h"

#include "core/arena.h"
#include "core/utf8.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct {
	bool colour, colour_err; /* of stdout, of stderr */
	const char *volatile interrupted; /* or NULL */
} terminal;

static void on_interrupt(int signal_number)
{
	(void)signal_number;
	/* Everything that matters is on disk; only the line is half drawn. */
	const char *words = terminal.interrupted;
	terminal_live_abandon();
	if (words && write(STDERR_FILENO, words, strlen(words)) < 0)
		_exit(130);
	_exit(130);
}

void terminal_on_interrupt(const char *words)
{
	terminal.interrupted = words;
}

void terminal_init(void)
{
	const char *no_color = getenv("NO_COLOR");
	bool wanted = !(no_color && no_color[0]);
	terminal.colour = wanted && isatty(STDOUT_FILENO);
	terminal.colour_err = wanted && isatty(STDERR_FILENO);
	terminal_live_init();
	struct sigaction action = {.sa_handler = on_interrupt};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static const char *style_sequence(enum style style)
{
	static const char *const sequences[] = {
		[STYLE_PLAIN] = "\033[0m", [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m",
		[STYLE_WARN] = "\033[33m", [STYLE_DIM] = "\033[2m",   [STYLE_BOLD] = "\033[1m",
	};
	return sequences[style];
}

const char *terminal_style(enum style style)
{
	return terminal.colour ? style_sequence(style) : "";
}

const char *terminal_style_err(enum style style)
{
	return terminal.colour_err ? style_sequence(style) : "";
}

size_t terminal_columns_of(int fd)
{
	struct winsize size;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return 80;
}

size_t terminal_width(void)
{
	return terminal_columns_of(STDOUT_FILENO);
}

/* The character at the front of the text, or the byte if it belongs to none. */
static struct str next_character(struct str text)
{
	return str_first(text, max_size(utf8_length(text), 1));
}

void terminal_print(FILE *to, const char *text, size_t max)
{
	struct str rest = str_of(text);
	for (size_t columns = 0; rest.len && columns < max; columns++) {
		struct str c = next_character(rest);
		if (columns + 1 == max && rest.len > c.len) {
			fputs("…", to);
			return;
		}
		if (utf8_length(c) == 0 || utf8_is_control(c))
			fputc('?', to);
		else
			fwrite(c.ptr, 1, c.len, to);
		rest = str_from(rest, c.len);
	}
}

static size_t columns_of_text(struct str text)
{
	size_t columns = 0;
	for (; text.len; columns++)
		text = str_from(text, next_character(text).len);
	return columns;
}

size_t terminal_columns(const char *text)
{
	return columns_of_text(str_of(text));
}

/* Tabs are kept; all else that is no text is shown as such. */
void terminal_print_text(FILE *to, struct str text)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str line;
	while (str_next_line(&text, &line)) {
		for (;;) {
			struct str piece = str_first(line, str_index(line, '\t'));
			terminal_print(to, arena_str(&scratch, piece), SIZE_MAX);
			if (piece.len == line.len)
				break;
			fputc('\t', to);
			line = str_from(line, piece.len + 1);
		}
		fputc('\n', to);
		arena_release(&scratch);
	}
}

void terminal_print_padded(FILE *to, const char *text, size_t width)
{
	terminal_print(to, text, width);
	for (size_t n = terminal_columns(text); n < width; n++)
		fputc(' ', to);
}

/* How many bytes of the text go into a line of `room` columns: all, or up to the last blank, or what there is room for. */
static size_t bytes_of_line(struct str text, size_t room)
{
	size_t columns = 0, at = 0, blank = 0;
	for (; at < text.len && columns < room; columns++) {
		if (text.ptr[at] == ' ')
			blank = at;
		at += next_character(str_from(text, at)).len;
	}
	return at == text.len || text.ptr[at] == ' ' || blank == 0 ? at : blank;
}

void terminal_print_lines(FILE *to, const char *text, size_t at, size_t indent, size_t lines)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t width = terminal_columns_of(fileno(to));
	for (struct str rest = str_of(text); rest.len; at = indent) {
		size_t room = width > at ? width - at : 1, len = bytes_of_line(rest, room);
		if (lines <= 1 || len == rest.len) {
			terminal_print(to, rest.ptr, room);
			return;
		}
		terminal_print(to, arena_str(&scratch, str_first(rest, len)), room);
		fprintf(to, "\n%*s", (int)indent, "");
		rest = str_from(rest, len);
		while (rest.len && rest.ptr[0] == ' ')
			rest = str_from(rest, 1);
		lines--;
	}
}

void terminal_print_words(FILE *to, const char *text, size_t at, size_t indent)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t width = terminal_columns_of(fileno(to));
	for (bool first = true; *text; first = false) {
		size_t len = strcspn(text, " "), columns = columns_of_text((struct str){text, len});
		bool wraps = !first && at + 1 + columns > width;
		if (wraps)
			fprintf(to, "\n%*s", (int)indent, "");
		else if (!first)
			fputc(' ', to);
		terminal_print(to, arena_str(&scratch, (struct str){text, len}), SIZE_MAX);
		at = (wraps ? indent : at + !first) + columns;
		text += len;
		text += strspn(text, " ");
	}
}
