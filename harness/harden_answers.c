#include "harness/harden_answers.h"

#include "core/buf.h"

/* The lines of both, one after the other; false at the end of either. */
static bool next_lines(struct str *one, struct str *other, struct str *ret_one, struct str *ret_other)
{
	return one->len && other->len && str_next_line(one, ret_one) && str_next_line(other, ret_other);
}

bool harden_answers_merge(struct str one, struct str other, struct arena *a, struct str *ret)
{
	SCOPED_BUF struct buf out;
	struct str x, y;
	buf_init(&out, one.len + 2 * other.len + 1);
	while (next_lines(&one, &other, &x, &y)) {
		buf_append_str(&out, str_eq(x, y) ? x : STR(HARDEN_OPEN));
		buf_append_char(&out, '\n');
	}
	if (one.len || other.len)
		return false;
	*ret = (struct str){arena_str(a, buf_str(&out)), out.len};
	return true;
}

bool harden_answers_agree(struct str expected, struct str others)
{
	struct str x, y;
	while (next_lines(&expected, &others, &x, &y)) {
		if (!str_eq(x, STR(HARDEN_OPEN)) && !str_eq(x, y))
			return false;
	}
	return !expected.len && !others.len;
}
