#ifndef RECAST_HARNESS_CONFHEADER_PARTS_H
#define RECAST_HARNESS_CONFHEADER_PARTS_H

/*
 * What the files of confheader share: a template taken apart (confheader_scan.c),
 * what its names ask (confheader_names.c), and what the compiler says to that
 * (confheader_probe.c).
 */

#include "harness/confheader.h"

enum confheader_form {
	FORM_UNDEF,     /* #undef X, of autoheader */
	FORM_DEFINE,    /* #cmakedefine X … */
	FORM_DEFINE_01, /* #cmakedefine01 X */
	FORM_MESON,     /* #mesondefine X */
	FORM_AT,        /* @X@ */
	FORM_BRACES,    /* ${X} */
};

enum confheader_where { IN_CODE, IN_STRING, IN_COMMENT };

/* One place of a template where something else will stand. */
struct confheader_mark {
	enum confheader_form form;
	enum confheader_where where;
	const char *name;
	size_t start, end; /* bytes: from "#" to the end of the name, or the reference as a whole */
	size_t blanks;     /* between "#" and the word behind it */
	size_t line_end;
	size_t answer;     /* index, once the names are known */
};

struct confheader_template {
	struct str text;
	struct confheader_mark *marks; /* in order; in the arena */
	size_t len;
	bool cmake;      /* has #cmakedefine or #mesondefine */
	bool autoheader; /* consists of #undef for the most part, so that they are questions */
	bool cut;        /* had more marks than CONFHEADER_MARKS_MAX, which are not there */
};

enum { CONFHEADER_MARKS_MAX = 100000, CONFHEADER_NAME_MAX = 200 };

void confheader_scan(struct str text, struct arena *a, struct confheader_template *ret);

/* The template with every mark replaced; `answers` are indexed by the marks. */
int confheader_render(const struct confheader_template *t, const struct confheader_answer *answers, struct arena *a,
		      struct str *ret, struct err *err);

/* One thing that the compiler can be asked, and whether it is so. */
enum confheader_ask {
	ASK_HEADER,   /* "sys/types.h" */
	ASK_MACRO,    /* defined by one of the C library's headers */
	ASK_BUILTIN,
	ASK_ATTRIBUTE,
	ASK_FUNCTION, /* declared, and there when linked */
	ASK_DECLARED,
	ASK_TYPE,
	ASK_MEMBER,   /* "struct tm.tm_zone" */
	ASK_SIZE,
	ASK_ALIGN,
};

struct confheader_probe {
	enum confheader_ask ask;
	const char *text; /* identifiers, blanks, "/", "." and "*" only */
	bool holds;
	uint64_t number; /* of ASK_SIZE and ASK_ALIGN */
};

struct confheader_probes {
	struct confheader_probe *items; /* malloc'd */
	size_t len, cap;
};

/* How the answers to its probes become a value. */
enum confheader_reading {
	READ_GUESS,  /* no question that is known: `settled`, and guessed */
	READ_SETTLED, /* `settled` without asking */
	READ_YES,    /* 1 if any holds, else undefined */
	READ_01,     /* 1 or 0 */
	READ_NUMBER, /* of the first that holds, or 0 */
	READ_SIZE,   /* that, or a guess: "X_SIZE" may mean anything */
	READ_ITSELF, /* a type's name, which stays as it is if there is one */
};

struct confheader_question {
	enum confheader_reading reading;
	const char *settled; /* or NULL */
	size_t first, len;   /* probes */
};

/* What the name asks, as probes behind those that are there. */
void confheader_read_name(const char *name, struct arena *a, struct confheader_probes *probes,
			  struct confheader_question *ret);

/* Whether autoconf defines it as a string, though build files say it without quotes. */
bool confheader_is_text(const char *name);

struct confheader_answer confheader_conclude(const char *name, const struct confheader_question *q,
					     const struct confheader_probes *probes, struct arena *a);

/* Sets what holds. */
int confheader_probe(struct confheader_probes *probes, const struct tools *tools, struct err *err);

#endif
