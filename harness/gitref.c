#include "harness/gitref.h"

#include "core/mem.h"

enum { ID_SHORTEST = 4, ID_LEN = 40, NAMES_SHOWN = 12 };

static const char *const folders[] = {"refs/heads/", "refs/tags/", "refs/remotes/"};

void gitref_release(struct gitref_list *list)
{
	vec_release(list);
}

const char *gitref_short(const char *name)
{
	for (size_t i = 0; i < countof(folders); i++) {
		if (str_starts(str_of(name), str_of(folders[i])))
			return name + strlen(folders[i]);
	}
	return "";
}

static bool is_id(const char *text)
{
	size_t len = strlen(text);
	return len >= ID_SHORTEST && len <= ID_LEN && strspn(text, "0123456789abcdefABCDEF") == len;
}

static const struct gitref *find(const struct gitref_list *list, const char *folder, const char *name)
{
	for (size_t i = 0; i < list->len; i++) {
		const char *full = list->items[i].name;
		if (str_starts(str_of(full), str_of(folder)) && strcmp(full + strlen(folder), name) == 0)
			return &list->items[i];
	}
	return NULL;
}

int gitref_unknown(const struct gitref_list *list, const char *wanted, const char *where, struct err *err)
{
	SCOPED_BUF struct buf names;
	size_t count = 0;
	buf_init(&names, 400);
	for (size_t i = 0; i < list->len; i++) {
		const char *name = gitref_short(list->items[i].name);
		if (!name[0])
			continue;
		size_t before = names.len;
		if (count < NAMES_SHOWN && buf_printf(&names, "%s%s", count ? ", " : "", name) < 0) {
			names.len = before; /* a long name is left out whole */
			names.ptr[before] = '\0';
		}
		count++;
	}
	if (count == 0)
		return err_set(err, ERR_USAGE, "%.100s is no branch, tag or commit of %.200s", wanted, where);
	return err_set(err, ERR_USAGE, "%.100s is no branch, tag or commit of %.200s; it has %s%s", wanted, where,
		       names.ptr, count > NAMES_SHOWN || names.full ? " and more" : "");
}

int gitref_choose(const struct gitref_list *list, const char *wanted, const char *where, const struct gitref **ret,
		  struct err *err)
{
	const struct gitref *whole = find(list, "", wanted);
	const struct gitref *branch = find(list, "refs/heads/", wanted), *tag = find(list, "refs/tags/", wanted);
	const struct gitref *found = whole ? whole : branch ? branch : tag;
	if (!whole && branch && tag && memcmp(&branch->id, &tag->id, sizeof(tag->id)) != 0)
		return err_set(err, ERR_USAGE, "%.100s is a branch and a tag of %.200s; write refs/heads/%.100s or "
			       "refs/tags/%.100s", wanted, where, wanted, wanted);
	if (!found)
		found = find(list, "refs/remotes/", wanted);
	if (!found && !is_id(wanted))
		return gitref_unknown(list, wanted, where, err);
	*ret = found;
	return 0;
}
