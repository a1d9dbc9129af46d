#include "harness/rewrite_parts.h"

#include "core/mem.h"
#include "harness/ctoken.h"
#include "harness/judge_api_ask.h"
#include "harness/ownsource.h"

/*
 * Headers are asked twice: first the original's, so that what cannot be asked, or
 * is not so in the original itself, is never held against a rewrite.
 */

#define UNIT_PATH "/recast/api.c"

enum {
	ROUNDS_MAX = 40,       /* of leaving out what is not so in the original; errors are listed up to a number */
	HEADER_TRIES_MAX = 100, /* of headers one by one, when they do not compile together */
	HEADER_ERRORS_MAX = 10, /* that are shown */
	TEXT_MAX = 64 << 20,
};

struct asking {
	const struct rewrite *r;
	const struct interface *api;
	struct arena *a;
	struct gate *gate;
	struct arena scratch;
	struct api_questions questions;
	size_t *headers; /* numbers of those public headers that compile in the original */
	size_t headers_len;
	unsigned first_line;
	size_t defined;
	const struct rewrite_variant *variant; /* whose way of building is asked about; NULL: a user's */
};

static void refuse(struct asking *k, struct place place, const char *text, const char *remedy)
{
	rewrite_remark(&k->gate->findings, place, text, remedy, k->a);
}

/* ---- asking */

static const char *header_path(struct asking *k, size_t index, bool of_rewrite)
{
	const char *own = of_rewrite ? k->r->headers[index] : NULL;
	return own ? arena_printf(&k->scratch, REWRITE_ROOT "/%s", own)
		   : arena_printf(&k->scratch, PROJECT_ROOT "/%s", k->r->suite->plan.headers[index]);
}

static int write_unit(struct asking *k, bool of_rewrite, bool questions, struct buf *text, struct err *err)
{
	for (size_t i = 0; i < k->headers_len; i++)
		buf_printf(text, "#include \"%s\"\n", header_path(k, k->headers[i], of_rewrite));
	k->first_line = (unsigned)k->headers_len + 1;
	for (size_t i = 0; questions && i < k->questions.len; i++)
		buf_append_cstr(text, k->questions.items[i].holds ? k->questions.items[i].line : "\n");
	return buf_check(text, "the questions about the headers", err);
}

/* The user's, without what turns a warning or an extension into an error. */
static struct compile options_for(struct asking *k, bool of_rewrite)
{
	static const char *const own[] = {"-w", "-ferror-limit=0", "-O0", "-g0"};
	const struct plan *plan = &k->r->suite->plan;
	struct compile c = plan_compile(&plan->user, &k->scratch);
	if (k->variant) {
		c.defines = k->variant->defines.items;
		c.defines_len = k->variant->defines.len;
		c.flags = k->variant->flags.items;
		c.flags_len = k->variant->flags.len;
	}
	const struct strings *more = &k->r->include_flags;
	const char **flags = arena_array(&k->scratch, c.flags_len + countof(own) + more->len, const char *);
	size_t len = 0;
	for (size_t i = 0; i < c.flags_len; i++) {
		if (strncmp(c.flags[i], "-pedantic", 9) != 0 && strncmp(c.flags[i], "-W", 2) != 0)
			flags[len++] = c.flags[i];
	}
	for (size_t i = 0; i < countof(own); i++)
		flags[len++] = own[i];
	for (size_t i = 0; of_rewrite && i < more->len; i++)
		flags[len++] = more->items[i];
	c.flags = flags;
	c.flags_len = len;
	c.shown_below = of_rewrite ? REWRITE_ROOT "/" : PROJECT_ROOT "/";
	if (of_rewrite) {
		c.include = k->r->include.items;
		c.include_len = k->r->include.len;
	}
	return c;
}

static int ask(struct asking *k, bool of_rewrite, bool questions, struct built *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, TEXT_MAX);
	if (write_unit(k, of_rewrite, questions, &text, err) < 0)
		return -1;
	struct own_source source = {
		.path = UNIT_PATH,
		.text = text.ptr,
		.project = of_rewrite ? k->r->tree : k->r->suite->plan.library_tree,
		.also = of_rewrite ? REWRITE_ROOT : NULL,
		.options = options_for(k, of_rewrite),
		.limits = &k->r->suite->project->limits.build,
	};
	return own_compile(k->r->suite->tools, &source, &k->scratch, ret, err);
}

/* The question that the message is about, or NULL. */
static struct api_question *question_of(struct asking *k, const struct diag *d)
{
	if (strcmp(d->file, UNIT_PATH) != 0 || d->line < k->first_line || d->line - k->first_line >= k->questions.len)
		return NULL;
	return &k->questions.items[d->line - k->first_line];
}

/* ---- the original */

static int keep_good_headers(struct asking *k, struct err *err)
{
	size_t len = k->r->suite->plan.headers_len, tries = min_size(len, HEADER_TRIES_MAX);
	struct built built;
	for (size_t i = 0; i < len; i++)
		k->headers[k->headers_len++] = i;
	if (len == 0)
		return 0;
	if (ask(k, false, false, &built, err) < 0)
		return -1;
	if (built.ok)
		return 0;
	k->headers_len = 0;
	for (size_t i = 0; i < tries; i++) {
		k->headers[k->headers_len++] = i;
		if (ask(k, false, false, &built, err) < 0)
			return -1;
		k->headers_len -= !built.ok;
	}
	return 0;
}

/* Leaves out what is not so. Returns whether something was. */
static bool drop_named(struct asking *k, const struct diag_list *diags)
{
	bool dropped = false;
	for (size_t i = 0; i < diags->len; i++) {
		struct api_question *q = diags->items[i].severity == DIAG_ERROR ? question_of(k, &diags->items[i]) : NULL;
		dropped |= q && q->holds;
		k->questions.skipped += q && q->holds;
		if (q)
			q->holds = false;
	}
	return dropped;
}

static void drop_all(struct asking *k)
{
	for (size_t i = 0; i < k->questions.len; i++) {
		k->questions.skipped += k->questions.items[i].holds;
		k->questions.items[i].holds = false;
	}
}

static int ask_original(struct asking *k, struct err *err)
{
	k->headers = arena_array(&k->scratch, k->r->suite->plan.headers_len, size_t);
	if (keep_good_headers(k, err) < 0)
		return -1;
	for (size_t i = 0; i < k->questions.len; i++)
		k->questions.items[i].holds = true;
	for (unsigned round = 0; k->headers_len && round < ROUNDS_MAX; round++) {
		struct built built;
		if (ask(k, false, true, &built, err) < 0)
			return -1;
		if (built.ok)
			return 0;
		if (!drop_named(k, &built.diags))
			break;
	}
	drop_all(k);
	return 0;
}

/* Interfaces are read once, and calls are listened to by what was read. */
static void note_variant(struct asking *k, size_t variant, const struct diag_list *diags)
{
	const struct plan *plan = &k->r->suite->plan;
	const char *program = NULL;
	for (size_t p = 0; p < plan->programs_len && !program; p++)
		program = k->r->variant_of[p] == variant ? plan->programs[p].name : NULL;
	for (size_t i = 0; program && i < diags->len; i++) {
		const struct diag *d = &diags->items[i];
		const struct api_question *q = d->severity == DIAG_ERROR ? question_of(k, d) : NULL;
		if (!q || !q->holds || q->macro)
			continue;
		rewrite_remark(&k->gate->notes, q->place,
			       arena_printf(&k->scratch, "%s: %s is another there: its values are compared, but under the "
							 "names and as the types that it has elsewhere",
					    program, q->name),
			       "", k->a);
		return;
	}
}

static int ask_variants(struct asking *k, struct err *err)
{
	int result = 0;
	for (size_t v = 0; result == 0 && k->headers_len && v < k->r->variants_len; v++) {
		struct built built;
		k->variant = &k->r->variants[v];
		result = ask(k, false, true, &built, err);
		if (result == 0 && !built.ok)
			note_variant(k, v, &built.diags);
	}
	k->variant = NULL;
	return result;
}

/* ---- the rewrite */

static unsigned line_of(const struct rewrite *r, const char *file, const char *name)
{
	struct ctoken_reader reader = ctoken_reader(rewrite_text(r, file));
	struct ctoken t;
	while (ctoken_next(&reader, &t)) {
		if (t.kind == CTOKEN_NAME && ctoken_is(&t, name))
			return t.line;
	}
	return 0;
}

/* In the header that the rewrite brought in place of this one; else in this one. */
static struct place place_of(const struct asking *k, const char *name, struct place original)
{
	const struct plan *plan = &k->r->suite->plan;
	for (size_t i = 0; i < plan->headers_len; i++) {
		const char *own = k->r->headers[i];
		if (!own || !original.file || strcmp(plan->headers[i], original.file) != 0)
			continue;
		unsigned line = line_of(k->r, own, name);
		return (struct place){own, line, line};
	}
	return original.file ? original : (struct place){.file = ""};
}

/* "expression evaluates to '24 == 20'": 24. */
static struct str value_in(const char *message)
{
	const char *open = strstr(message, "evaluates to '"), *value = open ? open + strlen("evaluates to '") : "";
	const char *end = strstr(value, " == ");
	return (struct str){value, end ? (size_t)(end - value) : 0};
}

/* The compiler's note on the value comes behind the error, in the same line. */
static void refuse_question(struct asking *k, struct api_question *q, const struct diag_list *diags, size_t index)
{
	struct str value = {0};
	for (size_t i = index + 1; i < diags->len && diags->items[i].severity == DIAG_NOTE; i++) {
		if (question_of(k, &diags->items[i]) == q && !value.len)
			value = value_in(diags->items[i].message);
	}
	const char *text = q->value && value.len
				   ? arena_printf(&k->scratch, "%s%.*s%s", q->value, STR_ARG(value), q->wanted)
				   : q->wrong;
	q->holds = false;
	if (q->behind && !k->questions.items[q->behind - 1].holds)
		return;
	refuse(k, place_of(k, q->name, q->place), text, "declare it as the original's header does");
}

static void refuse_header(struct asking *k, const struct diag *d)
{
	static const char root[] = PROJECT_ROOT "/";
	const char *file = str_starts(str_of(d->file), STR(root)) ? d->file + strlen(root) : d->file;
	refuse(k, (struct place){strcmp(file, UNIT_PATH) == 0 ? "" : file, d->line, d->line},
	       arena_printf(&k->scratch, "its public headers do not compile: %s", d->message), "");
}

/* What else there is wrong follows from the first mistakes. */
static bool refuse_headers(struct asking *k, const struct built *built)
{
	size_t shown = 0;
	for (size_t i = 0; i < built->diags.len && shown < HEADER_ERRORS_MAX; i++) {
		const struct diag *d = &built->diags.items[i];
		if (d->severity == DIAG_ERROR && !question_of(k, d)) {
			refuse_header(k, d);
			shown++;
		}
	}
	if (!shown && built->diags.errors == 0)
		refuse(k, (struct place){.file = ""}, built->failure, "");
	return shown || built->diags.errors == 0;
}

static int ask_rewrite(struct asking *k, struct err *err)
{
	struct built built;
	bool brought = false;
	for (size_t i = 0; i < k->headers_len; i++)
		brought |= k->r->headers[k->headers[i]] != NULL;
	/* The original's own headers were asked already. */
	if (!brought)
		return 0;
	if (ask(k, true, true, &built, err) < 0)
		return -1;
	if (built.ok || refuse_headers(k, &built))
		return 0;
	for (size_t i = 0; i < built.diags.len; i++) {
		struct api_question *q =
			built.diags.items[i].severity == DIAG_ERROR ? question_of(k, &built.diags.items[i]) : NULL;
		if (q && q->holds)
			refuse_question(k, q, &built.diags, i);
	}
	return 0;
}

/* ---- objects */

struct definitions {
	const struct wasmfile_symbol **items; /* by name */
	size_t len, cap;
};

static int by_name(const void *a, const void *b)
{
	const struct wasmfile_symbol *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

static void add_definitions(struct definitions *d, const struct wasmfile *file)
{
	for (size_t i = 0; i < file->symbols_len; i++) {
		const struct wasmfile_symbol *s = &file->symbols[i];
		bool kind = s->kind == WASMFILE_SYMBOL_FUNCTION || s->kind == WASMFILE_SYMBOL_DATA;
		if (s->defined && !s->local && kind)
			*vec_push(d) = s;
	}
}

static void sort_definitions(struct definitions *d)
{
	if (d->len)
		qsort(d->items, d->len, sizeof(*d->items), by_name);
}

static const struct wasmfile_symbol *definition(const struct definitions *d, const char *name)
{
	struct wasmfile_symbol key = {.name = name};
	const struct wasmfile_symbol *wanted = &key;
	const struct wasmfile_symbol **found = d->len ? bsearch(&wanted, d->items, d->len, sizeof(wanted), by_name) : NULL;
	return found ? *found : NULL;
}

/* What the original defines in this way of building. */
static void add_originals(struct asking *k, size_t variant, struct definitions *ret)
{
	const struct plan *plan = &k->r->suite->plan;
	for (size_t p = 0; p < plan->programs_len; p++) {
		if (k->r->variant_of[p] != variant)
			continue;
		for (size_t i = 0; i < plan->programs[p].library_len; i++)
			add_definitions(ret, &k->r->suite->symbols[plan->programs[p].library[i]]);
		break;
	}
	sort_definitions(ret);
}

static struct place defined_at(const struct asking *k, const char *name, struct place original)
{
	struct place place = rewrite_mention(k->r, name);
	return place.file[0] ? place : place_of(k, name, original);
}

static void judge_definition(struct asking *k, const struct wasmfile_symbol *wanted, const struct wasmfile_symbol *got,
			     struct place original)
{
	const char *name = wanted->name;
	if (!got)
		refuse(k, place_of(k, name, original),
		       arena_printf(&k->scratch, "%s: nothing in the rewrite defines it", name), "define it, and not as static");
	else if (got->kind != wanted->kind)
		refuse(k, defined_at(k, name, original),
		       arena_printf(&k->scratch, "%s: it is %s, the original's %s", name,
				    got->kind == WASMFILE_SYMBOL_DATA ? "a variable" : "a function",
				    wanted->kind == WASMFILE_SYMBOL_DATA ? "a variable" : "a function"),
		       "define it as the header declares it");
	else if (got->signature[0] && wanted->signature[0] && strcmp(got->signature, wanted->signature) != 0)
		refuse(k, defined_at(k, name, original),
		       arena_printf(&k->scratch, "%s: compiled, it is %s, the original's %s", name, got->signature,
				    wanted->signature),
		       "define it as the header declares it, and include the header where it is defined");
	else
		k->defined++;
}

/* What headers declare and no object of the original defines, say for another system, nobody has to define. */
static void judge_variant(struct asking *k, size_t variant)
{
	struct definitions originals = {0}, own = {0};
	add_originals(k, variant, &originals);
	for (size_t i = 0; i < k->r->variants[variant].objects_len; i++)
		add_definitions(&own, &k->r->variants[variant].objects[i].symbols);
	sort_definitions(&own);
	k->defined = 0;
	for (size_t i = 0; i < k->api->functions_len + k->api->globals_len; i++) {
		const struct api_function *f = i < k->api->functions_len ? &k->api->functions[i] : NULL;
		const struct api_global *g = f ? NULL : &k->api->globals[i - k->api->functions_len];
		const struct wasmfile_symbol *wanted = definition(&originals, f ? f->name : g->name);
		if (wanted)
			judge_definition(k, wanted, definition(&own, wanted->name), f ? f->place : g->place);
	}
	vec_release(&originals);
	vec_release(&own);
}

/* ---- the whole */

static void conclude(struct asking *k)
{
	size_t holding = 0;
	for (size_t i = 0; i < k->questions.len; i++)
		holding += k->questions.items[i].holds;
	const char *skipped = k->questions.skipped
				      ? arena_printf(k->a, "; %zu could not be asked", k->questions.skipped)
				      : "";
	k->gate->verdict = k->gate->findings.len ? VERDICT_FAIL : VERDICT_PASS;
	if (k->gate->findings.len == 0)
		k->gate->detail = arena_printf(k->a, "%zu functions and variables, %zu properties of the headers%s",
					       k->defined, holding, skipped);
	else if (k->gate->findings.len == 1)
		k->gate->detail = k->gate->findings.items[0].text;
	else
		k->gate->detail = arena_printf(k->a, "%s, and %zu more", k->gate->findings.items[0].text,
					       k->gate->findings.len - 1);
}

int judge_api(const struct rewrite *r, const struct interface *api, struct arena *a, struct gate *ret, struct err *err)
{
	struct gate gate = {0};
	struct asking k = {.r = r, .api = api, .a = a, .gate = &gate};
	if (!r->builds) {
		*ret = (struct gate){.verdict = VERDICT_NOT_JUDGED, .detail = "it does not build"};
		return 0;
	}
	k.questions = api_ask(api, &k.scratch);
	int result = ask_original(&k, err) < 0 || ask_variants(&k, err) < 0 || ask_rewrite(&k, err) < 0 ? -1 : 0;
	for (size_t v = 0; result == 0 && v < r->variants_len; v++)
		judge_variant(&k, v);
	if (result == 0) {
		conclude(&k);
		*ret = gate;
	} else {
		gate_release(&gate);
	}
	arena_release(&k.scratch);
	return result;
}
