#ifndef RECAST_HARNESS_LICENCE_H
#define RECAST_HARNESS_LICENCE_H

/*
 * Under which licence a source stands, as an SPDX expression. Asked in this order:
 * licence files of the folder, of folders in it, SPDX tags in sources, wording in the
 * README, wording at the top of sources. The first that answers is the
 * licence; what says otherwise is listed.
 *
 * Wording is compared with what is typical of each licence (licence_wording.h).
 * A licence is certain if all of that stands there, or an SPDX tag says so; a
 * text of the GNU GPL alone does not tell whether later versions are meant, so
 * without a notice it is "-only" and not certain. Two licences of one text, or of
 * two files, become "A OR B" if the wording offers a choice; else the first is the
 * licence. A name alone ("MIT licence") is an answer that is not certain.
 */

#include "core/arena.h"
#include "harness/tree.h"

struct licence {
	const char *spdx;  /* "MIT", "MIT OR Apache-2.0"; "NOASSERTION" if it cannot be told */
	const char *file;  /* that says so, relative to the folder; or NULL */
	bool certain;
	struct strings other; /* "GPL-2.0-or-later in contrib/x.c and 2 more": what differs from it */
};

/* Of more files, and behind so many bytes of them, nothing is read. */
enum { LICENCE_FILES_MAX = 4000, LICENCE_TEXT_MAX = 256 << 10, LICENCE_HEAD_MAX = 8 << 10, LICENCE_OTHER_MAX = 20 };

void licence_find(const struct tree_node *folder, struct arena *a, struct licence *ret);

#endif
