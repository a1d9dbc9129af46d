#include "harness/wasmcode.h"
#include "harness/wasmfile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever was read is within the file, so that no count ran away. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str bytes = {(const char *)data, size};
	struct wasmfile f;
	struct err err = {0};
	if (wasmfile_read(bytes, &a, &f, &err) < 0) {
		assert(err.kind == ERR_PARSE && err.text[0]);
		return 0;
	}
	assert(f.imports_len <= size && f.exports_len <= size && f.symbols_len <= size);
	assert(f.function_names_len <= size && f.init_functions <= size);
	wasmcode_work(f.code);
	assert(f.code.len + f.data_bytes <= size);
	size_t text = 0;
	for (size_t i = 0; i < f.imports_len; i++)
		text += strlen(f.imports[i].module) + strlen(f.imports[i].name);
	for (size_t i = 0; i < f.exports_len; i++)
		text += strlen(f.exports[i].name);
	for (uint32_t i = 0; i < f.function_names_len; i++)
		text += wasmfile_function_name(&f, i) ? strlen(wasmfile_function_name(&f, i)) : 0;
	for (size_t i = 0; i < f.customs_len; i++) {
		text += strlen(f.customs[i].name) + f.customs[i].payload.len;
		assert(f.customs[i].payload.ptr >= bytes.ptr);
		assert(f.customs[i].payload.ptr + f.customs[i].payload.len <= bytes.ptr + size);
	}
	assert(text <= 2 * size);
	for (size_t i = 0; i < f.symbols_len; i++)
		assert(strlen(f.symbols[i].name) < size);
	return 0;
}
