#!/usr/bin/env bash
# `recast check` past the tests: what is found, kept, shown and repeated, and what hostile code cannot do.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

data=tests/data/differential
project=$temp/project
cp -r "$data/marks" "$project"

# A rewrite: the library's own source, changed by sed.
rewrite() { # NAME SCRIPT
    mkdir -p "$temp/$1/src"
    sed -E "$2" "$data/marks/src/marks.c" >"$temp/$1/src/marks.c"
}

gate() { # NAME VERDICT
    grep -qE "^  $1 +$2" "$temp/out" || { cat "$temp/out" && false; }
}

# ---- right

rewrite right 's/calloc\(1, sizeof\(struct marks\)\)/calloc(1, sizeof(struct marks) + 8)/'
run check -C "$project" "$temp/right"
is 'one that is right passes' exited 0
is 'the gate says how much was tried' prints 'no difference in 3000 inputs'
is 'and how far that came' prints '3000 reach 8 of 8 functions'
is 'progress' complains 'calling both sides with 3000 inputs'
is 'nothing is kept of it' test ! -e "$project/.recast/differences"
run check --json -C "$project" "$temp/right" --seed 7
cp "$temp/out" "$temp/seven"
is 'as the schema says' "${recast%/*}/tests/harness_schemas" check.schema.json "$temp/out"
is 'the seed that was given' test "$(jq .differential.seed "$temp/out")" = 7
is 'an original that crashes on half of the inputs' test "$(jq '.differential.undefined > 100' "$temp/out")" = true
is 'that is no difference' test "$(jq .differential.differing "$temp/out")" = 0
run check --json -C "$project" -j 1 "$temp/right" --seed 7
is 'the same seed, the same inputs' diff <(jq -S .differential "$temp/seven") <(jq -S .differential "$temp/out")
run check --json -C "$project" "$temp/right" --seed 8
is 'another one, others' test "$(jq .differential.calls "$temp/seven")" != "$(jq .differential.calls "$temp/out")"
run check --json -C "$project" "$temp/right" --inputs 100
is 'fewer inputs' test "$(jq .differential.asked "$temp/out")" = 100
drawn=$(jq .differential.seed "$temp/out")
run check --json -C "$project" "$temp/right" --inputs 100
is 'seeds are fresh' test "$(jq .differential.seed "$temp/out")" != "$drawn"
for bad in 0 -1 x 99999999999999999999 10000001; do
    run check -C "$project" "$temp/right" --inputs "$bad"
    is "--inputs $bad" exited 2
done
run check -C "$project" "$temp/right" --seed 0
is '--seed 0' exited 2
run check -C "$project" original --seed 1
is 'the original has nothing to be compared with' exited 2

# ---- wrong, where no test looks

rewrite wrong 's/mark < best->mark/mark <= best->mark/'
run check -C "$project" "$temp/wrong"
is 'what no test sees is found' exited 1
is 'by the gate' gate differential fail
is 'the tests pass' gate tests pass
is 'what is expected' prints 'expected  '
is 'where the program is' prints '.recast/differences/wrong/1-marks_find_best.c'
program=$(echo "$project"/.recast/differences/wrong/1-*.c)
is 'it is there' grep -q 'marks_find_best' "$program"
is 'with its comment' grep -q '^ \* again:    recast check .* --seed [0-9]* --inputs 3000$' "$program"
is 'it shows the difference' grep -q 'Linked with the original, the program prints' "$program"
# With another compiler, beside both.
for side in "$project" "$temp/wrong"; do
    cc -w -o "$temp/example" -I "$project/include" "$program" "$side/src/marks.c" && "$temp/example" >"$temp/printed.${side##*/}"
done
is 'it builds without recast' test -s "$temp/printed.project" -a -s "$temp/printed.wrong"
is 'and prints something else' test "$(cat "$temp/printed.project")" != "$(cat "$temp/printed.wrong")"

# As a candidate: kept, shown, and not forgotten.
run add -C "$project" "$temp/wrong"
run show -C "$project" c1 --difference 1
is 'not judged yet' exited 2
run check --json -C "$project" c1
is 'JSON says that it was reproduced' test "$(jq '.differential.divergences[0].reproduced' "$temp/out")" = true
seed=$(jq .differential.seed "$temp/out")
run check --json -C "$project" c1
is 'the verdict is recalled with its seed' test "$(jq .differential.seed "$temp/out")" = "$seed"
run show -C "$project" c1 --difference 1
is 'a difference is shown' exited 0
is 'as it was kept' diff "$temp/out" "$project"/.recast/differences/c1/1-*.c
run show -C "$project" c1 --difference 99
is 'one that there is not' complains 'so there is no number 99'
run show -C "$project" c1 --difference 1 --json
is 'it is no JSON' exited 2
run check -C "$project" c1 --inputs 1 --seed 1
is 'one input finds nothing' exited 0
is 'what was found before is still there' test -e "$(echo "$project"/.recast/differences/c1/1-*.c)"
run check --json -C "$project" c1
is 'and still fails' exited 1
run report -C "$project" c1 --format html -o "$temp/report.html"
is 'the page has the program' grep -q 'int main(void)' "$temp/report.html"

# ---- put together by what is wrong

kinds() { # NAME: how many findings there are, and in which functions they show
    run check --json -C "$project" "$temp/$1" --seed 5
    kinds=$(jq -r '[.differential.divergences[] | [.function] + .also | sort | join(" ")] | sort | join("; ")' "$temp/out")
}

# What is added goes wrong at the third pupil, and everything that is asked then meets it.
rewrite adds 's|^\tm->all\[m->len\+\+\] = .*|&\n\tif (m->len == 3) m->all[2].mark = 0;|'
kinds adds
is 'one flaw that several functions show is one finding' test "$kinds" = 'marks_find_best marks_print marks_visit'
is 'as the schema says' "${recast%/*}/tests/harness_schemas" check.schema.json "$temp/out"
run check -C "$project" "$temp/adds" --seed 5
is 'the others are named' prints 'also shows in'
is 'and in the file' grep -q '^ \* also in:  ' "$(echo "$project"/.recast/differences/adds/1-*.c)"
# Another one beside it, in a function that shows the first one, too.
rewrite both 's|^\tm->all\[m->len\+\+\] = .*|&\n\tif (m->len == 3) m->all[2].mark = 0;|
    s/mark < best->mark/mark <= best->mark/'
kinds both
is 'two flaws are two findings' test "$(jq '.differential.divergences | length' "$temp/out")" = 2
# Two by themselves that the same objects show.
rewrite asks 's/mark < best->mark/mark <= best->mark/; s/return m->len;/return m->len == 2 ? 3 : m->len;/'
kinds asks
is 'two that only ask are two' test "$(jq '.differential.divergences | length' "$temp/out")" = 2

# ---- parameters and results of all sorts

cp -r "$data/forms" "$temp/forms"
judge_form() { # NAME SCRIPT
    mkdir -p "$temp/$1/src"
    sed -E "$2" "$data/forms/src/forms.c" >"$temp/$1/src/forms.c"
    run check -q --all -C "$temp/forms" "$temp/$1" --seed 1 --inputs 5000
}
form() { # NAME SCRIPT FUNCTION: where it is found
    judge_form "$@"
    is "$1: found" exited 1
    is "$1: by the gate" gate differential fail
    is "$1: where it is" grep -qE "differences/$1/[0-9]-$3" "$temp/out"
}
judge_form all-right ''
is 'what is right passes' exited 0
form writes-text "s/text\[len - 1\] == ' '/& \&\& len < 9/" forms_trim
form writes-bytes 's/digest\[i\] = .*/&\n\tif (sum % 251 == 3) digest[3] ^= 1;/' forms_digest
form both-zero 's/from == 0 && to == 0/0/' forms_pick
form gives-texts "s/memcpy\(word, text, len\);/&\n\t\tif (*count == 2) word[0] = 'x';/" forms_words
form begins-zeroed 's/return \(int\)sum;/return t->len == 6 ? 0 : (int)sum;/' forms_tally_sum
form of-the-caller 's/last->next = next;/&\n\tif (forms_chain_len(chain) == 4) last->next = NULL;/' forms_chain

# ---- hostile

# Each does it where no test looks: at the fourth pupil.
hostile() { # NAME STATEMENT
    rewrite "$1" "s|^\tm->all\[m->len\+\+\] = .*|&\n\tif (m->len == 4) { $2 }|"
    run check --json -C "$project" "$temp/$1" --seed 3
    is "$1: found" exited 1
    is "$1: by the gate" test "$(jq -r '.gates[] | select(.name == "differential") | .verdict' "$temp/out")" = fail
    is "$1: as the schema says" "${recast%/*}/tests/harness_schemas" check.schema.json "$temp/out"
    is "$1: what was printed is bounded" test "$(jq '[.differential.divergences[].printed[] | length] | max' "$temp/out")" -lt 5000
}
hostile never-ends 'for (volatile int i = 0;; i++) { }'
hostile traps '__builtin_trap();'
hostile prints-much 'for (int i = 0; i < 10000000; i++) printf("%s %d\\n", "ten bytes", i);'
hostile ends-comments 'printf("%s %d\\n", "*/ int main(void) { return 1; } /*", 1);'
is 'nothing ends the comment' test "$(grep -c 'int main' "$project"/.recast/differences/ends-comments/1-*.c)" -ge 1
program=$(echo "$project"/.recast/differences/ends-comments/1-*.c)
is 'the program still builds' cc -w -o "$temp/example" -I "$project/include" "$program" "$temp/ends-comments/src/marks.c"
hostile calls-itself 'return marks_add(m, name, mark) * 0 + marks_count(m) * (int)sizeof(int);'

# ---- from within callbacks

cp -r fixtures/libs/ordmap "$temp/ordmap"
rm -rf "$temp/ordmap/.recast"
cp -r fixtures/candidates/ordmap/good "$temp/order"
(cd "$temp/order" && GIT_CEILING_DIRECTORIES=$temp git apply "$OLDPWD/fixtures/candidates/ordmap/bad-release-order.patch")
run check --json -C "$temp/ordmap" "$temp/order" --seed 1 --inputs 15000
cp "$temp/out" "$temp/within"
is 'what only shows when a visitor puts entries is found' exited 1
is 'as the schema says' "${recast%/*}/tests/harness_schemas" check.schema.json "$temp/out"
is 'by calls from within it' jq -e '[.differential.divergences[].calls | test("ordmap_walk.* { [1-9]: ordmap_")] | all' "$temp/out"
is 'programs of their own show it' jq -e '[.differential.divergences[].reproduced] | all' "$temp/out"
is 'what is the caller'"'"'s has the name that it has in the program' jq -e '[.differential.divergences[] | .expected, .got] | any(test("user_[0-9]"))' "$temp/out"
run check --json -C "$temp/ordmap" -j 1 "$temp/order" --seed 1 --inputs 15000
is 'the same seed, the same calls from within' diff <(jq -S .differential "$temp/within") <(jq -S .differential "$temp/out")
program=$(echo "$temp"/ordmap/.recast/differences/order/1-*.c)
for side in "$temp/ordmap/src" "$temp/order"; do
    cc -w -o "$temp/example" -I "$temp/ordmap/include" "$program" "$side"/*.c && "$temp/example" >"$temp/printed.${side##*/}"
done
is 'with another compiler, too' test -s "$temp/printed.src" -a -s "$temp/printed.order"
is 'and differently on each side' test "$(cat "$temp/printed.src")" != "$(cat "$temp/printed.order")"

# What tests do with another object only is not done with the one that is under way: that may be forbidden.
bags() { # NAME VISITOR
    library "$1" recast.json '{ "name": "bag",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t/t.c"] }] } }' \
        include/bag.h 'struct bag;
typedef int bag_visit(int n, void *user);
struct bag *bag_new(void);
void bag_free(struct bag *bag);
int bag_add(struct bag *bag, int n);
int bag_each(struct bag *bag, bag_visit *visit, void *user);' \
        src/bag.c '#include "bag.h"
#include <stdlib.h>
struct bag { int items[8], len; };
struct bag *bag_new(void) { return calloc(1, sizeof(struct bag)); }
void bag_free(struct bag *bag) { free(bag); }
int bag_add(struct bag *bag, int n) { return bag->len < 8 ? bag->items[bag->len++] = n, 0 : -1; }
int bag_each(struct bag *bag, bag_visit *visit, void *user)
{
	int len = bag->len;
	for (int i = 0; i < len; i++)
		visit(bag->items[i], user);
	return len;
}' \
        t/t.c "#include \"bag.h\"
static struct bag *bag, *other;
$2
int main(void)
{
	bag = bag_new(), other = bag_new();
	int bad = bag_add(bag, 1) || bag_add(bag, 2) || bag_each(bag, visit, 0) != 2;
	bag_free(bag), bag_free(other);
	return bad;
}"
    mkdir "$temp/$1-rewrite"
    sed 's/i < len;/i < (len > 2 ? bag->len : len);/' "$temp/$1/src/bag.c" >"$temp/$1-rewrite/bag.c"
}
bags another 'static int visit(int n, void *user) { return user ? 1 : bag_add(other, n); }'
run check -C "$temp/another" "$temp/another-rewrite" --seed 1 --inputs 5000
is 'nothing is added to what is walked' gate differential pass
bags itself 'static int visit(int n, void *user) { return user ? 1 : bag_add(bag, n); }'
run check -C "$temp/itself" "$temp/itself-rewrite" --seed 1 --inputs 5000
is 'unless tests do that' exited 1
is 'by the gate' gate differential fail
is 'as they do it' prints '{ 1: bag_add(o0'

# ---- switched off, and nothing to call

sed -i 's/"inputs": 3000/"inputs": 0/' "$project/recast.json"
run check -C "$project" "$temp/wrong"
is 'switched off it passes' exited 0
is 'and that is said' prints 'differential: switched off by differential in recast.json'
run check --json -C "$project" "$temp/wrong"
is 'the gate is not needed' test "$(jq -r '.gates[] | select(.name == "differential") | .needed' "$temp/out")" = false
run check -C "$project" "$temp/wrong" --inputs 2000
is 'by hand it can be judged all the same' exited 1

library none recast.json '{ "name": "none",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "programs": [{ "name": "one", "sources": ["t/t.c"] }, { "name": "two", "sources": ["t/t.c"] },
    { "name": "three", "sources": ["t/t.c"] }] } }' \
    include/none.h 'struct other; int none_of(struct other *o, ...);' \
    src/none.c '#include "none.h"
int none_of(struct other *o, ...) { return o ? 1 : 0; }' \
    t/t.c '#include "none.h"
int main(void) { return none_of(0); }'
run check -C "$temp/none" "$temp/none"
is 'nothing that can be called: inconclusive' exited 3
is 'it says what to do' prints 'can switch this off'

finish
