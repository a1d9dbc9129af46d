#ifndef RECAST_CLI_FIGURES_H
#define RECAST_CLI_FIGURES_H

/* Figures for people, to two or three digits. */

#include "core/base.h"

enum { FIGURE_MAX = 32 };

/* "1.2 G", "34 k": fuel, calls. */
void figure_count(uint64_t n, char text[static FIGURE_MAX]);

/* "2.6 ms", "18.2 s" */
void figure_time(double ms, char text[static FIGURE_MAX]);

#endif
