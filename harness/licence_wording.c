#include "harness/licence_wording.h"

struct wording {
	const char *spdx;
	const char *all[5];  /* it begins with the first, and the others follow */
	const char *none[3];
	const char *name;    /* how it is called where it is only named */
};

#define MIT_GRANT "permission is hereby granted free of charge to any person obtaining a copy of this software and"
#define MIT_NOTICE "the above copyright notice and this permission notice"
#define AS_IS "the software is provided as is without warranty of any kind"
#define X11_NAME "except as contained in this notice the name"
#define ISC_GRANT "distribute this software for any purpose with or without fee is hereby granted"
#define ISC_NOTICE "provided that the above copyright notice and this permission notice appear in all copies"
#define BSD_GRANT "redistribution and use in source and binary forms with or without modification are permitted"
#define BSD_SOURCE "redistributions of source code must retain the above copyright notice"
#define BSD_BINARY "redistributions in binary form must reproduce the above copyright notice"
#define BSD_NAME "endorse or promote products derived from"
#define BSD_ADVERTISING "all advertising materials mentioning features or use of this software must display the " \
	"following"
#define OPENSSL_NAME "redistributions of any form whatsoever must retain the following acknowledg"

static const struct wording wordings[] = {
	{"MIT", {MIT_GRANT, MIT_NOTICE, AS_IS}, {X11_NAME, BSD_SOURCE}, "mit license"},
	{"MIT-0", {MIT_GRANT, AS_IS}, {MIT_NOTICE, BSD_SOURCE}, "mit no attribution"},
	{"X11", {MIT_GRANT, MIT_NOTICE, AS_IS, X11_NAME}, {BSD_SOURCE}, "x11 license"},
	{"NCSA", {MIT_GRANT, BSD_SOURCE, "neither the names of", "nor the names of its contributors"},
		{BSD_ADVERTISING},
	 "university of illinois ncsa open source license"},
	{"ISC", {ISC_GRANT, ISC_NOTICE}, {X11_NAME}, "isc license"},
	{"0BSD", {ISC_GRANT, "the software is provided as is and the author disclaims all warranties"}, {ISC_NOTICE},
	 "zero clause bsd"},
	{"curl", {ISC_GRANT, ISC_NOTICE, X11_NAME}, {NULL}, "curl license"},
	{"BSD-2-Clause", {BSD_GRANT, BSD_SOURCE, BSD_BINARY}, {BSD_NAME, BSD_ADVERTISING, OPENSSL_NAME},
		"bsd 2 clause"},
	{"BSD-3-Clause", {BSD_GRANT, BSD_SOURCE, BSD_BINARY, BSD_NAME}, {BSD_ADVERTISING, OPENSSL_NAME},
		"bsd 3 clause"},
	{"BSD-4-Clause", {BSD_GRANT, BSD_SOURCE, BSD_BINARY, BSD_NAME, BSD_ADVERTISING}, {OPENSSL_NAME},
		"bsd 4 clause"},
	{"OpenSSL", {BSD_GRANT, OPENSSL_NAME, "openssl toolkit"}, {NULL}, "openssl license"},
	{"Apache-2.0", {"apache license version 2 0 january 2004",
		"terms and conditions for use reproduction and distribution"},
	 {NULL}, "apache license version 2 0"},
	{"Apache-2.0", {"licensed under the apache license version 2 0 the license",
		"you may not use this file except in compliance"},
	 {NULL}, "apache 2 0"},
	{"Zlib", {"provided as is without any express or implied warranty", "in no event will the author",
		"the origin of this software must not be misrepresented",
		"altered source versions must be plainly marked as such",
		  "this notice may not be removed or altered from any source"}, {"png reference library license"},
			"zlib license"},
	{"libpng-2.0", {"png reference library license version 2",
		"the origin of this software must not be misrepresented"},
	 {NULL}, "libpng license"},
	{"BSL-1.0", {"boost software license version 1 0 august 17th 2003",
		"any person or organization obtaining a copy"},
	 {NULL}, "boost software license"},
	{"BSL-1.0", {"distributed under the boost software license version 1 0"}, {NULL}, NULL},
	{"MPL-2.0", {"mozilla public license version 2 0", "1 1 contributor means"}, {NULL}, "mpl 2 0"},
	{"MPL-2.0", {"this source code form is subject to the terms of the mozilla public license v 2 0"},
	 {NULL}, "mozilla public license version 2 0"},
	{"Unlicense", {"this is free and unencumbered software released into the public domain",
		       "anyone is free to copy modify publish use compile sell or distribute this software"}, {NULL},
	 "unlicense"},
	{"CC0-1.0", {"cc0 1 0 universal", "copyright and related rights"}, {NULL}, "cc0"},
	{"CC0-1.0", {"to the extent possible under law", "waived all copyright and related or neighboring rights"},
	 {NULL}, NULL},
	{"WTFPL", {"do what the fuck you want to public license", "you just do what the fuck you want to"}, {NULL},
		"wtfpl"},
	{"PostgreSQL",
		{"this software and its documentation for any purpose without fee and without a written "
			"agreement is hereby granted",
			"this paragraph and the following two paragraphs appear in all copies"}, {NULL},
				"postgresql license"},
	{"Unicode-DFS-2016", {"obtaining a copy of the unicode data files and any associated documentation",
			      "this copyright and permission notice"}, {NULL}, NULL},
	{"Unicode-DFS-2015", {"obtaining a copy of the unicode data files and any associated documentation",
			      "the above copyright notice s and this permission notice appear with all copies"},
				{NULL}, NULL},
	{"Unicode-3.0", {"obtaining a copy of data files and any associated documentation",
			 "this copyright and permission notice"}, {NULL}, "unicode license v3"},
};

/* The texts of the GNU licences, by their titles. */
static const struct {
	const char *spdx, *title;
} families[] = {
	{"GPL-2.0", "gnu general public license version 2 june 1991"},
	{"GPL-3.0", "gnu general public license version 3 29 june 2007"},
	{"LGPL-2.0", "gnu library general public license version 2 june 1991"},
	{"LGPL-2.1", "gnu lesser general public license version 2 1 february 1999"},
	{"LGPL-3.0", "gnu lesser general public license version 3 29 june 2007"},
	{"AGPL-3.0", "gnu affero general public license version 3 19 november 2007"},
};

/* How a file says that it stands under one. */
static const struct {
	const char *stem, *name;
} gnu[] = {
	{"GPL", "gnu general public license"},
	{"LGPL", "gnu lesser general public license"},
	{"LGPL", "gnu library general public license"},
	{"AGPL", "gnu affero general public license"},
};

static const char *const public_domain[] = {
	"placed in the public domain", "released into the public domain", "released to the public domain",
	"put into the public domain", "dedicated to the public domain", "is in the public domain",
		"are in the public domain",
	"is public domain", "into the public domain", "to the public domain",
};

static const char *const choices[] = {
	"dual licensed", "dual license ", "under either", "alternative a ", "choose whichever", "at your choice",
	"either of the following licenses", "either the mit", "either license",
};

static size_t find(struct str words, const char *phrase)
{
	if (!words.ptr || !phrase)
		return SIZE_MAX;
	const char *found = memmem(words.ptr, words.len, phrase, strlen(phrase));
	return found ? (size_t)(found - words.ptr) : SIZE_MAX;
}

static bool has(struct str words, const char *phrase)
{
	return find(words, phrase) != SIZE_MAX;
}

struct str licence_words(struct str text, struct arena *a)
{
	char *words = arena_alloc(a, text.len + 1, 1);
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (word)
			words[len++] = c;
		else if (len > 0 && words[len - 1] != ' ')
			words[len++] = ' ';
		/* Both spellings are one word. */
		if (len >= 7 && memcmp(words + len - 7, "licence", 7) == 0)
			words[len - 2] = 's';
	}
	words[len] = '\0';
	return (struct str){words, len};
}

static void add(struct licence_matches *m, struct licence_match found)
{
	if (m->len && m->items[0].strength > found.strength)
		return;
	if (m->len && m->items[0].strength < found.strength)
		m->len = 0;
	for (size_t i = 0; i < m->len; i++) {
		if (strcmp(m->items[i].spdx, found.spdx) == 0)
			return;
	}
	if (m->len == LICENCE_MATCHES_MAX)
		return;
	size_t place = m->len++;
	for (; place > 0 && m->items[place - 1].at > found.at; place--)
		m->items[place] = m->items[place - 1];
	m->items[place] = found;
}

/* Where wording begins; the next one ends it. */
struct beginnings {
	size_t items[64];
	size_t len;
};

static int by_value(const void *a, const void *b)
{
	const size_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void find_beginnings(struct str words, struct beginnings *ret)
{
	ret->len = 0;
	for (size_t i = 0; i < countof(wordings); i++) {
		const char *phrase = wordings[i].all[0];
		size_t at = 0, next;
		while (ret->len < countof(ret->items) && (next = find(str_from(words, at), phrase)) != SIZE_MAX) {
			ret->items[ret->len++] = at + next;
			at += next + 1;
		}
	}
	qsort(ret->items, ret->len, sizeof(*ret->items), by_value);
}

static void match_wording(struct str words, size_t at, const struct wording *w, struct licence_matches *m)
{
	bool whole = true, excluded = !str_starts(words, str_of(w->all[0]));
	for (size_t i = 1; i < countof(w->all) && w->all[i]; i++)
		whole &= has(words, w->all[i]);
	for (size_t i = 0; i < countof(w->none) && w->none[i]; i++)
		excluded |= has(words, w->none[i]);
	if (!excluded)
		add(m, (struct licence_match){w->spdx, whole ? LICENCE_WHOLE : LICENCE_PARTLY, false, at});
}

static void match_wordings(struct str words, struct licence_matches *m)
{
	enum { LONGEST = 6000 }; /* of what is compared, in bytes */
	struct beginnings b;
	find_beginnings(words, &b);
	for (size_t i = 0; i < b.len; i++) {
		size_t start = b.items[i], end = start;
		for (size_t j = i; j < b.len && end == start; j++)
			end = b.items[j];
		struct str part = str_first(str_from(words, start), min_size(end > start ? end - start : SIZE_MAX,
			LONGEST));
		for (size_t j = 0; j < countof(wordings); j++)
			match_wording(part, start, &wordings[j], m);
	}
	for (size_t i = 0; i < countof(wordings) && (!m->len || m->items[0].strength == LICENCE_NAMED); i++) {
		if (has(words, wordings[i].name))
			add(m, (struct licence_match){wordings[i].spdx, LICENCE_NAMED, false, find(words,
				wordings[i].name)});
	}
}

/* "either version 2 of the license or at your option any later version": up to there it is one notice. */
static void match_notice(struct str words, const char *stem, const char *name, struct licence_matches *m,
	struct arena *a)
{
	enum { NOTICE_LENGTH = 250 };
	size_t at = find(words, name);
	if (at == SIZE_MAX)
		return;
	struct str notice = str_first(str_from(words, at), NOTICE_LENGTH);
	size_t version = find(notice, "version ");
	bool about = has(str_first(str_from(words, at > 100 ? at - 100 : 0), 100), "under the terms of");
	if (version == SIZE_MAX || !about)
		return;
	struct str number = str_from(notice, version + strlen("version "));
	const char *which = str_starts(number, STR("2 1")) ? "2.1" : str_starts(number, STR("2")) ? "2.0" :
			    str_starts(number, STR("3")) ? "3.0" : NULL;
	bool later = has(notice, "any later version");
	if (which)
		add(m, (struct licence_match){arena_printf(a, "%s-%s-%s", stem, which, later ? "or-later" : "only"),
					      LICENCE_WHOLE, false, at});
}

static void match_gnu(struct str words, struct licence_matches *m, struct arena *a)
{
	bool text = false;
	for (size_t i = 0; i < countof(families); i++) {
		size_t at = find(words, families[i].title);
		if (at == SIZE_MAX)
			continue;
		text = true;
		const char *spdx = families[i].spdx;
		bool sure = str_starts(str_of(spdx), STR("GPL")) && has(words, "the only valid version of the gpl");
		bool linking = has(words, "unlimited permission to link the compiled version of this");
		if (sure)
			spdx = arena_printf(a, "%s-only%s", spdx, linking ? " WITH GCC-exception-2.0" : "");
		add(m, (struct licence_match){spdx, LICENCE_WHOLE, !sure, at});
	}
	/* In the text itself a notice is only an example. */
	for (size_t i = 0; i < countof(gnu) && !text; i++)
		match_notice(words, gnu[i].stem, gnu[i].name, m, a);
}

struct licence_matches licence_match(struct str words, struct arena *a)
{
	struct licence_matches m = {0};
	match_wordings(words, &m);
	match_gnu(words, &m, a);
	bool dedicated = false; /* by wording of its own */
	for (size_t i = 0; i < m.len; i++)
		dedicated |= strcmp(m.items[i].spdx, "Unlicense") == 0 || strcmp(m.items[i].spdx, "CC0-1.0") == 0;
	for (size_t i = 0; i < countof(public_domain) && !dedicated; i++) {
		if (has(words, public_domain[i]))
			add(&m, (struct licence_match){"LicenseRef-public-domain", LICENCE_WHOLE, false,
						       find(words, public_domain[i])});
	}
	for (size_t i = 0; i < countof(choices); i++)
		m.choice |= has(words, choices[i]);
	return m;
}

static bool in_expression(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(".+-: ()", c);
}

const char *licence_tag(struct str text, struct arena *a)
{
	enum { EXPRESSION_MAX = 200 };
	static const char mark[] = "SPDX-License-Identifier:";
	size_t at = find(text, mark);
	if (at == SIZE_MAX)
		return NULL;
	struct str rest = str_from(text, at + strlen(mark));
	rest = str_first(rest, min_size(str_index(rest, '\n'), EXPRESSION_MAX));
	size_t len = 0;
	while (len < rest.len && rest.ptr[len] && in_expression(rest.ptr[len]))
		len++;
	struct str expression = str_trim(str_first(rest, len));
	return expression.len ? arena_str(a, expression) : NULL;
}
