#ifndef RECAST_TESTS_HTTP_CASE_H
#define RECAST_TESTS_HTTP_CASE_H

/*
 * What a server says, as text; tests/http_server.h plays it. A line is a word and
 * what it needs. Lines that are empty or begin with "#" do not count, except in a
 * body.
 *
 *	answer 200            a status; begins an answer. After `answer raw` the body is all that is
 *	                      sent, in place of a head as well
 *	when TEXT             only for requests in which TEXT stands, in the head or in the body
 *	header NAME: VALUE    any number
 *	framing length        the default. `framing length 500` claims so many bytes, whatever comes
 *	framing chunked       each piece is a chunk, so that clients do not see two as one
 *	framing close         the body ends with the connection
 *	body                  the lines up to `end` as they are, each with a line feed; `body crlf`:
 *	                      each with CR LF
 *	bytes a\x00\n         this, without a line end; escapes are \n \r \t \\ \xHH
 *	repeat 1000 TEXT      this so many times; the same escapes
 *	cut 5 17              the body comes in pieces, cut behind so many bytes; `cut each`: byte by byte
 *	pause 2               milliseconds between pieces
 *	stall [AT]            nothing more comes from there on, until the client leaves
 *	close [AT]            the connection ends there
 *	reset [AT]            the connection is torn down there
 *
 * AT counts bytes of the body, or is `head`: in front of everything. Without it the
 * whole body comes, but nothing that would end it; if it has a length, that is its end
 * already. Several of body, bytes and repeat are put together. Answers are given in
 * order, one a request; a request for which there is no further one gets the last that
 * suits it again.
 */

#include "core/arena.h"

enum http_case_framing { HTTP_CASE_LENGTH, HTTP_CASE_CHUNKED, HTTP_CASE_CLOSE };
enum http_case_stop { HTTP_CASE_WHOLE, HTTP_CASE_STALL, HTTP_CASE_ABRUPT, HTTP_CASE_RESET };

enum { HTTP_CASE_ANSWERS_MAX = 64, HTTP_CASE_CUTS_MAX = 64, HTTP_CASE_BODY_MAX = 64 << 20 };

struct http_case_answer {
	unsigned status;     /* 0 for a raw one */
	const char *when;    /* or NULL */
	const char *headers; /* "name: value\r\n" each */
	enum http_case_framing framing;
	bool claims;
	size_t claim;        /* what content-length says, if claims */
	struct str body;
	bool cut_each;
	size_t cuts[HTTP_CASE_CUTS_MAX], cuts_len;
	unsigned pause_ms;
	enum http_case_stop stop;
	bool stop_at_head;
	size_t stop_at;      /* bytes of the body; SIZE_MAX for all of it */
};

struct http_case {
	struct http_case_answer *answers;
	size_t len; /* at least one */
};

/* In the arena. A text that is no case ends the program, with the line on stderr. */
struct http_case http_case_read(const char *text, struct arena *a);

#endif
