#include "harness/capi_parts.h"

struct row {
	const char *text;
	enum word word;
	const char *spelling; /* NULL: as it stands */
};

/* In byte order. */
static const struct row rows[] = {
	{"_Accum", WORD_TYPE, NULL},
	{"_Alignas", WORD_ALIGN, NULL},
	{"_Alignof", WORD_STATEMENT, NULL},
	{"_Atomic", WORD_ATOMIC, NULL},
	{"_BitInt", WORD_TYPE_OF, NULL},
	{"_Bool", WORD_TYPE, NULL},
	{"_Complex", WORD_TYPE, NULL},
	{"_Decimal128", WORD_TYPE, NULL},
	{"_Decimal32", WORD_TYPE, NULL},
	{"_Decimal64", WORD_TYPE, NULL},
	{"_ExtInt", WORD_TYPE_OF, NULL},
	{"_Float128", WORD_TYPE, NULL},
	{"_Float128x", WORD_TYPE, NULL},
	{"_Float16", WORD_TYPE, NULL},
	{"_Float32", WORD_TYPE, NULL},
	{"_Float32x", WORD_TYPE, NULL},
	{"_Float64", WORD_TYPE, NULL},
	{"_Float64x", WORD_TYPE, NULL},
	{"_Fract", WORD_TYPE, NULL},
	{"_Generic", WORD_STATEMENT, NULL},
	{"_Imaginary", WORD_TYPE, NULL},
	{"_Nonnull", WORD_NOTHING, NULL},
	{"_Noreturn", WORD_MARK, NULL},
	{"_Null_unspecified", WORD_NOTHING, NULL},
	{"_Nullable", WORD_NOTHING, NULL},
	{"_Sat", WORD_TYPE, NULL},
	{"_Static_assert", WORD_ASSERT, NULL},
	{"_Thread_local", WORD_STORAGE, NULL},
	{"__alignof", WORD_STATEMENT, NULL},
	{"__alignof__", WORD_STATEMENT, NULL},
	{"__asm", WORD_ATTRIBUTE, "__asm__"},
	{"__asm__", WORD_ATTRIBUTE, NULL},
	{"__attribute", WORD_ATTRIBUTE, "__attribute__"},
	{"__attribute__", WORD_ATTRIBUTE, NULL},
	{"__auto_type", WORD_TYPE, NULL},
	{"__bf16", WORD_TYPE, NULL},
	{"__cdecl", WORD_NOTHING, NULL},
	{"__complex__", WORD_TYPE, "_Complex"},
	{"__const", WORD_QUALIFIER, "const"},
	{"__const__", WORD_QUALIFIER, "const"},
	{"__declspec", WORD_ATTRIBUTE, NULL},
	{"__extension__", WORD_NOTHING, NULL},
	{"__fastcall", WORD_NOTHING, NULL},
	{"__float128", WORD_TYPE, NULL},
	{"__forceinline", WORD_STORAGE, NULL},
	{"__fp16", WORD_TYPE, NULL},
	{"__ibm128", WORD_TYPE, NULL},
	{"__imag__", WORD_STATEMENT, NULL},
	{"__inline", WORD_STORAGE, NULL},
	{"__inline__", WORD_STORAGE, NULL},
	{"__int128", WORD_TYPE, NULL},
	{"__int64", WORD_TYPE, NULL},
	{"__ptr32", WORD_NOTHING, NULL},
	{"__ptr64", WORD_NOTHING, NULL},
	{"__real__", WORD_STATEMENT, NULL},
	{"__restrict", WORD_QUALIFIER, "restrict"},
	{"__restrict__", WORD_QUALIFIER, "restrict"},
	{"__signed", WORD_TYPE, "signed"},
	{"__signed__", WORD_TYPE, "signed"},
	{"__stdcall", WORD_NOTHING, NULL},
	{"__thiscall", WORD_NOTHING, NULL},
	{"__thread", WORD_STORAGE, NULL},
	{"__typeof", WORD_TYPE_OF, "typeof"},
	{"__typeof__", WORD_TYPE_OF, "typeof"},
	{"__unaligned", WORD_NOTHING, NULL},
	{"__vectorcall", WORD_NOTHING, NULL},
	{"__volatile", WORD_QUALIFIER, "volatile"},
	{"__volatile__", WORD_QUALIFIER, "volatile"},
	{"alignas", WORD_ALIGN, NULL},
	{"alignof", WORD_STATEMENT, NULL},
	{"asm", WORD_ATTRIBUTE, "__asm__"},
	{"auto", WORD_STORAGE, NULL},
	{"break", WORD_STATEMENT, NULL},
	{"case", WORD_STATEMENT, NULL},
	{"char", WORD_TYPE, NULL},
	{"const", WORD_QUALIFIER, NULL},
	{"constexpr", WORD_STORAGE, NULL},
	{"continue", WORD_STATEMENT, NULL},
	{"default", WORD_STATEMENT, NULL},
	{"do", WORD_STATEMENT, NULL},
	{"double", WORD_TYPE, NULL},
	{"else", WORD_STATEMENT, NULL},
	{"enum", WORD_TAG, NULL},
	{"extern", WORD_EXTERN, NULL},
	{"float", WORD_TYPE, NULL},
	{"for", WORD_STATEMENT, NULL},
	{"goto", WORD_STATEMENT, NULL},
	{"if", WORD_STATEMENT, NULL},
	{"inline", WORD_STORAGE, NULL},
	{"int", WORD_TYPE, NULL},
	{"long", WORD_TYPE, NULL},
	{"register", WORD_STORAGE, NULL},
	{"restrict", WORD_QUALIFIER, NULL},
	{"return", WORD_STATEMENT, NULL},
	{"short", WORD_TYPE, NULL},
	{"signed", WORD_TYPE, NULL},
	{"sizeof", WORD_STATEMENT, NULL},
	{"static", WORD_STATIC, NULL},
	{"static_assert", WORD_ASSERT, NULL},
	{"struct", WORD_TAG, NULL},
	{"switch", WORD_STATEMENT, NULL},
	{"thread_local", WORD_STORAGE, NULL},
	{"typedef", WORD_TYPEDEF, NULL},
	{"typeof", WORD_TYPE_OF, NULL},
	{"typeof_unqual", WORD_TYPE_OF, NULL},
	{"union", WORD_TAG, NULL},
	{"unsigned", WORD_TYPE, NULL},
	{"void", WORD_TYPE, NULL},
	{"volatile", WORD_QUALIFIER, NULL},
	{"while", WORD_STATEMENT, NULL},
};

static int compare(const void *key, const void *row)
{
	return str_cmp(*(const struct str *)key, str_of(((const struct row *)row)->text));
}

enum word word_of(struct str text, struct str *ret_spelling)
{
	*ret_spelling = text;
	if (text.len == 0 || (text.ptr[0] != '_' && (text.ptr[0] < 'a' || text.ptr[0] > 'z')))
		return WORD_NAME;
	const struct row *row = bsearch(&text, rows, countof(rows), sizeof(rows[0]), compare);
	if (!row)
		return WORD_NAME;
	*ret_spelling = str_of(row->spelling ? row->spelling : row->text);
	return row->word;
}
