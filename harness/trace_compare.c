#include "harness/trace_compare_parts.h"

#include "core/mem.h"

enum { WRITE_SLACK = 64 };

/* ---- things */

static void pairing_init(struct pairing *p, const struct trace *t)
{
	uint32_t last = 0;
	for (size_t i = 0; i < t->items_len; i++) {
		if (t->items[i].value == TRACE_THING)
			last = (uint32_t)max_size(last, t->items[i].number);
	}
	for (size_t i = 0; i < t->ends_len; i++)
		last = (uint32_t)max_size(last, t->ends[i].id);
	p->len = (size_t)last + 1;
	p->other = mem_zalloc(p->len, sizeof(uint32_t));
	p->ended = mem_zalloc(p->len, sizeof(uint32_t));
	p->handed = mem_zalloc(p->len, sizeof(bool));
	memset(p->ended, 0xFF, p->len * sizeof(uint32_t));
	for (size_t i = 0; i < t->ends_len; i++)
		p->ended[t->ends[i].id] = t->ends[i].event;
}

static void pairing_release(struct pairing *p)
{
	free(p->other);
	free(p->ended);
	free(p->handed);
}

static void pair(struct comparison *c, uint32_t o, uint32_t r)
{
	c->of_rewrite.other[c->of_original.other[o]] = 0;
	c->of_original.other[c->of_rewrite.other[r]] = 0;
	c->of_original.other[o] = r;
	c->of_rewrite.other[r] = o;
}

/* What stands in a field of a public struct and can be looked into: that counts, and where it lies may change. */
static bool may_move(const struct comparison *c, const struct trace_item *o, const struct trace_item *r)
{
	const struct shape *shape = o->field ? o->field->shape : NULL;
	return shape && shape->kind == SHAPE_POINTER && shape->target->record && !c->of_original.handed[o->number] &&
	       !c->of_rewrite.handed[r->number];
}

/* A table in a field that one side moves to a new place and the other leaves where it is, though nobody has freed the
 * old place: it may be a part of something larger. */
static bool has_moved(const struct comparison *c, const struct trace_item *o, const struct trace_item *r)
{
	uint32_t old_r = c->of_original.other[o->number], old_o = c->of_rewrite.other[r->number];
	bool by_original = !old_r && !r->changed, by_rewrite = !old_o && !o->changed;
	return (by_original || by_rewrite) && may_move(c, o, r) && !c->of_rewrite.handed[old_r] &&
	       !c->of_original.handed[old_o];
}

/* One side may use an address again where the other takes a new one: that is the same as long as what was there
 * before is over on one of them. */
static bool same_thing(struct comparison *c, const struct trace_item *x, const struct trace_item *y, size_t event,
		       size_t rewrite_event)
{
	uint32_t o = (uint32_t)x->number, r = (uint32_t)y->number;
	uint32_t old_r = c->of_original.other[o], old_o = c->of_rewrite.other[r];
	c->of_original.handed[o] |= !x->field;
	c->of_rewrite.handed[r] |= !y->field;
	if (old_r == r && old_o == o)
		return true;
	bool first_is_over = !old_r || c->of_rewrite.ended[old_r] <= rewrite_event;
	bool second_is_over = !old_o || c->of_original.ended[old_o] <= event;
	if ((!first_is_over || !second_is_over) && !has_moved(c, x, y))
		return false;
	pair(c, o, r);
	return true;
}

struct comparison *comparison_new(const struct shims *shims, const struct trace *original, const struct trace *noise,
				  const struct trace *rewrite, const struct strings *declared)
{
	struct comparison *c = mem_zalloc(1, sizeof(*c));
	*c = (struct comparison){shims, original, noise, rewrite, declared, {0}, {0}};
	pairing_init(&c->of_original, original);
	pairing_init(&c->of_rewrite, rewrite);
	return c;
}

void comparison_free(struct comparison *c)
{
	if (!c)
		return;
	pairing_release(&c->of_original);
	pairing_release(&c->of_rewrite);
	free(c);
}

/* ---- items */

static bool same_label(const struct trace_item *a, const struct trace_item *b)
{
	return a->parameter == b->parameter && a->depth == b->depth && a->element == b->element && a->field == b->field &&
	       a->input == b->input;
}

static bool is_nan(const struct trace_item *i)
{
	uint64_t magnitude = i->number & (i->len == 4 ? 0x7FFFFFFFu : (uint64_t)INT64_MAX);
	return magnitude > (i->len == 4 ? 0x7F800000u : (uint64_t)0x7FF0000000000000);
}

/* Bytes that neither side has written hold whatever was there. */
static bool same_bytes(const struct trace *a, const struct trace_item *x, const struct trace *b,
		       const struct trace_item *y, size_t *ret_at)
{
	const char *now_x = a->bytes.ptr + x->at, *now_y = b->bytes.ptr + y->at;
	size_t len = min_size(x->len, y->len);
	for (size_t i = 0; i < len; i++) {
		bool written = now_x[i] != now_x[x->len + i] || now_y[i] != now_y[y->len + i];
		*ret_at = i;
		if (written && now_x[i] != now_y[i])
			return false;
	}
	return x->len == y->len;
}

static bool same_content(const struct trace *a, const struct trace_item *x, const struct trace *b,
			 const struct trace_item *y)
{
	return x->number == y->number && x->len == y->len &&
	       memcmp(a->bytes.ptr + x->at, b->bytes.ptr + y->at, x->len) == 0;
}

/* Apart from things, which need to be paired. */
static bool holds_the_same(const struct trace *a, const struct trace_item *x, const struct trace *b,
			   const struct trace_item *y)
{
	size_t at;
	if (x->value != y->value)
		return false;
	switch ((enum trace_value)x->value) {
	case TRACE_NUMBER:
	case TRACE_INSIDE:
		return x->number == y->number;
	case TRACE_REAL:
		return x->number == y->number || (is_nan(x) && is_nan(y));
	case TRACE_TEXT:
	case TRACE_HASHED:
		return same_content(a, x, b, y);
	case TRACE_BYTES:
		return same_bytes(a, x, b, y, &at);
	default:
		return true;
	}
}

/* What neither has written is as it was. */
static bool same_value(const struct trace *a, const struct trace_item *x, const struct trace *b,
		       const struct trace_item *y)
{
	return (!x->changed && !y->changed) || holds_the_same(a, x, b, y);
}

/* What the test gives follows from what it got, also by ways that nobody hears: a number that is another shows that.
 * Where a pointer of the test's leads need not be text, so that is not compared. */
static bool is_plain(const struct trace_item *item)
{
	return item->value == TRACE_NUMBER || item->value == TRACE_REAL || item->value == TRACE_NULL;
}

/* Of a pointer that only the library follows, callers see no more than whether it is there. Each side may have what is
 * behind it from when it likes; only where the original takes it away, as it promises of what it has ended or never
 * begun, it may not be left as it was. */
static bool same_hidden(const struct trace_item *o, const struct trace_item *r)
{
	bool left_behind = o->value == TRACE_NULL && o->changed && r->value != TRACE_NULL && !r->changed;
	return !left_behind;
}

static bool same_item(struct comparison *c, const struct trace_item *o, const struct trace_item *r, size_t event,
		      size_t rewrite_event)
{
	if (o->field && o->field->hidden && !o->input)
		return same_hidden(o, r);
	bool things = o->value == TRACE_THING && r->value == TRACE_THING && (o->changed || r->changed);
	bool paired = things && (o->passing || same_thing(c, o, r, event, rewrite_event));
	if (o->input)
		return !is_plain(o) || !is_plain(r) || same_value(c->original, o, c->rewrite, r);
	if (things)
		return paired;
	return same_value(c->original, o, c->rewrite, r);
}

/* ---- what is free */

static bool is_declared(const struct comparison *c, const struct trace_event *event, const struct trace_item *item)
{
	if (!c->declared || !c->declared->len)
		return false;
	SCOPED_ARENA struct arena scratch = {0};
	bool call = event->kind == TRACE_CALL || event->kind == TRACE_RETURN;
	const char *name = call ? c->shims->functions[event->index].function->name : c->shims->callbacks[event->index].name;
	const char *what = item ? trace_item_name(trace_signature(c->shims, event), item, &scratch) : "calls";
	return strings_have(c->declared, arena_printf(&scratch, "%s.%s", name, what)) ||
	       strings_have(c->declared, arena_printf(&scratch, "%s.*", name));
}

/* The original's own item of the same place under other conditions says something else. What was `there_before` is
 * looked at as well if the rewrite has something else there: memory that has been given back since holds anything. */
static bool is_noise(const struct comparison *c, size_t event, size_t noise_event, size_t item, bool there_before)
{
	const struct trace_event *a = &c->original->events[event], *b = &c->noise->events[noise_event];
	size_t at = item - a->items;
	for (size_t i = 0; i <= at; i++) {
		if (i >= b->items_len || !same_label(&c->original->items[a->items + i], &c->noise->items[b->items + i]))
			return true;
	}
	const struct trace_item *usual = &c->original->items[item], *other = &c->noise->items[b->items + at];
	return there_before ? !holds_the_same(c->original, usual, c->noise, other)
			    : !same_value(c->original, usual, c->noise, other);
}

/* ---- events */

static bool same_call(const struct trace_event *a, const struct trace_event *b)
{
	return a->kind == b->kind && a->index == b->index && a->nesting == b->nesting;
}

/* Whether the original writes there in these events; a library that prints fills libc's buffer as it likes. */
static bool writes_too(const struct comparison *c, struct trace_range o, const struct trace_write *w)
{
	bool libc = w->segment != TRACE_STACK && c->rewrite->segments[w->segment].libc;
	for (size_t i = o.from; i < o.to; i++) {
		const struct trace_event *event = &c->original->events[i];
		for (size_t k = 0; k < event->writes_len; k++) {
			const struct trace_write *own = &c->original->writes[event->writes + k];
			if (libc && own->segment != TRACE_STACK && c->original->segments[own->segment].libc)
				return true;
			if (own->segment == w->segment &&
			    w->offset + WRITE_SLACK >= own->offset &&
			    w->offset + w->len <= own->offset + own->len + WRITE_SLACK)
				return true;
		}
	}
	return false;
}

/* From here on the calls differ for a good reason, but none may write into the tests' memory. */
static const struct trace_write *tampering_later(const struct comparison *c, struct trace_range o, struct trace_range r)
{
	for (size_t i = r.from; i < r.to; i++) {
		const struct trace_event *event = &c->rewrite->events[i];
		for (size_t k = 0; k < event->writes_len; k++) {
			if (!writes_too(c, o, &c->rewrite->writes[event->writes + k]))
				return &c->rewrite->writes[event->writes + k];
		}
	}
	return NULL;
}

static const struct trace_write *tampering(const struct comparison *c, const struct trace_event *o,
					   const struct trace_event *r)
{
	const struct trace_range event = {(size_t)(o - c->original->events), (size_t)(o - c->original->events) + 1};
	const struct trace_range all = {0, c->original->events_len};
	for (size_t i = 0; i < r->writes_len; i++) {
		const struct trace_write *w = &c->rewrite->writes[r->writes + i];
		bool libc = w->segment != TRACE_STACK && c->rewrite->segments[w->segment].libc;
		if (!writes_too(c, libc ? all : event, w))
			return w;
	}
	return NULL;
}

/* What the original has freed, the rewrite may have kept for later: the test must not look there. The other way
 * round only the function's name excuses it. */
static bool is_freed(uint64_t freed, const struct trace_item *item)
{
	return item && !item->input && item->parameter != TRACE_RESULT && item->parameter != TRACE_OUTPUT &&
	       item->parameter != TRACE_ERRORS && (freed >> min_size(item->parameter, 63) & 1);
}

static bool compare_items(struct comparison *c, struct trace_difference *d, size_t noise_event)
{
	const struct trace_event *o = &c->original->events[d->original], *r = &c->rewrite->events[d->rewrite];
	uint64_t freed = o->freed | (o->ends ? r->freed : 0);
	size_t i = 0, k = 0;
	while (i < o->items_len || k < r->items_len) {
		const struct trace_item *x = i < o->items_len ? &c->original->items[o->items + i] : NULL;
		const struct trace_item *y = k < r->items_len ? &c->rewrite->items[r->items + k] : NULL;
		if (is_freed(freed, x) || is_freed(freed, y)) {
			i += is_freed(freed, x);
			k += is_freed(freed, y);
			continue;
		}
		bool both = x && y && same_label(x, y);
		if (both && same_item(c, x, y, d->original, d->rewrite)) {
			i++;
			k++;
			continue;
		}
		/* What hangs on a pointer that nobody has written. */
		if (!both && x && !x->changed) {
			i++;
			continue;
		}
		if (!both && y && !y->changed) {
			k++;
			continue;
		}
		size_t last = x ? o->items + i : o->items + o->items_len - 1;
		bool noise = o->items_len && is_noise(c, d->original, noise_event, last, both);
		bool input = x ? x->input : y->input;
		/* What a callback returns shows in what follows. */
		bool told = input && (!both || o->kind == TRACE_CALLBACK_RETURN);
		if (is_declared(c, o, x ? x : y) || told || (noise && both)) {
			i += x != NULL;
			k += both || !x;
			continue;
		}
		if (noise)
			return true;
		d->kind = TRACE_OTHER_VALUE;
		d->item = x ? o->items + i : SIZE_MAX;
		d->item_rewrite = both || !x ? r->items + k : SIZE_MAX;
		return false;
	}
	return true;
}

bool comparison_is_stable(const struct comparison *c, struct trace_range o, struct trace_range n)
{
	if (o.to - o.from != n.to - n.from)
		return false;
	for (size_t i = 0; i < o.to - o.from; i++) {
		if (!same_call(&c->original->events[o.from + i], &c->noise->events[n.from + i]))
			return false;
	}
	return true;
}

/* Callbacks whose calls are declared to be free, and what is called from within them. */
static size_t pass_free(const struct comparison *c, const struct trace *t, size_t at, size_t to)
{
	while (at < to && t->events[at].kind == TRACE_CALLBACK && is_declared(c, &t->events[at], NULL)) {
		unsigned nesting = t->events[at].nesting;
		while (++at < to && t->events[at].nesting >= nesting)
			;
		at = min_size(at + 1, to); /* its return stands one step further out */
	}
	return at;
}

/* Whether the test lets allocations fail, as the original sees it. */
static bool starves(const struct trace *t, struct trace_range range)
{
	bool starved = false;
	for (size_t i = range.from; i < range.to; i++)
		starved |= t->events[i].starved;
	return starved;
}

/* The next return from this nesting tells. */
static bool is_starved(const struct trace *t, size_t event, size_t to)
{
	unsigned nesting = event < to ? t->events[event].nesting : 0;
	for (; event < to && (t->events[event].kind != TRACE_RETURN || t->events[event].nesting > nesting); event++)
		;
	return event < to && t->events[event].starved;
}

size_t comparison_callbacks(const struct trace *t, size_t event)
{
	uint16_t index = t->events[event].index;
	size_t at = event, calls = 0;
	while (at > 0 && !(t->events[at].kind == TRACE_CALL && t->events[at].nesting == 0))
		at--;
	for (; at < t->events_len && !(t->events[at].kind == TRACE_RETURN && t->events[at].nesting == 0); at++)
		calls += t->events[at].kind == TRACE_CALLBACK && t->events[at].index == index;
	return calls;
}

/* One callback too many or too few shows first in what the next one is given. */
static bool is_other_call(const struct comparison *c, const struct trace_difference *d)
{
	return c->original->events[d->original].kind == TRACE_CALLBACK &&
	       comparison_callbacks(c->original, d->original) != comparison_callbacks(c->rewrite, d->rewrite);
}

struct trace_difference comparison_run(struct comparison *c, struct trace_range o, struct trace_range n,
				       struct trace_range r)
{
	struct trace_difference d = {.kind = TRACE_SAME, .original = o.from, .rewrite = r.from};
	bool starving = starves(c->original, o);
	for (;; d.original++, d.rewrite++) {
		d.original = pass_free(c, c->original, d.original, o.to);
		d.rewrite = pass_free(c, c->rewrite, d.rewrite, r.to);
		bool more_o = d.original < o.to, more_r = d.rewrite < r.to;
		if (starving && (is_starved(c->original, d.original, o.to) || is_starved(c->rewrite, d.rewrite, r.to))) {
			const struct trace_write *later = tampering_later(c, o, (struct trace_range){d.rewrite, r.to});
			d.kind = later ? TRACE_TAMPERING : TRACE_STARVED;
			d.write = later ? (size_t)(later - c->rewrite->writes) : 0;
			return d;
		}
		if (!more_o && !more_r)
			return d;
		const struct trace_event *x = &c->original->events[d.original], *y = &c->rewrite->events[d.rewrite];
		const struct trace_write *w = more_o && more_r && same_call(x, y) ? tampering(c, x, y) : NULL;
		if (w) {
			d.kind = TRACE_TAMPERING;
			d.write = (size_t)(w - c->rewrite->writes);
			return d;
		}
		if (!more_o || !more_r || !same_call(x, y)) {
			d.kind = TRACE_OTHER_CALL;
			d.original_over = !more_o;
			d.rewrite_over = !more_r;
			return d;
		}
		if (!compare_items(c, &d, n.from + (d.original - o.from))) {
			if (is_other_call(c, &d))
				d.kind = TRACE_OTHER_CALL;
			return d;
		}
	}
}
