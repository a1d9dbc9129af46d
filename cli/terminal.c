#include "cli/terminal.h"

#include "core/arena.h"
#include "core/clock.h"
#include "core/utf8.h"

#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { REDRAW_NS = 100000000 };

static struct {
	bool colour, live; /* of stdout, of stderr */
	pthread_mutex_t lock; /* of the stage below */
	char stage[80], step[80];
	size_t done, total;
	uint64_t started_ns;
	bool stage_runs, redrawing;
	volatile sig_atomic_t line_stands;
	const char *volatile interrupted; /* or NULL */
} terminal = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char CLEAR[] = "\r\033[K";

static void on_interrupt(int signal_number)
{
	(void)signal_number;
	/* Everything that matters is on disk; only the line is half drawn. */
	const char *words = terminal.interrupted;
	if (terminal.line_stands && write(STDERR_FILENO, CLEAR, sizeof(CLEAR) - 1) < 0)
		_exit(130);
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
	terminal.colour = isatty(STDOUT_FILENO) && !(no_color && no_color[0]);
	terminal.live = isatty(STDERR_FILENO);
	struct sigaction action = {.sa_handler = on_interrupt};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

const char *terminal_style(enum style style)
{
	static const char *const sequences[] = {
		[STYLE_PLAIN] = "\033[0m", [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m",
		[STYLE_WARN] = "\033[33m", [STYLE_DIM] = "\033[2m",   [STYLE_BOLD] = "\033[1m",
	};
	return terminal.colour ? sequences[style] : "";
}

static size_t columns_of(int fd)
{
	struct winsize size;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return 80;
}

size_t terminal_width(void)
{
	return columns_of(STDOUT_FILENO);
}

/* Takes away a live line that stands on stderr. */
static void clear_line(void)
{
	if (terminal.line_stands)
		fputs(CLEAR, stderr);
	terminal.line_stands = 0;
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
	size_t width = columns_of(fileno(to));
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
	size_t width = columns_of(fileno(to));
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

void terminal_say(const char *text)
{
	static const char name[] = "recast: ";
	enum { INDENT = sizeof(name) - 1 };
	clear_line();
	fputs(name, stderr);
	if (terminal.live)
		terminal_print_words(stderr, text, INDENT, INDENT);
	else
		terminal_print(stderr, text, SIZE_MAX);
	fputc('\n', stderr);
}

static void draw(void)
{
	size_t width = columns_of(STDERR_FILENO) - 1;
	char head[140];
	double seconds = (double)(clock_monotonic_ns() - terminal.started_ns) / 1e9;
	if (terminal.total)
		snprintf(head, sizeof(head), "%s  %zu of %zu  %.1f s  ", terminal.stage, terminal.done, terminal.total,
			 seconds);
	else
		snprintf(head, sizeof(head), "%s  %.1f s  ", terminal.stage, seconds);
	clear_line();
	size_t len = strlen(head);
	terminal_print(stderr, head, width);
	if (len < width)
		terminal_print(stderr, terminal.step, width - len);
	terminal.line_stands = 1;
}

/* The line lives although nothing happens for a while: a clock runs in it. */
static void *redraw(void *data)
{
	(void)data;
	for (;;) {
		nanosleep(&(struct timespec){.tv_nsec = REDRAW_NS}, NULL);
		pthread_mutex_lock(&terminal.lock);
		if (terminal.stage_runs)
			draw();
		pthread_mutex_unlock(&terminal.lock);
	}
	return NULL;
}

static void start_redrawing(void)
{
	pthread_t thread;
	terminal.redrawing = pthread_create(&thread, NULL, redraw, NULL) == 0;
	if (terminal.redrawing)
		pthread_detach(thread);
}

static void begin_stage(const struct event *event)
{
	snprintf(terminal.stage, sizeof(terminal.stage), "%s", event->text);
	terminal.total = event->total;
	terminal.done = 0;
	terminal.step[0] = '\0';
	terminal.started_ns = clock_monotonic_ns();
	terminal.stage_runs = true;
	if (terminal.live && !terminal.redrawing)
		start_redrawing();
	if (terminal.live)
		draw();
	else if (event->total)
		fprintf(stderr, "%s, %zu in all\n", event->text, event->total);
	else
		fprintf(stderr, "%s\n", event->text);
}

static void notify(void *data, const struct event *event)
{
	(void)data;
	pthread_mutex_lock(&terminal.lock);
	switch (event->kind) {
	case EVENT_STAGE:
		begin_stage(event);
		break;
	case EVENT_TELL:
		snprintf(terminal.step, sizeof(terminal.step), "%s", event->text);
		break;
	case EVENT_STEP:
		terminal.done++;
		snprintf(terminal.step, sizeof(terminal.step), "%s", event->text);
		break;
	case EVENT_DONE:
		terminal.stage_runs = false;
		clear_line();
		break;
	case EVENT_NOTE:
		terminal_say(event->text);
		break;
	case EVENT_TEXT:
		clear_line();
		terminal_print_text(stderr, str_of(event->text));
		break;
	}
	pthread_mutex_unlock(&terminal.lock);
}

const struct observer *terminal_progress(void)
{
	static const struct observer observer = {.notify = notify};
	return &observer;
}

static void notify_of_notes(void *data, const struct event *event)
{
	if (event->kind == EVENT_NOTE || event->kind == EVENT_TEXT)
		notify(data, event);
}

const struct observer *terminal_notes(void)
{
	static const struct observer observer = {.notify = notify_of_notes};
	return &observer;
}
