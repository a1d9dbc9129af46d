#include "harness/probe_grammar_parts.h"

#include "core/mem.h"

enum { HEARD_MAX = 3000, ZEROED_MAX = 32 };

struct making {
	struct probe_grammar *g;
	const struct interface *api;
	struct arena *a;
};

/* ---- types */

static const char *unqualified(const struct shape *s)
{
	return str_starts(str_of(s->text), STR("const ")) ? s->text + 6 : s->text;
}

static uint32_t type_of(struct making *m, const struct shape *target)
{
	struct probe_grammar *g = m->g;
	const char *name = unqualified(target);
	for (size_t i = 0; i < g->types_len; i++) {
		if (strcmp(g->types[i].name, name) == 0)
			return (uint32_t)i;
	}
	g->types[g->types_len] = (struct probe_type){.name = name, .ender = PROBE_NONE};
	return (uint32_t)(g->types_len < PROBE_TYPES_MAX - 1 ? g->types_len++ : g->types_len);
}

/* ---- parameters */

static bool is_pointer(const struct shape *s)
{
	return s->kind == SHAPE_POINTER;
}

/* What returns a pointer of no type, and takes such, hands the caller's own back. */
static bool hands_back(const struct shape_signature *g)
{
	bool takes = false;
	for (size_t i = 0; i < g->parameters_len; i++)
		takes |= is_pointer(g->parameters[i]) && g->parameters[i]->target->kind == SHAPE_VOID;
	return takes && is_pointer(g->result) && g->result->target->kind == SHAPE_VOID;
}

/* Whether tests were heard to hand over what another call made, and never anything else. */
static bool is_heard_as_object(const struct probe_grammar *g, uint32_t function, size_t index)
{
	bool any = false;
	for (size_t p = 0; p < g->heard_len; p++) {
		const struct micro_calls *h = &g->heard[p];
		for (size_t i = 0; i < h->calls_len; i++) {
			const struct micro_call *c = &h->calls[i];
			if (c->function != function || c->args[index].kind == MICRO_NULL)
				continue;
			if (c->args[index].kind != MICRO_OBJECT)
				return false;
			uint32_t maker = h->calls[h->objects[c->args[index].object].maker].function;
			any |= !hands_back(g->shims->functions[maker].signature);
		}
	}
	return any;
}

static bool is_heard_null(const struct probe_function *f, size_t index)
{
	for (size_t i = 0; i < f->heard_len; i++) {
		const struct micro_value *v = &f->heard[i]->args[index];
		if (v->kind == MICRO_NULL || v->is_null)
			return true;
	}
	return false;
}

static struct probe_parameter refused(const char *why)
{
	return (struct probe_parameter){.role = PROBE_REFUSED, .length = SIZE_MAX, .why = why};
}

/* What micro workloads do not take: callbacks, texts without a limit, places for pointers. */
static struct probe_parameter read_more(struct making *m, const struct shape_signature *g, size_t index,
					const char *why)
{
	const struct shape *s = g->parameters[index];
	struct probe_parameter p = {.length = SIZE_MAX};
	if (s->kind == SHAPE_RECORD) {
		p.role = PROBE_IS_RECORD;
		p.target = s;
		return p;
	}
	if (!is_pointer(s))
		return refused(why);
	if (shape_callback(s)) {
		p.role = PROBE_IS_CALLBACK;
		return p;
	}
	const struct shape *t = s->target;
	if (t->is_byte && !t->is_const) {
		p.role = PROBE_IS_OPEN;
		p.target = t;
		return p;
	}
	if (is_pointer(t) && t->target->is_char && (t->is_const || t->target->is_const) &&
	    index + 1 < g->parameters_len && g->says_length[index + 1] &&
	    g->parameters[index + 1]->kind == SHAPE_INTEGER) {
		p.role = PROBE_IS_TEXTS;
		p.length = index + 1;
		p.target = t;
		return p;
	}
	if (is_pointer(t) && t->target->is_char && t->target->is_const && !t->is_const) {
		p.role = PROBE_IS_OUT;
		p.type = PROBE_NONE;
		return p;
	}
	bool leads_to_thing = is_pointer(t) && !t->target->is_const &&
			      (t->target->kind == SHAPE_RECORD || t->target->is_char || t->target->kind == SHAPE_VOID);
	if (leads_to_thing && !t->is_const) {
		p.role = PROBE_IS_OUT;
		p.type = type_of(m, t->target);
		return p;
	}
	return refused(why);
}

static struct probe_parameter read_object(struct making *m, const struct shape_signature *g, uint32_t function,
					  size_t index)
{
	const struct shape *t = g->parameters[index]->target;
	struct probe_parameter p = {.role = PROBE_IS_OBJECT, .length = SIZE_MAX, .target = t};
	if (t->kind == SHAPE_VOID && !is_heard_as_object(m->g, function, index))
		p.role = PROBE_IS_USER;
	else
		p.type = type_of(m, t);
	return p;
}

static struct probe_parameter read_parameter(struct making *m, const struct shape_signature *g, uint32_t function,
					     size_t index)
{
	static const enum probe_role roles[] = {
		[ROLE_NUMBER] = PROBE_IS_NUMBER, [ROLE_REAL] = PROBE_IS_REAL, [ROLE_TEXT] = PROBE_IS_TEXT,
		[ROLE_BYTES] = PROBE_IS_BYTES, [ROLE_ROOM] = PROBE_IS_ROOM,	[ROLE_OUT] = PROBE_IS_CELL,
		[ROLE_RECORD] = PROBE_IS_RECORD,
	};
	struct micro_parameter known = micro_parameter(g, index, m->a);
	const struct shape *s = g->parameters[index];
	if (known.role == ROLE_REFUSED)
		return read_more(m, g, index, known.why);
	if (known.role == ROLE_OBJECT)
		return read_object(m, g, function, index);
	return (struct probe_parameter){
		.role = roles[known.role], .length = known.length, .target = is_pointer(s) ? s->target : s};
}

static const struct api_type *choices_of(const struct making *m, const char *type)
{
	for (size_t i = 0; i < m->api->types_len; i++) {
		const struct api_type *t = &m->api->types[i];
		if (t->enumerators_len && t->spelling[0] && strcmp(t->spelling, type) == 0)
			return t;
	}
	return NULL;
}

/* ---- functions */

bool probe_says(const struct probe_function *f, const char *const *words, size_t len)
{
	return str_mentions(f->shim->function->name, words, len);
}

bool probe_has_object(const struct probe_function *f)
{
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		if (f->parameters[i].role == PROBE_IS_OBJECT)
			return true;
	}
	return false;
}

static void read_parameters(struct making *m, struct probe_function *f, uint32_t function)
{
	const struct shape_signature *g = f->shim->signature;
	f->parameters = arena_array(m->a, g->parameters_len + 1, struct probe_parameter);
	for (size_t i = 0; i < g->parameters_len; i++) {
		struct probe_parameter *p = &f->parameters[i];
		*p = read_parameter(m, g, function, i);
		p->choices = p->role == PROBE_IS_NUMBER ? choices_of(m, g->texts[i]) : NULL;
		p->may_be_null = is_pointer(g->parameters[i]) && is_heard_null(f, i);
		if (p->role == PROBE_REFUSED)
			f->refused = p->why;
		if (p->role == PROBE_IS_OUT && p->type != PROBE_NONE)
			f->makes_out = i, f->makes = p->type;
	}
	for (size_t i = 0; i < g->parameters_len; i++) {
		if (f->parameters[i].length != SIZE_MAX && f->parameters[i].role != PROBE_IS_RECORD)
			f->parameters[f->parameters[i].length].is_length = true;
	}
	if (g->variadic)
		f->refused = "it takes arguments that it does not name";
}

static void read_result(struct making *m, struct probe_function *f)
{
	const struct shape *r = f->shim->signature->result;
	bool object = f->shim->signature->parameters_len && f->parameters[0].role == PROBE_IS_OBJECT;
	if (object && micro_makes_in_place(f->shim)) {
		f->makes = f->parameters[0].type;
		f->makes_in_place = true;
		return;
	}
	if (f->makes != PROBE_NONE || !is_pointer(r) || r->target->kind == SHAPE_FUNCTION)
		return;
	bool thing = r->target->kind == SHAPE_RECORD || (r->target->is_char && !r->target->is_const) ||
		     (r->target->kind == SHAPE_VOID && !r->target->is_const && !hands_back(f->shim->signature));
	if (thing)
		f->makes = type_of(m, r->target);
}

/* What a function returns that has made an object where it was told to: as it did in tests that went on with it. */
static void find_made_result(struct making *m, struct probe_function *f, uint32_t function)
{
	for (size_t p = 0; p < m->g->heard_len; p++) {
		const struct micro_calls *h = &m->g->heard[p];
		for (size_t i = 0; i < h->objects_len && f->shim->signature->result->kind == SHAPE_INTEGER; i++) {
			const struct micro_call *maker = &h->calls[h->objects[i].maker];
			if (maker->function != function || h->objects[i].ender >= h->calls_len)
				continue;
			f->makes_if = true;
			f->made_result = maker->result;
			return;
		}
	}
}

static void collect_heard(struct making *m, struct probe_function *f, uint32_t function)
{
	f->heard = arena_array(m->a, HEARD_MAX, const struct micro_call *);
	for (size_t p = 0; p < m->g->heard_len; p++) {
		for (size_t i = 0; i < m->g->heard[p].calls_len && f->heard_len < HEARD_MAX; i++) {
			if (m->g->heard[p].calls[i].function == function)
				f->heard[f->heard_len++] = &m->g->heard[p].calls[i];
		}
	}
}

static void read_function(struct making *m, uint32_t function)
{
	struct probe_function *f = &m->g->functions[function];
	*f = (struct probe_function){
		.shim = &m->g->shims->functions[function], .makes = PROBE_NONE, .makes_out = SIZE_MAX};
	collect_heard(m, f, function);
	read_parameters(m, f, function);
	read_result(m, f);
	if (f->makes_in_place)
		find_made_result(m, f, function);
	for (size_t p = 0; p < m->g->heard_len; p++) {
		if (m->g->heard[p].broken[function] && strstr(m->g->heard[p].broken[function], "come back"))
			f->refused = m->g->heard[p].broken[function];
	}
}

/* ---- callbacks */

size_t probe_grammar_callback(const struct probe_grammar *g, const struct shape *shape)
{
	const struct shape_signature *s = shape_callback(shape);
	size_t i = 0;
	while (i < g->callbacks_len && g->callbacks[i] != s)
		i++;
	return i;
}

static bool can_be_written(const struct shape_signature *s)
{
	bool known = !s->unspecified && !s->variadic && s->result_text[0] &&
		     (s->result->kind == SHAPE_VOID || s->result->size);
	for (size_t i = 0; i < s->parameters_len; i++)
		known &= s->parameters[i]->size > 0;
	return known;
}

enum { CALLBACKS_MAX = 500 };

/* Whether recast.json lets a rewrite call it more often, or less. */
static bool is_called_freely(struct making *m, const struct shape_signature *s)
{
	const struct strings *declared = &m->g->suite->project->trace_free;
	size_t index = shims_callback(m->g->shims, s);
	if (index == m->g->shims->callbacks_len)
		return false;
	const char *name = m->g->shims->callbacks[index].name;
	return strings_have(declared, arena_printf(m->a, "%s.calls", name)) ||
	       strings_have(declared, arena_printf(m->a, "%s.*", name));
}

static void add_callback(struct making *m, const struct shape *shape, enum shim_callback_mode mode, const char *name)
{
	struct probe_grammar *g = m->g;
	const struct shape_signature *s = shape_callback(shape);
	if (!s || !can_be_written(s) || probe_grammar_callback(g, shape) < g->callbacks_len ||
	    g->callbacks_len == CALLBACKS_MAX)
		return;
	g->callbacks[g->callbacks_len] = s;
	g->callback_modes[g->callbacks_len] = mode;
	g->callback_steady[g->callbacks_len] = is_called_freely(m, s);
	g->callback_names[g->callbacks_len++] = name;
}

static void find_callbacks(struct making *m)
{
	struct probe_grammar *g = m->g;
	g->callbacks = arena_array(m->a, CALLBACKS_MAX, const struct shape_signature *);
	g->callback_steady = arena_array(m->a, CALLBACKS_MAX, bool);
	g->callback_modes = arena_array(m->a, CALLBACKS_MAX, enum shim_callback_mode);
	g->callback_names = arena_array(m->a, CALLBACKS_MAX, const char *);
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		const struct shape_signature *s = f->shim->signature;
		for (size_t k = 0; k < s->parameters_len; k++) {
			const struct shape *p = s->parameters[k];
			const struct shape_record *r = p->record ? p->record : is_pointer(p) ? p->target->record : NULL;
			add_callback(m, p, shim_parameter_mode(s, k), s->names[k]);
			for (size_t n = 0; r && n < r->fields_len; n++)
				add_callback(m, r->fields[n].shape, shim_field_mode(r, n), r->fields[n].name);
			if (f->parameters[k].role == PROBE_IS_CALLBACK &&
			    probe_grammar_callback(g, p) == g->callbacks_len)
				f->refused = "it takes a callback of a type that is not known";
		}
	}
}

/* ---- structs of the caller's that begin as nothing but zeros */

static struct micro_beginning beginnings_of(const struct probe_grammar *g, const struct shape *type)
{
	struct micro_beginning all = {.type = type};
	for (size_t p = 0; p < g->heard_len; p++) {
		for (size_t i = 0; i < g->heard[p].beginnings_len; i++) {
			const struct micro_beginning *b = &g->heard[p].beginnings[i];
			all.zeroed += b->type == type ? b->zeroed : 0;
			all.filled += b->type == type ? b->filled : 0;
		}
	}
	return all;
}

static bool is_made(const struct probe_grammar *g, uint32_t type)
{
	bool made = false;
	for (size_t i = 0; i < g->functions_len; i++)
		made |= g->functions[i].makes == type;
	return made;
}

/* As if there were a function that makes them: void f(struct x *). */
static void add_zeroing(struct making *m, const struct shape *type)
{
	static const struct shape nothing = {.kind = SHAPE_VOID, .text = "void"};
	struct shape *pointer = arena_new(m->a, struct shape);
	struct api_function *function = arena_new(m->a, struct api_function);
	struct shape_signature *s = arena_new(m->a, struct shape_signature);
	struct shim_function *shim = arena_new(m->a, struct shim_function);
	struct probe_function *f = &m->g->functions[m->g->functions_len++];
	*pointer = (struct shape){.kind = SHAPE_POINTER, .size = SHAPE_POINTER_BYTES, .target = type,
				  .text = arena_printf(m->a, "%s *", type->text)};
	*function = (struct api_function){.name = ""};
	*s = (struct shape_signature){.result_text = "void", .result = &nothing, .parameters_len = 1,
				      .texts = arena_array(m->a, 1, const char *),
				      .names = arena_array(m->a, 1, const char *),
				      .parameters = arena_array(m->a, 1, const struct shape *),
				      .says_length = arena_array(m->a, 1, bool)};
	s->texts[0] = pointer->text;
	s->names[0] = "";
	s->parameters[0] = pointer;
	*shim = (struct shim_function){.function = function, .signature = s};
	*f = (struct probe_function){.shim = shim, .makes = type_of(m, type), .makes_in_place = true, .zeroes = true,
				     .makes_out = SIZE_MAX, .parameters = arena_new(m->a, struct probe_parameter)};
	f->parameters[0] = (struct probe_parameter){
		.role = PROBE_IS_OBJECT, .length = SIZE_MAX, .target = type, .type = f->makes};
}

/* Where tests begin with them always, and nothing makes such objects. */
static void find_zeroed(struct making *m)
{
	struct probe_grammar *g = m->g;
	for (size_t p = 0; p < g->heard_len; p++) {
		for (size_t i = 0; i < g->heard[p].beginnings_len; i++) {
			struct micro_beginning all = beginnings_of(g, g->heard[p].beginnings[i].type);
			bool room = g->functions_len < g->shims->functions_len + ZEROED_MAX;
			if (room && all.zeroed && !all.filled && !is_made(g, type_of(m, all.type)))
				add_zeroing(m, all.type);
		}
	}
}

void probe_grammar_make(const struct suite *suite, const struct interface *api, const struct shims *shims,
			const struct micro_calls *heard, size_t heard_len, struct arena *a, struct probe_grammar *ret)
{
	struct making m = {ret, api, a};
	*ret = (struct probe_grammar){
		.suite = suite,
		.shims = shims,
		.functions = arena_array(a, shims->functions_len + ZEROED_MAX + 1, struct probe_function),
		.functions_len = shims->functions_len,
		.types = arena_array(a, PROBE_TYPES_MAX, struct probe_type),
		.heard = heard,
		.heard_len = heard_len,
	};
	for (size_t i = 0; i < shims->functions_len; i++)
		read_function(&m, (uint32_t)i);
	find_callbacks(&m);
	find_zeroed(&m);
	probe_learn(ret);
}
