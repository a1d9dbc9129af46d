#include "harness/nameset.h"

#include "core/mem.h"
#include "harness/linemarker.h"
#include "harness/ctoken.h"

#include <assert.h>

void nameset_add(struct nameset *set, struct str name)
{
	*vec_push(set) = name;
	set->sorted = false;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

void nameset_seal(struct nameset *set)
{
	if (set->len)
		qsort(set->items, set->len, sizeof(*set->items), by_name);
	size_t kept = 0;
	for (size_t i = 0; i < set->len; i++) {
		if (kept == 0 || !str_eq(set->items[kept - 1], set->items[i]))
			set->items[kept++] = set->items[i];
	}
	set->len = kept;
	set->sorted = true;
}

bool nameset_has(const struct nameset *set, struct str name)
{
	assert(set->sorted);
	return set->len && bsearch(&name, set->items, set->len, sizeof(name), by_name);
}

void nameset_release(struct nameset *set)
{
	vec_release(set);
}

static bool in_identifier(char c)
{
	return ctoken_name_byte(c) && c != '$' && (unsigned char)c < 0x80;
}

/* The names in a token: what a literal begins with is one, and so is what stands
 * between bytes that only some compilers take in a name. */
static void add_names(struct nameset *set, struct str token)
{
	while (token.len && token.ptr[0] != '"' && token.ptr[0] != '\'') {
		size_t n = 0;
		while (n < token.len && in_identifier(token.ptr[n]))
			n++;
		if (n && (token.ptr[0] < '0' || token.ptr[0] > '9'))
			nameset_add(set, str_first(token, n));
		token = str_from(token, max_size(n, 1));
	}
}

void nameset_add_identifiers(struct nameset *set, struct str text)
{
	struct ctoken_reader reader = ctoken_reader(text);
	struct ctoken token;
	while (ctoken_next(&reader, &token)) {
		if (token.kind == CTOKEN_NAME || token.kind == CTOKEN_STRING || token.kind == CTOKEN_CHAR)
			add_names(set, token.text);
	}
}

void nameset_add_identifiers_from(struct nameset *set, struct str preprocessed, struct str path_prefix)
{
	SCOPED(linemarker_end) struct linemarker_lines l;
	bool wanted = false;
	for (linemarker_begin(&l, preprocessed); linemarker_next(&l);) {
		wanted = l.moved ? str_starts(buf_str(&l.path), path_prefix) : wanted;
		if (wanted)
			nameset_add_identifiers(set, l.line);
	}
}
