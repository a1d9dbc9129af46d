/* What a parameter is taken for, by its type, its name and what stands beside it; and how inputs become C. */

#include "harness/micro.h"
#include "harness/microtext_parts.h"

#include "tests/tap.h"

#define FIELD(name, type, offset, size) {name, type, true, offset, size, 0}

static struct api_field plain_fields[] = {FIELD("x", "int", 0, 4), FIELD("name", "char [12]", 4, 12)};
static struct api_field linked_fields[] = {FIELD("next", "struct linked *", 0, 4), FIELD("x", "int", 4, 4)};

#define STRUCT(name_, size_, fields_) \
	{.kind = API_STRUCT, .name = name_, .spelling = "", .written = "", .doc = "", .target = "", .known = true, .size = size_, \
	 .fields = fields_, .fields_len = countof(fields_)}

static struct api_type types[] = {
	STRUCT("plain", 16, plain_fields),
	STRUCT("linked", 8, linked_fields),
	{.kind = API_STRUCT, .name = "hidden", .target = "", .opaque = true},
};
static const struct interface api = {.types = types, .types_len = countof(types)};

static struct arena arena;
static struct shapes *shapes;

static const struct shape_signature *signature(struct parameter *parameters, size_t len)
{
	static struct signature s;
	s = (struct signature){"int", parameters, len, false, false};
	return shape_signature(shapes, &s);
}

/* ---- parameters */

static void roles(void)
{
	static const struct {
		struct parameter parameters[3];
		size_t len, index;
		enum micro_role role;
		size_t length;
		const char *why;
	} rows[] = {
		{{{"n", "int", false}}, 1, 0, ROLE_NUMBER, SIZE_MAX, NULL},
		{{{"n", "double", false}}, 1, 0, ROLE_REAL, SIZE_MAX, NULL},
		{{{"n", "long double", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "it takes a number of 16 bytes"},
		{{{"text", "const char *", false}}, 1, 0, ROLE_TEXT, SIZE_MAX, NULL},
		{{{"text", "const char *", false}, {"len", "size_t", false}}, 2, 0, ROLE_TEXT, 1, NULL},
		{{{"text", "char *", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "nobody says how much room text has"},
		{{{"", "char *", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "nobody says how much room argument 1 has"},
		{{{"out", "char *", false}, {"cap", "size_t", false}}, 2, 0, ROLE_ROOM, 1, NULL},
		{{{"count", "size_t", false}, {"numbers", "const int *", false}}, 2, 1, ROLE_BYTES, 0, NULL},
		{{{"numbers", "int *", false}, {"count", "size_t", false}}, 2, 0, ROLE_ROOM, 1, NULL},
		{{{"value", "int *", false}}, 1, 0, ROLE_OUT, SIZE_MAX, NULL},
		{{{"data", "void *", false}}, 1, 0, ROLE_OBJECT, SIZE_MAX, NULL},
		{{{"h", "struct hidden *", false}}, 1, 0, ROLE_OBJECT, SIZE_MAX, NULL},
		{{{"p", "struct plain", false}}, 1, 0, ROLE_RECORD, SIZE_MAX, NULL},
		{{{"p", "struct linked", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "it takes a struct with pointers in it"},
		{{{"f", "void (*)(int)", true}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "it takes a callback"},
		{{{"f", "FILE *", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "it takes a stream"},
		{{{"list", "va_list", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "it takes a list of arguments"},
		{{{"names", "const char *const *", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "names leads to more than one value"},
		{{{"x", "nowhere", false}}, 1, 0, ROLE_REFUSED, SIZE_MAX, "it takes what the headers do not tell"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct parameter parameters[3];
		memcpy(parameters, rows[i].parameters, sizeof(parameters));
		struct micro_parameter p = micro_parameter(signature(parameters, rows[i].len), rows[i].index, &arena);
		tap_print("# %s %s\n", rows[i].parameters[rows[i].index].type, rows[i].parameters[rows[i].index].name);
		is_int(p.role, rows[i].role);
		ok(p.length == rows[i].length);
		is_str(p.why, rows[i].why);
	}
}

static void plain_structs_have_no_pointers(void)
{
	ok(micro_is_plain(shape_of(shapes, "struct plain")));
	ok(!micro_is_plain(shape_of(shapes, "struct linked")));
	ok(!micro_is_plain(shape_of(shapes, "struct hidden")));
	ok(!micro_is_plain(shape_of(shapes, "int")));
}

/* ---- C */

static const char *fixed(const char *type, struct micro_value value)
{
	struct parameter parameters[] = {{"a", type, false}};
	struct micro_out o = {.a = &arena};
	buf_init(&o.text, 10000);
	micro_put_fixed(&o, signature(parameters, 1), 0, &value, "object");
	const char *text = arena_str(&arena, buf_str(&o.text));
	buf_release(&o.text);
	return text;
}

static void values_become_c(void)
{
	static const char hostile[] = "a\"\\\0?" "?=\n\xff" "9";
	is_str(fixed("int", (struct micro_value){.kind = MICRO_NUMBER, .number = UINT64_MAX}),
	       "(__typeof_unqual__(int))(long long)18446744073709551615ull");
	is_str(fixed("double", (struct micro_value){.kind = MICRO_REAL, .number = 1}), "(__typeof_unqual__(double))recast_real(1ull)");
	is_str(fixed("const char *", (struct micro_value){.kind = MICRO_NULL}), "0");
	is_str(fixed("const char *", (struct micro_value){.kind = MICRO_BYTES, .bytes = {hostile, sizeof(hostile) - 1}}),
	       "(__typeof__(const char *))recast_keep(\"a\\042\\134\\000\\077\\077=\\012\\3779\", 10)");
	is_str(fixed("struct plain", (struct micro_value){.kind = MICRO_BYTES, .bytes = STR("x")}),
	       "*(__typeof__(struct plain) *)recast_keep(\"x\", 1)");
	is_str(fixed("struct hidden *", (struct micro_value){.kind = MICRO_OBJECT}), "(__typeof__(struct hidden *))object");
}

/* A function of one text, with that input. */
static struct micro of_text(const char *text, const struct micro_call **inputs, struct micro_call *call, struct micro_value *value)
{
	static struct parameter parameters[] = {{"text", "const char *", false}};
	static struct shim_function function;
	function = (struct shim_function){.signature = signature(parameters, 1)};
	*value = (struct micro_value){.kind = MICRO_BYTES, .bytes = str_of(text)};
	*call = (struct micro_call){.args = value};
	inputs[0] = call;
	return (struct micro){.function = &function, .inputs = inputs, .inputs_len = 1};
}

static void texts_that_can_change(void)
{
	static const struct {
		const char *text;
		bool varies, separates;
	} rows[] = {
		{"name", true, false},		    /* letters behind it */
		{"", false, false},		    {"{}", false, false},
		{"[12, 3, 4]", true, true},	    /* the 2 of 12 */
		{"{\"key\": 1}", true, false},	    /* the end of key */
		{"[true,false,null]", false, true}, {"a,b", false, false},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		const struct micro_call *inputs[1];
		struct micro_call call;
		struct micro_value value;
		struct micro m = of_text(rows[i].text, inputs, &call, &value);
		tap_print("# %s\n", rows[i].text);
		is_int(micro_varies(&m), rows[i].varies);
		is_int(micro_separates(&m, 1, ','), rows[i].separates);
		is_int(micro_growing(&m), 1);
	}
}

int main(void)
{
	shapes = shapes_new(&api, &arena);
	tap_run("roles", roles);
	tap_run("plain structs have no pointers", plain_structs_have_no_pointers);
	tap_run("values become C", values_become_c);
	tap_run("texts that can change", texts_that_can_change);
	arena_release(&arena);
	return tap_done();
}
