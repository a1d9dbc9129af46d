#include "harness/cleanroom.h"

#include "core/mem.h"

#include <pthread.h>

struct cleanroom {
	const struct fingerprints *sealed; /* borrowed */
	struct fingerprints allowed;       /* shown by the specification, although the implementation has it too */
	struct fingerprints own;           /* of this run's replies */
	struct arena arena;                /* owns the texts of both */
	pthread_mutex_t lock;              /* of `own` */
};

/* Whoever made the specification has looked at it, and the user has consented to what is left. */
static void allow(struct cleanroom *room, const struct spec_files *files)
{
	for (size_t i = 0; i < files->len; i++)
		fingerprints_add(&room->allowed, files->items[i].path, files->items[i].text);
}

struct cleanroom *cleanroom_new(const struct fingerprints *sealed, const struct spec *spec)
{
	struct cleanroom *room = mem_zalloc(1, sizeof(*room));
	room->sealed = sealed;
	pthread_mutex_init(&room->lock, NULL);
	if (spec->exposed_len) {
		allow(room, &spec->tests);
		allow(room, &spec->documents);
	}
	fingerprints_seal(&room->allowed);
	fingerprints_seal(&room->own);
	return room;
}

void cleanroom_free(struct cleanroom *room)
{
	if (!room)
		return;
	fingerprints_release(&room->allowed);
	fingerprints_release(&room->own);
	arena_release(&room->arena);
	pthread_mutex_destroy(&room->lock);
	free(room);
}

void cleanroom_hear(struct cleanroom *room, struct str reply)
{
	pthread_mutex_lock(&room->lock);
	fingerprints_add(&room->own, "reply", reply);
	fingerprints_seal(&room->own);
	pthread_mutex_unlock(&room->lock);
}

/* ---- looking */

struct looking {
	struct cleanroom *room;
	struct arena *a; /* of the result */
	struct {
		struct leak *items;
		size_t len, cap;
	} leaks;
};

static struct str lines_of(struct str text, unsigned first, unsigned last)
{
	struct str line, rest = text;
	const char *from = text.ptr, *to = text.ptr + text.len;
	for (unsigned number = 1; number <= last && rest.len; number++) {
		const char *at = rest.ptr;
		str_next_line(&rest, &line);
		if (number == first)
			from = at;
		if (number == last)
			to = rest.ptr;
	}
	return (struct str){from, (size_t)(to - from)};
}

/* Whether the set has a run as long where this one stands. */
static bool stands_in(const struct fingerprints *set, struct str text, const struct shared_run *run)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str lines = lines_of(text, run->line, run->end_line);
	struct shared_runs runs = fingerprints_find(set, lines, run->tokens, &scratch);
	return runs.len > 0;
}

static void look_at(struct looking *l, struct str text, enum prompt_origin origin, bool own)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct cleanroom *room = l->room;
	struct shared_runs runs = fingerprints_find(room->sealed, text, FINGERPRINT_QUOTE, &scratch);
	for (size_t i = 0; i < runs.len; i++) {
		const struct shared_run *run = &runs.items[i];
		if (origin != PROMPT_HUMAN && stands_in(&room->allowed, text, run))
			continue;
		*vec_push(&l->leaks) = (struct leak){
			.origin = origin,
			.recited = own && stands_in(&room->own, text, run),
			.tokens = run->tokens,
			.line = run->line,
			.end_line = run->end_line,
			.file = arena_strdup(l->a, run->file),
			.file_line = run->file_line,
		};
	}
}

static bool quotes_replies(enum prompt_origin origin)
{
	return origin == PROMPT_OWN || origin == PROMPT_FEEDBACK;
}

static void look_at_parts(struct looking *l, const struct prompt *prompt)
{
	look_at(l, prompt->system, PROMPT_RECAST, false);
	for (size_t i = 0; i < prompt->parts_len; i++) {
		const struct prompt_part *part = &prompt->parts[i];
		look_at(l, part->text, part->origin, quotes_replies(part->origin));
	}
	look_at(l, prompt->so_far, PROMPT_OWN, true);
	look_at(l, prompt->go_on, PROMPT_RECAST, false);
}

/* Every text in it, its keys too. */
static void look_at_json(struct looking *l, json_t *value)
{
	const char *key;
	json_t *member;
	size_t index;
	if (json_is_string(value))
		look_at(l, (struct str){json_string_value(value), json_string_length(value)}, PROMPT_RECAST, true);
	SCOPED_BUF struct buf lines;
	buf_init(&lines, PROMPT_MAX);
	json_array_foreach(value, index, member) {
		look_at_json(l, member);
		buf_printf(&lines, "%s\n", json_is_string(member) ? json_string_value(member) : "");
	}
	if (json_array_size(value) > 1)
		look_at(l, buf_str(&lines), PROMPT_RECAST, true);
	json_object_foreach(value, key, member) {
		look_at(l, str_of(key), PROMPT_RECAST, false);
		look_at_json(l, member);
	}
}

static size_t count_recited(const struct looking *l)
{
	size_t recited = 0;
	for (size_t i = 0; i < l->leaks.len; i++)
		recited += l->leaks.items[i].recited;
	return recited;
}

/* The bytes hold the parts once more, so what is recited in them is known. */
static void look_at_wire(struct looking *l, const struct wire *wire)
{
	SCOPED_JSON json_t *body = NULL;
	size_t kept = l->leaks.len;
	if (json_parse(wire->body, "request", &body, NULL) == 0)
		look_at_json(l, body);
	else
		look_at(l, wire->body, PROMPT_RECAST, true);
	for (size_t i = kept; i < l->leaks.len; i++) {
		if (!l->leaks.items[i].recited)
			l->leaks.items[kept++] = l->leaks.items[i];
	}
	l->leaks.len = kept;
}

struct leaks cleanroom_look(struct cleanroom *room, const struct prompt *prompt, const struct wire *wire,
			    struct arena *a)
{
	struct looking l = {.room = room, .a = a};
	pthread_mutex_lock(&room->lock);
	look_at_parts(&l, prompt);
	if (l.leaks.len == count_recited(&l))
		look_at_wire(&l, wire);
	pthread_mutex_unlock(&room->lock);
	struct leaks leaks = {arena_copy(a, l.leaks.items, l.leaks.len, sizeof(*l.leaks.items)), l.leaks.len, count_recited(&l)};
	vec_release(&l.leaks);
	return leaks;
}

static const char *place_of(enum prompt_origin origin)
{
	static const char *const names[] = {
		[PROMPT_RECAST] = "a prompt template or a member of the request's body",
		[PROMPT_SPEC] = "what is shown of the library",
		[PROMPT_HUMAN] = "RECAST.md, below Considerations, Decisions or Plan",
		[PROMPT_FEEDBACK] = "what tests and compiler say",
		[PROMPT_OWN] = "the rewrite that is to be repaired",
	};
	return names[origin];
}

int cleanroom_check(const struct leaks *leaks, struct err *err)
{
	for (size_t i = 0; i < leaks->len; i++) {
		const struct leak *leak = &leaks->items[i];
		if (!leak->recited)
			return err_set(err, ERR_USAGE,
				       "the request was not sent: %s, line %u, quotes %zu tokens of the implementation, %s:%u; "
				       "take them out there%s",
				       place_of(leak->origin), leak->line, leak->tokens, leak->file, leak->file_line,
				       leak->origin == PROMPT_HUMAN ? "" : ", or run `recast extract` anew if the source has changed");
	}
	return 0;
}
