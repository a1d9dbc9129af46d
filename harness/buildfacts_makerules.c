#include "harness/buildfacts_make.h"

#include "core/mem.h"

static size_t bucket_of(const char *name)
{
	uint32_t hash = 5381;
	for (; *name; name++)
		hash = hash * 33 ^ (unsigned char)*name;
	return hash % 128;
}

static struct make_rule *known_rule(struct make *m, const char *target)
{
	struct make_rule *rule = m->buckets[bucket_of(target)];
	while (rule && facts_spend(m->f, 1) && strcmp(rule->target, target) != 0)
		rule = rule->next;
	return m->f->work ? rule : NULL;
}

static struct make_rule *new_rule(struct make *m, const char *target)
{
	struct make_rule *rule = arena_new(m->f->a, struct make_rule);
	if (strncmp(target, "./", 2) == 0)
		target += 2;
	*rule = (struct make_rule){.target = target, .stem = "", .file = m->file, .line = m->line};
	if (m->rules.len == FACTS_LIST_MAX || !facts_spend(m->f, sizeof(*rule)))
		return rule;
	rule->next = m->buckets[bucket_of(target)];
	m->buckets[bucket_of(target)] = rule;
	*vec_push(&m->rules) = rule;
	return rule;
}

/* What stands with the recipe comes first, since "$<" is the first of them. */
void make_add_rule(struct make *m, const char *target, const struct strings *needs, struct make_recipe *recipe)
{
	struct make_rule *rule = known_rule(m, strncmp(target, "./", 2) == 0 ? target + 2 : target);
	rule = rule ? rule : new_rule(m, target);
	bool first = recipe->lines.len > 0 && !rule->recipe;
	struct strings both = {0};
	facts_push_all(m->f, &both, first ? needs : &rule->needs);
	facts_push_all(m->f, &both, first ? &rule->needs : needs);
	rule->needs = both;
	if (recipe->own) {
		if (rule->own && recipe->own->parent == &m->vars)
			recipe->own->parent = rule->own;
		rule->own = recipe->own;
	}
	if (first) {
		rule->recipe = recipe;
		rule->line = recipe->line;
		rule->file = recipe->file;
	}
}

void make_release(struct make *m)
{
	vec_release(&m->rules);
	vec_release(&m->patterns);
}

const char *make_find_file(struct make *m, const char *name)
{
	const char *path = facts_path(m->f, m->folder, str_of(name));
	for (size_t i = 0; (!path || !facts_is_file(m->f, path)) && i < m->search.len && facts_spend(m->f, 1); i++)
		path = facts_path(m->f, m->search.items[i], str_of(name));
	return path && facts_is_file(m->f, path) ? path : NULL;
}

/* Takes what a pattern says of it, if what that begins with is there. */
static bool from_pattern(struct make *m, struct make_rule *rule)
{
	for (size_t i = 0; i < m->patterns.len && facts_spend(m->f, 1); i++) {
		const struct make_pattern *p = &m->patterns.items[i];
		const char *stem = make_stem(m, str_of(p->target), str_of(rule->target));
		if (!stem || p->needs.len == 0 || p->recipe->lines.len == 0)
			continue;
		const char *first = make_fill(m, str_of(p->needs.items[0]), stem);
		if (!make_find_file(m, first) && !known_rule(m, first))
			continue;
		struct strings needs = {0};
		for (size_t k = 0; k < p->needs.len; k++)
			facts_push(m->f, &needs, make_fill(m, str_of(p->needs.items[k]), stem));
		facts_push_all(m->f, &needs, &rule->needs);
		rule->needs = needs;
		rule->recipe = p->recipe;
		rule->stem = stem;
		return true;
	}
	return false;
}

struct make_rule *make_find_rule(struct make *m, const char *target)
{
	if (strncmp(target, "./", 2) == 0)
		target += 2;
	struct make_rule *rule = known_rule(m, target);
	if (rule && rule->recipe)
		return rule;
	struct make_rule made = {.target = target, .stem = "", .file = m->file, .line = m->line};
	if (rule) {
		from_pattern(m, rule);
		return rule;
	}
	if (!from_pattern(m, &made))
		return NULL;
	rule = new_rule(m, target);
	rule->needs = made.needs;
	rule->recipe = made.recipe;
	rule->stem = made.stem;
	rule->file = made.recipe->file;
	rule->line = made.recipe->line;
	return rule;
}
