#ifndef RECAST_TESTS_WIRE_CASES_H
#define RECAST_TESTS_WIRE_CASES_H

/*
 * Cases of tests/data/wire that say in comments which kind of provider is asked and
 * what should come of it:
 *
 *	# provider: anthropic
 *	# result: answered end(end_turn) "int x;" usage 25+0+0>15 model claude-x
 *
 * where "*" stands for anything.
 */

#include "core/fs.h"
#include "harness/provider_parts.h"
#include "tests/http_case.h"
#include "tests/tap.h"

struct wire_case {
	const char *name;
	const char *text;
	const struct provider_row *row;
	const char *result;
	struct http_case_answer *answer; /* the first */
};

static inline const char *wire_case_line(const char *text, const char *mark, struct arena *a)
{
	const char *at = strstr(text, mark);
	struct str rest = str_of(at ? at + strlen(mark) : "");
	return arena_str(a, str_first(rest, str_index(rest, '\n')));
}

struct wire_cases {
	struct arena *arena;
	void (*each)(const struct wire_case *c, struct arena *a);
	size_t count;
};

static inline int wire_case_visit(void *data, const struct fs_entry *entry, struct err *err)
{
	struct wire_cases *cases = data;
	SCOPED_ARENA struct arena a = {0};
	struct wire_case c = {.name = entry->path, .text = arena_str(&a, entry->content)};
	(void)err;
	c.row = provider_row_find(str_of(wire_case_line(c.text, "\n# provider: ", &a)));
	c.result = wire_case_line(c.text, "\n# result: ", &a);
	if (!c.row)
		return 0;
	struct http_case read = http_case_read(c.text, &a);
	c.answer = read.answers;
	cases->count++;
	cases->each(&c, &a);
	return 0;
}

static inline size_t wire_cases_walk(void (*each)(const struct wire_case *c, struct arena *a))
{
	struct wire_cases cases = {.each = each};
	struct err err = {0};
	struct fs_walk walk = {
		.limits = {.entries = 10000, .file_bytes = 1 << 20, .total_bytes = 64 << 20, .depth = 2},
		.visit = wire_case_visit,
		.data = &cases,
	};
	if (!ok(fs_walk("tests/data/wire", &walk, &err) == 0))
		tap_print("# %s\n", err.text);
	return cases.count;
}

static inline void wire_add_text(struct buf *out, struct str text)
{
	if (text.len > 100) {
		buf_printf(out, " %zu bytes", text.len);
		return;
	}
	buf_append_cstr(out, " \"");
	for (size_t i = 0; i < text.len; i++)
		buf_append_cstr(out, text.ptr[i] == '\n' ? "\\n" : (char[]){text.ptr[i], '\0'});
	buf_append_char(out, '"');
}

/* What was answered, as far as the bytes of the body tell. */
static inline const char *wire_reply_text(const struct reply *r, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 1 << 16);
	buf_append_cstr(&out, reply_stop_name(r->stop));
	if (r->stop_word[0])
		buf_printf(&out, "(%s)", r->stop_word);
	wire_add_text(&out, buf_str(&r->text));
	if (r->thinking.len) {
		buf_append_cstr(&out, " thinking");
		wire_add_text(&out, buf_str(&r->thinking));
	}
	const struct usage *u = &r->usage;
	if (u->known)
		buf_printf(&out, " usage %ju+%ju+%ju>%ju", (uintmax_t)u->fresh, (uintmax_t)u->cache_write,
			   (uintmax_t)u->cache_read, (uintmax_t)u->output);
	if (u->reasoning)
		buf_printf(&out, "(%ju)", (uintmax_t)u->reasoning);
	if (r->model[0])
		buf_printf(&out, " model %s", r->model);
	for (size_t i = 0; i < r->tokens.len; i++)
		buf_printf(&out, "%s %zu-%zu:%g", i ? "" : " tokens", r->tokens.items[i].start, r->tokens.items[i].end,
			   r->tokens.items[i].logprob);
	return arena_str(a, buf_str(&out));
}

static inline const char *wire_result_text(const struct provider_result *r, struct arena *a)
{
	const char *wait = r->has_wait ? arena_printf(a, " wait %ju", (uintmax_t)r->wait_ms) : "";
	return arena_printf(a, "%s %s%s%s%s%s%s", provider_outcome_name(r->outcome), wire_reply_text(&r->reply, a),
			    wait, r->retry ? " retry" : "", r->no_retry ? " no-retry" : "", r->why[0] ? " why " : "",
			    r->why);
}

static inline bool wire_fits(const char *text, const char *pattern)
{
	while (*pattern && *pattern != '*') {
		if (*pattern++ != *text++)
			return false;
	}
	if (!*pattern)
		return !*text;
	for (;; text++) {
		if (wire_fits(text, pattern + 1))
			return true;
		if (!*text)
			return false;
	}
}

#endif
