#ifndef RECAST_CLI_TERMINAL_PARTS_H
#define RECAST_CLI_TERMINAL_PARTS_H

/* What text on the terminal and the live line on it share. */

#include "cli/terminal.h"

/* Columns of the terminal, or 80. */
size_t terminal_columns_of(int fd);

void terminal_live_init(void);

/* Takes the live line away; from a signal's handler. */
void terminal_live_abandon(void);

#endif
