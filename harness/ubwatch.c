#include "harness/ubwatch.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "harness/guestmemory.h"
#include "harness/ownsource.h"

/*
 * The group "undefined" without what does not go for C or for this target: vptr; function, whose check needs data in
 * front of functions; object-size, which guesses. A null pointer plus nothing is left alone by the compiler itself.
 */
static const char *flags[] = {
	"-fsanitize=alignment,array-bounds,bool,builtin,enum,float-cast-overflow,integer-divide-by-zero,"
	"nonnull-attribute,null,pointer-overflow,return,returns-nonnull-attribute,shift,signed-integer-overflow,"
	"unreachable,vla-bound",
};

const struct strings ub_flags = {flags, countof(flags)};

static const struct {
	const char *handler;   /* behind "__ubsan_handle_"; or NULL */
	const char *name;
	unsigned operands;     /* that it is given behind the data */
	bool ends;             /* the code behind it is not there: no "_abort" is needed, and none can go on */
} kinds[UNDEFINED_KINDS] = {
	[UNDEFINED_ADD] = {"add_overflow", "adds signed numbers beyond their type's range", 2, false},
	[UNDEFINED_SUBTRACT] = {"sub_overflow", "subtracts signed numbers beyond their type's range", 2, false},
	[UNDEFINED_MULTIPLY] = {"mul_overflow", "multiplies signed numbers beyond their type's range", 2, false},
	[UNDEFINED_NEGATE] = {"negate_overflow", "negates the smallest number of a signed type", 1, false},
	[UNDEFINED_DIVIDE] = {"divrem_overflow", "divides by zero, or the smallest number by -1", 2, false},
	[UNDEFINED_SHIFT] = {"shift_out_of_bounds", "shifts by too much, or shifts bits out of a signed number", 2,
			     false},
	[UNDEFINED_INDEX] = {"out_of_bounds", "uses an index outside of its array", 1, false},
	[UNDEFINED_UNREACHABLE] = {"builtin_unreachable", "comes to code that is declared unreachable", 0, true},
	[UNDEFINED_NO_RETURN] = {"missing_return", "ends a function without the value that is used", 0, true},
	[UNDEFINED_VLA] = {"vla_bound_not_positive", "makes an array whose length is not positive", 1, false},
	[UNDEFINED_FLOAT_CAST] = {"float_cast_overflow", "converts a real number that the type cannot hold", 1, false},
	[UNDEFINED_VALUE] = {"load_invalid_value", "reads a value that its type does not have", 1, false},
	[UNDEFINED_POINTER_ARITHMETIC] = {"pointer_overflow", "moves a pointer beyond memory, or a null pointer", 2,
					  false},
	[UNDEFINED_POINTER] = {"type_mismatch_v1", "follows a null pointer", 1, false},
	[UNDEFINED_NULL_ARGUMENT] = {"nonnull_arg", "hands over a null pointer where none may be", 0, false},
	[UNDEFINED_NULL_RETURN] = {"nonnull_return_v1", "returns a null pointer where none may be", 1, false},
	[UNDEFINED_BUILTIN] = {"invalid_builtin", "counts the zero bits of zero", 0, false},
	[UNDEFINED_ALIGNMENT] = {"alignment_assumption", "uses a pointer that is not aligned as was promised", 3,
				 false},
	/* The compiler has one handler for both; the pointer tells which it is. */
	[UNDEFINED_MISALIGNED] = {NULL, "follows a pointer that is not aligned", 1, false},
};

const char *undefined_name(enum undefined_kind kind)
{
	return kinds[kind].name;
}

/* ---- the guest's side */

static void put_handler(struct buf *text, unsigned kind, bool ends)
{
	static const char *const parameters[] = {"", ", unsigned a", ", unsigned a, unsigned b",
						 ", unsigned a, unsigned b, unsigned c"};
	static const char *const arguments[] = {"0, 0", "a, 0", "a, b", "a, b"};
	unsigned operands = kinds[kind].operands;
	buf_printf(text, "void __ubsan_handle_%s%s(const void *data%s) { recast_undefined(%u, data, %s); %s}\n",
		   kinds[kind].handler, ends && !kinds[kind].ends ? "_abort" : "", parameters[operands], kind,
		   arguments[operands], ends ? "__builtin_trap(); " : "");
}

static const char *handlers(struct arena *a)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	buf_append_cstr(&text, "unsigned recast_undefined(unsigned, const void *, unsigned, unsigned)\n"
			       "\t__attribute__((import_module(\"recast\"), import_name(\"undefined\")));\n");
	for (unsigned kind = 0; kind < UNDEFINED_KINDS; kind++) {
		if (!kinds[kind].handler)
			continue;
		if (!kinds[kind].ends)
			put_handler(&text, kind, false);
		put_handler(&text, kind, true);
	}
	return arena_str(a, buf_str(&text));
}

int ub_object(const struct tools *tools, struct arena *a, struct link_input *ret, struct err *err)
{
	struct own_source source = {.path = "/recast/undefined.c", .text = handlers(a)};
	struct built built;
	if (own_compile(tools, &source, a, &built, err) < 0)
		return -1;
	if (!built.ok)
		return err_set(err, ERR_BUG, "recast's own handlers of undefined behaviour do not build: %s",
			       built.failure);
	*ret = (struct link_input){"recast-undefined", built.bytes};
	return 0;
}

/* ---- the host's */

struct ub_watch {
	struct undefined places[UNDEFINED_PLACES_MAX];
	size_t len, last; /* the last one that was seen: a loop comes to the same place again and again */
	uint32_t last_data;
	bool cut;
	struct arena arena; /* of the files' names */
};

struct ub_watch *ub_watch_new(void)
{
	return mem_zalloc(1, sizeof(struct ub_watch));
}

void ub_watch_free(struct ub_watch *w)
{
	if (!w)
		return;
	arena_release(&w->arena);
	free(w);
}

void ub_watch_begin(struct ub_watch *w)
{
	if (w->len)
		arena_release(&w->arena);
	w->len = w->last = 0;
	w->last_data = 0;
	w->cut = false;
}

/* Where the compiler put down file, line and column; all zero if that does not lie in memory. */
static void read_place(const struct hostcall *c, struct undefined *u, struct buf *file)
{
	uint32_t at = c->arg[0] == UNDEFINED_NULL_RETURN ? c->arg[2] : c->arg[1], len;
	uint64_t name, line, column;
	if (!guest_number(c, at, 4, &name) || !guest_number(c, at + 4, 4, &line) ||
	    !guest_number(c, at + 8, 4, &column))
		return;
	u->line = (uint32_t)line;
	u->column = (uint32_t)column;
	if (guest_text(c, (uint32_t)name, UNDEFINED_FILE_MAX, &len))
		utf8_append_line(file, (struct str){(const char *)c->memory + name, len});
}

static bool is_same(const struct undefined *a, const struct undefined *b)
{
	return a->kind == b->kind && a->line == b->line && strcmp(a->file, b->file) == 0;
}

static struct undefined *place_of(struct ub_watch *w, const struct undefined *u)
{
	for (size_t i = 0; i < w->len; i++) {
		if (is_same(&w->places[i], u))
			return &w->places[i];
	}
	if (w->len == UNDEFINED_PLACES_MAX) {
		w->cut = true;
		return NULL;
	}
	w->places[w->len] = *u;
	w->places[w->len].file = arena_strdup(&w->arena, u->file);
	return &w->places[w->len++];
}

int64_t ub_watch_hear(struct ub_watch *w, const struct hostcall *c, uint32_t who)
{
	uint32_t kind = c->arg[0], data = c->arg[1];
	if (kind >= UNDEFINED_KINDS)
		return -1;
	if (kind == UNDEFINED_POINTER && c->arg[2])
		kind = UNDEFINED_MISALIGNED;
	if (w->len && data && data == w->last_data && w->places[w->last].kind == (enum undefined_kind)kind) {
		w->places[w->last].count++;
		return 0;
	}
	struct undefined u = {.kind = (enum undefined_kind)kind, .who = who};
	SCOPED_BUF struct buf file;
	buf_init(&file, 4 * UNDEFINED_FILE_MAX);
	read_place(c, &u, &file);
	u.file = file.ptr;
	struct undefined *place = place_of(w, &u);
	if (place) {
		place->count++;
		w->last = (size_t)(place - w->places);
		w->last_data = kind == UNDEFINED_NULL_RETURN ? 0 : data;
	}
	return 0;
}

const struct undefined *ub_watch_places(const struct ub_watch *w, size_t *ret_len)
{
	*ret_len = w->len;
	return w->places;
}

bool ub_watch_cut(const struct ub_watch *w)
{
	return w->cut;
}
