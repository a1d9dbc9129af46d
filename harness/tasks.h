#ifndef RECAST_HARNESS_TASKS_H
#define RECAST_HARNESS_TASKS_H

/* RECAST.md where it stands, in the project's folder: read, and added to. */

#include "harness/taskfile.h"

#define TASKS_FILE "RECAST.md"

/* Its parts, empty where there is none. The text is in the arena. */
int tasks_read(const char *project, struct arena *a, struct taskfile *ret, struct err *err);

/* Appends what was done. Where there is no RECAST.md nothing is written. */
int tasks_add_action(const char *project, const char *date, const char *action, struct err *err);

/* Adds the plan, unless there is one; where there is no RECAST.md, nothing. */
int tasks_add_plan(const char *project, struct str plan, struct err *err);

#endif
