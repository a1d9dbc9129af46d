#include "harness/wordmaker.h"

static uint64_t below(const struct wordmaker *m, uint64_t bound)
{
	return prng_below(m->lot, bound);
}

static bool one_in(const struct wordmaker *m, uint64_t n)
{
	return below(m, n) == 0;
}

/* ---- numbers */

/* As often short as long. Two draws are two statements: in one, the compiler may choose which comes first. */
static uint64_t of_any_length(const struct wordmaker *m)
{
	uint64_t bits = prng_next(m->lot);
	return bits >> below(m, 64);
}

uint64_t wordmaker_number(const struct wordmaker *m)
{
	const struct probe_words *w = m->words;
	uint64_t known = w->numbers[below(m, w->numbers_len)];
	if (w->named_len && one_in(m, 4))
		known = w->named[below(m, w->named_len)];
	switch (below(m, 8)) {
	case 0:
		return below(m, 20);
	case 1:
		return known + below(m, 3) - 1;
	case 2:
		return of_any_length(m);
	case 3:
		return 0 - of_any_length(m);
	default:
		return known;
	}
}

uint64_t wordmaker_length(const struct wordmaker *m)
{
	static const uint16_t some[] = {0,  1,  2,  3,  4,  5,  7,  8,   9,   10,  15,
					16, 17, 20, 31, 32, 33, 64, 100, 128, 256, 1000};
	if (m->words->lengths_len && one_in(m, 3))
		return m->words->lengths[below(m, m->words->lengths_len)];
	if (one_in(m, 3)) {
		uint64_t known = m->words->numbers[below(m, m->words->numbers_len)];
		if (known < PROBE_ROOM_MAX)
			return known;
	}
	return some[below(m, countof(some))];
}

uint64_t wordmaker_real(const struct wordmaker *m)
{
	double value;
	uint64_t bits = m->words->reals[below(m, m->words->reals_len)];
	memcpy(&value, &bits, sizeof(value));
	switch (below(m, 6)) {
	case 0:
		value = (double)(int64_t)wordmaker_number(m);
		break;
	case 1:
		value = -value;
		break;
	case 2:
		value = value * (1 + (double)below(m, 1000) / 1000);
		break;
	default:
		return bits;
	}
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* ---- texts */

static struct str some_text(const struct wordmaker *m)
{
	return m->words->texts[below(m, m->words->texts_len)];
}

static char some_letter(const struct wordmaker *m)
{
	if (m->words->letters_len && one_in(m, 2))
		return (char)m->words->letters[below(m, m->words->letters_len)];
	return one_in(m, 6) ? (char)below(m, 256) : (char)(' ' + below(m, 95));
}

static void append_some(const struct wordmaker *m, struct buf *out)
{
	if (one_in(m, 3)) {
		buf_append_str(out, some_text(m));
		return;
	}
	for (uint64_t n = one_in(m, 2) ? 1 : 1 + below(m, 4); n > 0; n--)
		buf_append_char(out, some_letter(m));
}

static struct str keep(const struct wordmaker *m, const struct buf *b)
{
	return (struct str){arena_str(m->a, buf_str(b)), b->len};
}

struct str wordmaker_text(const struct wordmaker *m)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, WORDMAKER_TEXT_MAX);
	if (one_in(m, 12))
		return (struct str){"", 0};
	if (one_in(m, 2))
		return some_text(m);
	for (uint64_t n = 1 + below(m, 4); n > 0; n--)
		append_some(m, &out);
	return keep(m, &out);
}

void wordmaker_append_long(const struct wordmaker *m, struct buf *out, struct str text)
{
	uint64_t len = one_in(m, 6) ? below(m, WORDMAKER_TEXT_MAX) : one_in(m, 4) ? below(m, 300) : wordmaker_length(m);
	wordmaker_append_as_long(m, out, text, len);
}

void wordmaker_append_as_long(const struct wordmaker *m, struct buf *out, struct str text, uint64_t len)
{
	if (!text.len)
		text = STR("a");
	/* One letter of it is as good as another, and more often allowed than all. */
	if (one_in(m, 2))
		text = (struct str){text.ptr + below(m, text.len), 1};
	while (out->len < len && !out->full)
		buf_append_str(out, str_first(text, len - out->len));
}

static bool is_of_word(char letter)
{
	return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
	       letter == '_' || letter == '-' || letter == '.';
}

struct str wordmaker_with_word(const struct wordmaker *m, struct str text, size_t at, uint64_t len)
{
	SCOPED_BUF struct buf out;
	size_t from = at, to = at;
	buf_init(&out, WORDMAKER_TEXT_MAX);
	while (from > 0 && is_of_word(text.ptr[from - 1]))
		from--;
	while (to < text.len && is_of_word(text.ptr[to]))
		to++;
	char letter = to > from ? text.ptr[from + below(m, to - from)] : 'a';
	buf_append_str(&out, str_first(text, from));
	for (uint64_t i = 0; i < len && !out.full; i++)
		buf_append_char(&out, letter);
	buf_append_str(&out, str_from(text, to));
	return keep(m, &out);
}

static char with_bit_turned(char letter, uint64_t bit)
{
	unsigned turned = (unsigned char)letter ^ (1u << bit);
	return (char)(turned & 0xFF);
}

static bool is_sign(char c)
{
	return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/* Beside a sign as often as anywhere: it is there that what is read is told apart. */
static size_t a_place(const struct wordmaker *m, struct str text)
{
	size_t at = below(m, text.len + 1), sign = at;
	if (one_in(m, 2))
		return at;
	while (sign < text.len && !is_sign(text.ptr[sign]))
		sign++;
	return sign < text.len ? sign + below(m, 2) : at;
}

struct str wordmaker_changed(const struct wordmaker *m, struct str from)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, WORDMAKER_TEXT_MAX);
	size_t at = a_place(m, from), to = at + below(m, from.len - at + 1);
	size_t short_to = min_size(from.len, at + 1 + below(m, 4));
	switch (below(m, 13)) {
	case 12:
		return wordmaker_with_word(m, from, at, wordmaker_length(m));
	case 9: /* what stands between two line ends */
		while (at > 0 && from.ptr[at - 1] != '\n')
			at--;
		buf_append_str(&out, str_first(str_from(from, at), str_index(str_from(from, at), '\n')));
		break;
	case 10: /* a part of it */
		buf_append_str(&out, (struct str){from.ptr + at, to - at});
		break;
	case 11:
	case 0: /* something in between */
		buf_append_str(&out, str_first(from, at));
		append_some(m, &out);
		buf_append_str(&out, str_from(from, at));
		break;
	case 1: /* less */
		buf_append_str(&out, str_first(from, at));
		buf_append_str(&out, str_from(from, one_in(m, 3) ? to : short_to));
		break;
	case 2: /* a part of it twice */
		buf_append_str(&out, str_first(from, to));
		buf_append_str(&out, str_from(from, at));
		break;
	case 3: /* one byte */
		buf_append_str(&out, str_first(from, at));
		if (at < from.len)
			buf_append_char(&out,
					one_in(m, 2) ? with_bit_turned(from.ptr[at], below(m, 8)) : some_letter(m));
		buf_append_str(&out, str_from(from, at + 1));
		break;
	case 4: /* another in its place */
		buf_append_str(&out, str_first(from, at));
		append_some(m, &out);
		buf_append_str(&out, str_from(from, short_to));
		break;
	case 5: /* some of it, long */
		buf_append_str(&out, str_first(from, at));
		wordmaker_append_long(m, &out, one_in(m, 2) ? from : (struct str){from.ptr + at, to - at});
		buf_append_str(&out, str_from(from, one_in(m, 2) ? at : from.len));
		break;
	case 6: /* cut off */
		buf_append_str(&out, str_first(from, at));
		break;
	case 7: { /* with another */
		struct str other = wordmaker_text(m);
		buf_append_str(&out, str_first(from, at));
		buf_append_str(&out, str_from(other, below(m, other.len + 1)));
		break;
	}
	default:
		return wordmaker_text(m);
	}
	return keep(m, &out);
}
