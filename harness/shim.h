#ifndef RECAST_HARNESS_SHIM_H
#define RECAST_HARNESS_SHIM_H

/*
 * Code between a test and the library: for each public function a shim that
 * tells the host of the call before and after it, and for each type of callback
 * a few trampolines that the library gets in place of the test's functions. Calls
 * that the library makes of itself pass through. Which call is the outermost is
 * kept in a global of the module, which no pointer reaches.
 *
 * A call is told by a frame: arguments, then the result, each at the next
 * multiple of SHIM_SLOT_BYTES.
 */

#include "harness/nameset.h"
#include "harness/shape.h"
#include "harness/suite.h"

enum { SHIM_SLOT_BYTES = 16, SHIM_TRAMPOLINES = 8, SHIM_FREED_MAX = 1024 };

struct shim_function {
	const struct api_function *function;
	const struct shape_signature *signature;
};

/* A type of callback, by its signature. */
struct shim_callback {
	const struct shape_signature *signature;
	const char *name; /* a word: its type's, or the function's and the parameter's */
};

struct shims {
	struct shim_function *functions;
	size_t functions_len;
	struct shim_callback *callbacks;
	size_t callbacks_len;
	struct strings wrapped; /* names for the linker */
	struct strings untold;  /* functions that have no shim */
	struct strings unseen;  /* these and callbacks without trampolines, and why */
	struct link_input object;
};

/* How a callback is treated. When a library allocates, and in which order it compares, is its own affair. */
enum shim_callback_mode {
	SHIM_TRACED,
	SHIM_ALLOCATOR,  /* heard, but not put down: only that it gave nothing matters */
	SHIM_RELEASER,   /* left alone, like the next */
	SHIM_COMPARATOR,
};

/* Of a parameter, and of a field in a record. */
enum shim_callback_mode shim_parameter_mode(const struct shape_signature *g, size_t index);
enum shim_callback_mode shim_field_mode(const struct shape_record *record, size_t index);

/* Where an argument stands in a frame; that behind the last one is the result. */
uint32_t shim_slot(const struct shape_signature *g, size_t index);

/* The callback of that signature, or callbacks_len. */
size_t shims_callback(const struct shims *shims, const struct shape_signature *signature);

/* Shims for those functions of the interface that the library defines. */
int shims_build(const struct suite *suite, const struct interface *api, struct shapes *shapes, struct arena *a,
		struct shims *ret, struct err *err);

#endif
