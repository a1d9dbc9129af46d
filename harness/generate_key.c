#include "harness/generate_key.h"

/* Change it with anything that may change what is asked, or what comes of the answers. */
static const char GENERATE_VERSION[] = "generate-1";

static void add_text(struct hasher *h, const char *text)
{
	hasher_field(h, str_of(text ? text : ""));
}

static void add_json(struct hasher *h, const json_t *value)
{
	SCOPED_MEM char *text = value ? json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	add_text(h, text);
}

/* Who it is. Keys, prices, patience and the name that the user has given it change nothing in what is answered. */
static void add_provider(struct hasher *h, const struct provider *p)
{
	add_text(h, p->row->name);
	add_text(h, p->model);
	add_text(h, p->url);
	add_json(h, p->body);
	hasher_field_u64(h, p->max_tokens);
	hasher_field_u64(h, p->command.len);
	for (size_t i = 0; i < p->command.len; i++)
		add_text(h, p->command.items[i]);
}

static int add_panel(struct hasher *h, const struct generate *ask, struct err *err)
{
	struct hash recording;
	hasher_field_u64(h, ask->is_replay);
	hasher_field_u64(h, ask->panel_len);
	for (size_t i = 0; i < ask->panel_len; i++)
		add_provider(h, &ask->panel[i]);
	if (!ask->is_replay)
		return 0;
	if (recording_hash(ask->panel[0].folder, &recording, err) < 0)
		return -1;
	hasher_bytes(h, recording.bytes, HASH_BYTES);
	return 0;
}

int generate_key(const struct generate *ask, const struct taskfile *tasks, struct hash *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct hash templates = templates_hash(ask->templates);
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR(GENERATE_VERSION));
	hasher_bytes(&h, ask->spec.bytes, HASH_BYTES);
	hasher_bytes(&h, templates.bytes, HASH_BYTES);
	hasher_field(&h, generate_without_questions(tasks->considerations, &scratch));
	hasher_field(&h, str_trim(tasks->decisions));
	hasher_field(&h, str_trim(tasks->plan));
	add_text(&h, generate_units_name(ask->units));
	hasher_field_u64(&h, ask->candidates);
	hasher_field_u64(&h, ask->samples);
	hasher_field_u64(&h, ask->repairs);
	int result = add_panel(&h, ask, err);
	struct hash key = hasher_finish(&h);
	if (result == 0)
		*ret = key;
	return result;
}
