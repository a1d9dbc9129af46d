/*
 * Any bytes as a template. Marks are in order and inside of it, what their names
 * ask stays in a line of C, and what is written is the template with marks replaced.
 */

#include "core/mem.h"
#include "harness/confheader_parts.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_probe(const struct confheader_probe *p)
{
	assert(p->text[0]);
	for (const char *c = p->text; *c; c++)
		assert((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
		       strchr("_ ./*", *c));
}

static void check_marks(const struct confheader_template *t)
{
	size_t end = 0;
	for (size_t i = 0; i < t->len; i++) {
		const struct confheader_mark *m = &t->marks[i];
		assert(m->start >= end && m->end > m->start && m->end <= m->line_end && m->line_end <= t->text.len);
		assert(m->name[0] && strlen(m->name) <= CONFHEADER_NAME_MAX);
		end = m->end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct confheader_template t;
	struct confheader_probes probes = {0};
	struct str out, text = {(const char *)data, min_size(size, 20000)};
	confheader_scan(text, &a, &t);
	check_marks(&t);
	struct confheader_answer *answers = arena_array(&a, t.len, struct confheader_answer);
	for (size_t i = 0; i < t.len; i++) {
		struct confheader_question q;
		confheader_read_name(t.marks[i].name, &a, &probes, &q);
		for (size_t k = q.first; k < q.first + q.len; k++) {
			check_probe(&probes.items[k]);
			probes.items[k].holds = k % 3 == 0;
		}
		answers[t.marks[i].answer = i] = confheader_conclude(t.marks[i].name, &q, &probes, &a);
	}
	assert(confheader_render(&t, answers, &a, &out, NULL) == 0);
	assert(t.len || str_eq(out, text));
	confheader_is_template(text);
	vec_release(&probes);
	return 0;
}
