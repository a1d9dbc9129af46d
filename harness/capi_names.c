#include "harness/capi_parts.h"

/*
 * A crit-bit tree: a look-up costs at most one step for each bit of the name,
 * whatever names somebody chose for others. Names hold no NUL, so one byte of
 * zero behind each makes none the beginning of another.
 */

static unsigned byte_of(struct str name, size_t at)
{
	return at < name.len ? (unsigned char)name.ptr[at] : 0;
}

static unsigned side_of(const struct name_branch *branch, struct str name)
{
	return (byte_of(name, branch->byte) & branch->bit) != 0;
}

/* The one name that could be it. */
static struct name_slot *nearest(const struct names *names, struct str name)
{
	ptrdiff_t at = names->root;
	while (at >= 0)
		at = names->branches.items[at].child[side_of(&names->branches.items[at], name)];
	return &names->slots.items[~at];
}

struct name_slot *names_find(const struct names *names, struct str name)
{
	struct name_slot *slot = names->slots.len ? nearest(names, name) : NULL;
	return slot && str_eq(slot->name, name) ? slot : NULL;
}

/* Where two different names part. */
static struct name_branch parting(struct str one, struct str other)
{
	struct name_branch branch = {.bit = 0x80};
	while (byte_of(one, branch.byte) == byte_of(other, branch.byte))
		branch.byte++;
	unsigned differs = byte_of(one, branch.byte) ^ byte_of(other, branch.byte);
	while (!(differs & branch.bit))
		branch.bit >>= 1;
	return branch;
}

static bool comes_before(const struct name_branch *a, const struct name_branch *b)
{
	return a->byte < b->byte || (a->byte == b->byte && a->bit > b->bit);
}

static void insert(struct names *names, struct name_branch branch, struct str name)
{
	ptrdiff_t *at = &names->root;
	while (*at >= 0 && comes_before(&names->branches.items[*at], &branch)) {
		struct name_branch *passed = &names->branches.items[*at];
		at = &passed->child[side_of(passed, name)];
	}
	unsigned side = side_of(&branch, name);
	branch.child[side] = ~(ptrdiff_t)names->slots.len;
	branch.child[!side] = *at;
	*at = (ptrdiff_t)names->branches.len; /* before the array may move */
	*vec_push(&names->branches) = branch;
}

struct name_slot *names_add(struct names *names, struct str name, bool *ret_new)
{
	struct name_slot *slot = names->slots.len ? nearest(names, name) : NULL;
	*ret_new = !slot || !str_eq(slot->name, name);
	if (!*ret_new)
		return slot;
	if (slot)
		insert(names, parting(slot->name, name), name);
	else
		names->root = ~(ptrdiff_t)0;
	slot = vec_push(&names->slots);
	*slot = (struct name_slot){.name = name};
	return slot;
}

void names_release(struct names *names)
{
	vec_release(&names->slots);
	vec_release(&names->branches);
}
