/*
 * Any bytes as what a compiler says, and as preprocessed text. Diagnostics stay
 * within their bounds and hold nothing that a terminal obeys.
 */

#include "harness/diag.h"
#include "harness/nameset.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	assert(text && strlen(text) <= DIAG_TEXT_MAX);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		assert(*c >= 0x20 && *c != 0x7F && !(*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0));
}

static size_t check_fixits(const struct diag *d)
{
	for (size_t i = 0; i < d->fixits_len; i++) {
		const struct fixit *f = &d->fixits[i];
		assert(f->line && f->column && strlen(f->text) <= DIAG_TEXT_MAX);
		assert(f->end_line > f->line || (f->end_line == f->line && f->end_column >= f->column));
	}
	return d->fixits_len;
}

static void check_diagnostics(struct str text)
{
	SCOPED_ARENA struct arena a = {0};
	struct diag_list list = diag_parse(text, &a);
	size_t errors = 0, fixits = 0;
	assert(list.len <= 2 * DIAG_MAX && list.errors <= list.len + list.left_out);
	for (size_t i = 0; i < list.len; i++) {
		check_text(list.items[i].file);
		check_text(list.items[i].message);
		fixits += check_fixits(&list.items[i]);
		errors += list.items[i].severity == DIAG_ERROR;
	}
	assert(fixits <= DIAG_FIXITS_MAX);
	assert(errors == list.errors || (errors < list.errors && list.len == 2 * DIAG_MAX));
	assert((diag_first_error(&list) != NULL) == (errors > 0));
}

static void check_set(struct nameset *set, struct str text)
{
	nameset_seal(set);
	for (size_t i = 0; i < set->len; i++) {
		struct str name = set->items[i];
		assert(name.len > 0 && name.ptr >= text.ptr && name.ptr + name.len <= text.ptr + text.len);
		assert(name.ptr[0] < '0' || name.ptr[0] > '9');
		assert(i == 0 || str_cmp(set->items[i - 1], name) < 0);
		assert(nameset_has(set, name));
	}
}

static void check_names(struct str text)
{
	SCOPED(nameset_release) struct nameset all = {0}, some = {0};
	nameset_add_identifiers(&all, text);
	nameset_add_identifiers_from(&some, text, STR("/src/"));
	check_set(&all, text);
	check_set(&some, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	check_diagnostics(text);
	check_names(text);
	return 0;
}
