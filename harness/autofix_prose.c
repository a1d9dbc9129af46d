#include "harness/autofix_parts.h"

/* Whether a line could be C: it begins like a directive or a comment, or has what prose lacks. */
static bool could_be_c(struct str line)
{
	line = str_trim(line);
	if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == '*' || str_starts(line, STR("/*")) || str_starts(line, STR("//")))
		return true;
	return strchr(";{}(),=\\/", line.ptr[line.len - 1]) != NULL || str_starts(line, STR("typedef")) ||
	       str_starts(line, STR("static")) || str_starts(line, STR("struct")) || str_starts(line, STR("enum")) ||
	       str_starts(line, STR("union")) || str_index(line, '(') < line.len;
}

/* "Here is the file:" */
static bool is_sentence(struct str line)
{
	line = str_trim(line);
	return str_count(line, ' ') >= 2 && !could_be_c(line);
}

struct str fix_prose(struct str text)
{
	struct str line, rest = text;
	while (str_next_line(&rest, &line) && (str_trim(line).len == 0 || is_sentence(line)))
		text = rest;
	size_t end = text.len;
	while (end > 0) {
		size_t start = end - 1;
		while (start > 0 && text.ptr[start - 1] != '\n')
			start--;
		line = str_first(str_from(text, start), end - start);
		if (str_trim(line).len && !is_sentence(line))
			break;
		end = start;
	}
	return str_first(text, end);
}
