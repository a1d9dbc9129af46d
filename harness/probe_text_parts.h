#ifndef RECAST_HARNESS_PROBE_TEXT_PARTS_H
#define RECAST_HARNESS_PROBE_TEXT_PARTS_H

/* What the files behind probe_text.h share: values, variables and calls (probe_text.c), functions that are called back
 * (probe_callbacks.c), code that prints (probe_tell.c), and the program (probe_program.c). */

#include "harness/probe_text.h"

/* "struct x *name", whatever the type. */
const char *probe_declared(struct probe_writer *w, const char *type, const char *name);

/* Whether calls from within callbacks are given what the call makes: then it stands in front of all functions. */
bool probe_is_shared(const struct probe_writer *w, size_t call);

/* Of what the call makes. */
const char *probe_object_type(struct probe_writer *w, size_t call);

/* What holds the argument's memory; where there is room behind it, it is an array of two. */
const char *probe_variable(struct probe_writer *w, size_t call, size_t index);
bool probe_has_beyond(const struct probe_writer *w, size_t call, size_t index);

const char *probe_callback_name(struct probe_writer *w, size_t index);

/* Statements that print a value, of which `expression` is an expression, with all that it leads to. */
void probe_tell(struct probe_writer *w, const struct shape *s, const char *label, const char *expression);
/* In one line, and nothing behind pointers but texts. */
void probe_tell_briefly(struct probe_writer *w, const struct shape *s, const char *label, const char *expression);
/* Memory of the program's. */
void probe_tell_bytes(struct probe_writer *w, const char *label, const char *variable);
/* Functions that these statements call, to stand in front of them. */
void probe_put_tellers(struct probe_writer *w);

#endif
