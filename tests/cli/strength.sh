#!/usr/bin/env bash
# `recast strength`: what it makes of tests that find much and little, and of libraries and tests that misbehave.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls the functions
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

strength() { # FOLDER OPTIONS...
    local folder=$1
    shift
    run strength --quiet -C "$folder" "$@"
}

value() { # KEY VALUE, on a line of the JSON
    grep -q "^ *\"$1\": $2,\?$" "$temp/out" || { grep "\"$1\"" "$temp/out" && false; }
}

# A library of one source with one program that reports as TAP.
library() { # NAME SOURCE TEST
    mkdir -p "$temp/$1"
    printf '%s\n' 'int twice(int n);' 'int unused(int n);' >"$temp/$1/lib.h"
    printf '#include "lib.h"\n%s\n' "$2" >"$temp/$1/lib.c"
    printf '#include "lib.h"\n#include <stdio.h>\n%s\n' "$3" >"$temp/$1/test.c"
    cat >"$temp/$1/recast.json" <<'JSON'
{
  "version": 1, "name": "lib", "language": "c",
  "library": { "sources": ["lib.c"], "headers": ["lib.h"], "include": ["."] },
  "tests": { "programs": [{ "name": "test", "sources": ["test.c"], "report": "tap" }] },
  "limits": { "output_kib": 64, "fuel": 100000000 }
}
JSON
}

tests='int main(void) { puts("1..2"); printf("%s 1 - small\n", twice(2) == 4 ? "ok" : "not ok");
printf("%s 2 - large\n", twice(40) == 80 ? "ok" : "not ok"); return 0; }'

# ---- known survivors

library known 'int twice(int n)
{
	int spare = 3;
	if (n >= 100)
		return 0;
	spare++;
	return n + n;
}

int unused(int n)
{
	return n - 1;
}' "$tests"

strength "$temp/known"
is 'a library with survivors' exited 0
is 'nothing on stderr' silent err
is 'a mutant that no test finds' prints '+ if (n > 100)'
is 'with its place' prints 'lib.c:5  twice: relational'
is 'another one' prints '+ if (n >= 101)'
is 'a function that no test calls' prints '1 function that no test calls: unused'
is 'coverage' prints '4 of 6 statements are executed, 67 %'
is 'a sentence' prints 'these tests find 25 % of mutants'
run strength -q -C "$temp/known" --survivors
is 'with every survivor what is not executed' prints 'lib.c:13  unused: arithmetic, not executed'
run strength -q -C "$temp/known" --json
is 'the same as JSON, from before' value survived 3
is 'what is not executed' value not_executed 6
is 'all' value run 16
is 'what changes nothing does not count' value equivalent 4
is 'a line that no test executes' prints '14'
is 'a diff' prints '--- a/lib.c\n+++ b/lib.c\n@@ -2,7 +2,7 @@'

library blocks '#include <stdlib.h>
int *first, *second;
int twice(int n)
{
	first = malloc((unsigned)n + 8);
	second = calloc(3, (unsigned)n + sizeof(int));
	if (n >= 100)
		return 0;
	*first = n + *second;
	return *first + n;
}' "$tests"
run strength -q -C "$temp/blocks" --survivors
is 'blocks' exited 0
is 'one that takes more memory stands last' test -n "$(sed -n '/+ if (n > 100)/,$p' "$temp/out" | grep -F 'n + 9')"
is 'arguments of calloc are not swapped' test -z "$(grep -F 'swapped' "$temp/out")"

run check original -q -C "$temp/known"
is 'beside what passed' prints 'these tests find'
run check original -q --json -C "$temp/known"
is 'and in its JSON' prints '"strength": {'

strength "$temp/known" --json --sample 6 --seed 3
cp "$temp/out" "$temp/six.json"
is 'a sample' value run 6
rm "$temp/known/.recast/ledger.db"
strength "$temp/known" --json --sample 6 --seed 3 -j 1
is 'is the same each time' diff "$temp/six.json" "$temp/out"
strength "$temp/known" --function unused
is 'one function' prints 'all 4 of unused'
run check original -q -C "$temp/known"
is 'which says nothing of the whole' prints 'these tests find'
strength "$temp/known" --function nobody
is 'no such function' exited 2
is 'and it says so' complains 'the library defines no function nobody'
strength "$temp/known" --all --sample 3
is 'two wishes' exited 2

sed -i 's/twice(40) == 80/twice(100) == 0/' "$temp/known/test.c"
run check original -q -C "$temp/known"
is 'other tests are not measured' prints 'strength not measured: recast strength'

# ---- mutants that misbehave

library wild 'int twice(int n)
{
	int sum = 0;
	char *text = __builtin_alloca(16);
	for (int i = 0; i < 2; i++)
		sum += n;
	for (text[0] = 15; text[0] > 0; text[0]--)
		text[(int)text[0]] = 0;
	while (sum < 0)
		__builtin_printf("a line that a mutant writes again and again, until nobody wants to hear more of it\n");
	return sum + 8 / (n + 1 > 0 ? 1 : 2) - 8 / (1 + 0) * 1;
}' "$tests"
strength "$temp/wild"
is 'mutants that loop, trap, and print without end' exited 0
is 'are found' prints 'these tests find'

# ---- tests and libraries that misbehave

library unstable 'int twice(int n) { int kept = n; return kept * 2; }' \
    'int main(void) { int here; puts("1..2"); printf("ok 1 - %p\n", (void *)&here);
printf("%s 2 - code\n", (unsigned)&twice ? "ok" : "not ok"); return twice(1) != 2; }'
strength "$temp/unstable"
is 'tests with another name in each build' exited 0

library depends 'int twice(int n) { static char spare[64]; return spare[0] + n * 2; } char last[1];' \
    'extern char __heap_base; int main(void) { puts("1..1"); puts((unsigned)&__heap_base % 1000 == HEAP % 1000 ? "ok 1" : "not ok 1");
return twice(2) != 4; }'
sed -i 's/"sources": \["test.c"\]/&, "defines": ["HEAP=1"]/' "$temp/depends/recast.json"
strength "$temp/depends"
is 'a test that fails as it is' exited 3
is 'is not used' prints 'no test could be tried with a mutant'

library odd 'int twice(int n) { static void *places[] = {&&a}; goto *places[0]; a: return n * 2; }
int unused(int n) { return n + 1; }' "$tests"
strength "$temp/odd"
is 'what the parser does not understand' exited 0
is 'is said' prints 'lib.c: 1 of its functions are not understood'

library broken 'int twice(int n) { return n * ; }' "$tests"
strength "$temp/broken"
is 'a library that does not build' exited 3
is 'nothing can be tried' prints 'no test could be tried with a mutant'

strength "$temp"
is 'no project' exited 2

finish
