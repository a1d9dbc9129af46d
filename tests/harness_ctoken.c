#include "harness/ctoken.h"

#include "core/buf.h"
#include "tests/tap.h"

/* Each token as a letter for its kind and its text, a blank between them. */
static const char *shown(struct str text)
{
	static struct buf b;
	static const char letters[] = "nds'pc#;";
	if (!b.ptr)
		buf_init(&b, 1 << 20);
	buf_clear(&b);
	struct ctoken_reader reader = ctoken_reader(text);
	struct ctoken token;
	while (ctoken_next(&reader, &token))
		buf_printf(&b, "%s%c%.*s", b.len ? " " : "", letters[token.kind], STR_ARG(token.text));
	return b.ptr;
}

static const struct {
	const char *text, *tokens;
} texts[] = {
	{"", ""},
	{" \t\r\n\f\v\n", ""},
	{"int f(void);", "nint nf p( nvoid p) p;"},
	{"_a $b \xC3\xA4x c9", "n_a n$b n\xC3\xA4x nc9"},
	{"1 0x1Fe 1.5e-3 0x1p+4 .5 1e+ 1..2 9d", "d1 d0x1Fe d1.5e-3 d0x1p+4 d.5 d1e+ d1..2 d9d"},
	{"a.b ... . ..", "na p. nb p... p. p. p."},
	{"a->b--c+++d", "na p-> nb p-- nc p++ p+ nd"},
	{"<<=>>=<<>>&&||==!=<=>=##", "p<<= p>>= p<< p>> p&& p|| p== p!= p<= p>= p##"},
	{"a/b/*c*/d//e\nf", "na p/ nb c/*c*/ nd c//e nf"},
	{"/*/ a */ b", "c/*/ a */ nb"},
	{"/* never ends\n a", "c/* never ends\n a"},
	{"/*", "c/*"},
	{"// joined \\\n line\nb", "c// joined \\\n line nb"},
	{"\"a\\\"b\" c", "s\"a\\\"b\" nc"},
	{"\"never ends\nb", "s\"never ends nb"},
	{"\"never ends", "s\"never ends"},
	{"\"a\\\nb\" c", "s\"a\\\nb\" nc"},
	{"\"a\\\r\nb\" c", "s\"a\\\r\nb\" nc"},
	{"\"\\", "s\"\\"},
	{"'a' '\\'' L'x' u8\"y\" U\"z\" X\"w\"", "''a' ''\\'' 'L'x' su8\"y\" sU\"z\" nX s\"w\""},
	{"'", "''"},
	{"in\\\nt x", "nin nt nx"}, /* joins inside a name are not followed */
	{"a \\\n b", "na nb"},
	{"\\", "p\\"},
	{"@`", "p@ p`"},
	/* directives */
	{"#define X 1\nint", "## ndefine nX d1 ; nint"},
	{" # include <a.h>", "## ninclude p< na p. nh p> ;"},
	{"/* c */ #if 0\n", "c/* c */ ## nif d0 ;"},
	{"a # b\n", "na p# nb"},
	{"#a \\\n b\nc", "## na nb ; nc"},
	{"#a /* over\nlines */ b\nc", "## na c/* over\nlines */ nb ; nc"},
	{"#\n#", "## ; ## ;"},
	{"#define A(x) #x\n", "## ndefine nA p( nx p) p# nx ;"},
};

static void reads_tokens(void)
{
	for (size_t i = 0; i < countof(texts); i++)
			is_str(shown(str_of(texts[i].text)), texts[i].tokens);
}

static void says_where_they_stand(void)
{
	struct str text = STR("a /*\n*/ b \\\n c\r\n\"x\\\ny\" d\n#e\nf");
	static const unsigned lines[] = {1, 1, 2, 3, 4, 5, 6, 6, 6, 7};
	struct ctoken_reader reader = ctoken_reader(text);
	struct ctoken token;
	size_t n = 0;
	for (; n < countof(lines) && ctoken_next(&reader, &token); n++) {
		is_int(token.line, lines[n]);
		ok(token.text.ptr == text.ptr + token.offset);
	}
	is_int(n, countof(lines));
	ok(!ctoken_next(&reader, &token));
	ok(!ctoken_next(&reader, &token)); /* and again */
}

static void any_bytes_are_read(void)
{
	is_str(shown((struct str){0}), "");
	is_str(shown((struct str){"name", 2}), "nna");
	is_str(shown((struct str){"\"ab\"", 3}), "s\"ab");
	is_str(shown((struct str){"/* */", 4}), "c/* *");
	is_str(shown((struct str){"<<=", 2}), "p<<");
	is_str(shown((struct str){"a\\\n", 2}), "na p\\");
	struct ctoken_reader reader = ctoken_reader(STR("a\0b"));
	struct ctoken token;
	size_t n = 0;
	while (ctoken_next(&reader, &token))
		n++;
	is_int(n, 3);
}

int main(void)
{
	tap_run("reads tokens", reads_tokens);
	tap_run("says where they stand", says_where_they_stand);
	tap_run("any bytes are read", any_bytes_are_read);
	return tap_done();
}
