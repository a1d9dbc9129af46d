#ifndef RECAST_HARNESS_RECORDING_PARTS_H
#define RECAST_HARNESS_RECORDING_PARTS_H

/* What the files of recordings share: files of JSON with a version. Nobody else includes it. */

#include "harness/recording.h"

int recording_write(const char *path, const json_t *value, struct err *err);

/* The caller owns the value. */
int recording_read(const char *path, json_t **ret, struct err *err);

/* An object whose version is one that is known. */
int recording_check_version(const struct json_at *at, struct err *err);

/* A string that must be there. */
int recording_text(const struct json_at *parent, const char *key, struct arena *a, const char **ret, struct err *err);

#endif
