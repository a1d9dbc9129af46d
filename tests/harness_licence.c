#include "harness/licence.h"

#include "core/buf.h"
#include "harness/licence_wording.h"
#include "tests/tap.h"

static struct arena arena;

/* The sentences that tell the licences apart; not their whole texts. */
#define MIT_GRANT "Permission is hereby granted, free of charge, to any person obtaining a copy\n" \
	" * of this software and associated files\n"
#define MIT_NOTICE "The above copyright notice and this permission notice shall be included\n"
#define AS_IS "THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND\n"
#define MIT MIT_GRANT MIT_NOTICE AS_IS
#define X11_NAME "Except as contained in this notice, the name of X shall not be used\n"
#define ISC_GRANT "Permission to use, copy, modify, and/or distribute this software for any purpose with or " \
	"without fee is hereby granted"
#define ISC_NOTICE ", provided that the above copyright notice and this permission notice appear in all copies.\n"
#define BSD_GRANT "Redistribution and use in source and binary forms, with or without\n" \
	"modification, are permitted\n"
#define BSD_2 BSD_GRANT "1. Redistributions of source code must retain the above copyright notice\n" \
	"2. Redistributions in binary form must reproduce the above copyright notice\n"
#define BSD_3 BSD_2 "3. The name may not be used to endorse or promote products derived from this software\n"
#define BSD_4 BSD_3 "4. All advertising materials mentioning features or use of this software must display the " \
	"following acknowledgement\n"
#define ZLIB "This software is provided 'as-is', without any express or implied warranty.  In no event will the " \
	"authors\n" \
	"1. The origin of this software must not be misrepresented; 2. Altered source versions must be plainly\n" \
	"marked as such 3. This notice may not be removed or altered from any source distribution.\n"
#define GPL_2 "GNU GENERAL PUBLIC LICENSE\n   Version 2, June 1991\n"
#define GPL_3 "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"
#define LGPL_3 "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"
#define NOTICE(version) "under the terms of the GNU General Public License as published by the Free Software " \
	"Foundation; " version "\n"
#define UNLICENSE "This is free and unencumbered software released into the public domain.\n" \
	"Anyone is free to copy, modify, publish, use, compile, sell, or distribute this software\n"
#define APACHE "Apache License\nVersion 2.0, January 2004\n" \
	"TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION\n"

/* Files of a source, and what is found. */
struct source {
	const char *files[4][2]; /* path, text */
	const char *spdx;
	bool certain;
	const char *file, *other; /* joined with "; " */
};

static const struct source sources[] = {
	{{{"LICENSE", "MIT License\n" MIT}}, "MIT", true, "LICENSE", ""},
	{{{"Licence.txt", MIT_GRANT AS_IS}}, "MIT-0", true, "Licence.txt", ""},
	{{{"COPYING", MIT X11_NAME}}, "X11", true, "COPYING", ""},
	{{{"LICENSE", ISC_GRANT ISC_NOTICE}}, "ISC", true, "LICENSE", ""},
	{{{"LICENSE", ISC_GRANT ISC_NOTICE X11_NAME}}, "curl", true, "LICENSE", ""},
	{{{"LICENSE", ISC_GRANT ".\nThe software is provided \"as is\" and the author disclaims all warranties"}},
		"0BSD", true,
	 "LICENSE", ""},
	{{{"LICENSE", BSD_2}}, "BSD-2-Clause", true, "LICENSE", ""},
	{{{"LICENSE", BSD_3}}, "BSD-3-Clause", true, "LICENSE", ""},
	{{{"LICENSE", BSD_4}}, "BSD-4-Clause", true, "LICENSE", ""},
	{{{"LICENSE",
		BSD_4 "Redistributions of any form whatsoever must retain the following acknowledgment: OpenSSL "
			"Toolkit"}},
	 "OpenSSL", true, "LICENSE", ""},
	{{{"LICENSE", MIT BSD_2 "Neither the names of X, nor the names of its contributors may be used"}}, "MIT",
		true, "LICENSE",
	 "BSD-2-Clause in LICENSE"},
	{{{"LICENSE",
		MIT_GRANT "Redistributions of source code must retain the above copyright notice. Neither the "
			"names of X,\n"
		      "nor the names of its contributors"}}, "NCSA", true, "LICENSE", ""},
	{{{"LICENSE", ZLIB}}, "Zlib", true, "LICENSE", ""},
	{{{"LICENSE",
		APACHE "Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use this "
			"file except in compliance"}},
	 "Apache-2.0", true, "LICENSE", ""},
	{{{"UNLICENSE", UNLICENSE}}, "Unlicense", true, "UNLICENSE", ""},
	{{{"LICENSE", "DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE\n0. You just DO WHAT THE FUCK YOU WANT TO."}},
		"WTFPL", true,
	 "LICENSE", ""},
	{{{"LICENSE", "This code is placed in the public domain."}}, "LicenseRef-public-domain", true, "LICENSE", ""},
	/* the GNU ones */
	{{{"COPYING", GPL_2 NOTICE("either version 2 of the License, or (at your option) any later version")}},
		"GPL-2.0-only",
	 false, "COPYING", ""},
	{{{"COPYING", GPL_2}, {"a.c",
		"/* " NOTICE("either version 2 of the\n * License, or (at your option) any later version")}},
	 "GPL-2.0-or-later", true, "COPYING", ""},
	{{{"COPYING", GPL_3}, {"a.c", "// SPDX-License-Identifier: GPL-3.0-only\n"}}, "GPL-3.0-only", true,
		"COPYING", ""},
	{{{"COPYING", GPL_3}, {"COPYING.LESSER", LGPL_3}, {"a.c",
		"/* SPDX-License-Identifier: LGPL-3.0-or-later */"}},
	 "LGPL-3.0-or-later", true, "COPYING.LESSER", ""},
	{{{"COPYING",
		"The only valid version of the GPL is this one.\n"
		" unlimited permission to link the compiled version of this\n"
		      GPL_2}}, "GPL-2.0-only WITH GCC-exception-2.0", true, "COPYING", ""},
	{{{"a.c", NOTICE("version 2 of the License.")}}, "GPL-2.0-only", true, "a.c", ""},
	/* several */
	{{{"LICENSE", "Choose whichever you prefer. ALTERNATIVE A - MIT\n" MIT "ALTERNATIVE B\n" UNLICENSE}},
		"MIT OR Unlicense", true,
	 "LICENSE", ""},
	{{{"LICENSE-APACHE", APACHE}, {"LICENSE-MIT", MIT}, {"README.md", "Dual-licensed under MIT or Apache."}},
	 "Apache-2.0 OR MIT", true, "LICENSE-APACHE", ""},
	{{{"LICENSE", MIT "For the data:\n" BSD_3}}, "MIT", true, "LICENSE", "BSD-3-Clause in LICENSE"},
	{{{"LICENSE", MIT}, {"deps/z/LICENSE", ZLIB}, {"src/a.c", "/* " BSD_2 " */"}, {"src/b.c",
		"/* " BSD_2 " */"}}, "MIT", true,
	 "LICENSE", "Zlib in deps/z/LICENSE; BSD-2-Clause in src/a.c and 1 more"},
	{{{"LICENSE", MIT}, {"a.c", "/* SPDX-License-Identifier: GPL-2.0-or-later */"}}, "MIT", true, "LICENSE",
	 "GPL-2.0-or-later in a.c"},
	{{{"LICENSE", MIT}, {"a.c", "/* " MIT " */"}, {"b.c", "// SPDX-License-Identifier: MIT\n"}}, "MIT", true,
		"LICENSE", ""},
	/* elsewhere */
	{{{"lib/COPYING", MIT}}, "MIT", true, "lib/COPYING", ""},
	{{{"LICENSES/MIT.txt", MIT}}, "MIT", true, "LICENSES/MIT.txt", ""},
	{{{"a.h", "/* SPDX-License-Identifier: (MIT OR Apache-2.0) */"}, {"README", "x"}}, "(MIT OR Apache-2.0)",
		true, "a.h", ""},
	{{{"README", "Copyright\n" ZLIB}}, "Zlib", true, "README", ""},
	{{{"src/a.h", "/*\n * " ISC_GRANT "\n * " ISC_NOTICE "*/"}}, "ISC", true, "src/a.h", ""},
	/* not all of it, or not at all */
	{{{"LICENSE", MIT_GRANT "and nothing else"}}, "MIT", false, "LICENSE", ""},
	{{{"LICENSE", "MIT Licence"}}, "MIT", false, "LICENSE", ""},
	{{{"README.md", "Released under the MIT license."}}, "MIT", false, "README.md", ""},
	{{{"README.md", "MIT license"}, {"a.c", "/* " ZLIB}}, "Zlib", true, "a.c", ""},
	{{{"LICENSE", "All rights reserved."}}, "NOASSERTION", false, NULL, ""},
	{{{"license.c", "int x;"}}, "NOASSERTION", false, NULL, ""},
	{{{"a.c", "SPDX-License-Identifier: `rm`\n"}}, "NOASSERTION", false, NULL, ""},
	{{{NULL}}, "NOASSERTION", false, NULL, ""},
};

static const char *joined(const struct strings *list)
{
	const char *all = "";
	for (size_t i = 0; i < list->len; i++)
		all = arena_printf(&arena, "%s%s%s", all, i ? "; " : "", list->items[i]);
	return all;
}

static void finds_licences(void)
{
	for (size_t i = 0; i < countof(sources); i++) {
		const struct source *s = &sources[i];
		SCOPED_TREE struct tree *tree = tree_new();
		struct licence l;
		for (size_t j = 0; j < countof(s->files) && s->files[j][0]; j++)
			ok(tree_add_file(tree, s->files[j][0], str_of(s->files[j][1]), NULL) == 0);
		licence_find(tree_root(tree), &arena, &l);
		is_str(l.spdx, s->spdx);
		is_str(l.file, s->file);
		is_int(l.certain, s->certain);
		is_str(joined(&l.other), s->other);
	}
}

static void compares_words(void)
{
	is_str(licence_words(STR("// \"A Licence\",\r\n * (c) 2020 x-y\xC3\xA4z\0# LICENSE."), &arena).ptr,
		"a license c 2020 x y z license ");
	is_str(licence_words((struct str){0}, &arena).ptr, "");
	is_str(licence_tag(STR("x\n# SPDX-License-Identifier:  MIT -->\n"), &arena), "MIT --");
	is_str(licence_tag(STR("SPDX-License-Identifier: MIT\x1b[1m"), &arena), "MIT");
	ok(licence_tag(STR("SPDX-License-Identifier:\nMIT"), &arena) == NULL);
}

/* What repeats the beginnings of wording takes no long time, and the lists stay short. */
static void bounds_hold(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	SCOPED_BUF struct buf text;
	struct licence l;
	buf_init(&text, 4 << 20);
	while (buf_append_cstr(&text, BSD_GRANT MIT_GRANT ISC_GRANT) == 0)
		;
	tree_add_file(tree, "LICENSE", buf_str(&text), NULL);
	for (int i = 0; i < LICENCE_FILES_MAX + 10; i++)
		tree_add_file(tree, arena_printf(&arena, "src/%d.c", i),
			      str_of(arena_printf(&arena, "SPDX-License-Identifier: X-%d\n", i)), NULL);
	licence_find(tree_root(tree), &arena, &l);
	ok(!l.certain || l.other.len > 0);
	ok(l.other.len <= LICENCE_OTHER_MAX);
}

int main(void)
{
	tap_run("finds licences", finds_licences);
	tap_run("compares words", compares_words);
	tap_run("bounds hold", bounds_hold);
	arena_release(&arena);
	return tap_done();
}
