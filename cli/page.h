#ifndef RECAST_CLI_PAGE_H
#define RECAST_CLI_PAGE_H

/*
 * The frame of a self-contained HTML page: styles and scripts, which stand in specs/pages, are compiled in and written
 * into it; it asks for nothing else, and its policy forbids browsers to run or load anything but these. So no text from
 * outside can become code, even if an escape were forgotten.
 *
 * Whatever is not a literal of ours goes through page_text.
 */

#include "core/buf.h"

/* Files of specs/pages by their names: "page.css" comes with every page. */
struct page_parts {
	const char *const *items;
	size_t len;
};

/* Up to the beginning of the body. The title may come from outside. */
void page_begin(struct buf *out, const char *title, const struct page_parts *parts);
void page_end(struct buf *out);

/* Text between tags, or within quotes in a tag. What is no character, and what controls or turns the direction of
 * writing, is shown as a replacement; tabs and line ends stay. */
void page_text(struct buf *out, struct str text);
void page_cstr(struct buf *out, const char *text);

/* "12.3 %" */
void page_percent(struct buf *out, double share);

/* An opening tag with a class, then the text, then the closing tag. */
void page_element(struct buf *out, const char *tag, const char *class_name, const char *text);

#endif
