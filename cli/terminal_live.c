#include "cli/terminal_parts.h"

#include "core/clock.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { REDRAW_NS = 100000000, NAME_MAX_BYTES = 16, COST_MAX = 24, RESULT_COLUMNS_MIN = 20, TIME_COLUMNS = 9 };

/* A stage of the harness, and around it, where a command has several, one of the command. */
static struct {
	bool live; /* stderr is a terminal */
	pthread_mutex_t lock; /* of all below */
	char stage[80], step[80];
	size_t done, total;
	uint64_t started_ns;
	bool stage_runs;
	char task[NAME_MAX_BYTES]; /* "" where there is none */
	char cost[COST_MAX];
	uint64_t task_started_ns;
	bool redrawing;
	volatile sig_atomic_t line_stands;
} live = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char CLEAR[] = "\r\033[K";

void terminal_live_init(void)
{
	live.live = isatty(STDERR_FILENO);
}

void terminal_live_abandon(void)
{
	if (live.line_stands && write(STDERR_FILENO, CLEAR, sizeof(CLEAR) - 1) < 0)
		_exit(130);
}

/* Takes away a live line that stands on stderr. */
static void clear_line(void)
{
	if (live.line_stands)
		fputs(CLEAR, stderr);
	live.line_stands = 0;
}

static void say(const char *text)
{
	static const char name[] = "recast: ";
	enum { INDENT = sizeof(name) - 1 };
	clear_line();
	fputs(name, stderr);
	if (live.live)
		terminal_print_words(stderr, text, INDENT, INDENT);
	else
		terminal_print(stderr, text, SIZE_MAX);
	fputc('\n', stderr);
}

void terminal_say(const char *text)
{
	pthread_mutex_lock(&live.lock);
	say(text);
	pthread_mutex_unlock(&live.lock);
}

/* ---- the line */

static double seconds_since(uint64_t start_ns)
{
	return (double)(clock_monotonic_ns() - start_ns) / 1e9;
}

/* "comparing  3 of 8  2.1 s  $0.12", or without what is not known. */
static void print_head(char *head, size_t size)
{
	char count[60] = "";
	bool in_task = live.task[0] != '\0';
	if (live.stage_runs && live.total)
		snprintf(count, sizeof(count), "  %zu of %zu", live.done, live.total);
	snprintf(head, size, "%s%s%s%.1f s%s%s", live.stage_runs ? live.stage : "", count, live.stage_runs ? "  " : "",
		 seconds_since(in_task ? live.task_started_ns : live.started_ns), live.cost[0] ? "  " : "", live.cost);
}

static void draw(void)
{
	size_t width = terminal_columns_of(STDERR_FILENO) - 1, used = 0; /* the cursor stands in the last column */
	char head[200];
	print_head(head, sizeof(head));
	clear_line();
	if (live.task[0]) {
		used = TERMINAL_TASK_AT;
		fprintf(stderr, "  %s%-*s%s", terminal_style_err(STYLE_BOLD), TERMINAL_TASK_AT - 2, live.task,
			terminal_style_err(STYLE_PLAIN));
	}
	size_t len = strlen(head) + 2, room = width > used ? width - used : 1;
	terminal_print(stderr, head, room);
	if (len < room && live.stage_runs && live.step[0]) {
		fputs("  ", stderr);
		terminal_print(stderr, live.step, room - len);
	}
	live.line_stands = 1;
}

/* The line lives although nothing happens for a while: a clock runs in it. */
static void *redraw(void *data)
{
	(void)data;
	for (;;) {
		nanosleep(&(struct timespec){.tv_nsec = REDRAW_NS}, NULL);
		pthread_mutex_lock(&live.lock);
		if (live.stage_runs || live.task[0])
			draw();
		pthread_mutex_unlock(&live.lock);
	}
	return NULL;
}

static void start_redrawing(void)
{
	pthread_t thread;
	if (!live.live || live.redrawing)
		return;
	live.redrawing = pthread_create(&thread, NULL, redraw, NULL) == 0;
	if (live.redrawing)
		pthread_detach(thread);
}

/* ---- stages of the harness */

static void print_plain_stage(const struct event *event)
{
	if (live.task[0])
		fprintf(stderr, "%s: ", live.task);
	if (event->total)
		fprintf(stderr, "%s, %zu in all\n", event->text, event->total);
	else
		fprintf(stderr, "%s\n", event->text);
}

static void begin_stage(const struct event *event)
{
	snprintf(live.stage, sizeof(live.stage), "%s", event->text);
	live.total = event->total;
	live.done = 0;
	live.step[0] = '\0';
	live.started_ns = clock_monotonic_ns();
	live.stage_runs = true;
	start_redrawing();
	if (live.live)
		draw();
	else
		print_plain_stage(event);
}

static void notify(void *data, const struct event *event)
{
	(void)data;
	pthread_mutex_lock(&live.lock);
	switch (event->kind) {
	case EVENT_STAGE:
		begin_stage(event);
		break;
	case EVENT_TELL:
		snprintf(live.step, sizeof(live.step), "%s", event->text);
		break;
	case EVENT_STEP:
		live.done++;
		snprintf(live.step, sizeof(live.step), "%s", event->text);
		break;
	case EVENT_COST:
		snprintf(live.cost, sizeof(live.cost), "%s", event->text);
		break;
	case EVENT_DONE:
		live.stage_runs = false;
		clear_line();
		break;
	case EVENT_NOTE:
		say(event->text);
		break;
	case EVENT_TEXT:
		clear_line();
		terminal_print_text(stderr, str_of(event->text));
		break;
	}
	pthread_mutex_unlock(&live.lock);
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

/* ---- tasks of a command */

void terminal_task_begin(const char *name)
{
	pthread_mutex_lock(&live.lock);
	snprintf(live.task, sizeof(live.task), "%s", name);
	live.cost[0] = '\0';
	live.stage_runs = false;
	live.task_started_ns = clock_monotonic_ns();
	start_redrawing();
	if (live.live)
		draw();
	pthread_mutex_unlock(&live.lock);
}

/* "  check      pass  31 tests agree …      2.1 s": the time stands at the right. */
static void print_live_result(const struct terminal_result *r)
{
	size_t width = terminal_columns_of(STDERR_FILENO) - 1, used = TERMINAL_TASK_AT + TIME_COLUMNS;
	size_t room = width > used + RESULT_COLUMNS_MIN ? width - used : RESULT_COLUMNS_MIN;
	size_t mark = r->mark[0] ? min_size(terminal_columns(r->mark) + 2, room) : 0;
	fprintf(stderr, "  %-*s", TERMINAL_TASK_AT - 2, live.task);
	if (mark) {
		fputs(terminal_style_err(r->style), stderr);
		terminal_print(stderr, r->mark, room);
		fprintf(stderr, "%s  ", terminal_style_err(STYLE_PLAIN));
	}
	if (r->is_over)
		terminal_print_padded(stderr, r->text, room - mark);
	else
		terminal_print(stderr, r->text, room - mark + TIME_COLUMNS);
	if (r->is_over)
		fprintf(stderr, "%s%*.1f s%s", terminal_style_err(STYLE_DIM), TIME_COLUMNS - 2, r->seconds,
			terminal_style_err(STYLE_PLAIN));
	fputc('\n', stderr);
}

static void print_plain_result(const struct terminal_result *r)
{
	fprintf(stderr, "%s: ", live.task);
	terminal_print(stderr, r->mark, SIZE_MAX);
	fputs(r->mark[0] && r->text[0] ? ": " : "", stderr);
	terminal_print(stderr, r->text, SIZE_MAX);
	if (r->is_over)
		fprintf(stderr, "; %.1f s", r->seconds);
	fputc('\n', stderr);
}

void terminal_task_end(const struct terminal_result *result)
{
	pthread_mutex_lock(&live.lock);
	clear_line();
	if (result && live.live)
		print_live_result(result);
	else if (result)
		print_plain_result(result);
	live.task[0] = '\0';
	live.stage_runs = false;
	pthread_mutex_unlock(&live.lock);
}

void terminal_gap(void)
{
	if (live.live && isatty(STDOUT_FILENO))
		fputc('\n', stderr);
}
