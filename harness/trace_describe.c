#include "harness/trace_compare_parts.h"

#include "core/mem.h"

#include <ctype.h>

enum { TEXT_SHOWN = 60, CALL_SHOWN = 200, ARGUMENT_SHOWN = 40, BYTES_SHOWN = 8 };

const struct shape_signature *trace_signature(const struct shims *shims, const struct trace_event *event)
{
	bool call = event->kind == TRACE_CALL || event->kind == TRACE_RETURN;
	return call ? shims->functions[event->index].signature : shims->callbacks[event->index].signature;
}

const char *trace_item_name(const struct shape_signature *g, const struct trace_item *item, struct arena *a)
{
	if (item->parameter == TRACE_OUTPUT)
		return "output";
	if (item->parameter == TRACE_ERRORS)
		return "error output";
	const char *name = "result";
	if (item->parameter != TRACE_RESULT) {
		const char *own = item->parameter < g->parameters_len ? g->names[item->parameter] : "";
		name = own[0] ? own : arena_printf(a, "argument %u", item->parameter + 1u);
	}
	if (item->field)
		return arena_printf(a, "%s->%s", name, item->field->name);
	return item->depth && item->parameter != TRACE_RESULT ? arena_printf(a, "*%s", name) : name;
}

static void put_real(struct buf *out, const struct trace_item *item)
{
	if (item->len == 4) {
		float value;
		uint32_t bits = (uint32_t)item->number;
		memcpy(&value, &bits, sizeof(value));
		buf_printf(out, "%.9g", (double)value);
	} else {
		double value;
		memcpy(&value, &item->number, sizeof(value));
		buf_printf(out, "%.17g", value);
	}
}

/* Bytes around the one of interest. */
static void put_bytes(struct buf *out, const char *bytes, size_t len, size_t from)
{
	buf_printf(out, "byte %zu:", from);
	for (size_t i = from; i < len && i < from + BYTES_SHOWN; i++)
		buf_printf(out, " %02x", (unsigned char)bytes[i]);
}

static void put_known(struct buf *out, const struct trace *t, uint32_t behind)
{
	size_t before = out->len;
	if (t->tell_known)
		t->tell_known(behind, out);
	if (out->len == before)
		buf_printf(out, "the caller's memory + %u", behind);
}

static void put_value(struct buf *out, const struct trace *t, const struct shape_signature *g,
		      const struct trace_item *item, size_t from, size_t shown)
{
	const char *bytes = t->bytes.ptr + item->at;
	size_t argument = (size_t)(item->number >> 32);
	switch ((enum trace_value)item->value) {
	case TRACE_NUMBER:
		buf_printf(out, "%lld", (long long)item->number);
		break;
	case TRACE_REAL:
		put_real(out, item);
		break;
	case TRACE_NULL:
		buf_append_cstr(out, "NULL");
		break;
	case TRACE_THING:
		buf_printf(out, "%sobject %llu", item->fresh && !item->input ? "new " : "",
			   (unsigned long long)item->number);
		break;
	case TRACE_INSIDE:
		if (argument == TRACE_KNOWN) {
			put_known(out, t, (uint32_t)item->number);
			break;
		}
		buf_printf(out, "%s + %u",
			   argument < g->parameters_len && g->names[argument][0] ? g->names[argument] : "argument",
			   (unsigned)item->number);
		break;
	case TRACE_TEXT:
		buf_append_quoted(out, (struct str){bytes, item->len}, from > shown / 2 ? from - shown / 2 : 0, shown);
		break;
	case TRACE_BYTES:
		put_bytes(out, bytes, item->len, from);
		break;
	case TRACE_HASHED:
		buf_printf(out, "%llu bytes, hash %02x%02x%02x…", (unsigned long long)item->number,
			   (unsigned char)bytes[0], (unsigned char)bytes[1], (unsigned char)bytes[2]);
		break;
	case TRACE_ADDRESS:
		buf_append_cstr(out, "an address");
		break;
	}
	if (!item->changed && !item->input)
		buf_append_cstr(out, " (as before)");
}

static const char *value_text(const struct trace *t, const struct shape_signature *g, size_t item, size_t from,
			      struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 4096);
	if (item == SIZE_MAX)
		return "nothing";
	put_value(&out, t, g, &t->items[item], from, TEXT_SHOWN);
	return arena_str(a, buf_str(&out));
}

/* Of two values of the same kind, the first byte that differs. */
static size_t first_difference(const struct comparison *c, const struct trace_difference *d)
{
	if (d->item == SIZE_MAX || d->item_rewrite == SIZE_MAX)
		return 0;
	const struct trace_item *x = &c->original->items[d->item], *y = &c->rewrite->items[d->item_rewrite];
	bool bytes = x->value == TRACE_BYTES;
	if (x->value != y->value || (x->value != TRACE_TEXT && !bytes))
		return 0;
	const char *p = c->original->bytes.ptr + x->at, *q = c->rewrite->bytes.ptr + y->at;
	size_t len = min_size(x->len, y->len);
	for (size_t i = 0; i < len; i++) {
		bool written = !bytes || p[i] != p[x->len + i] || q[i] != q[y->len + i];
		if (written && p[i] != q[i])
			return i;
	}
	return bytes ? 0 : len;
}

/* "ini_parse("a.ini", object 1)": the call of the event, or the callback. */
static const char *event_text(const struct comparison *c, const struct trace *t, size_t event, struct arena *a)
{
	const struct trace_event *e = &t->events[event];
	const struct shape_signature *g = trace_signature(c->shims, e);
	bool callback = e->kind == TRACE_CALLBACK || e->kind == TRACE_CALLBACK_RETURN;
	SCOPED_BUF struct buf out;
	buf_init(&out, CALL_SHOWN);
	buf_printf(&out, "%s%s(", callback ? "callback " : "",
		   callback ? c->shims->callbacks[e->index].name : c->shims->functions[e->index].function->name);
	bool first = true;
	for (size_t i = 0; i < e->items_len; i++) {
		const struct trace_item *item = &t->items[e->items + i];
		if (item->field || item->depth || item->element || item->parameter >= g->parameters_len)
			continue;
		buf_append_cstr(&out, first ? "" : ", ");
		first = false;
		put_value(&out, t, g, item, 0, ARGUMENT_SHOWN);
	}
	buf_append_cstr(&out, ")");
	return arena_printf(a, "%s%s", out.ptr, out.full ? "…" : "");
}

/* The call that an event belongs to: where it began. */
static size_t begin_of(const struct trace *t, size_t event)
{
	const struct trace_event *e = &t->events[event];
	size_t at = event;
	if (e->kind == TRACE_CALL || e->kind == TRACE_CALLBACK)
		return event;
	enum trace_kind wanted = e->kind == TRACE_RETURN ? TRACE_CALL : TRACE_CALLBACK;
	unsigned nesting = e->nesting + (wanted == TRACE_CALLBACK ? 1u : 0u);
	while (at-- > 0) {
		if (t->events[at].kind == wanted && t->events[at].index == e->index && t->events[at].nesting == nesting)
			return at;
	}
	return event;
}

static size_t calls_before(const struct trace *t, size_t event)
{
	size_t count = 0;
	for (size_t i = 0; i <= event && i < t->events_len; i++)
		count += t->events[i].kind == TRACE_CALL;
	return count;
}

/* What comes next in a trace, for people; what is another test's is none of this one's. */
static const char *next_text(const struct comparison *c, const struct trace *t, size_t event, bool over,
			     struct arena *a)
{
	if (over || event >= t->events_len)
		return "no further call";
	const struct trace_event *e = &t->events[event];
	if (e->kind == TRACE_RETURN)
		return arena_printf(a, "return from %s", c->shims->functions[e->index].function->name);
	return event_text(c, t, event, a);
}

static const char *written_text(const struct comparison *c, const struct trace_difference *d, struct arena *a)
{
	const struct trace_write *w = &c->rewrite->writes[d->write];
	if (w->segment == TRACE_STACK)
		return arena_printf(a, "%u byte%s written to the test's stack", w->len, w->len == 1 ? "" : "s");
	return arena_printf(a, "%u byte%s written to %s of the tests", w->len, w->len == 1 ? "" : "s",
			    c->rewrite->segments[w->segment].name);
}

struct trace_text comparison_describe(const struct comparison *c, const struct trace_difference *d, struct arena *a)
{
	/* A call too many is one of the rewrite. */
	const struct trace *t = d->original_over ? c->rewrite : c->original;
	size_t event = min_size(d->original_over ? d->rewrite : d->original, t->events_len ? t->events_len - 1 : 0);
	struct trace_text text = {
		.function = "", .call = "", .what = "calls", .expected = "", .got = "", .free_item = ""};
	if (!t->events_len)
		return text;
	const struct trace_event *e = &t->events[event];
	bool call = e->kind == TRACE_CALL || e->kind == TRACE_RETURN;
	text.function = call ? c->shims->functions[e->index].function->name : c->shims->callbacks[e->index].name;
	text.call = event_text(c, t, begin_of(t, event), a);
	text.index = calls_before(t, event);
	if (d->kind == TRACE_OTHER_VALUE) {
		const struct shape_signature *g = trace_signature(c->shims, e);
		const struct trace_item *item = d->item != SIZE_MAX ? &t->items[d->item]
								    : &c->rewrite->items[d->item_rewrite];
		size_t from = first_difference(c, d);
		text.what = trace_item_name(g, item, a);
		text.expected = value_text(t, g, d->item, from, a);
		text.got = value_text(c->rewrite, g, d->item_rewrite, from, a);
		text.free_item = arena_printf(a, "%s.%s", text.function, text.what);
	} else if (d->kind == TRACE_TAMPERING) {
		text.what = "memory of the test";
		text.expected = "untouched";
		text.got = written_text(c, d, a);
	} else {
		text.expected = next_text(c, c->original, d->original, d->original_over, a);
		text.got = next_text(c, c->rewrite, d->rewrite, d->rewrite_over, a);
		bool more = !d->rewrite_over && d->rewrite < c->rewrite->events_len;
		const struct trace_event *other = more ? &c->rewrite->events[d->rewrite] : e;
		bool both = more && !d->original_over && e->kind == TRACE_CALLBACK && other->kind == e->kind &&
			    other->index == e->index;
		if (both) {
			text.expected = arena_printf(a, "%zu calls of it in all", comparison_callbacks(t, event));
			text.got = arena_printf(a, "%zu", comparison_callbacks(c->rewrite, d->rewrite));
		}
		/* Rather one too many than one too few. */
		const struct trace_event *odd = other->kind == TRACE_CALLBACK ? other : e;
		if (odd->kind == TRACE_CALLBACK)
			text.free_item = arena_printf(a, "%s.calls", c->shims->callbacks[odd->index].name);
	}
	return text;
}

/* ---- a run that has ended */

/* The innermost call that is open behind the first events of a trace, or SIZE_MAX. */
static size_t open_call(const struct trace *t, size_t events)
{
	if (!events)
		return SIZE_MAX;
	const struct trace_event *last = &t->events[events - 1];
	bool outside = last->kind == TRACE_RETURN || last->kind == TRACE_CALLBACK;
	if (outside && !last->nesting)
		return SIZE_MAX;
	unsigned nesting = last->nesting - (outside ? 1u : 0u);
	size_t at = events;
	while (at-- > 0) {
		if (t->events[at].kind == TRACE_CALL && t->events[at].nesting == nesting)
			return at;
	}
	return SIZE_MAX;
}

/* Whether the call does not end with the program, or with a jump out of it. */
static bool comes_back(const struct trace *t, size_t call, size_t from)
{
	unsigned nesting = t->events[call].nesting;
	for (size_t i = from; i < t->events_len; i++) {
		const struct trace_event *e = &t->events[i];
		if (e->nesting <= nesting && (e->kind == TRACE_CALL || e->kind == TRACE_RETURN))
			return e->kind == TRACE_RETURN && e->nesting == nesting;
	}
	return false;
}

struct trace_text comparison_describe_end(const struct comparison *c, const struct trace_difference *d, const char *how,
					  struct arena *a)
{
	struct trace_text text = comparison_describe(c, d, a);
	size_t own = open_call(c->rewrite, d->rewrite), call = open_call(c->original, d->original);
	text.free_item = "";
	if (own == SIZE_MAX || call == SIZE_MAX || c->rewrite->events[own].index != c->original->events[call].index ||
	    !comes_back(c->original, call, d->original)) {
		text.got = arena_printf(a, "no further call: the program %s", how);
		return text;
	}
	text.function = c->shims->functions[c->original->events[call].index].function->name;
	text.call = event_text(c, c->original, call, a);
	text.index = calls_before(c->original, call);
	text.what = "end";
	text.expected = "comes back";
	text.got = how;
	return text;
}
