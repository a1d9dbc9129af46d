#ifndef DURATION_H
#define DURATION_H

/* Seconds that a text like "2h30m5s" says: each unit once at most, the larger ones first. -1 if it says none. */
int duration_seconds(const char *text);

#endif
