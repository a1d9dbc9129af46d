#ifndef RECAST_CLI_TERMINAL_H
#define RECAST_CLI_TERMINAL_H

/*
 * What the user sees: results on stdout, progress on stderr. Colour and live
 * lines only where a terminal is, and no colour under NO_COLOR.
 */

#include "core/str.h"
#include "harness/event.h"

enum style { STYLE_PLAIN, STYLE_GOOD, STYLE_BAD, STYLE_WARN, STYLE_DIM, STYLE_BOLD };

/* Also makes Ctrl-C leave a clean line. */
void terminal_init(void);

/* What is said when the user interrupts; a literal. */
void terminal_on_interrupt(const char *words);

/* The escape sequence that begins or, as STYLE_PLAIN, ends a style on stdout;
 * "" where colour is not wanted. */
const char *terminal_style(enum style style);

/* The same for stderr. */
const char *terminal_style_err(enum style style);

/* Columns of stdout's terminal, or 80. */
size_t terminal_width(void);

/* Text from outside, safe for a terminal: control characters, those that turn the direction of writing and bytes that
 * are no UTF-8 become "?", and at most `max` columns are printed. */
void terminal_print(FILE *to, const char *text, size_t max);

/* As above, filled with blanks up to `width` columns. */
void terminal_print_padded(FILE *to, const char *text, size_t width);

/* A text of several lines, safe in the same way, with its tabs; the last line is ended. */
void terminal_print_text(FILE *to, struct str text);

/* Columns that a text takes. */
size_t terminal_columns(const char *text);

/* Safe text as above, broken between words where a line of the terminal is full. The text begins in column `at`,
 * its further lines in column `indent`; the last one is not ended. */
void terminal_print_words(FILE *to, const char *text, size_t at, size_t indent);

/* As above, but no line is longer than the terminal, since a word that is too long is broken, and there are at
 * most `lines`: "…" stands for the rest. */
void terminal_print_lines(FILE *to, const char *text, size_t at, size_t indent, size_t lines);

/* "recast: " and the text on stderr, in the place of a live line. On a terminal it is broken between
 * words; for everybody else it stays one line. */
void terminal_say(const char *text);

/* An observer that shows stages on stderr: one live line, redrawn at most ten
 * times a second, or one plain line a stage where there is no terminal. */
const struct observer *terminal_progress(void);

/* One that shows only what the user should know, for --quiet. */
const struct observer *terminal_notes(void);

/*
 * A command of several tasks. Each is one line on stderr that lives, with what the harness does just now, how far that is,
 * how long the task takes and what it has cost; then it stands with its result. Where there is no terminal,
 * stages and results are plain lines that begin with the task's name.
 */
enum { TERMINAL_TASK_AT = 15 }; /* the column in which all but the name begins */

struct terminal_result {
	const char *mark; /* in its style, in front of the text: "pass"; or "" */
	enum style style;
	const char *text; /* one line; from wherever */
	bool is_over;     /* it took its time, which is shown; else there was nothing to do */
	double seconds;
};

void terminal_task_begin(const char *name);

/* Without a result the line is only taken away: it failed, and the error is told. */
void terminal_task_end(const struct terminal_result *result);

/* Between those lines and the result: an empty one, where both are seen. */
void terminal_gap(void);

#endif
