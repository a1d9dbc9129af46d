/*
 * Any text as a template. What is accepted can be filled: with nothing, and with values that look
 * like marks and come out as they went in.
 */

#include "harness/templates.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct template_value values[] = {
	{"path", PROMPT_HUMAN, {"{{#plan}}", 9}},
	{"files", PROMPT_OWN, {"{{path}}", 8}},
	{"plan", PROMPT_SPEC, {"", 0}},
};

static void check_part(const struct prompt_part *part, struct str text)
{
	bool own = part->text.ptr >= text.ptr && part->text.ptr + part->text.len <= text.ptr + text.len;
	assert(part->text.len > 0);
	assert(own ? part->origin == PROMPT_RECAST && !memmem(part->text.ptr, part->text.len, "{{", 2)
		   : str_eq(part->text, values[0].text) || str_eq(part->text, values[1].text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str text = {(const char *)data, size};
	struct templates t;
	struct err err = {0};
	struct prompt_part *parts;
	size_t len;
	if (templates_embedded(&a, &t, NULL) < 0)
		abort();
	for (size_t i = 0; i < t.len; i++) {
		if (strcmp(t.items[i].name, "unit") == 0)
			t.items[i].text = text;
	}
	if (templates_check(&t, &err) < 0) {
		assert(err.text[0] && (err.kind == ERR_USAGE || err.kind == ERR_LIMIT));
		return 0;
	}
	assert(templates_fill(&t, "unit", NULL, 0, &a, &parts, &len, &err) == 0);
	assert(templates_fill(&t, "unit", values, countof(values), &a, &parts, &len, &err) == 0);
	for (size_t i = 0; i < len; i++)
		check_part(&parts[i], text);
	return 0;
}
