#!/usr/bin/env bash
# `recast check original`: what it makes of libraries and of their tests.
# shellcheck disable=SC2154 # tests/tap.sh sets them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

check() { # FOLDER OPTIONS...
    local folder=$1
    shift
    run check original --quiet -C "$folder" "$@"
}

# ---- the fixtures

while read -r name programs passed; do
    check "fixtures/libs/$name"
    is "$name passes" exited 0
    is "$name: $passed tests" prints "pass  $passed passed, 0 failed"
    is "$name: $programs programs" test "$(grep -c ' passed  ' "$temp/out")" = "$programs"
    is "$name: nothing on stderr" silent err
done <<END
confkit 7 31
ordmap 2 24
ringlog 3 25
strpool 2 32
textdist 1 19
END

check fixtures/libs/strpool
is 'a table for people' expected check-strpool.txt
run check original -C fixtures/libs/strpool
is 'progress goes to stderr' complains 'compiling, '
is 'and not to stdout' expected check-strpool.txt

check fixtures/libs/confkit --json
cp "$temp/out" "$temp/one.json"
is 'JSON: verdict' prints '"verdict": "pass"'
is 'JSON: counts' prints '"passed": 31'
is 'JSON: candidate' prints '"candidate": "original"'
is 'JSON: a program' prints '"name": "dump-broken"'
is 'JSON: its exit code' prints '"exit_code": 3'
is 'JSON: a test' prints '"verdict": "passed"'
is 'JSON: begins and ends' test "$(head -c 1 "$temp/out")$(tail -n 1 "$temp/out")" = '{}'

check fixtures/libs/confkit --format json
is '--format json is --json' diff <(grep -v '_ms"' "$temp/one.json") <(grep -v '_ms"' "$temp/out")
check fixtures/libs/confkit --format text
is '--format text' prints 'pass  31 passed, 0 failed'
check fixtures/libs/confkit --format junit
is 'JUnit' exited 0
is 'JUnit: begins as XML' test "$(head -n 1 "$temp/out")" = '<?xml version="1.0" encoding="UTF-8"?>'
is 'JUnit: gates' prints '<testsuite name="recast" tests="3" failures="0" errors="0" skipped="0">'
is 'JUnit: a program' prints '<testcase classname="dump-broken" name="(the program)"/>'

# Fuel is what can be relied on: in another folder, with another number of threads.
cp -r fixtures/libs/confkit "$temp/copy"
check "$temp/copy" --json -j 1
is 'the same fuel elsewhere' diff <(grep -e '"fuel"' "$temp/one.json") <(grep -e '"fuel"' "$temp/out")
is 'the same tests elsewhere' diff <(grep -v '_ms"' "$temp/one.json") <(grep -v '_ms"' "$temp/out")
check "$temp/copy" --json -j 100
is 'the same with many threads' diff <(grep -v '_ms"' "$temp/one.json") <(grep -v '_ms"' "$temp/out")

# ---- one library, and every way in which a program can end

tap='#include <stdio.h>
#include "add.h"
int main(void)
{
	puts("1..3");'

library ends include/add.h 'int add(int a, int b);' \
    src/add.c '#include "add.h"
int internal(int a) { return a; }
int add(int a, int b) { return internal(a) + b; }' \
    t/good.c "$tap"'
	puts("ok 1 - one\nok 2 - two # SKIP not here\nok 3 - three");
	return add(1, -1);
}' \
    t/bad.c "$tap"'
	puts("ok 1 - one\nnot ok 2 - two\nnot ok 3 - three");
	return add(1, 0);
}' \
    t/early.c "$tap"'
	puts("ok 1 - one");
	return add(0, 0);
}' \
    t/wrong_end.c "$tap"'
	puts("ok 1 - one\nok 2 - two\nok 3 - three");
	return add(1, 1);
}' \
    t/loop.c '#include "add.h"
volatile int v; int main(void) { for (;;) v = add(v, 1); }' \
    t/sleep.c '#include <unistd.h>
#include "add.h"
int main(void) { for (;;) sleep((unsigned)add(1000, 0)); }' \
    t/trap.c '#include <stdio.h>
#include "add.h"
__attribute__((noinline)) static int crash(int *p) { return *p / add(0, 0); }
int main(int argc, char **argv) { (void)argv; puts("going on"); fputs("to stderr\n", stderr); return crash(&argc); }' \
    t/recurse.c '#include "add.h"
int main(int argc, char **argv) { return argc < 0 ? add(0, 0) : main(argc + 1, argv) + 1; }' \
    t/print.c '#include <stdio.h>
#include "add.h"
int main(void) { for (;;) puts("a line" + add(0, 0)); }' \
    t/fill.c '#include <stdio.h>
#include "add.h"
int main(void) { static char b[65536]; FILE *f = fopen("/tmp/f", "w"); while (fwrite(b, 1, sizeof(b), f)); return add(0, 0); }' \
    t/memory.c '#include <stdlib.h>
#include "add.h"
int main(void) { void *volatile p; while ((p = malloc((size_t)add(100000, 0)))); abort(); }' \
    t/zero.c '#include "add.h"
int main(void) { return add(0, 0); }' \
    t/three.c '#include "add.h"
int main(void) { return add(1, 2); }' \
    t/say.c '#include <stdio.h>
#include "add.h"
int main(void) { puts("one\ntwo\nthree"); return add(0, 0); }' \
    t/say.right 'one
two
three' \
    t/say.wrong 'one
2
three' \
    t/say.long 'one
two
three
four' \
    t/private.c 'int internal(int a); int main(void) { return internal(0); }' \
    t/include_c.c '#include "../src/add.c"
int main(void) { return add(0, 0); }' \
    t/alone.c 'int main(void) { return 0; }' \
    t/fork.c '#include <unistd.h>
int main(void) { return fork(); }' \
    t/pipe.c '#include <unistd.h>
int main(void) { int p[2]; return pipe(p); }' \
    t/thread.c '#include <pthread.h>
static void *go(void *p) { return p; }
#include "add.h"
int main(void) { pthread_t t; return add(0, pthread_create(&t, 0, go, 0)); }' \
    t/socket.c '#include <sys/socket.h>
int main(void) { return socket(AF_INET, SOCK_STREAM, 0); }' \
    t/undefined.c '#include "add.h"
void nobody_has_it(void); int main(void) { nobody_has_it(); return add(0, 0); }' \
    t/syntax.c 'int main(void) { return }' \
    t/secret.c '#include "../../secret.h"
int main(void) { return 0; }' \
    t/import.c '__attribute__((import_module("env"), import_name("f"))) void f(void);
#include "add.h"
int main(void) { f(); return add(0, 0); }' \
    t/object.c '__asm__(".section .custom_section.linking,\"\",@\n.asciz \"x\"\n.text"); int main(void) { return 0; }' \
    t/exports.c '__attribute__((export_name("memory"))) void f(void) { }
#include "add.h"
int main(void) { return add(0, 0); }' \
    recast.json '{
  "name": "ends",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "limits": { "fuel": 200000000, "output_kib": 64, "disk_mib": 1, "memory_mib": 16, "clock_s": 5000 },
  "tests": {
    "programs": [
      { "name": "good", "sources": ["t/good.c"], "report": "tap" },
      { "name": "bad", "sources": ["t/bad.c"], "report": "tap" },
      { "name": "early", "sources": ["t/early.c"], "report": "tap" },
      { "name": "wrong-end", "sources": ["t/wrong_end.c"], "report": "tap" },
      { "name": "loop", "sources": ["t/loop.c"] },
      { "name": "sleep", "sources": ["t/sleep.c"] },
      { "name": "trap", "sources": ["t/trap.c"] },
      { "name": "recurse", "sources": ["t/recurse.c"], "flags": ["-O0"] },
      { "name": "print", "sources": ["t/print.c"] },
      { "name": "fill", "sources": ["t/fill.c"] },
      { "name": "memory", "sources": ["t/memory.c"] },
      { "name": "zero", "sources": ["t/zero.c"] },
      { "name": "three", "sources": ["t/three.c"] },
      { "name": "three-wanted", "sources": ["t/three.c"], "expect": { "exit": 3 } },
      { "name": "golden", "sources": ["t/say.c"], "expect": { "stdout": "t/say.right" } },
      { "name": "golden-differs", "sources": ["t/say.c"], "expect": { "stdout": "t/say.wrong" } },
      { "name": "golden-too-short", "sources": ["t/say.c"], "expect": { "stdout": "t/say.long" } },
      { "name": "private", "sources": ["t/private.c"] },
      { "name": "include-c", "sources": ["t/include_c.c"] },
      { "name": "alone", "sources": ["t/alone.c"] },
      { "each": ["t/fork.c", "t/pipe.c", "t/thread.c", "t/socket.c", "t/undefined.c", "t/syntax.c", "t/secret.c",
                 "t/import.c", "t/object.c", "t/exports.c"] }
    ]
  }
}'
echo 'int secret;' >"$temp/secret.h"
check "$temp/ends"
is 'failed tests are exit code 1' exited 1
is 'each end with its reason' expected check-ends.txt
check "$temp/ends" -o
is 'what failed programs printed' expected check-ends-output.txt
check "$temp/ends" --json
is 'JSON: failed' exited 1
is 'JSON: the verdict fails' prints '"verdict": "fail"'
is 'JSON: a failed test' prints '"name": "two"'
is 'JSON: a trap' prints '"trap": "division by zero"'
is 'JSON: where it was' prints '"where": "crash < '
is 'JSON: out of fuel' prints '"outcome": "out of fuel"'
is 'JSON: near the limit' prints '"memory_near_limit": true'
is 'JSON: left out' prints '"white_box": 3'
is 'JSON: not runnable' prints '"not_runnable": 10'
is 'JSON: no run where there was none' prints '"run": null'
check "$temp/ends" --format junit
is 'JUnit: failed' exited 1
is 'JUnit: a failed test' prints '<testcase classname="bad" name="two">'
is 'JUnit: a program that trapped' prints '<failure message="trapped: '
is 'JUnit: left out' prints '<skipped message="it needs internal, '

# ---- what a program is given

library given include/v.h '#ifdef LOUD
#define V 2
#else
#define V 1
#endif
int value(void);' \
    src/v.c '#include "v.h"
int value(void) { return V; }' \
    t/args.c '#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "v.h"
int main(int argc, char **argv)
{
	char line[100] = "", cwd[100];
	for (int i = 0; i < argc; i++)
		printf("arg %s\n", argv[i]);
	printf("env %s %s\n", getenv("ONE"), getenv("TWO"));
	printf("cwd %s\n", getcwd(cwd, sizeof(cwd)));
	while (fgets(line, sizeof(line), stdin))
		printf("in %s", line);
	FILE *f = fopen("data.txt", "r");
	printf("data %s\n", f && fgets(line, sizeof(line), f) ? strtok(line, "\n") : "none");
	printf("value %d\n", value());
	f = fopen("new.txt", "w");
	printf("write %s\n", f ? "ok" : strerror(errno_now()));
	return 0;
}' \
    t/errno.h '#include <errno.h>
static int errno_now(void) { return errno; }' \
    t/data/data.txt 'from a file' \
    t/data/input 'first
second' \
    t/expected/here 'arg here
arg one
arg two words
env 1 (null)
cwd /src/t/data
in first
in second
data from a file
value 1
write Read-only file system' \
    t/expected/quiet 'arg there
env (null) zwei
cwd /src
data none
value 1
write ok' \
    t/expected/loud 'arg there
env (null) zwei
cwd /src
data none
value 2
write ok' \
    recast.json '{
  "name": "given",
  "library": { "sources": ["src/v.c"], "headers": ["include/v.h"], "include": ["include"] },
  "tests": {
    "flags": ["-fno-builtin"],
    "files": { "include/extra.h": ["#define EXTRA 1"] },
    "programs": [
      { "name": "here", "sources": ["t/args.c"], "defines": ["HERE"], "flags": ["-Werror=undef"], "args": ["one", "two words"],
        "env": { "ONE": "1" }, "cwd": "t/data", "stdin": "t/data/input", "expect": { "stdout": "t/expected/here" } },
      { "name": "there", "sources": ["t/args.c"], "env": { "TWO": "zwei" }, "writable": true,
        "configurations": [
          { "name": "quiet", "expect": { "stdout": "t/expected/quiet" } },
          { "name": "loud", "defines": ["LOUD"], "expect": { "stdout": "t/expected/loud" } }
        ] }
    ]
  }
}'
sed -i '1i #include "errno.h"\n#include "extra.h"' "$temp/given/t/args.c"
check "$temp/given" -o
is 'arguments, environment, folder, input, files, configurations' exited 0
is 'its programs' expected check-given.txt
is 'nothing was written in the project' test ! -e "$temp/given/new.txt"

# ---- nothing to judge, and a library that does not build

library none src/a.c 'int a(void) { return 1; }' t/t.c '#include "../src/a.c"
int main(void) { return 0; }' recast.json '{
  "name": "none",
  "library": { "sources": ["src/a.c"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t/t.c"] }] }
}'
check "$temp/none"
is 'nothing judged is exit code 3' exited 3
is 'nothing judged' expected check-none.txt
check "$temp/none" --json
is 'JSON: inconclusive' prints '"verdict": "inconclusive"'

library broken src/a.c 'int a(void) { return 1 }' src/b.c 'int b(void) { return c; }' \
    t/t.c 'int a(void); int main(void) { return a(); }' recast.json '{
  "name": "broken",
  "library": { "sources": ["src/*.c"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t/t.c"] }] }
}'
check "$temp/broken"
is 'a library that does not build is exit code 1' exited 1
is 'a library that does not build' expected check-broken.txt
check "$temp/broken" --json
is 'JSON: the gate' prints '"name": "build"'
is 'JSON: its reason' prints "src/a.c:1:23: expected ';' after return statement"

# ---- names

odd="$temp/a folder"$'\n'"with lines é"
mkdir "$odd"
cp -r fixtures/libs/textdist/. "$odd"
check "$odd"
is 'a folder with spaces and lines in its name' exited 0
mv "$odd/src/textdist.c" "$odd/src/text dist,*.c"
sed -i 's:src/textdist.c:src/text dist,*.c:' "$odd/recast.json"
check "$odd"
is 'a file with spaces in its name' exited 0
cd "$odd" || exit 1
run check original -q
is 'in the folder itself' exited 0
cd - >/dev/null || exit 1
ln -s "$odd" "$temp/link"
check "$temp/link"
is 'through a link' exited 0

# ---- links inside the project

library links lib.h 'int f(void);' lib.c '#include "lib.h"
int f(void) { return 0; }' \
    real/in.txt 'seen' real/out.txt 'seen' \
    t.c '#include <stdio.h>
#include "lib.h"
int main(void) { int c; while ((c = getchar()) != EOF) putchar(c); return f(); }' \
    recast.json '{ "name": "links", "library": { "sources": ["lib.c"], "headers": ["h.h"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t.c"], "stdin": "in", "cwd": "folder", "expect": { "stdout": "out" } }] } }'
ln -s real/in.txt "$temp/links/in"
ln -s real/out.txt "$temp/links/out"
ln -s real "$temp/links/folder"
ln -s lib.h "$temp/links/h.h"
check "$temp/links"
is 'input, output, folder and headers may be links' exited 0
ln -sf /etc/hostname "$temp/links/in"
check "$temp/links"
is 'but not out of the project' exited 2
is 'which is said' complains 'stdin: there is no file in'

finish
