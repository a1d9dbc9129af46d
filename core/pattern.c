#include "core/pattern_steps.h"

#include "core/mem.h"

/* An interval's upper end when there is none. */
#define ENDLESS SIZE_MAX

struct compiler {
	const char *source;
	size_t at;
	struct step steps[PATTERN_MAX_STEPS];
	size_t len;
	struct step once[PATTERN_MAX_STEPS]; /* what is about to be repeated */
	struct step beyond;                  /* where steps go that do not fit */
	struct {
		struct byte_set *items;
		size_t len, cap;
	} sets;
	unsigned groups;
	const char *problem; /* NULL while all is well; the first one stands */
	size_t problem_at;
};

static void alternatives(struct compiler *c);

static void complain(struct compiler *c, const char *problem)
{
	if (!c->problem) {
		c->problem = problem;
		c->problem_at = c->at;
	}
}

static char peek(const struct compiler *c)
{
	/* After a problem the rest is not looked at, so that every loop ends. */
	return c->problem ? '\0' : c->source[c->at];
}

static bool accept(struct compiler *c, char byte)
{
	if (byte == '\0' || peek(c) != byte)
		return false;
	c->at++;
	return true;
}

static struct step *emit(struct compiler *c, enum step_kind kind)
{
	if (c->len == countof(c->steps)) {
		complain(c, "too large once its intervals are written out");
		return &c->beyond;
	}
	c->steps[c->len] = (struct step){.kind = kind};
	return &c->steps[c->len++];
}

static void emit_set(struct compiler *c, const struct byte_set *set)
{
	struct step *step = emit(c, STEP_SET);
	step->set = c->sets.len;
	*vec_push(&c->sets) = *set;
}

static void include(struct byte_set *set, unsigned char byte)
{
	set->bits[byte >> 6] |= (uint64_t)1 << (byte & 63);
}

static void invert(struct byte_set *set)
{
	for (size_t i = 0; i < countof(set->bits); i++)
		set->bits[i] = ~set->bits[i];
}

/* The members are ASCII's, whatever the locale is. */
static const struct byte_class {
	const char *name;
	char escape; /* the letter that stands for it after a backslash, or 0 */
	const char *ranges; /* pairs of first and last */
} classes[] = {
	{.name = "alnum", .ranges = "09AZaz"},
	{.name = "alpha", .ranges = "AZaz"},
	{.name = "blank", .ranges = "  \t\t"},
	{.name = "cntrl", .ranges = "\1\37\177\177"},
	{.name = "digit", .ranges = "09", .escape = 'd'},
	{.name = "graph", .ranges = "!~"},
	{.name = "lower", .ranges = "az"},
	{.name = "print", .ranges = " ~"},
	{.name = "punct", .ranges = "!/:@[`{~"},
	{.name = "space", .ranges = "  \t\r", .escape = 's'},
	{.name = "upper", .ranges = "AZ"},
	{.name = "word", .ranges = "09AZaz__", .escape = 'w'},
	{.name = "xdigit", .ranges = "09AFaf"},
};

static void include_class(struct byte_set *set, const struct byte_class *class)
{
	for (const char *r = class->ranges; *r; r += 2) {
		for (unsigned byte = (unsigned char)r[0]; byte <= (unsigned char)r[1]; byte++)
			include(set, (unsigned char)byte);
	}
	if (strcmp(class->name, "cntrl") == 0)
		include(set, '\0');
}

static void named_class(struct compiler *c, struct byte_set *set)
{
	const char *name = c->source + c->at;
	for (size_t i = 0; i < countof(classes); i++) {
		size_t len = strlen(classes[i].name);
		if (strncmp(name, classes[i].name, len) != 0 || strncmp(name + len, ":]", 2) != 0)
			continue;
		include_class(set, &classes[i]);
		c->at += len + 2;
		return;
	}
	complain(c, "no such class of characters");
}

/* One item of a bracket expression: a class, a byte or a range. */
static void bracket_item(struct compiler *c, struct byte_set *set)
{
	const char *s = c->source + c->at;
	if (s[0] == '[' && s[1] == ':') {
		c->at += 2;
		named_class(c, set);
		return;
	}
	if (s[0] == '[' && (s[1] == '.' || s[1] == '=')) {
		complain(c, "collating elements are not supported");
		return;
	}
	unsigned char first = (unsigned char)s[0], last = first;
	c->at++;
	if (s[1] == '-' && s[2] != ']' && s[2] != '\0') {
		last = (unsigned char)s[2];
		c->at += 2;
	}
	if (last < first)
		complain(c, "a range that ends before it begins");
	for (unsigned byte = first; byte <= last; byte++)
		include(set, (unsigned char)byte);
}

static void bracket(struct compiler *c)
{
	struct byte_set set = {0};
	bool inverted = accept(c, '^');
	/* A closing bracket in the first place stands for itself. */
	for (bool first = true; first || peek(c) != ']'; first = false) {
		if (peek(c) == '\0') {
			complain(c, "a [ without its ]");
			return;
		}
		bracket_item(c, &set);
	}
	c->at++;
	if (inverted)
		invert(&set);
	emit_set(c, &set);
}

static void escape(struct compiler *c)
{
	char letter = peek(c);
	bool upper = letter >= 'A' && letter <= 'Z';
	bool lower = letter >= 'a' && letter <= 'z';
	for (size_t i = 0; i < countof(classes) && (upper || lower); i++) {
		if (classes[i].escape != (upper ? letter - 'A' + 'a' : letter))
			continue;
		struct byte_set set = {0};
		include_class(&set, &classes[i]);
		if (upper)
			invert(&set);
		emit_set(c, &set);
		c->at++;
		return;
	}
	if (letter == '\0')
		complain(c, "nothing behind the backslash");
	else if (letter >= '1' && letter <= '9')
		complain(c, "back-references are not supported");
	else if ((upper || lower || letter == '0') && letter != 't')
		complain(c, "this letter has no meaning behind a backslash");
	emit(c, STEP_BYTE)->byte = letter == 't' ? '\t' : (unsigned char)letter;
	c->at++;
}

static void group(struct compiler *c)
{
	bool first = c->groups++ == 0;
	if (first)
		emit(c, STEP_OPEN);
	alternatives(c);
	if (!accept(c, ')'))
		complain(c, "a ( without its )");
	if (first)
		emit(c, STEP_CLOSE);
}

static bool is_repetition(char byte)
{
	return byte == '*' || byte == '+' || byte == '?' || byte == '{';
}

static void atom(struct compiler *c)
{
	char byte = peek(c);
	bool takes_nothing = byte == '^' || byte == '$';
	c->at += takes_nothing;
	if (is_repetition(peek(c))) {
		complain(c, "nothing to repeat here; write a \\ before the character itself");
		return;
	}
	c->at += !takes_nothing;
	if (byte == '(')
		group(c);
	else if (byte == '[')
		bracket(c);
	else if (byte == '\\')
		escape(c);
	else if (byte == '.')
		emit(c, STEP_ANY);
	else if (byte == '^')
		emit(c, STEP_FRONT);
	else if (byte == '$')
		emit(c, STEP_BACK);
	else
		emit(c, STEP_BYTE)->byte = (unsigned char)byte;
}

/* A number of an interval; without digits, `otherwise`. */
static size_t number(struct compiler *c, size_t otherwise)
{
	size_t value = 0, start = c->at;
	while (peek(c) >= '0' && peek(c) <= '9' && value <= PATTERN_MAX_STEPS)
		value = value * 10 + (size_t)(c->source[c->at++] - '0');
	if (value > PATTERN_MAX_STEPS)
		complain(c, "too many repetitions");
	return c->at == start ? otherwise : value;
}

static bool repetition(struct compiler *c, size_t *ret_low, size_t *ret_high)
{
	size_t low = 0, high = ENDLESS;
	if (accept(c, '+')) {
		low = 1;
	} else if (accept(c, '?')) {
		high = 1;
	} else if (accept(c, '{')) {
		low = high = number(c, ENDLESS);
		if (accept(c, ','))
			high = number(c, ENDLESS);
		if (low == ENDLESS || high < low || !accept(c, '}'))
			complain(c, "not an interval like {2}, {2,} or {2,4}");
	} else if (!accept(c, '*')) {
		return false;
	}
	*ret_low = low;
	*ret_high = high;
	return !c->problem;
}

static void emit_once(struct compiler *c, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*emit(c, c->once[i].kind) = c->once[i];
}

/* Writes the steps from `start` to the end out as often as they may come. */
static void repeat(struct compiler *c, size_t start, size_t low, size_t high)
{
	size_t len = c->len - start;
	memcpy(c->once, c->steps + start, len * sizeof(c->once[0]));
	c->len = start;
	int distance = (int)len;
	for (size_t i = 0; i < low; i++)
		emit_once(c, len);
	if (high == ENDLESS) {
		emit(c, STEP_FORK)->to = low ? 2 : distance + 2;
		if (low == 0)
			emit_once(c, len);
		emit(c, STEP_JUMP)->to = -(distance + 1);
		return;
	}
	for (size_t left = high - low; left > 0 && !c->problem; left--) {
		emit(c, STEP_FORK)->to = (int)left * (distance + 1);
		emit_once(c, len);
	}
}

static void branch(struct compiler *c)
{
	while (peek(c) != '\0' && peek(c) != '|' && peek(c) != ')') {
		size_t start = c->len, low, high;
		atom(c);
		while (repetition(c, &low, &high))
			repeat(c, start, low, high);
	}
}

static void alternatives(struct compiler *c)
{
	size_t start = c->len;
	branch(c);
	if (!accept(c, '|'))
		return;
	size_t len = c->len - start;
	emit(c, STEP_FORK);
	if (c->problem)
		return;
	memmove(c->steps + start + 1, c->steps + start, len * sizeof(c->steps[0]));
	c->steps[start] = (struct step){.kind = STEP_FORK, .to = (int)len + 2};
	size_t jump = c->len;
	emit(c, STEP_JUMP);
	alternatives(c);
	if (!c->problem)
		c->steps[jump].to = (int)(c->len - jump);
}

static const struct pattern *finished(const struct compiler *c, struct arena *a)
{
	struct pattern *pattern = arena_new(a, struct pattern);
	pattern->len = c->len;
	pattern->steps = arena_array(a, c->len, struct step);
	memcpy(pattern->steps, c->steps, c->len * sizeof(c->steps[0]));
	pattern->sets = arena_array(a, c->sets.len, struct byte_set);
	if (c->sets.len)
		memcpy(pattern->sets, c->sets.items, c->sets.len * sizeof(struct byte_set));
	return pattern;
}

int pattern_compile(struct arena *a, const char *source, const struct pattern **out, struct err *err)
{
	if (strlen(source) > PATTERN_MAX_BYTES)
		return err_set(err, ERR_USAGE, "the pattern is longer than %d bytes", PATTERN_MAX_BYTES);
	struct compiler c = {.source = source};
	alternatives(&c);
	if (peek(&c) == ')')
		complain(&c, "a ) without its (");
	emit(&c, STEP_DONE);
	if (!c.problem)
		*out = finished(&c, a);
	vec_release(&c.sets);
	if (c.problem)
		return err_set(err, ERR_USAGE, "%s, at byte %zu of the pattern \"%.100s\"", c.problem,
			       c.problem_at + 1, source);
	return 0;
}
