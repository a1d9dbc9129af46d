#!/usr/bin/env bash
# What a test program prints, refers to or asks of the compiler is not to be believed.
# shellcheck disable=SC2154 # tests/tap.sh sets them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

check() { run check original --quiet -C "$temp/$1"; }

# A library of one function, and a program that is read as REPORT (JSON) says.
one() { # NAME REPORT BODY-OF-MAIN
    library "$1" lib.h '/* helper() is not for you */ int f(void);' \
        lib.c 'int helper(void) { return 1; } int f(void) { return helper(); }' \
        t.c "#include \"lib.h\"
#include <stdio.h>
#include <stdlib.h>
int helper(void);
int main(int argc, char **argv) { (void)argv; $3 }" \
        recast.json '{ "name": "one",
  "library": { "sources": ["lib.c"], "headers": ["lib.h"] },
  "limits": { "deadline_s": 20 },
  "tests": { "programs": [{ "name": "t", "sources": ["t.c"], "report": '"$2"' }] } }'
    check "$1"
}

one wrap '"unity"' 'puts("x.c:1:t:PASS\n1 Tests 18446744073709551615 Failures 0 Ignored\nOK"); return f() / (argc - 1);'
is 'a counter that wraps around hides no trap' exited 1
is 'the trap is named' prints 'division by zero'

one shows '"exit"' 'puts("a\342\200\256b \303\251 \2332Jc \033[2Jd"); return f();'
run check original --quiet --output -C "$temp/shows"
is 'what it prints cannot turn the line around or rule the terminal' prints 'a?b é ?2Jc ?[2Jd'

one checks '"check"' 'puts("100%: Checks: 18446744073709551615, Failures: 0, Errors: 0"); return f() - 1;'
is 'no program has so many tests' exited 1
is 'its report is not complete' prints 'its report ends early'

one silent '{ "pass": "^PASS (.*)$" }' 'puts("nothing of that kind"); return f() - 1;'
is 'a report that names no test is a failure' exited 1
is 'and says what to do' prints 'its report names no test'

one many '{ "pass": "^P(.*)$" }' 'for (int i = 0; i < 100001; i++) printf("P%d\n", i); return f() - 1;'
is 'too many tests are the failure of that program' exited 1
is 'the number is named' prints 'more than 100000 tests'

line='char b[4001]; for (int i = 0; i < 4000; i++) b[i] = "ab"[rand() & 1]; b[4000] = 0;'
one slow '{ "pass": "[ab]*a[ab]{200}c", "fail": "[ab]*b[ab]{200}c" }' \
    "$line"' for (int i = 0; i < 1000; i++) puts(b); return f() - 1;'
is 'patterns that take too long are the failure of that program' exited 1
is 'and it says so' prints 'its patterns take too long'

one none '"exit"' 'return argc - 1;'
is 'what calls nothing of the library judges nothing' exited 3
is 'it is left out' prints 'it calls nothing of the library'

one comment '"exit"' 'return f() - helper();'
is 'a name in a comment of a header is not public' exited 3
is 'the private symbol is named' prints 'it needs helper, which no public header declares'

one mentions '"exit"' 'extern int pthread_create(void *, void *, void *(*)(void *), void *); if (argc > 5) pthread_create(0, 0, 0, 0); return f();'
is 'a thread that is only mentioned excuses nothing' exited 1

one threads '"exit"' 'extern int pthread_create(void *, void *, void *(*)(void *), void *); return pthread_create(0, 0, 0, 0) + f() + argc;'
is 'a thread that is asked for cannot run here' exited 3
is 'and is named' prints 'it needs threads'

library weak lib.h 'int f(void);' lib.c '#include "lib.h"
__attribute__((weak)) int f(void) { return 1; }' \
    t.c '#include "lib.h"
__attribute__((weak)) int f(void) { return 0; }
int main(void) { return f(); }' \
    recast.json '{ "name": "weak", "library": { "sources": ["lib.c"], "headers": ["lib.h"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t.c"] }] } }'
check weak
is 'a weak definition of the library'\''s own is white-box' prints 'it defines f'

# A link in an overlay stays one, and leads nowhere outside.
one overlay '"exit"' 'FILE *f = fopen("l.h", "r"); return f ? f() - 1 : 2;'
sed -i 's/FILE \*f = fopen(.*/return L - 1; }/; s/^#include <stdlib.h>/#include "l.h"/' "$temp/overlay/t.c"
mkdir "$temp/overlay/over" && echo '#define L f()' >"$temp/overlay/real.h" && ln -s real.h "$temp/overlay/over/l.h"
sed -i 's/"sources": \["lib.c"\]/"overlay": "over", &/' "$temp/overlay/recast.json"
check overlay
is 'a link in an overlay is followed inside the tree' exited 0

# A program that names environ starts in its folder too.
one environ '"exit"' 'extern char **environ; FILE *g = fopen("lib.h", "r"); return environ && g ? f() - 1 : 3;'
is 'the working folder is entered when libc has its environment' exited 0

# One function with thousands of locals and megabytes of code would keep the engine for minutes.
{
    printf '%s' '__asm__(".text\n.globl huge\n.type huge,@function\nhuge:\n.functype huge () -> ()\n.local i32'
    for _ in $(seq 3999); do printf ',i32'; done
    printf '%s\n' '\n"'
    for i in $(seq 60000); do
        printf '"local.get %d\\nlocal.set %d\\nlocal.get %d\\nlocal.set %d\\n"\n' \
            $((i % 4000)) $(((i * 7 + 1) % 4000)) $(((i + 11) % 4000)) $(((i * 3 + 2) % 4000))
    done
    printf '%s\n' '"end_function\n"); extern void huge(void); int f(void) { huge(); return 1; }'
} >"$temp/huge.c"
one huge '"exit"' 'return f() - 1;'
cp "$temp/huge.c" "$temp/huge/lib.c"
check huge
is 'a function too large to be compiled is refused' prints 'its functions are too large'
is 'and judges nothing' exited 3

# So would loops in one another, whatever they do.
{
    printf '%s\n' '__asm__(".text\n.globl deep\n.type deep,@function\ndeep:\n.functype deep () -> ()\n"'
    for _ in $(seq 3000); do printf '%s\n' '"loop\n"'; done
    for _ in $(seq 3000); do printf '%s\n' '"end_loop\n"'; done
    printf '%s\n' '"end_function\n"); extern void deep(void); int f(void) { deep(); return 1; }'
} >"$temp/deep.c"
one deep '"exit"' 'return f() - 1;'
cp "$temp/deep.c" "$temp/deep/lib.c"
check deep
is 'loops nested too deep are refused' prints 'nested too deep'

one name '"exit"' 'return f() - 1;'
sed -i 's/"one"/"o\xc2\x9b31mne"/' "$temp/name/recast.json"
check name
is 'a name cannot speak to the terminal' test "$(grep -c $'\xc2\x9b' "$temp/out" "$temp/err" | grep -vc ':0')" = 0

# ---- tests that know more than the public headers

library inside recast.json '{ "name": "inside", "library": { "sources": ["a.c"], "headers": ["a.h"] },
  "tests": { "programs": [{ "each": ["t_*.c"] }] } }' a.h 'int a(void);' a.c '#include "a.h"
#include "inside.h"
static int hidden(struct inside *x) { return x->one; }
int a(void) { struct inside x = { 1 }; return hidden(&x) - 1; }' inside.h 'struct inside { int one; };' \
    limits.h '#define LIMIT 3' t_good.c '#include "a.h"
#include "limits.h"
int main(void) { return a() + LIMIT - 3; }' t_header.c '#include "a.h"
#include "inside.h"
int main(void) { return a(); }' t_static.c '#include "a.h"
int main(void) { return hidden(0) + a(); }' t_struct.c '#include "a.h"
int main(void) { struct inside x = { 1 }; return a() + x.one - 1; }' t_broken.c '#include "a.h"
int main(void) { return nobody_has_this(); }'
run check original --quiet -C "$temp/inside"
is 'a header of nothing but macros is no secret' prints 'pass  1 passed, 0 failed'
is 'a private header is' prints 't_header: it includes inside.h, which is the library'
is 'a static function too' prints 't_static: it needs hidden, which only the library has'
is 'and a private type' prints 't_struct: it needs '
is 'what nobody has is no secret' prints 't_broken: it does not build'

finish
