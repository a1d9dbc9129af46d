#include "harness/linemarker.h"

bool linemarker_read(struct str line, uint64_t *ret_number, struct buf *ret_path)
{
	struct str word;
	uint64_t number;
	if (!str_starts(line, STR("# ")))
		return false;
	line = str_from(line, 2);
	if (!str_next_word(&line, &word) || !str_to_u64(word, &number))
		return false;
	line = str_trim(line);
	if (!line.len || line.ptr[0] != '"')
		return false;
	buf_clear(ret_path);
	for (size_t i = 1; i < line.len && line.ptr[i] != '"'; i++) {
		i += line.ptr[i] == '\\' && i + 1 < line.len;
		buf_append_char(ret_path, line.ptr[i]);
	}
	*ret_number = number;
	return true;
}

void linemarker_begin(struct linemarker_lines *l, struct str preprocessed)
{
	*l = (struct linemarker_lines){.rest = preprocessed};
	buf_init(&l->path, LINEMARKER_PATH_MAX);
}

bool linemarker_next(struct linemarker_lines *l)
{
	l->moved = false;
	while (str_next_line(&l->rest, &l->line)) {
		if (!linemarker_read(l->line, &l->next, &l->path)) {
			l->number = l->next++;
			return true;
		}
		l->moved = true;
	}
	return false;
}

void linemarker_end(struct linemarker_lines *l)
{
	buf_release(&l->path);
}
