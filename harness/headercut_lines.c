#include "harness/headercut.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/linemarker.h"

/* Whether both mean the same file, as far as the paths themselves tell. */
static bool is_path(const char *wanted, struct str path)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *plain = path_join(&scratch, "", path);
	return plain && strcmp(plain, wanted) == 0;
}

struct headercut_lines headercut_lines(struct str preprocessed, const char *path, struct arena *a)
{
	struct {
		bool *items;
		size_t len, cap;
	} taken = {0};
	const char *joined = path_join(a, "", str_of(path)), *wanted = joined ? joined : path;
	SCOPED(linemarker_end) struct linemarker_lines l;
	bool here = false;
	for (linemarker_begin(&l, preprocessed); linemarker_next(&l);) {
		here = l.moved ? is_path(wanted, buf_str(&l.path)) : here;
		bool some = here && l.number && l.number <= HEADERCUT_TEXT_MAX && str_trim(l.line).len;
		while (some && taken.len <= l.number)
			*vec_push(&taken) = false;
		if (some)
			taken.items[l.number] = true;
	}
	struct headercut_lines lines = {arena_array(a, taken.len, bool), taken.len};
	if (taken.len)
		memcpy(lines.taken, taken.items, taken.len);
	vec_release(&taken);
	return lines;
}
