#include "harness/probe_make.h"

#include "harness/wordmaker.h"

enum {
	ALIKE_SHARE = 12,
	NULL_SHARE = 12, /* where tests hand over such */
	WITHIN_MAX = 6,
};

static struct wordmaker words_of(struct probe_maker *m)
{
	return (struct wordmaker){m->words, m->lot, m->a};
}

static uint64_t below(struct probe_maker *m, uint64_t bound)
{
	return prng_below(m->lot, bound);
}

static bool one_in(struct probe_maker *m, uint64_t n)
{
	return below(m, n) == 0;
}

static uint64_t some_number(struct probe_maker *m)
{
	struct wordmaker w = words_of(m);
	return wordmaker_number(&w);
}

static uint64_t some_length(struct probe_maker *m)
{
	struct wordmaker w = words_of(m);
	return wordmaker_length(&w);
}

static uint64_t some_real(struct probe_maker *m)
{
	struct wordmaker w = words_of(m);
	return wordmaker_real(&w);
}

static struct str new_text(struct probe_maker *m)
{
	struct wordmaker w = words_of(m);
	return wordmaker_text(&w);
}

static struct str changed_text(struct probe_maker *m, struct str from)
{
	struct wordmaker w = words_of(m);
	return wordmaker_changed(&w, from);
}

static void append_long(struct probe_maker *m, struct buf *out, struct str text)
{
	struct wordmaker w = words_of(m);
	wordmaker_append_long(&w, out, text);
}

static struct str keep(struct probe_maker *m, const struct buf *b)
{
	return (struct str){arena_str(m->a, buf_str(b)), b->len};
}

/* ---- texts as they lie in memory */

static struct str terminated(struct arena *a, struct str text)
{
	text = str_first(text, str_index(text, '\0'));
	return (struct str){arena_str(a, text), text.len + 1};
}

/* A text where nobody says how much room there is: then there is plenty. */
static struct str with_room(struct arena *a, struct str text)
{
	text = str_first(text, str_index(text, '\0'));
	size_t len = text.len + 1 + PROBE_ROOM_MAX;
	char *room = arena_array(a, len, char);
	memcpy(room, text.ptr, text.len);
	return (struct str){room, len};
}

static bool is_text(const struct probe_parameter *p)
{
	return p->role == PROBE_IS_TEXT || p->role == PROBE_IS_OPEN ||
	       (p->role == PROBE_IS_BYTES && (p->target->kind == SHAPE_VOID || p->target->is_byte));
}

static bool is_terminated(const struct probe_parameter *p)
{
	return p->role == PROBE_IS_TEXT && p->length == SIZE_MAX;
}

bool probe_value_text(const struct probe_parameter *p, const struct probe_value *v, struct str *ret)
{
	if (v->kind != PROBE_BYTES || !is_text(p))
		return false;
	*ret = v->bytes;
	if (p->role == PROBE_IS_OPEN)
		ret->len = str_index(v->bytes, '\0');
	else if (is_terminated(p) && v->bytes.len)
		ret->len--;
	return true;
}

void probe_value_set_text(struct arena *a, const struct probe_parameter *p, struct probe_value *v, struct str text)
{
	if (p->role == PROBE_IS_OPEN)
		v->bytes = with_room(a, text);
	else
		v->bytes = is_terminated(p) ? terminated(a, text) : (struct str){arena_str(a, text), text.len};
}

/* ---- arguments as tests gave them */

struct probe_value probe_value_heard(struct probe_maker *m, uint32_t function, size_t index,
				     const struct micro_value *v)
{
	const struct probe_parameter *p = &m->g->functions[function].parameters[index];
	const struct shape *s = m->g->functions[function].shim->signature->parameters[index];
	struct probe_value value = {.kind = PROBE_NULL};
	switch (v->kind) {
	case MICRO_NUMBER:
		value.kind = PROBE_NUMBER;
		value.number = v->number;
		break;
	case MICRO_REAL:
		value.kind = PROBE_REAL;
		value.number = v->number;
		break;
	case MICRO_BYTES:
		value.kind = p->role == PROBE_IS_ROOM ? PROBE_ROOM : PROBE_BYTES;
		if (p->role == PROBE_IS_RECORD)
			value.kind = PROBE_RECORD;
		value.number = v->bytes.len;
		value.bytes = v->bytes;
		/* The NUL belongs to the memory. */
		if (value.kind == PROBE_BYTES && p->role == PROBE_IS_TEXT && p->length == SIZE_MAX)
			value.bytes = (struct str){arena_str(m->a, v->bytes), v->bytes.len + 1};
		break;
	case MICRO_OBJECT:
		value.kind = p->role == PROBE_IS_OBJECT ? PROBE_OBJECT : PROBE_NULL;
		value.object = v->object;
		break;
	case MICRO_MADE:
		value.kind = PROBE_PLACE;
		value.number = s->target->size;
		break;
	case MICRO_UNKNOWN:
		if (p->role == PROBE_IS_OPEN && v->bytes.ptr)
			value = (struct probe_value){.kind = PROBE_BYTES, .bytes = with_room(m->a, v->bytes)};
		break;
	default:
		break;
	}
	return value;
}

/* Of the same parameter in some test. */
static bool find_heard(struct probe_maker *m, uint32_t function, size_t index, struct probe_value *ret)
{
	const struct probe_function *f = &m->g->functions[function];
	if (!f->heard_len)
		return false;
	*ret = probe_value_heard(m, function, index, &f->heard[below(m, f->heard_len)]->args[index]);
	return ret->kind != PROBE_NULL;
}

/* ---- single values */

/* Some value of the type, as it lies in memory. */
static uint64_t some_bits(struct probe_maker *m, const struct shape *s)
{
	if (s->kind != SHAPE_FLOAT)
		return probe_is_bool(s) ? below(m, 2) : some_number(m);
	uint64_t bits = some_real(m);
	if (s->size == sizeof(float)) {
		double wide;
		memcpy(&wide, &bits, sizeof(wide));
		float narrow = (float)wide;
		bits = 0;
		memcpy(&bits, &narrow, sizeof(narrow));
	}
	return bits;
}

static struct probe_value a_record(struct probe_maker *m, const struct shape *record)
{
	struct probe_value v = {.kind = PROBE_RECORD};
	char *bytes = arena_alloc(m->a, record->size + 1, 1);
	v.bytes = (struct str){bytes, record->size};
	v.fields = arena_array(m->a, record->record->fields_len + 1, struct probe_value);
	for (size_t i = 0; i < record->record->fields_len; i++) {
		const struct shape_field *f = &record->record->fields[i];
		uint64_t number = one_in(m, 3) ? 0 : some_bits(m, f->shape);
		bool plain = f->shape->kind == SHAPE_INTEGER || f->shape->kind == SHAPE_FLOAT;
		if (plain && !f->bits && !f->shared && f->shape->size <= sizeof(number) &&
		    f->offset + f->shape->size <= record->size)
			memcpy(bytes + f->offset, &number, f->shape->size);
		if (f->shape->kind != SHAPE_POINTER || f->shared)
			continue;
		if (shape_callback(f->shape) && !one_in(m, 4))
			v.fields[i].kind = PROBE_CALLBACK;
		else if (f->shape->target->is_char && !one_in(m, 3))
			v.fields[i] = (struct probe_value){.kind = PROBE_BYTES, .bytes = terminated(m->a, new_text(m))};
		else if (f->shape->target->kind == SHAPE_VOID && one_in(m, 2))
			v.fields[i] = (struct probe_value){.kind = PROBE_USER, .number = below(m, PROBE_USERS)};
	}
	return v;
}

static struct probe_value text_value(struct arena *a, const struct probe_parameter *p, struct str text)
{
	struct probe_value v = {.kind = PROBE_BYTES};
	probe_value_set_text(a, p, &v, text);
	return v;
}

static struct probe_value a_text(struct probe_maker *m, const struct probe_parameter *p)
{
	struct str text = new_text(m);
	if (one_in(m, 10)) {
		SCOPED_BUF struct buf out;
		buf_init(&out, WORDMAKER_TEXT_MAX);
		append_long(m, &out, text);
		text = keep(m, &out);
	}
	return text_value(m->a, p, text);
}

/* As many elements as there are to be. */
static struct probe_value an_array(struct probe_maker *m, const struct probe_parameter *p)
{
	uint64_t each = p->target->size ? p->target->size : 1, count = one_in(m, 3) ? below(m, 20) : below(m, 4);
	char *bytes = arena_alloc(m->a, count * each + 1, 1);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t number = some_bits(m, p->target);
		memcpy(bytes + i * each, &number, min_size(each, sizeof(number)));
	}
	return (struct probe_value){.kind = PROBE_BYTES, .bytes = {bytes, count * each}};
}

static struct probe_value some_texts(struct probe_maker *m)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, WORDMAKER_TEXT_MAX);
	uint64_t count = below(m, one_in(m, 4) ? PROBE_TEXTS_IN_ARRAY : 4);
	for (uint64_t i = 0; i < count; i++)
		buf_append_str(&out, terminated(m->a, new_text(m)));
	if (out.full)
		return (struct probe_value){.kind = PROBE_TEXTS, .bytes = STR("")};
	return (struct probe_value){.kind = PROBE_TEXTS, .number = count, .bytes = keep(m, &out)};
}

static struct probe_value a_value(struct probe_maker *m, const struct probe_parameter *p)
{
	struct probe_value v = {.kind = PROBE_NULL};
	switch (p->role) {
	case PROBE_IS_NUMBER:
		if (p->choices && !one_in(m, 6))
			return (struct probe_value){
				.kind = PROBE_NUMBER,
				.number =
					(uint64_t)p->choices->enumerators[below(m, p->choices->enumerators_len)].value};
		return (struct probe_value){.kind = PROBE_NUMBER,
					    .number = p->is_length ? some_length(m) : some_number(m)};
	case PROBE_IS_REAL:
		return (struct probe_value){.kind = PROBE_REAL, .number = some_real(m)};
	case PROBE_IS_TEXT:
	case PROBE_IS_OPEN:
		return a_text(m, p);
	case PROBE_IS_BYTES:
		return p->target->kind == SHAPE_VOID || p->target->is_byte ? a_text(m, p) : an_array(m, p);
	case PROBE_IS_ROOM:
		if (p->target->kind == SHAPE_RECORD && one_in(m, 4))
			return a_record(m, p->target);
		return (struct probe_value){.kind = PROBE_ROOM, .number = some_length(m)};
	case PROBE_IS_CELL: {
		uint64_t number = p->is_length ? some_length(m) : some_bits(m, p->target);
		char *cell = arena_copy(m->a, &number, 1, sizeof(number));
		return (struct probe_value){.kind = PROBE_BYTES,
					    .bytes = {cell, min_size(p->target->size, sizeof(number))}};
	}
	case PROBE_IS_TEXTS:
		return some_texts(m);
	case PROBE_IS_OUT:
		v.kind = PROBE_OUT;
		return v;
	case PROBE_IS_RECORD:
		return a_record(m, p->target);
	case PROBE_IS_CALLBACK:
		v.kind = p->may_be_null && one_in(m, 6) ? PROBE_NULL : PROBE_CALLBACK;
		return v;
	case PROBE_IS_USER:
		v.kind = PROBE_USER;
		v.number = below(m, PROBE_USERS);
		return v;
	case PROBE_IS_OBJECT:
	case PROBE_REFUSED:
		return v;
	}
	return v;
}

/* ---- lengths */

static void set_number(struct probe_maker *m, struct probe_value *v, const struct probe_parameter *p, uint64_t number)
{
	if (p->role == PROBE_IS_NUMBER) {
		*v = (struct probe_value){.kind = PROBE_NUMBER, .number = number};
	} else if (v->kind == PROBE_BYTES) {
		char *cell = arena_copy(m->a, &number, 1, sizeof(number));
		v->bytes = (struct str){cell, min_size(p->target->size, sizeof(number))};
	}
}

static uint64_t number_of(const struct probe_value *v)
{
	uint64_t number = 0;
	if (v->kind == PROBE_NUMBER)
		return v->number;
	if (v->kind == PROBE_BYTES)
		memcpy(&number, v->bytes.ptr, min_size(v->bytes.len, sizeof(number)));
	return number;
}

void probe_values_fit(struct probe_maker *m, struct probe_call *call)
{
	const struct probe_function *f = &m->g->functions[call->function];
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		struct probe_value *v = &call->args[i];
		if (p->length == SIZE_MAX || p->role == PROBE_IS_RECORD)
			continue;
		const struct probe_parameter *told_by = &f->parameters[p->length];
		struct probe_value *told = &call->args[p->length];
		uint64_t each = p->target->size && p->target->kind != SHAPE_VOID ? p->target->size : 1;
		uint64_t count = number_of(told);
		if (v->kind == PROBE_TEXTS) {
			if (count > v->number || !one_in(m, 6))
				set_number(m, told, told_by, v->number);
			continue;
		}
		if (v->kind == PROBE_RECORD) {
			if (count > 1)
				set_number(m, told, told_by, 1);
		} else if (v->kind == PROBE_BYTES && p->role != PROBE_IS_ROOM) {
			/* Mostly all that is there; never more. */
			if (count > v->bytes.len / each || !one_in(m, 6))
				set_number(m, told, told_by, v->bytes.len / each);
		} else if (v->kind == PROBE_ROOM || p->role == PROBE_IS_ROOM) {
			if (count > PROBE_ROOM_MAX / each)
				set_number(m, told, told_by, count = some_length(m) % (PROBE_ROOM_MAX / each + 1));
			*v = (struct probe_value){.kind = PROBE_ROOM, .number = count * each};
		} else if (v->kind == PROBE_NULL) {
			set_number(m, told, told_by, 0);
		}
	}
}

/* ---- calls */

static struct probe_value a_place(struct probe_maker *m, uint32_t size, bool zeroed)
{
	struct probe_value place = {.kind = PROBE_PLACE, .number = size};
	if (zeroed)
		place.bytes = (struct str){arena_alloc(m->a, size, 1), size};
	return place;
}

/* What is special about numbers often is so if two of them are the same, or none is anything. */
static void make_alike(struct probe_maker *m, struct probe_call *call)
{
	const struct probe_function *f = &m->g->functions[call->function];
	uint64_t number = one_in(m, 2) ? 0 : some_number(m);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		if (call->args[i].kind == PROBE_NUMBER && !f->parameters[i].is_length)
			call->args[i].number = number;
	}
}

void probe_values_make(struct probe_maker *m, struct probe_call *call)
{
	const struct probe_function *f = &m->g->functions[call->function];
	const struct shape_signature *s = f->shim->signature;
	call->args = arena_array(m->a, s->parameters_len + 1, struct probe_value);
	for (size_t i = 0; i < s->parameters_len; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		struct probe_value *v = &call->args[i];
		if (p->role == PROBE_IS_OBJECT) {
			if (i == 0 && f->makes_in_place)
				*v = a_place(m, p->target->size, f->zeroes);
			continue;
		}
		if (p->may_be_null && one_in(m, NULL_SHARE))
			continue;
		if (one_in(m, 2) || !find_heard(m, call->function, i, v))
			*v = a_value(m, p);
	}
	if (one_in(m, ALIKE_SHARE))
		make_alike(m, call);
	probe_values_fit(m, call);
}

static void change_bytes(struct probe_maker *m, const struct probe_parameter *p, struct probe_value *v)
{
	struct str text;
	if (probe_value_text(p, v, &text))
		probe_value_set_text(m->a, p, v, changed_text(m, text));
	else
		*v = a_value(m, p);
}

/* ---- places in texts */

struct probe_place probe_values_place(struct probe_maker *m, const struct probe_call *call)
{
	const struct probe_function *f = &m->g->functions[call->function];
	struct probe_place place = {.is_there = false};
	size_t texts = 0;
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		struct str text;
		if (probe_value_text(&f->parameters[i], &call->args[i], &text) && text.len && one_in(m, ++texts))
			place = (struct probe_place){true, i, below(m, text.len)};
	}
	return place;
}

static void put_text(struct probe_maker *m, struct probe_call *call, const struct probe_place *place, struct str text)
{
	const struct probe_parameter *p = &m->g->functions[call->function].parameters[place->parameter];
	probe_value_set_text(m->a, p, &call->args[place->parameter], text);
	probe_values_fit(m, call);
}

static struct str text_at(struct probe_maker *m, const struct probe_call *call, const struct probe_place *place)
{
	struct str text = STR("");
	const struct probe_function *f = &m->g->functions[call->function];
	probe_value_text(&f->parameters[place->parameter], &call->args[place->parameter], &text);
	return text;
}

void probe_values_put_letter(struct probe_maker *m, struct probe_call *call, const struct probe_place *place,
			     unsigned char letter)
{
	struct str text = text_at(m, call, place);
	char *bytes = arena_copy(m->a, text.ptr, text.len, 1);
	bytes[place->at] = (char)letter;
	put_text(m, call, place, (struct str){bytes, text.len});
}

void probe_values_put_word(struct probe_maker *m, struct probe_call *call, const struct probe_place *place, uint64_t len)
{
	struct wordmaker w = words_of(m);
	put_text(m, call, place, wordmaker_with_word(&w, text_at(m, call, place), place->at, len));
}

unsigned probe_values_within(struct probe_maker *m)
{
	return one_in(m, 2) ? 1 : 1 + (unsigned)below(m, WITHIN_MAX);
}

void probe_values_change(struct probe_maker *m, struct probe_call *call)
{
	if (call->within && one_in(m, 4)) {
		call->within = probe_values_within(m);
		return;
	}
	const struct probe_function *f = &m->g->functions[call->function];
	const struct shape_signature *s = f->shim->signature;
	if (!s->parameters_len)
		return;
	struct probe_place place = probe_values_place(m, call);
	/* Texts can be changed in more ways than all else. */
	size_t i = place.is_there && one_in(m, 2) ? place.parameter : below(m, s->parameters_len);
	const struct probe_parameter *p = &f->parameters[i];
	struct probe_value *v = &call->args[i];
	if (p->role == PROBE_IS_OBJECT || v->kind == PROBE_OBJECT || v->kind == PROBE_PLACE || v->kind == PROBE_OUT)
		return;
	if (v->kind == PROBE_BYTES && !one_in(m, 6))
		change_bytes(m, p, v);
	else if (v->kind == PROBE_NUMBER && one_in(m, 2))
		v->number += below(m, 2) ? 1 : (uint64_t)-1;
	else if (p->may_be_null && one_in(m, 8))
		*v = (struct probe_value){.kind = PROBE_NULL};
	else
		*v = a_value(m, p);
	probe_values_fit(m, call);
}
