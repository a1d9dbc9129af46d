#include "harness/readme.h"

#include "core/buf.h"
#include "core/utf8.h"
#include "harness/headings.h"

#include <strings.h>

enum judgement { NEITHER, FOR_USERS, NOT_FOR_USERS };

/* Beginnings of words in titles, in lower case. */
static const char *const not_for_users[] = {
	"install", "build", "compiling", "compilation", "to compile", "licen", "copyright", "copying", "contribut",
		"change", "history", "news", "release",
	"author", "credit", "acknowledg", "thank", "maintain", "benchmark", "perform", "speed", "sponsor", "donat",
		"backer",
	"badge", "status", "links", "see also", "test", "packag", "contents", "download", "roadmap", "todo",
		"to do", "develop",
	"communit", "contact", "bug", "security", "depend", "requirement", "related", "similar", "used by",
		"who uses",
	"users", "projects", "mailing", "support", "version", "internal", "implement", "how it works", "design",
		"algorithm",
	"under the hood", "coverage", "fuzz", "legal", "disclaimer",
};
static const char *const for_users[] = {
	"usage", "use", "using", "example", "api", "quick", "getting started", "get started", "tutorial", "reference",
	"function", "overview", "introduc", "about", "synopsis", "interface", "guide", "how to", "how do", "basic",
		"advanced",
	"descri", "type", "macro", "syntax", "document", "feature", "error", "callback", "option", "limit",
		"thread", "caveat",
};

struct section {
	struct str title, text; /* the text with the heading */
	struct str body;
	unsigned level, line, end_line;
	enum judgement said;
	bool told;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* "f(" */
static bool has_call(struct str title)
{
	size_t at = str_index(title, '(');
	return at > 0 && at < title.len && is_letter(title.ptr[at - 1]);
}

static bool has_word(struct str title, const char *beginning)
{
	struct str word = str_of(beginning);
	for (size_t i = 0; i + word.len <= title.len; i++) {
		bool begins = i == 0 || !is_letter(title.ptr[i - 1]);
		if (begins && strncasecmp(title.ptr + i, word.ptr, word.len) == 0)
			return true;
	}
	return false;
}

static enum judgement judge_title(struct str title)
{
	enum { TITLE_MAX = 200 };
	title = str_first(title, TITLE_MAX);
	if (has_call(title))
		return FOR_USERS;
	for (size_t i = 0; i < countof(not_for_users); i++) {
		if (has_word(title, not_for_users[i]))
			return NOT_FOR_USERS;
	}
	for (size_t i = 0; i < countof(for_users); i++) {
		if (has_word(title, for_users[i]))
			return FOR_USERS;
	}
	return NEITHER;
}

static bool is_fence(struct str line)
{
	return str_starts(line, STR("```")) || str_starts(line, STR("~~~"));
}

static bool shows_code(struct str body)
{
	struct str line;
	bool fenced = false;
	while (str_next_line(&body, &line)) {
		struct str text = str_trim(line);
		bool indented = str_starts(line, STR("    ")) || str_starts(line, STR("\t"));
		if (is_fence(text))
			fenced = !fenced;
		else if ((fenced || indented) && (str_ends(text, STR(";")) || str_ends(text, STR("{"))))
			return true;
	}
	return false;
}

/* Links, pictures, HTML tags and the marks of lists. */
static bool is_only_links(struct str line)
{
	while (line.len) {
		char c = line.ptr[0];
		char end = c == '[' ? ']' : c == '(' ? ')' : c == '<' ? '>' : '\0';
		if (end)
			line = str_from(line, str_index(line, end) + 1);
		else if (strchr(" \t!*-+|:.,#])", c))
			line = str_from(line, 1);
		else if (str_starts(line, STR("http")))
			line = str_from(line, min_size(str_index(line, ' '), str_index(line, '\t')));
		else
			return false;
	}
	return true;
}

static bool says_something(struct str body)
{
	struct str line;
	while (str_next_line(&body, &line)) {
		if (!is_only_links(str_trim(line)))
			return true;
	}
	return false;
}

static struct section section_of(struct str text, const struct headings *h, size_t i)
{
	/* Number 0 stands in front of the first heading. */
	const struct heading *own = i ? &h->items[i - 1] : NULL, *next = i < h->len ? &h->items[i] : NULL;
	size_t start = own ? own->start : 0, end = next ? next->start : text.len;
	size_t body = own ? own->text_start : 0;
	struct section s = {.title = own ? own->title : STR(""), .level = own ? own->level : 0,
		.line = own ? own->line : 1};
	s.text = str_first(str_from(text, start), end - start);
	s.body = str_first(str_from(text, body), end - body);
	s.end_line = (unsigned)str_count(s.text, '\n');
	bool cut = s.text.len && s.text.ptr[s.text.len - 1] != '\n';
	s.end_line = s.line + s.end_line - (s.end_line && !cut);
	s.said = own ? judge_title(own->title) : NEITHER;
	return s;
}

/* The first heading, if others are below it, is the document's title. */
static bool is_document_title(const struct section *sections, size_t len, size_t i)
{
	return i == 1 && len > 2 && sections[2].level > sections[1].level;
}

static void judge(struct section *sections, size_t len)
{
	enum { DEEPEST = 17 };
	enum judgement levels[DEEPEST + 1] = {NEITHER};
	for (size_t i = 0; i < len; i++) {
		struct section *s = &sections[i];
		if (is_document_title(sections, len, i))
			s->said = NEITHER;
		unsigned level = s->level < DEEPEST ? s->level : DEEPEST;
		enum judgement above = level ? levels[level - 1] : NEITHER;
		enum judgement is = s->said && above != NOT_FOR_USERS ? s->said : above;
		for (unsigned deeper = level; deeper <= DEEPEST; deeper++)
			levels[deeper] = is;
		bool introduction = i < 2 && !s->said;
		s->told = is == FOR_USERS || (is == NEITHER && (introduction || shows_code(s->body)));
		s->told &= s->said == FOR_USERS || says_something(s->body);
	}
}

/* Nothing is said to be for users: what comes in front of that which is not. */
static void take_beginning(struct section *sections, size_t len)
{
	bool told = true;
	for (size_t i = 0; i < len; i++)
		told &= sections[i].said != FOR_USERS;
	for (size_t i = 0; i < len && told; i++) {
		told = sections[i].said != NOT_FOR_USERS;
		sections[i].told = told && says_something(sections[i].body);
	}
}

static void read_parts(struct str text, enum headings_format format, struct arena *a, struct readme *ret)
{
	SCOPED(headings_release) struct headings h = {0};
	headings_find(text, format, &h);
	size_t len = h.len + 1;
	struct section *sections = arena_array(a, len, struct section);
	for (size_t i = 0; i < len; i++)
		sections[i] = section_of(text, &h, i);
	judge(sections, len);
	take_beginning(sections, len);
	ret->parts = arena_array(a, len, struct readme_part);
	for (size_t i = 0; i < len; i++) {
		const struct section *s = &sections[i];
		if (s->told)
			ret->parts[ret->parts_len++] =
				(struct readme_part){arena_str(a, s->title), s->text, s->line, s->end_line};
	}
}

static const struct {
	const char *ending;
	enum headings_format format;
} formats[] = {
	{"", HEADINGS_PLAIN},
	{".md", HEADINGS_MARKDOWN},
	{".markdown", HEADINGS_MARKDOWN},
	{".rst", HEADINGS_RST},
	{".txt", HEADINGS_PLAIN},
};

/* A link to another place in the same tree; those that lead up are not followed, nor links to links. */
static const struct tree_node *follow(const struct tree_node *folder, const struct tree_node *file)
{
	if (file->type != TREE_LINK)
		return file;
	struct str rest = file->content;
	const struct tree_node *node = folder;
	while (node && rest.len) {
		struct str name = str_first(rest, str_index(rest, '/'));
		rest = str_from(rest, name.len + 1);
		node = node->type == TREE_FOLDER ? tree_child(node, name) : NULL;
	}
	return node;
}

/* The best of a folder: Markdown, then as in the table, then any other. */
static const struct tree_node *pick(const struct tree_node *folder, const char **ret_name,
				    enum headings_format *ret_format)
{
	static const size_t order[countof(formats)] = {1, 2, 3, 4, 0};
	const struct tree_node *best = NULL;
	size_t best_rank = SIZE_MAX;
	for (size_t i = 0; i < folder->children_len; i++) {
		const char *name = folder->children[i]->name;
		const struct tree_node *file = follow(folder, folder->children[i]);
		if (strncasecmp(name, "readme", 6) != 0 || !file || file->type != TREE_FILE)
			continue;
		size_t rank = 0;
		while (rank < countof(order) && strcasecmp(name + 6, formats[order[rank]].ending) != 0)
			rank++;
		if (rank >= best_rank)
			continue;
		best = file;
		best_rank = rank;
		*ret_name = name;
		*ret_format = rank < countof(order) ? formats[order[rank]].format : HEADINGS_PLAIN;
	}
	return best;
}

void readme_find(const struct tree_node *folder, struct arena *a, struct readme *ret)
{
	static const char *const folders[] = {"", "docs", "doc"};
	const struct tree_node *file = NULL;
	enum headings_format format = HEADINGS_PLAIN;
	*ret = (struct readme){0};
	for (size_t i = 0; i < countof(folders) && !file; i++) {
		const struct tree_node *in = i ? tree_child(folder, str_of(folders[i])) : folder;
		const char *name;
		file = in && in->type == TREE_FOLDER ? pick(in, &name, &format) : NULL;
		if (file)
			ret->file = i ? arena_printf(a, "%s/%s", folders[i], name) : arena_strdup(a, name);
	}
	if (!file)
		return;
	SCOPED_BUF struct buf text;
	buf_init(&text, README_MAX);
	utf8_append(&text, file->content);
	struct str whole = str_whole_characters(buf_str(&text));
	read_parts((struct str){arena_str(a, whole), whole.len}, format, a, ret);
}
