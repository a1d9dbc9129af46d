#include "core/path.h"

/* Takes the last name away. */
static bool go_up(char *path, size_t *len)
{
	if (*len == 0)
		return false;
	while (*len > 0 && path[--*len] != '/')
		continue;
	return true;
}

char *path_join(struct arena *a, const char *folder, struct str path)
{
	size_t len = strlen(folder);
	char *joined = arena_alloc(a, len + path.len + 2, 1);
	memcpy(joined, folder, len);
	while (path.len) {
		struct str name = str_first(path, str_index(path, '/'));
		path = str_from(path, name.len + 1);
		if (name.len == 0 || str_eq(name, STR(".")))
			continue;
		if (str_eq(name, STR(".."))) {
			if (!go_up(joined, &len))
				return NULL;
			continue;
		}
		if (len)
			joined[len++] = '/';
		memcpy(joined + len, name.ptr, name.len);
		len += name.len;
	}
	joined[len] = '\0';
	return joined;
}

struct str path_base(struct str path)
{
	size_t at = path.len;
	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return str_from(path, at);
}

struct str path_folder(struct str path)
{
	size_t base = path_base(path).len;
	return str_first(path, path.len > base ? path.len - base - 1 : 0);
}

struct str path_stem(struct str path)
{
	struct str base = path_base(path);
	size_t dot = base.len;
	while (dot > 0 && base.ptr[dot - 1] != '.')
		dot--;
	return dot > 1 ? str_first(base, dot - 1) : base;
}

const char *path_base_of(const char *path)
{
	return path_base(str_of(path)).ptr;
}
