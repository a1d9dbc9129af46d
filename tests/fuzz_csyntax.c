/*
 * Any bytes as C: tokens lie in order within the text, and with what stands
 * between them make it up; the tree's nodes lie within their parents, and a walk
 * meets each one once.
 */

#include "harness/csyntax.h"
#include "harness/ctoken.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tokens(struct str text)
{
	struct ctoken_reader reader = ctoken_reader(text);
	struct ctoken token;
	size_t at = 0, line = 1;
	bool directive = false;
	while (ctoken_next(&reader, &token)) {
		assert(token.offset >= at && token.offset + token.text.len <= text.len);
		assert(token.text.len > 0 || token.kind == CTOKEN_END);
		assert(token.text.len == 0 || token.text.ptr == text.ptr + token.offset);
		for (; at < token.offset; at++)
			line += text.ptr[at] == '\n';
		assert(token.line == line);
		assert(token.kind != CTOKEN_HASH || !directive);
		assert(token.kind != CTOKEN_END || directive);
		directive = (directive || token.kind == CTOKEN_HASH) && token.kind != CTOKEN_END;
	}
	assert(!directive);
}

static void check_node(const struct csyntax *syntax, const struct cnode *node)
{
	assert(node->start <= node->end && node->end <= syntax->text.len);
	assert(cnode_text(syntax, node).len == node->end - node->start);
	if (!node->parent)
		return;
	assert(node->start >= node->parent->start && node->end <= node->parent->end);
	assert(!node->broken || node->parent->broken);
	assert(!node->next || node->next->start >= node->end);
}

static void check_tree(struct str text)
{
	SCOPED_ARENA struct arena a = {0};
	struct csyntax syntax;
	struct err err = {0};
	if (csyntax_parse(text, &a, &syntax, &err) < 0) {
		assert(err.kind == ERR_LIMIT);
		return;
	}
	size_t count = 0;
	for (const struct cnode *node = syntax.root; node; node = cnode_after(node, syntax.root)) {
		check_node(&syntax, node);
		count++;
	}
	assert(count == syntax.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	check_tokens(text);
	check_tree(text);
	return 0;
}
