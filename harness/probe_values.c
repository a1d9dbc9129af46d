#include "harness/probe_make.h"

#include "harness/wordmaker.h"

enum {
	ALIKE_SHARE = 12,
	/* One in so many pointers is null, where tests hand over such and where they do not. */
	NULL_HEARD = 12,
	NULL_NEVER = 300,
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
	char *room = arena_alloc(a, text.len + PROBE_ROOM_MAX, 1);
	memset(room, 0, text.len + PROBE_ROOM_MAX);
	memcpy(room, text.ptr, text.len);
	return (struct str){room, text.len + PROBE_ROOM_MAX};
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

static struct probe_value a_record(struct probe_maker *m, const struct shape *record)
{
	struct probe_value v = {.kind = PROBE_RECORD};
	char *bytes = arena_alloc(m->a, record->size + 1, 1);
	v.bytes = (struct str){bytes, record->size};
	v.fields = arena_array(m->a, record->record->fields_len + 1, struct probe_value);
	for (size_t i = 0; i < record->record->fields_len; i++) {
		const struct shape_field *f = &record->record->fields[i];
		uint64_t number = one_in(m, 3) ? 0 : some_number(m);
		if (f->shape->kind == SHAPE_FLOAT)
			number = some_real(m);
		else if (probe_is_bool(f->shape))
			number &= 1;
		if (f->shape->kind == SHAPE_INTEGER && !f->bits && f->offset + f->shape->size <= record->size &&
		    !f->shared)
			memcpy(bytes + f->offset, &number, min_size(f->shape->size, sizeof(number)));
		if (f->shape->kind == SHAPE_FLOAT && f->shape->size == sizeof(double) &&
		    f->offset + sizeof(double) <= record->size)
			memcpy(bytes + f->offset, &number, sizeof(number));
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
		uint64_t number = p->target->kind == SHAPE_FLOAT ? some_real(m) : some_number(m);
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
		uint64_t number = p->target->kind == SHAPE_FLOAT ? some_real(m)
				  : p->is_length                 ? some_length(m)
								 : some_number(m);
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
				*v = (struct probe_value){.kind = PROBE_PLACE, .number = p->target->size};
			continue;
		}
		bool pointer = s->parameters[i]->kind == SHAPE_POINTER && p->role != PROBE_IS_OUT;
		if (pointer && one_in(m, p->may_be_null ? NULL_HEARD : NULL_NEVER))
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

void probe_values_change(struct probe_maker *m, struct probe_call *call)
{
	const struct probe_function *f = &m->g->functions[call->function];
	const struct shape_signature *s = f->shim->signature;
	if (!s->parameters_len)
		return;
	size_t i = below(m, s->parameters_len);
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
