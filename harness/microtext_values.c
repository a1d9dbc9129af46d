#include "harness/microtext_parts.h"

enum { FOLDED_MAX = 512, LETTERS = 4 };

/* How a parameter of the measured function gets its values. */
enum slot { SLOT_NUMBER, SLOT_REAL, SLOT_TEXT, SLOT_ROOM, SLOT_RECORD, SLOT_OBJECT, SLOT_MADE };

static enum slot slot_of(const struct micro *m, struct micro_parameter p, size_t index)
{
	const struct shape *s = m->function->signature->parameters[index];
	enum micro_kind kind = m->inputs[0]->args[index].kind;
	switch (p.role) {
	case ROLE_NUMBER:
		return SLOT_NUMBER;
	case ROLE_REAL:
		return SLOT_REAL;
	case ROLE_RECORD:
		return SLOT_RECORD;
	case ROLE_TEXT:
	case ROLE_BYTES:
		return SLOT_TEXT;
	case ROLE_OBJECT:
		if (kind == MICRO_OBJECT || kind == MICRO_MADE)
			return kind == MICRO_MADE ? SLOT_MADE : SLOT_OBJECT;
		return s->target->is_const ? SLOT_TEXT : SLOT_ROOM;
	default:
		return SLOT_ROOM;
	}
}

/* ---- texts as C */

static void put_literal(struct micro_out *o, struct str bytes)
{
	buf_append_char(&o->text, '"');
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];
		/* "?" could begin a trigraph. */
		if (c < 0x20 || c > 0x7E || c == '"' || c == '\\' || c == '?')
			micro_put(o, "\\%03o", c);
		else
			buf_append_char(&o->text, (char)c);
	}
	buf_append_char(&o->text, '"');
}

void micro_put_fixed(struct micro_out *o, const struct shape_signature *g, size_t index, const struct micro_value *v,
		     const char *object)
{
	const char *type = g->texts[index];
	switch (v->kind) {
	case MICRO_NUMBER:
		micro_put(o, "(__typeof_unqual__(%s))(long long)%lluull", type, (unsigned long long)v->number);
		break;
	case MICRO_REAL:
		micro_put(o, "(__typeof_unqual__(%s))recast_real(%lluull)", type, (unsigned long long)v->number);
		break;
	case MICRO_BYTES:
		micro_put(o, g->parameters[index]->kind == SHAPE_RECORD ? "*(__typeof__(%s) *)" : "(__typeof__(%s))", type);
		micro_put(o, "recast_keep(");
		put_literal(o, v->bytes);
		micro_put(o, ", %zu)", v->bytes.len);
		break;
	case MICRO_OBJECT:
	case MICRO_MADE:
		micro_put(o, "(__typeof__(%s))%s", type, object);
		break;
	default:
		micro_put(o, "0");
	}
}

/* ---- where a text can be changed without becoming another kind of text */

struct spot {
	size_t at, letters;
	char first, mask;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_keyword(struct str word)
{
	return str_eq(word, STR("true")) || str_eq(word, STR("false")) || str_eq(word, STR("null"));
}

/* The longest run; all but its first byte may change. */
static struct spot spot_in(struct str text, bool (*belongs)(char c), size_t least, char first, char mask)
{
	struct spot best = {0};
	size_t longest = least - 1;
	for (size_t i = 0, len; i < text.len; i += len + 1) {
		for (len = 0; i + len < text.len && belongs(text.ptr[i + len]); len++)
			continue;
		if (len <= longest || is_keyword((struct str){text.ptr + i, len}))
			continue;
		longest = len;
		size_t letters = min_size(len - 1, LETTERS);
		best = (struct spot){i + len - letters, letters, first, mask};
	}
	return best;
}

static bool is_name(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.ptr[i]) && !is_letter(text.ptr[i]) && !strchr("_-./", text.ptr[i]))
			return false;
	}
	return text.len > 0;
}

static struct spot spot_of(struct micro_parameter p, const struct micro_value *v)
{
	if (p.role != ROLE_TEXT || v->kind != MICRO_BYTES || (v->bytes.len && memchr(v->bytes.ptr, '\0', v->bytes.len)))
		return (struct spot){0};
	if (p.length == SIZE_MAX && is_name(v->bytes))
		return (struct spot){v->bytes.len, LETTERS, 'a', 15};
	struct spot digits = spot_in(v->bytes, is_digit, 2, '0', 7);
	return digits.letters ? digits : spot_in(v->bytes, is_letter, 3, 'a', 15);
}

static bool any_spot(const struct micro *m, struct micro_parameter p, size_t index)
{
	for (size_t k = 0; k < m->inputs_len; k++) {
		if (spot_of(p, &m->inputs[k]->args[index]).letters)
			return true;
	}
	return false;
}

/* ---- numbers that can be others */

static bool is_counted(const char *type)
{
	static const char *const types[] = {"int",	"unsigned", "unsigned int", "long",	"unsigned long", "long long",
					    "size_t",	"short",    "int64_t",	    "uint64_t", "int32_t",	 "uint32_t",
					    "uint16_t", "uint8_t",  "int16_t",	    "int8_t",	"unsigned long long"};
	for (size_t i = 0; i < countof(types); i++) {
		if (strcmp(type, types[i]) == 0)
			return true;
	}
	return false;
}

/* Where there are pointers, a number may say how far one may go; then it changes only if its name says what it is. */
static bool may_change(const struct shape_signature *g, size_t index)
{
	static const char *const words[] = {"key", "val", "number", "item", "elem"};
	bool pointers = false;
	for (size_t i = 0; i < g->parameters_len; i++)
		pointers |= g->parameters[i]->kind == SHAPE_POINTER;
	if (pointers)
		return is_counted(g->texts[index]) && str_mentions(g->names[index], words, countof(words));
	return is_counted(g->texts[index]) || g->parameters[index]->kind == SHAPE_FLOAT;
}

static void range_of(const struct micro *m, size_t index, uint64_t *ret_low, uint64_t *ret_span)
{
	bool is_signed = m->function->signature->parameters[index]->is_signed;
	uint64_t low = m->inputs[0]->args[index].number, high = low;
	for (size_t k = 1; k < m->inputs_len; k++) {
		uint64_t v = m->inputs[k]->args[index].number;
		bool below = is_signed ? (int64_t)v < (int64_t)low : v < low;
		bool above = is_signed ? (int64_t)v > (int64_t)high : v > high;
		low = below ? v : low;
		high = above ? v : high;
	}
	*ret_low = low;
	*ret_span = high - low + 1;
}

/* ---- tables */

static void put_numbers(struct micro_out *o, size_t index)
{
	micro_put(o, "static const recast_u64 recast_v_%zu[] = {", index);
	for (size_t k = 0; k < o->micro->inputs_len; k++)
		micro_put(o, "%lluull, ", (unsigned long long)o->micro->inputs[k]->args[index].number);
	micro_put(o, "};\n");
}

static void put_bytes(struct micro_out *o, const char *name, size_t index, size_t k, struct str bytes)
{
	micro_put(o, "static _Alignas(16) char recast_%s_%zu_%zu[%zu] = ", name, index, k, bytes.len + 17);
	put_literal(o, bytes);
	micro_put(o, ";\n");
}

static void put_texts(struct micro_out *o, struct micro_parameter p, size_t index)
{
	const struct micro *m = o->micro;
	for (size_t k = 0; k < m->inputs_len; k++) {
		const struct micro_value *v = &m->inputs[k]->args[index];
		if (v->kind != MICRO_BYTES)
			continue;
		put_bytes(o, "b", index, k, v->bytes);
		if (spot_of(p, v).letters)
			put_bytes(o, "o", index, k, v->bytes);
	}
	micro_put(o, "static const struct recast_text recast_t_%zu[] = {", index);
	for (size_t k = 0; k < m->inputs_len; k++) {
		const struct micro_value *v = &m->inputs[k]->args[index];
		struct spot spot = spot_of(p, v);
		if (v->kind != MICRO_BYTES)
			micro_put(o, "{0}, ");
		else if (!spot.letters)
			micro_put(o, "{recast_b_%zu_%zu, 0, %zu}, ", index, k, v->bytes.len);
		else
			micro_put(o, "{recast_b_%zu_%zu, recast_o_%zu_%zu, %zu, %zu, %zu, %d, %d}, ", index, k, index, k,
				  v->bytes.len, spot.at, spot.letters, spot.first, spot.mask);
	}
	micro_put(o, "};\n");
}

/* The largest that any input asks for, holding what the first one held. */
static void put_room(struct micro_out *o, size_t index, size_t least)
{
	const struct micro *m = o->micro;
	struct str first = {0};
	for (size_t k = 0; k < m->inputs_len; k++) {
		struct str bytes = m->inputs[k]->args[index].bytes;
		first = first.len ? first : bytes;
		least = max_size(least, bytes.len);
	}
	micro_put(o, "static _Alignas(16) char recast_room_%zu[%zu] = ", index, least + 17);
	put_literal(o, first);
	micro_put(o, ";\n");
}

void micro_put_tables(struct micro_out *o)
{
	for (size_t i = 0; i < o->g->parameters_len; i++) {
		struct micro_parameter p = micro_parameter(o->g, i, o->a);
		enum slot slot = slot_of(o->micro, p, i);
		if (slot == SLOT_NUMBER || slot == SLOT_REAL)
			put_numbers(o, i);
		if (slot == SLOT_TEXT || slot == SLOT_ROOM || slot == SLOT_RECORD)
			put_texts(o, p, i);
		if (slot == SLOT_ROOM)
			put_room(o, i, 0);
		if (slot == SLOT_MADE)
			put_room(o, i, o->g->parameters[i]->target->size);
	}
}

/* ---- before the call */

static bool may_be_kept(const struct micro *m)
{
	return m->needs_len || m->gives.make;
}

void micro_put_growing(struct micro_out *o, size_t i)
{
	struct micro_parameter p = micro_parameter(o->g, i, o->a);
	if (p.role == ROLE_ROOM)
		micro_put(o,
			  "\trecast_l_%zu[recast_i] = (recast_t_%zu[recast_k].len + 2 * recast_n + 64) / 16 * 16;\n"
			  "\trecast_g_%zu[recast_i] = recast_t_%zu[recast_k].at ? recast_fresh(recast_l_%zu[recast_i]) : 0;\n",
			  i, i, i, i, i);
	else if (micro_growing(o->micro) >> i & 1)
		micro_put(o,
			  "\tif (recast_which >> %zu & 1)\n"
			  "\t\trecast_g_%zu[recast_i] = recast_grown(&recast_t_%zu[recast_k], recast_s, recast_n, recast_by, "
			  "&recast_l_%zu[recast_i]);\n",
			  i, i, i, i);
}

static void put_text_prepared(struct micro_out *o, struct micro_parameter p, size_t i, bool grown)
{
	micro_put(o, "\tchar *recast_x_%zu = recast_t_%zu[recast_k].at;\n", i, i);
	if (grown && micro_growing(o->micro) >> i & 1)
		micro_put(o, "\tif (recast_which >> %zu & 1)\n\t\trecast_x_%zu = recast_g_%zu[recast_i];\n", i, i, i);
	else if (!grown && any_spot(o->micro, p, i))
		micro_put(o, "\tif (recast_changed)\n\t\trecast_x_%zu = %s(&recast_t_%zu[recast_k], recast_s);\n", i,
			  may_be_kept(o->micro) ? "recast_vary_kept" : "recast_vary", i);
}

static void put_room_prepared(struct micro_out *o, struct micro_parameter p, size_t i, bool grown)
{
	const struct shape *target = o->g->parameters[i]->target;
	bool bytes = target->kind == SHAPE_VOID || target->is_byte;
	if (p.role == ROLE_ROOM && grown)
		micro_put(o, "\tchar *recast_x_%zu = recast_g_%zu[recast_i];\n\tsize_t recast_len_%zu = recast_l_%zu[recast_i];\n", i, i,
			  i, i);
	else
		micro_put(o, "\tchar *recast_x_%zu = recast_t_%zu[recast_k].at ? recast_room_%zu : 0;\n", i, i, i);
	if (p.role == ROLE_ROOM && !grown)
		micro_put(o, "\tsize_t recast_len_%zu = recast_t_%zu[recast_k].len;\n", i, i);
	/* What it finds there may matter; what a buffer of bytes held does not. */
	if (p.role == ROLE_OUT)
		micro_put(o, "\tif (recast_x_%zu)\n\t\tmemcpy(recast_x_%zu, recast_t_%zu[recast_k].at, %u);\n", i, i, i, target->size);
	else if (p.role == ROLE_ROOM && !bytes)
		micro_put(o, "\tif (recast_x_%zu)\n\t\tmemcpy(recast_x_%zu, recast_t_%zu[recast_k].at, recast_t_%zu[recast_k].len);\n", i,
			  i, i, i);
}

void micro_put_prepared(struct micro_out *o, size_t i, bool grown)
{
	struct micro_parameter p = micro_parameter(o->g, i, o->a);
	enum slot slot = slot_of(o->micro, p, i);
	if (slot == SLOT_TEXT)
		put_text_prepared(o, p, i, grown);
	if (slot == SLOT_ROOM)
		put_room_prepared(o, p, i, grown);
}

/* ---- the argument */

/* A length grows with what it is the length of. */
static bool put_grown_length(struct micro_out *o, size_t i)
{
	for (size_t k = 0; k < o->g->parameters_len; k++) {
		struct micro_parameter p = micro_parameter(o->g, k, o->a);
		if (p.length != i)
			continue;
		if (p.role == ROLE_ROOM) {
			micro_put(o, "(__typeof_unqual__(%s))(recast_len_%zu / %zu)", o->g->texts[i], k,
				  max_size(o->g->parameters[k]->target->size, 1));
			return true;
		}
		if (micro_growing(o->micro) >> k & 1) {
			micro_put(o,
				  "(__typeof_unqual__(%s))(recast_which >> %zu & 1 && recast_x_%zu ? recast_l_%zu[recast_i] : "
				  "recast_v_%zu[recast_k])",
				  o->g->texts[i], k, k, k, i);
			return true;
		}
	}
	return false;
}

static bool is_length(struct micro_out *o, size_t i)
{
	for (size_t k = 0; k < o->g->parameters_len; k++) {
		if (micro_parameter(o->g, k, o->a).length == i)
			return true;
	}
	return false;
}

static void put_number(struct micro_out *o, size_t i, bool grown)
{
	uint64_t low, span;
	const char *type = o->g->texts[i];
	range_of(o->micro, i, &low, &span);
	if (grown && put_grown_length(o, i))
		return;
	micro_put(o, "(__typeof_unqual__(%s))(long long)(", type);
	if (grown || is_length(o, i) || !may_change(o->g, i))
		micro_put(o, "recast_v_%zu[recast_k])", i);
	else if (o->micro->needs_len)
		micro_put(o, "recast_v_%zu[recast_k] + (recast_changed ? recast_s %% 65536 : 0))", i);
	else if (span > 1)
		micro_put(o,
			  "recast_changed ? %lluull + (recast_v_%zu[recast_k] - %lluull + recast_s) %% %lluull : "
			  "recast_v_%zu[recast_k])",
			  (unsigned long long)low, i, (unsigned long long)low, (unsigned long long)span, i);
	else
		micro_put(o, "recast_v_%zu[recast_k])", i);
}

static void put_real(struct micro_out *o, size_t i, bool grown)
{
	micro_put(o, "(__typeof_unqual__(%s))(recast_real(recast_v_%zu[recast_k])", o->g->texts[i], i);
	if (!grown && may_change(o->g, i))
		micro_put(o, " * (recast_changed ? 1 - (double)(recast_s %% 1024) / 1048576 : 1)");
	micro_put(o, ")");
}

void micro_put_argument(struct micro_out *o, size_t i, bool grown, const char *object)
{
	const char *type = o->g->texts[i];
	switch (slot_of(o->micro, micro_parameter(o->g, i, o->a), i)) {
	case SLOT_NUMBER:
		put_number(o, i, grown);
		break;
	case SLOT_REAL:
		put_real(o, i, grown);
		break;
	case SLOT_RECORD:
		micro_put(o, "*(__typeof__(%s) *)recast_t_%zu[recast_k].at", type, i);
		break;
	case SLOT_OBJECT:
		micro_put(o, "(__typeof__(%s))%s", type, object);
		break;
	case SLOT_MADE:
		micro_put(o, "(__typeof__(%s))recast_room_%zu", type, i);
		break;
	default:
		micro_put(o, "(__typeof__(%s))recast_x_%zu", type, i);
	}
}

/* ---- behind the call */

void micro_put_fold(struct micro_out *o, const struct shape *s, const char *address, uint32_t offset)
{
	if (s->kind == SHAPE_INTEGER && s->size <= 8) {
		micro_put(o,
			  "\t{\n\t\trecast_u64 recast_w = 0;\n\t\tmemcpy(&recast_w, (const char *)%s + %u, %u);\n"
			  "\t\trecast_fold(recast_w);\n\t}\n",
			  address, offset, s->size);
	} else if (s->kind == SHAPE_FLOAT && s->size <= 8) {
		micro_put(o,
			  "\t{\n\t\t%s recast_w;\n\t\tmemcpy(&recast_w, (const char *)%s + %u, %u);\n"
			  "\t\trecast_fold(recast_bits(recast_w));\n\t}\n",
			  s->size == 4 ? "float" : "double", address, offset, s->size);
	} else if (s->kind == SHAPE_ARRAY && s->target->is_char) {
		micro_put(o, "\trecast_fold_text((const char *)%s + %u, %u);\n", address, offset, s->size);
	} else if (s->kind == SHAPE_ARRAY && s->target->kind == SHAPE_INTEGER) {
		micro_put(o, "\trecast_fold_bytes((const char *)%s + %u, %u);\n", address, offset,
			  s->size < FOLDED_MAX ? s->size : FOLDED_MAX);
	} else if (s->kind == SHAPE_RECORD && s->record) {
		for (size_t i = 0; i < s->record->fields_len; i++) {
			const struct shape_field *f = &s->record->fields[i];
			if (!f->shared && !f->bits)
				micro_put_fold(o, f->shape, address, offset + f->offset);
		}
	}
}

static void put_room_written(struct micro_out *o, size_t i)
{
	const struct shape *target = o->g->parameters[i]->target;
	if (target->is_char)
		micro_put(o, "\trecast_fold_text(recast_x_%zu, recast_len_%zu);\n", i, i);
	else if (target->kind == SHAPE_INTEGER && !target->is_byte)
		micro_put(o, "\tif (recast_x_%zu)\n\t\trecast_fold_bytes(recast_x_%zu, recast_len_%zu);\n", i, i, i);
	else if (o->g->result->kind == SHAPE_INTEGER)
		/* Often that is how much has been written. */
		micro_put(o,
			  "\tif (recast_x_%zu && (long long)recast_result > 0 && (recast_u64)recast_result <= recast_len_%zu)\n"
			  "\t\trecast_fold_bytes(recast_x_%zu, (size_t)recast_result);\n",
			  i, i, i);
}

void micro_put_written(struct micro_out *o, size_t i)
{
	struct micro_parameter p = micro_parameter(o->g, i, o->a);
	if (slot_of(o->micro, p, i) != SLOT_ROOM)
		return;
	if (p.role == ROLE_ROOM)
		put_room_written(o, i);
	else
		micro_put_fold(o, o->g->parameters[i]->target, arena_printf(o->a, "recast_room_%zu", i), 0);
}

/* ---- what can be said of it before it is built */

uint64_t micro_growing(const struct micro *m)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct shape_signature *g = m->function->signature;
	uint64_t mask = 0;
	for (size_t i = 0; i < g->parameters_len && i < 64; i++) {
		bool texts = micro_parameter(g, i, &scratch).role == ROLE_TEXT, any = false;
		for (size_t k = 0; texts && k < m->inputs_len; k++)
			any |= m->inputs[k]->args[i].kind == MICRO_BYTES;
		mask |= (uint64_t)any << i;
	}
	return mask;
}

bool micro_separates(const struct micro *m, uint64_t which, char separator)
{
	for (size_t i = 0; i < m->function->signature->parameters_len && i < 64; i++) {
		for (size_t k = 0; (which >> i & 1) && k < m->inputs_len; k++) {
			if (str_count(m->inputs[k]->args[i].bytes, separator) > 1)
				return true;
		}
	}
	return false;
}

bool micro_varies(const struct micro *m)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct shape_signature *g = m->function->signature;
	for (size_t i = 0; i < g->parameters_len; i++) {
		struct micro_parameter p = micro_parameter(g, i, &scratch);
		if (p.role == ROLE_TEXT && any_spot(m, p, i))
			return true;
		if ((p.role == ROLE_NUMBER || p.role == ROLE_REAL) && may_change(g, i))
			return true;
	}
	return false;
}
