#include "harness/layout.h"

#include "core/mem.h"
#include "harness/layout_parts.h"
#include "harness/ownsource.h"
#include "harness/view.h"

#define UNIT_PATH "/recast/layout.c"
#define PRINTER_PATH "/recast/printer.c"

enum {
	HEADERS_MAX = 1000,
	HEADER_TRIES_MAX = 100, /* attempts at headers one by one, when they do not compile together */
	ROUNDS_MAX = 40,        /* of leaving out lines; clang's errors are listed up to a number */
	SEARCHES_MAX = 4,       /* for a line that errors do not name, some 16 attempts each */
	TEXT_MAX = 64 << 20,
	NONCE_BYTES = 16,
};

struct filling {
	const struct layout_source *source;
	const struct tools *tools;
	struct interface *api;
	struct arena *a; /* of the result */
	struct layout_items items;
	size_t *alive; /* items that are asked for, in order */
	size_t alive_len;
	const char **headers; /* those that compile */
	size_t headers_len;
	bool headers_checked;
	struct compile options;
	struct buf text;
	bool trial;
	unsigned first_line; /* of the items */
	const char *trouble;
};

/* The first reason is the one that explains the others. */
static void complain(struct filling *f, const char *what, const char *why)
{
	if (!f->trouble)
		f->trouble = arena_printf(f->a, "%s: %s", what, why);
}

/* The user's, without what turns a warning or an extension into an error. */
static void take_options(struct filling *f, struct arena *scratch)
{
	static const char *const own[] = {"-w", "-ferror-limit=0", "-O0", "-g0"};
	const struct compile *given = f->source->options;
	const char **flags = arena_array(scratch, given->flags_len + countof(own), const char *);
	size_t len = 0;
	for (size_t i = 0; i < given->flags_len; i++) {
		const char *flag = given->flags[i];
		if (strncmp(flag, "-pedantic", 9) != 0 && strncmp(flag, "-W", 2) != 0)
			flags[len++] = flag;
	}
	memcpy(flags + len, own, sizeof(own));
	f->options = *given;
	f->options.flags = flags;
	f->options.flags_len = len + countof(own);
	f->options.shown_below = NULL;
}

static int compile(struct filling *f, const char *text, struct arena *a, struct built *ret, struct err *err)
{
	struct own_source source = {
		.path = UNIT_PATH,
		.text = text,
		.project = f->source->tree,
		.options = f->options,
		.limits = f->source->limits,
	};
	return own_compile(f->tools, &source, a, ret, err);
}

static int write_unit(struct filling *f, size_t alive_len, struct err *err)
{
	f->first_line = layout_write(f->api, f->headers, f->headers_len, f->items.items, f->alive, alive_len, f->trial,
				     &f->text);
	return buf_check(&f->text, "the questions about the headers", err);
}

/* ---- headers */

static bool can_be_included(const char *path)
{
	for (const char *c = path; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == '"' || *c == '\\')
			return false;
	}
	return path[0] != '\0';
}

static int try_headers(struct filling *f, bool *ret_ok, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct built built;
	if (write_unit(f, 0, err) < 0 || compile(f, f->text.ptr, &scratch, &built, err) < 0)
		return -1;
	*ret_ok = built.ok;
	if (!built.ok)
		complain(f, "the public headers do not compile together", built.failure);
	return 0;
}

/* Keeps each header with which the ones before still compile. */
static int keep_good_headers(struct filling *f, struct err *err)
{
	size_t len = f->headers_len, tries = min_size(len, HEADER_TRIES_MAX);
	f->headers_len = 0;
	for (size_t i = 0; i < tries; i++) {
		bool good;
		f->headers[f->headers_len++] = f->headers[i];
		if (try_headers(f, &good, err) < 0)
			return -1;
		f->headers_len -= !good;
	}
	return 0;
}

static void take_headers(struct filling *f, struct arena *scratch)
{
	size_t len = min_size(f->source->headers_len, HEADERS_MAX);
	f->headers = arena_array(scratch, len, const char *);
	for (size_t i = 0; i < len; i++) {
		if (can_be_included(f->source->headers[i]))
			f->headers[f->headers_len++] = f->source->headers[i];
	}
	if (f->headers_len < f->source->headers_len)
		complain(f, "the public headers", "too many, or with names that cannot be included");
}

static int check_headers(struct filling *f, struct err *err)
{
	bool good;
	f->headers_checked = true;
	if (try_headers(f, &good, err) < 0)
		return -1;
	return good ? 0 : keep_good_headers(f, err);
}

/* Whether some error is not on the line of an item. */
static bool fails_elsewhere(const struct filling *f, const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->len; i++) {
		const struct diag *d = &diags->items[i];
		bool here = strcmp(d->file, UNIT_PATH) == 0 && d->line >= f->first_line;
		if (d->severity == DIAG_ERROR && (!here || d->line - f->first_line >= f->alive_len))
			return true;
	}
	return diags->errors == 0;
}

/* ---- items */

/* Leaves out the items on whose lines there are errors. */
static bool drop_named(struct filling *f, const struct diag_list *diags)
{
	SCOPED_ARENA struct arena scratch = {0};
	bool *bad = arena_array(&scratch, f->alive_len, bool);
	size_t kept = 0;
	for (size_t i = 0; i < diags->len; i++) {
		const struct diag *d = &diags->items[i];
		bool here = d->severity == DIAG_ERROR && strcmp(d->file, UNIT_PATH) == 0 && d->line >= f->first_line;
		if (here && d->line - f->first_line < f->alive_len)
			bad[d->line - f->first_line] = true;
	}
	for (size_t i = 0; i < f->alive_len; i++) {
		if (!bad[i])
			f->alive[kept++] = f->alive[i];
	}
	bool dropped = kept < f->alive_len;
	f->alive_len = kept;
	return dropped;
}

static int compiles(struct filling *f, size_t alive_len, bool *ret_ok, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct built built;
	if (write_unit(f, alive_len, err) < 0 || compile(f, f->text.ptr, &scratch, &built, err) < 0)
		return -1;
	*ret_ok = built.ok;
	return 0;
}

/* No error names a line: the first items that compile are kept, and all but the one behind them. */
static int drop_by_search(struct filling *f, bool last, struct err *err)
{
	size_t good = 0, bad = f->alive_len;
	while (bad - good > 1) {
		size_t middle = good + (bad - good) / 2;
		bool fine;
		if (compiles(f, middle, &fine, err) < 0)
			return -1;
		if (fine)
			good = middle;
		else
			bad = middle;
	}
	if (last) {
		f->alive_len = good;
		return 0;
	}
	memmove(f->alive + good, f->alive + bad, (f->alive_len - bad) * sizeof(*f->alive));
	f->alive_len--;
	return 0;
}

/* Leaves out what the errors are about. */
static int leave_out(struct filling *f, const struct diag_list *diags, unsigned *searches, struct err *err)
{
	if (!f->headers_checked && fails_elsewhere(f, diags))
		return check_headers(f, err);
	if (drop_named(f, diags))
		return 0;
	return drop_by_search(f, ++*searches == SEARCHES_MAX, err);
}

/* The object of the unit with all items that compile, or ok is false. A trial is over
 * when all of its errors are known. */
static int compile_items(struct filling *f, struct arena *a, struct built *ret, struct err *err)
{
	unsigned searches = 0;
	f->trial = true;
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		if (write_unit(f, f->alive_len, err) < 0 || compile(f, f->text.ptr, a, ret, err) < 0)
			return -1;
		if (ret->ok && !f->trial)
			return 0;
		if (!ret->ok && f->alive_len == 0)
			return 0;
		if (!ret->ok && leave_out(f, &ret->diags, &searches, err) < 0)
			return -1;
		f->trial = f->trial && !ret->ok && ret->diags.errors >= 2 * DIAG_MAX;
	}
	return 0;
}

/* What begins an answer depends on all that the program is made of. */
static void make_nonce(const struct filling *f, char ret[static HASH_HEX])
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, buf_str(&f->text));
	for (size_t i = 0; i < f->headers_len; i++) {
		SCOPED_ARENA struct arena scratch = {0};
		const char *path = arena_printf(&scratch, PROJECT_ROOT "/%s", f->headers[i]);
		const struct tree_node *header = view_resolve(f->source->tree, path);
		if (header && header->type == TREE_FILE)
			hasher_field(&h, header->content);
	}
	struct hash hash = hasher_finish(&h);
	hash_hex(&hash, ret);
	ret[2 * NONCE_BYTES] = '\0';
}

static int run(struct filling *f, struct str object, struct arena *scratch, struct err *err)
{
	char nonce[HASH_HEX];
	struct own_run run;
	struct link_input unit = {"layout", object};
	make_nonce(f, nonce);
	const char *const defines[] = {
		arena_printf(scratch, "RECAST_NONCE=\"%s\"", nonce),
		arena_printf(scratch, "RECAST_STRING_MAX=%d", LAYOUT_STRING_MAX),
	};
	struct own_source printer = {
		.path = PRINTER_PATH,
		.text = LAYOUT_PRINTER,
		.options = {.defines = defines, .defines_len = countof(defines)},
		.limits = f->source->limits,
	};
	if (own_run(f->tools, &printer, &unit, 1, scratch, &run, err) < 0)
		return -1;
	if (!run.built.ok)
		complain(f, "the program that asks about the headers cannot be linked", run.built.failure);
	else if (run.run.outcome != OUTCOME_EXITED || run.run.exit_code != 0)
		complain(f, "the program that asks about the headers did not end well", outcome_name(run.run.outcome));
	if (run.built.ok && !layout_read(run.output, nonce, &f->items, f->a, f->api))
		complain(f, "the program that asks about the headers", "no answers");
	return 0;
}

static int fill(struct filling *f, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct built unit;
	take_options(f, &scratch);
	f->items = layout_list(f->api, &scratch);
	if (f->items.cut)
		complain(f, "the headers",
			 arena_printf(&scratch, "more than %d things to ask about", LAYOUT_ITEMS_MAX));
	f->alive = arena_array(&scratch, f->items.len, size_t);
	for (size_t i = 0; i < f->items.len; i++)
		f->alive[f->alive_len++] = i;
	if (f->items.len == 0)
		return 0;
	take_headers(f, &scratch);
	if (compile_items(f, &scratch, &unit, err) < 0)
		return -1;
	if (!unit.ok)
		complain(f, "the questions about the headers do not compile", unit.failure);
	else if (f->alive_len)
		return run(f, unit.bytes, &scratch, err);
	return 0;
}

int layout_fill(const struct layout_source *source, const struct tools *tools, struct arena *a,
		struct interface *api, const char **ret_trouble, struct err *err)
{
	struct filling f = {.source = source, .tools = tools, .api = api, .a = a};
	buf_init(&f.text, TEXT_MAX);
	int result = fill(&f, err);
	buf_release(&f.text);
	if (result == 0)
		*ret_trouble = f.trouble;
	return result;
}
