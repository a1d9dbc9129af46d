#!/usr/bin/env bash
# recast similarity: what is compared, what is left out, who is a yardstick, and that nothing from outside gets out of its place.
# shellcheck disable=SC2154,SC2317,SC2016,SC2034 # tests/tap.sh sets and reads them, `is` calls the functions, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/git.sh

refused() { # TEXT, which stderr holds, on one line, and nothing else is printed
    exited 2 && silent out && complains "$1" && [ "$(wc -l <"$temp/err")" = 1 ]
}

has_form() { # FILE
    "${recast%/*}/tests/harness_schemas" similarity.schema.json "$1"
}

compare() { # OPERANDS AND OPTIONS, with everything below $temp/home and no project around
    (cd "$temp/home" && "$recast" similarity -q "$@" >"$temp/out" 2>"$temp/err" </dev/null)
    code=$?
}

value() { # KEY, a number at the top of the JSON that was printed last
    sed -n "s/^  \"$1\": \([0-9.e-]*\),\?$/\1/p" "$temp/out" | head -1
}

is_one() { # KEY
    [ "$(value "$1")" = 1.0 ] || { value "$1" && false; }
}

is_below() { # KEY LIMIT
    awk -v got="$(value "$1")" -v limit="$2" 'BEGIN { exit !(got != "" && got < limit) }' || { value "$1" && false; }
}

# ---- three implementations of one interface, of which each was written by itself

header='/* Sums over lists of numbers. */
#ifndef TALLY_H
#define TALLY_H
#include <stddef.h>
struct tally { long total; size_t count; };
void tally_add(struct tally *t, const int *numbers, size_t len);
long tally_largest(const int *numbers, size_t len);
int tally_parse(const char *text, int *out, size_t max);
#endif'
original='#include "tally.h"
#include <ctype.h>

/* A number that begins at the text, with where it ends. */
static int read_number(const char *text, const char **end)
{
	int sign = 1, value = 0;
	while (isspace((unsigned char)*text))
		text++;
	if (*text == 45) {
		sign = -1;
		text++;
	}
	while (*text >= 48 && *text <= 57) {
		value = value * 10 + (*text - 48);
		text++;
	}
	*end = text;
	return sign * value;
}

void tally_add(struct tally *t, const int *numbers, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		t->total += numbers[i];
		t->count++;
	}
}

long tally_largest(const int *numbers, size_t len)
{
	long largest = len ? numbers[0] : 0;
	for (size_t i = 1; i < len; i++) {
		if (numbers[i] > largest)
			largest = numbers[i];
	}
	return largest;
}

int tally_parse(const char *text, int *out, size_t max)
{
	int found = 0;
	while (*text && (size_t)found < max) {
		out[found++] = read_number(text, &text);
		while (*text && *text != 44)
			text++;
		if (*text == 44)
			text++;
	}
	return found;
}'
other='#include "tally.h"
#include <stdlib.h>
#include <string.h>

int tally_parse(const char *text, int *out, size_t max)
{
	char *copy = strdup(text), *state = NULL;
	size_t n = 0;
	if (copy == NULL)
		return -1;
	for (char *word = strtok_r(copy, ",", &state); word != NULL && n < max; word = strtok_r(NULL, ",", &state))
		out[n++] = (int)strtol(word, NULL, 10);
	free(copy);
	return (int)n;
}

static int descending(const void *left, const void *right)
{
	int l = *(const int *)left, r = *(const int *)right;
	return l < r ? 1 : l == r ? 0 : -1;
}

long tally_largest(const int *numbers, size_t len)
{
	if (len == 0)
		return 0;
	int *sorted = malloc(len * sizeof *sorted);
	memcpy(sorted, numbers, len * sizeof *sorted);
	qsort(sorted, len, sizeof *sorted, descending);
	long first = sorted[0];
	free(sorted);
	return first;
}

void tally_add(struct tally *t, const int *numbers, size_t len)
{
	t->count += len;
	while (len-- > 0)
		t->total += *numbers++;
}'
third='#include "tally.h"

enum state { BEFORE, INSIDE, BEHIND };

void tally_add(struct tally *const sum, const int *from, size_t n)
{
	const int *const end = from + n;
	long part = 0;
	do {
		if (from == end)
			break;
		part = part + *from;
	} while (++from);
	sum->total = sum->total + part;
	sum->count = sum->count + n;
}

int tally_parse(const char *s, int *out, size_t max)
{
	enum state where = BEFORE;
	unsigned magnitude = 0, negative = 0;
	int *to = out;
	for (;; s++) {
		switch (where) {
		case BEFORE:
			negative = *s == 45 ? 1u : negative;
			where = *s >= 48 && *s < 58 ? INSIDE : where;
			break;
		case INSIDE:
			where = *s >= 48 && *s < 58 ? INSIDE : BEHIND;
			break;
		default:
			break;
		}
		if (where == INSIDE)
			magnitude = 10u * magnitude + (unsigned)(*s - 48);
		if (*s != 44 && *s != 0)
			continue;
		if ((size_t)(to - out) == max)
			return (int)max;
		*to++ = negative ? -(int)magnitude : (int)magnitude;
		magnitude = negative = 0u, where = BEFORE;
		if (*s == 0)
			return (int)(to - out);
	}
}

long tally_largest(const int *p, size_t n)
{
	return n == 0 ? 0 : n == 1 ? p[0] : tally_largest(p, n / 2) > tally_largest(p + n / 2, n - n / 2) ?
		tally_largest(p, n / 2) : tally_largest(p + n / 2, n - n / 2);
}'
library home/a tally.h "$header" tally.c "$original"
library home/same tally.h "$header" tally.c "$original"
library home/other tally.h "$header" sums.c "$other"
library home/third tally.h "$header" third.c "$third"
library home/renamed tally.h "$header" other.c "$(sed 's/read_number/take/g; s/value/v/g; s/sign/s/g; s/found/n/g; s/largest = /top = /; s/ largest/ top/g' <<<"$original")"

# ---- no project

compare a same
is 'two folders' exited 0
is 'all of it is there' prints '100 % of the original stands in the rewrite'
is 'the header is shared as well, and there is no yardstick' prints 'no yardstick'
is 'fits 80 columns' test -z "$(grep -E '.{81}' "$temp/out")"
is 'and a screen' test "$(wc -l <"$temp/out")" -le 40
is 'nothing was written' test -z "$(find "$temp/home" -newer "$temp/out" -o -name .recast)"
compare a same --json
is 'as JSON' has_form "$temp/out"
is 'a copy: all of the original' is_one original_in_candidate
is 'a copy: all of the rewrite' is_one candidate_in_original
is 'nothing was skipped' prints '"skipped": []'
is 'no rank' prints '"rank": null'
compare a other --json --public a/tally.h
is 'an independent one' exited 0
is 'an independent one is far below' is_below original_in_candidate 0.4
is 'what is shared by design was taken out' prints '"from": "--public"'
independent=$(value original_in_candidate)
compare a renamed --json --public a/tally.h
is 'a renamed copy is above' test "$(awk -v a="$(value original_in_candidate)" -v b="$independent" 'BEGIN { print (a > b) }')" = 1
compare a/tally.c renamed/other.c
is 'two files' exited 0
compare a same other
is 'two rewrites: a table' prints 'of original  of rewrite'
compare a same other --json
is 'two rewrites as JSON' has_form "$temp/out"
is 'the second' prints '"more": ['
is 'which are siblings' prints '"kind": "sibling"'

# ---- what counts

compare a same --json
before=$(value symmetric)
mkdir "$temp/home/crlf" && for file in tally.h tally.c; do sed 's/$/\r/' "$temp/home/same/$file" >"$temp/home/crlf/$file"; done
compare a crlf --json
is 'line ends change nothing' test "$(value symmetric)" = "$before"
cp -r "$temp/home/other" "$temp/home/tested" && mkdir -p "$temp/home/tested/tests" && cp "$temp/home/a/tally.c" "$temp/home/tested/tests"
compare a tested --json
is 'tests are left out' is_below original_in_candidate 0.9
is 'and named' prints '"tests/"'
mkdir -p "$temp/home/only/tests" && cp "$temp/home/a/tally.c" "$temp/home/only/tests"
compare a only --json
is 'unless nothing else is there' exited 0
mkdir "$temp/home/hidden" && cp "$temp/home/a/tally.h" "$temp/home/hidden" && cp "$temp/home/a/tally.c" "$temp/home/hidden/notes.txt" &&
    echo '#include "notes.txt"' >"$temp/home/hidden/main.c"
compare a hidden --json
is 'what is included counts, whatever it is called' is_one original_in_candidate
mkdir "$temp/home/binary" && head -c 3000 /dev/urandom >"$temp/home/binary/blob.c" && head -c 3000 /dev/zero >"$temp/home/binary/zero.h" &&
    cp "$temp/home/a/tally.c" "$temp/home/binary" && printf '\x7fELF\0\0' >"$temp/home/binary/x.o"
compare a binary --json
is 'binary files' exited 0
is 'in which the copy is found' is_below candidate_in_original 1.01
is 'as JSON, whatever the bytes' has_form "$temp/out"
compare a binary --format html
is 'and on a page' exited 0
mkdir "$temp/home/empty" "$temp/home/prose" && echo '# no code' >"$temp/home/prose/README.md"
: >"$temp/home/none.c"
compare a empty
is 'an empty folder' refused 'empty: there is no C in it'
compare a prose
is 'a folder without C' refused 'prose: there is no C in it'
compare a none.c
is 'an empty file' exited 0
compare a nowhere
is 'a folder that is not there' refused 'there is no folder, file or commit nowhere'
mkdir "$temp/home/linked" && ln -s /etc "$temp/home/linked/src" && cp "$temp/home/a/tally.c" "$temp/home/linked"
compare a linked
is 'a link that leads out' refused 'src is a link that leads to no file in there'
rm "$temp/home/linked/src" && ln -s tally.c "$temp/home/linked/again.c"
compare a linked --json
is 'a file that a link shows again counts once' prints '"files": 1,'
mkdir "$temp/home/closed" && cp "$temp/home/a/tally.c" "$temp/home/closed" && chmod 000 "$temp/home/closed/tally.c"
if [ "$(id -u)" != 0 ]; then
    compare a closed
    is 'a file that cannot be read is an error' exited 4
fi

# ---- wrong usage

compare
is 'nothing to compare' refused 'name two things to compare'
compare a
is 'one name without a project' refused 'name two things to compare'
for format in '' xml HTML; do
    compare a same --format="$format"
    is "--format=$format" refused '--format takes text, json or html, not '
done
compare a same --json --format html
is 'two formats' refused '--json and --format html contradict each other'
compare a same --format text --output x
is 'text goes to no file' refused '--output is for json and html'
for share in '' x -1 1.5 101% nan inf 0.1x '10%%'; do
    compare a same --fail-above="$share"
    is "--fail-above=$share" refused '--fail-above takes a share'
done
compare a same --null nowhere
is 'no such yardstick' refused 'nowhere'
compare a same --common nowhere
is 'no such common code' exited 4
compare a same --fail-above 0.5
is 'more than is allowed' exited 1
compare a same --fail-above 100%
is 'not more than all' exited 0

# ---- yardsticks

compare a renamed --null other --null third --json --public a/tally.h
is 'with yardsticks' has_form "$temp/out"
is 'a rank' prints '"text": "1st of 3"'
is 'a yardstick' prints '"yardstick": true'
compare a renamed --null other --null third --public a/tally.h
is 'in words' prints '1st of 3'
compare a other --null same --json
is 'a fork is refused' prints 'a relative of the original'
is 'and nothing is left' prints '"yardstick": false'
compare a other --null same
is 'which is said' prints 'no yardstick'
compare a renamed --null third --null third --json --public a/tally.h
is 'the same twice is refused' prints 'the same files as third'
is 'and counts once' prints '"of": 2'

# ---- common code

library home/vendor hash.c '/* SPDX-License-Identifier: MIT */
unsigned hash_bytes(const unsigned char *p, unsigned long n)
{
	unsigned h = 2166136261u;
	for (unsigned long i = 0; i < n; i++) {
		h ^= p[i];
		h *= 16777619u;
	}
	return h;
}'
for name in a other; do
    cp -r "$temp/home/$name" "$temp/home/$name+" && cp "$temp/home/vendor/hash.c" "$temp/home/$name+"
done
compare a+ other+ --common vendor --json
is 'common code has a licence' prints '"licence": "MIT"'
is 'and a hash' has_form "$temp/out"
with=$(value original_in_candidate)
compare a+ other+ --json
is 'it is not counted' test "$(awk -v a="$(value original_in_candidate)" -v b="$with" 'BEGIN { print (a > b) }')" = 1

# ---- hostile texts

evil='</script><script>alert(1)</script>'
mkdir "$temp/home/evil" && printf '%s\n' "$header" >"$temp/home/evil/tally.h"
name=$'<img src=x onerror=alert(1)>&"\'.c'
printf '/* %s <!-- -- --> \033[31mred\033[0m \r \xff */\nconst char *evil = "%s";\n%s\n' "$evil" "$evil" "$original" \
    >"$temp/home/evil/$name"
cp -r "$temp/home/evil" "$temp/home/evil2"

holds_no() { # TEXT, in what was printed
    ! grep -qF -e "$1" "$temp/out"
}

compare evil evil2 --format html
is 'a page' exited 0
is 'with a policy' prints "default-src 'none'"
is 'no markup of theirs' holds_no '<img'
is 'no script of theirs' holds_no '</script><script>alert'
is 'one script' test "$(grep -c '<script' "$temp/out")" = 1
is 'no comment of theirs' holds_no '<!--'
is 'no code for a terminal' holds_no $'\e'
is 'its text is there' prints '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;'
is 'and nothing is asked of another machine' test -z "$(grep -oE '(src|href)="[^#"]' "$temp/out")"
compare evil evil2
is 'no code for a terminal in the text' holds_no $'\e'
compare evil evil2 --json
is 'hostile texts as JSON' has_form "$temp/out"
compare a same -o page.html
is 'a page in a file, and the text' prints '100 % of the original'
is 'the page' grep -q '^<!DOCTYPE html>' "$temp/home/page.html"
compare a same --json -o page.json
is 'JSON in a file' has_form "$temp/home/page.json"
compare a same -o nowhere/page.html
is 'a file that cannot be written' exited 4

# ---- large tables

{ echo 'const unsigned char big[] = {'; awk 'BEGIN { for (i = 0; i < 200000; i++) print i % 251 ", " i % 241 ", " i % 239 "," }'; echo '};'; cat "$temp/home/a/tally.c"; } >"$temp/home/big.c"
compare big.c a/tally.c -o page.html
is 'a table of megabytes' exited 0
is 'is shown shortened' test "$(wc -c <"$temp/home/page.html")" -lt 2000000
is 'which is said' grep -q 'lines not shown' "$temp/home/page.html"

# ---- tables that are programs

{ echo 'static const unsigned char code[] = {1, 5, 2, 0, 3, 7, 1, 9, 2, 2, 4, 0, 1, 1, 3, 8, 5, 0};'
  echo 'int run(int x) { int pc = 0; for (;;) { switch (code[pc++]) { case 1: x++; break; case 2: x--; break;'
  echo 'case 3: x *= 2; break; case 4: pc = 0; break; default: return x; } } }'; } >"$temp/home/vm.c"
compare a/tally.c vm.c --no-compile
is 'a table that is interpreted' prints 'a table of 18 values, vm.c:1, is interpreted by run, vm.c:2'
compare a/tally.c vm.c --no-compile --json
is 'as JSON' has_form "$temp/out"
is 'by a switch' prints '"by": "switch"'
compare a/tally.c vm.c --no-compile -o page.html
is 'on the page' grep -q 'Tables that are interpreted' "$temp/home/page.html"
compare vm.c vm.c --no-compile
is 'as the original has' prints 'the original has one like it'

# ---- commits

git init -q "$temp/home/repo" && cp "$temp/home/a"/* "$temp/home/repo" && git -C "$temp/home/repo" add . &&
    git -C "$temp/home/repo" commit -qm one && git -C "$temp/home/repo" tag one
printf '%s\n' "$other" >"$temp/home/repo/tally.c" && git -C "$temp/home/repo" commit -qam two
compare -C repo one HEAD --json
is 'two commits' has_form "$temp/out"
is 'where they come from' prints '"origin": "commit '
compare -C repo one a --json
is 'a commit and a folder' is_one original_in_candidate
compare -C repo one nonsense
is 'no such commit' refused 'there is no folder, file or commit nonsense'

# ---- a project

fixtures/candidates/unfold.sh "$temp/candidates" || exit 1
cp -r fixtures/libs/textdist "$temp/lib" && rm -rf "$temp/lib/.recast"
run similarity -q -C "$temp/lib"
is 'no candidates yet' refused 'there are no candidates yet'
run similarity -q --json -C "$temp/lib" "$temp/lib/src/"
is 'the original and a copy' is_one original_in_candidate
is 'the public headers' prints '"from": "the public headers"'
is 'the library' prints '"library": "textdist"'
is 'no .recast was made' test ! -e "$temp/lib/.recast"
run add -q -C "$temp/lib" "$temp/candidates/textdist/good"
run similarity -q --json -C "$temp/lib"
is 'the best candidate' has_form "$temp/out"
is 'is the only one' prints '"name": "c1"'
is 'was not known' prints '"cached": false'
run similarity -q --json -C "$temp/lib" c1
is 'a single name is a rewrite' prints '"name": "c1"'
is 'what is known is not found out again' prints '"cached": true'
run similarity -q --format html -C "$temp/lib" original c1
is 'a page of what is known' prints '<h4>src/textdist.c</h4>'
run similarity -q --json -C "$temp/lib" c1 --null "$temp/home/other"
is 'with a yardstick it is another question' prints '"cached": false'
commit=$(sed -n 's/^    "commit": "\([0-9a-f]\{8\}\).*/\1/p' "$temp/out" | head -1)
run similarity -q --json -C "$temp/lib" original "$commit"
is 'a candidate by its commit' prints '"cached": true'
run similarity -q -C "$temp/lib" c9
is 'no such candidate' refused 'there is no candidate, folder, file or commit c9'
run extract -q -C "$temp/lib"
run similarity -q --json -C "$temp/lib" c1
is 'after an extraction, the specification' prints '"from": "the specification"'
is 'with its tests, it is another question' prints '"cached": false'
finish
