#ifndef RECAST_CLI_SIMILARITY_PAGE_H
#define RECAST_CLI_SIMILARITY_PAGE_H

/*
 * What a rewrite shares with its original, as a page: figures, lists, and both sides next to each other, with what
 * matches coloured by its kind and led to its twin. Made from the values of simstudy, whoever kept them: what is
 * missing or of another type counts as empty. Without scripts all links work; with them, both sides scroll.
 */

#include "cli/page.h"
#include "harness/simstudy.h"

/* Pages are no larger; ERR_LIMIT says so. */
enum { SIMILARITY_PAGE_MAX = 64 << 20 };

/* What page_begin needs for a section. */
extern const struct page_parts similarity_page_parts;

/* One rewrite, below an <h2>. Ids in it begin with its number, so that a page can hold several. */
void similarity_page_section(struct buf *out, const json_t *value, const json_t *detail, unsigned number);

/* The whole page, a section for each result. */
int similarity_page(struct buf *out, const struct simresult *results, size_t len, struct err *err);

#endif
