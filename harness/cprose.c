#include "harness/cprose.h"

#include "harness/csyntax.h"
#include "harness/ctoken.h"

static bool is_one_of(struct str word, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_eq(word, str_of(list[i])))
			return true;
	}
	return false;
}

/* ---- lines */

static bool is_name_byte(char c)
{
	return ctoken_name_byte(c) && (unsigned char)c < 0x80;
}

static struct str first_name(struct str s)
{
	size_t len = 0;
	while (len < s.len && is_name_byte(s.ptr[len]))
		len++;
	return str_first(s, len);
}

/* A heading of Markdown begins alike. */
static bool is_directive(struct str line)
{
	static const char *const words[] = {"include", "define", "undef", "if",	     "ifdef", "ifndef", "elif",
					    "else",    "endif",	 "pragma", "error", "line",  "warning"};
	if (line.len == 0 || line.ptr[0] != '#')
		return false;
	return is_one_of(first_name(str_trim(str_from(line, 1))), words, countof(words));
}

static bool ends_with_one(struct str line, const char *bytes)
{
	char last = line.len ? line.ptr[line.len - 1] : '\0';
	return last && strchr(bytes, last);
}

static bool begins_with_type(struct str line)
{
	static const char *const words[] = {"static", "extern", "typedef", "struct", "union", "enum", "const", "inline",
					    "void", "char", "int", "unsigned", "signed", "long", "short", "float",
					    "double", "bool", "size_t", "_Static_assert", "_Noreturn", "_Bool",
					    "uint8_t", "uint16_t", "uint32_t", "uint64_t", "int32_t", "int64_t"};
	return is_one_of(first_name(line), words, countof(words));
}

/* No more than names and stars, as "static int" above a name. */
static bool is_names(struct str line)
{
	size_t words = 1;
	for (size_t i = 0; i < line.len; i++) {
		if (!is_name_byte(line.ptr[i]) && !strchr(" \t*", line.ptr[i]))
			return false;
		words += line.ptr[i] == ' ';
	}
	return words <= 4;
}

/* "my_type *name(": a bracket right behind a name, which has something in front of it. */
static bool begins_function(struct str line)
{
	size_t open = str_index(line, '('), blanks = 0;
	for (size_t i = 0; i < open; i++) {
		if (!is_name_byte(line.ptr[i]) && !strchr(" \t*", line.ptr[i]))
			return false;
		blanks += line.ptr[i] == ' ' || line.ptr[i] == '*';
	}
	return open < line.len && open > 0 && is_name_byte(line.ptr[open - 1]) && blanks > 0 && blanks <= 5 &&
	       ends_with_one(line, "{;,)");
}

static bool begins_code(struct str line)
{
	line = str_trim(line);
	if (str_starts(line, STR("/*")) || str_starts(line, STR("//")) || is_directive(line))
		return true;
	if (line.len == 0 || str_index(line, '`') < line.len)
		return false;
	if (begins_with_type(line))
		return ends_with_one(line, ";{},()=") || is_names(line);
	return begins_function(line);
}

static bool ends_code(struct str line)
{
	line = str_trim(line);
	if (is_directive(line) || str_starts(line, STR("//")) || str_ends(line, STR("*/")))
		return true;
	if (str_index(line, '`') < line.len)
		return false;
	/* "}  // namespace" */
	const char *comment = line.len ? memmem(line.ptr, line.len, "//", 2) : NULL;
	if (comment)
		line = str_trim(str_first(line, (size_t)(comment - line.ptr)));
	return ends_with_one(line, "};");
}

struct str cprose_code(struct str text)
{
	struct str rest = text, line;
	const char *start = NULL, *end = NULL;
	while (str_next_line(&rest, &line)) {
		if (!start && begins_code(line))
			start = line.ptr;
		if (start && ends_code(line))
			end = rest.ptr;
	}
	if (!start || !end)
		return (struct str){0};
	return (struct str){start, (size_t)(end - start)};
}

/* ---- C as a whole */

static bool says_something(const struct cnode *node)
{
	switch (node->kind) {
	case CNODE_DECLARATION:
	case CNODE_FUNCTION_DEFINITION:
	case CNODE_TYPE_DEFINITION:
	case CNODE_STRUCT_SPECIFIER:
	case CNODE_UNION_SPECIFIER:
	case CNODE_ENUM_SPECIFIER:
	case CNODE_LINKAGE_SPECIFICATION:
	case CNODE_PREPROC_INCLUDE:
	case CNODE_PREPROC_DEF:
	case CNODE_PREPROC_FUNCTION_DEF:
	case CNODE_PREPROC_IF:
	case CNODE_PREPROC_IFDEF:
	case CNODE_PREPROC_CALL:
		return true;
	default:
		return false;
	}
}

bool cprose_is_c(struct str text, bool *ret_defines)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct csyntax syntax;
	size_t good = 0, other = 0;
	bool defines = false;
	if (csyntax_parse(text, &scratch, &syntax, NULL) < 0)
		return false;
	for (const struct cnode *n = syntax.root->first; n; n = n->next) {
		bool said = says_something(n) && !(n->broken && n->kind == CNODE_DECLARATION);
		good += said ? n->end - n->start : 0;
		other += said || n->kind == CNODE_COMMENT ? 0 : n->end - n->start;
	}
	for (const struct cnode *n = syntax.root; n && !defines; n = cnode_after(n, syntax.root))
		defines = n->kind == CNODE_FUNCTION_DEFINITION;
	if (ret_defines)
		*ret_defines = defines && good > other;
	return good > other;
}

/* ---- what was left out */

/* The comment's words without its marks and dots; whether there were dots at one of its ends. */
static struct str comment_words(struct str comment, bool *ret_dots)
{
	static const char ellipsis[] = "\xE2\x80\xA6";
	struct str s = comment;
	*ret_dots = false;
	for (bool more = true; more;) {
		size_t before = s.len;
		s = str_trim(s);
		if (str_starts(s, STR("...")) || str_starts(s, STR(ellipsis))) {
			*ret_dots = true;
			s = str_from(s, 3);
		}
		if (str_ends(s, STR("...")) || str_ends(s, STR(ellipsis))) {
			*ret_dots = true;
			s = str_first(s, s.len - 3);
		}
		if (s.len && strchr("/*-.[(<", s.ptr[0]) && s.ptr[0])
			s = str_from(s, 1);
		if (s.len && strchr("/*-.])>", s.ptr[s.len - 1]) && s.ptr[s.len - 1])
			s.len--;
		more = s.len < before;
	}
	return s;
}

/* With dots one telling word will do; without, the comment must say nothing else. */
static bool stands_for_code(struct str comment)
{
	static const char *const words[] = {"rest of",	     "the rest",   "unchanged",	      "existing code",
					    "existing impl", "remaining",  "remains the same", "omitted",
					    "same as before", "same as above", "previous code", "as before",
					    "as above",	     "other functions", "other code", "goes here",
					    "implementation"};
	static const char *const phrases[] = {
		"existing code",    "existing code here",	  "rest of the code",	     "rest of code",
		"rest of the file", "rest of file",		  "rest of the functions",   "rest of the implementation",
		"unchanged",	    "code unchanged",		  "rest unchanged",	     "the rest is unchanged",
		"same as before",   "remains unchanged",	  "remaining code",	     "remaining functions",
		"other functions",  "rest of the code unchanged", "your code here",	     "implementation here",
		"code omitted",	    "omitted for brevity",	  "rest of the code remains the same",
		"rest of the code remains unchanged",		  "rest of the functions remain the same",
	};
	enum { SAID_MAX = 100 };
	char said[SAID_MAX + 1];
	bool dots;
	struct str s = comment_words(comment, &dots);
	if (s.len == 0)
		return dots;
	if (s.len > SAID_MAX)
		return false;
	memcpy(said, s.ptr, s.len);
	said[s.len] = '\0';
	if (dots)
		return str_mentions(said, words, countof(words));
	for (size_t i = 0; i < countof(phrases); i++) {
		if (strcasecmp(said, phrases[i]) == 0)
			return true;
	}
	return false;
}

/* Blanks alone stand around it in its line. */
static bool has_own_line(struct str text, const struct ctoken *t)
{
	size_t start = t->offset, end = t->offset + t->text.len;
	while (start > 0 && strchr(" \t", text.ptr[start - 1]) && text.ptr[start - 1])
		start--;
	while (end < text.len && strchr(" \t\r", text.ptr[end]) && text.ptr[end])
		end++;
	return (start == 0 || text.ptr[start - 1] == '\n') && (end == text.len || text.ptr[end] == '\n');
}

struct str cprose_elision(struct str text, unsigned *ret_line)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	bool in_list = false; /* behind a comma, as the dots of parameters */
	while (ctoken_next(&r, &t)) {
		bool dots = ctoken_is(&t, "...") || ctoken_is(&t, "\xE2\x80\xA6");
		bool told = t.kind == CTOKEN_COMMENT ? stands_for_code(t.text) : dots && !in_list && !r.in_directive;
		in_list = ctoken_is(&t, ",") || (in_list && t.kind == CTOKEN_COMMENT);
		if (!told || !has_own_line(text, &t))
			continue;
		*ret_line = t.line;
		return t.text;
	}
	return (struct str){0};
}
