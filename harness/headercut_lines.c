#include "harness/headercut.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/linemarker.h"

enum { PATH_LENGTH_MAX = 4096 };

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
	SCOPED_BUF struct buf named;
	buf_init(&named, PATH_LENGTH_MAX);
	const char *joined = path_join(a, "", str_of(path)), *wanted = joined ? joined : path;
	struct str line;
	uint64_t number = 0;
	bool here = false;
	while (str_next_line(&preprocessed, &line)) {
		if (linemarker_read(line, &number, &named)) {
			here = is_path(wanted, buf_str(&named));
			continue;
		}
		bool some = here && number && number <= HEADERCUT_TEXT_MAX && str_trim(line).len;
		while (some && taken.len <= number)
			*vec_push(&taken) = false;
		if (some)
			taken.items[number] = true;
		number++;
	}
	struct headercut_lines lines = {arena_array(a, taken.len, bool), taken.len};
	if (taken.len)
		memcpy(lines.taken, taken.items, taken.len);
	vec_release(&taken);
	return lines;
}
