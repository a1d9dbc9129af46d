#include "core/buf.h"
#include "harness/varied_parts.h"

enum { SHOWN = 60, AROUND = 20, LINE_MAX_BYTES = 1000 };

static size_t common_start(struct str a, struct str b)
{
	size_t len = min_size(a.len, b.len), i = 0;
	while (i < len && a.ptr[i] == b.ptr[i])
		i++;
	return i;
}

/* Both, or the second, around the first byte that they differ in if they are long. */
static void put_texts(struct buf *out, struct str was, struct str is, bool told)
{
	size_t common = common_start(was, is);
	bool fits = max_size(was.len, is.len) <= SHOWN;
	size_t from = fits || common < AROUND ? 0 : common - AROUND;
	if (told)
		buf_append_quoted(out, was, from, SHOWN);
	buf_append_cstr(out, " as ");
	buf_append_quoted(out, is, from, SHOWN);
}

static void put_real(struct buf *out, uint64_t bits)
{
	double value;
	memcpy(&value, &bits, sizeof(value));
	buf_printf(out, "%.17g", value);
}

static void put_change(struct buf *out, const struct varied_input *input, const struct varied_change *c)
{
	if (input->path)
		buf_append_cstr(out, input->path);
	else
		buf_printf(out, "%s:%u: ", input->file, input->line);
	if (input->form <= VARIED_TABLE) {
		put_texts(out, input->text, c->text, !input->path);
	} else if (input->form == VARIED_NUMBER) {
		buf_printf(out, "%lld as %lld", (long long)input->number, (long long)c->number);
	} else {
		put_real(out, input->number);
		buf_append_cstr(out, " as ");
		put_real(out, c->number);
	}
}

const char *varied_say(const struct varied_program *p, const struct variation *v, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, LINE_MAX_BYTES);
	buf_printf(&out, "test program %s, ", p->planned->name);
	if (p->sealed)
		buf_append_cstr(&out, "with other inputs");
	for (size_t i = 0; i < v->len && !p->sealed; i++) {
		buf_append_cstr(&out, i ? "; " : "with ");
		put_change(&out, &p->inputs[v->changes[i].input], &v->changes[i]);
	}
	return arena_printf(a, "%s%s", out.ptr, out.full ? "…" : "");
}
