#!/usr/bin/env bash
# `recast run`: all of it from nothing, again with nothing changed, after a change, after an interruption; for a terminal
# and for a pipe; with a model, with rewrites that are there, and with neither.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/pair.sh
export XDG_CONFIG_HOME=$temp/config

no() { ! "$@"; }
has_form() { # SCHEMA
    "${recast%/*}/tests/harness_schemas" "$1.schema.json" "$temp/out"
}
stages() { # "extract done, generate unchanged, …", from --json
    awk -F '"' '/"name":/ && !n { name = $4 } !n && /"state": "(done|unchanged|skipped)"/ { printf "%s%s %s", s, name, $4; s = ", " }
        /"report":/ { n = 1 }' "$temp/out"
}
are() { # STAGES
    [ "$(stages)" = "$1" ] || { stages && false; }
}
fits() { # FILE: 24 lines of 80 columns
    [ "$(wc -l <"$1")" -le 24 ] && ! grep -E '.{81}' "$1"
}

# ---- from nothing, by replay

project=$temp/confkit
replay=(-C "$project" --time 1 --replay fixtures/recordings/confkit)
fixture confkit "$project"
run run "${replay[@]}"
is 'from nothing' exited 0
is 'the library is taken apart' complains 'extract: 14 functions; 31 tests, 22 visible and 9 sealed; '
is 'and written' complains 'generate: c2 passes 22 of 22 visible tests; 2 attempts'
is 'and judged' complains 'check: pass: c2: 31 tests agree with the original in'
is 'stages in it begin with its name' complains 'generate: writing, 1 in all'
is 'nothing lives in a pipe' no grep -q $'\033\|\r' "$temp/err"
is 'the verdict' prints 'pass  31 tests agree'
is 'the tests' prints 'visible 22 of 22, sealed 9 of 9'
is 'where the report is' prints "$project/.recast/report.html"
is 'it is there' grep -q '^## confkit: pass' "$project/.recast/report.md"
is 'for programs too' "${recast%/*}/tests/harness_schemas" report.schema.json "$project/.recast/report.json"
is 'it fits a screen' fits "$temp/out"

run run "${replay[@]}" --json
is 'again' exited 0
is 'nothing is done' are 'extract unchanged, generate unchanged, check unchanged, bench unchanged, similarity unchanged, report unchanged'
is 'as its schema says' has_form run
is 'nothing is built' no grep -q compiling "$temp/err"
is 'and that is told' complains 'check: unchanged: pass  c2'
run run "${replay[@]}" -q
is 'quiet' silent err

# ---- after a change

rm -r "$project/.recast/spec"
run run "${replay[@]}" -q --json
is 'what is gone is made again' are 'extract done, generate unchanged, check unchanged, bench unchanged, similarity unchanged, report unchanged'
fixtures/candidates/unfold.sh "$temp/candidates"
run add -C "$project" "$temp/candidates/confkit/bad-column"
run run "${replay[@]}" -q --json
is 'a rewrite that was taken in is judged' are 'extract unchanged, generate unchanged, check done, bench unchanged, similarity unchanged, report done'
is 'the best stays the best' exited 0
run run "${replay[@]}" -q c3
is 'unless another is named' exited 1
is 'which is then reported on' prints 'confkit  c3'
is 'with what differs' prints 'differs '
run run "${replay[@]}" -q --json c3
is 'then nobody is asked' are 'extract unchanged, generate skipped, check unchanged, bench unchanged, similarity unchanged, report unchanged'
cp -r fixtures/recordings/confkit "$temp/recording"
touch "$temp/recording/other"
run run --time 1 -C "$project" --replay "$temp/recording" -q --json
is 'another recording is played' are 'extract unchanged, generate done, check done, bench unchanged, similarity unchanged, report done'
printf '\n' >>"$project/recast.json"
run run "${replay[@]}" -q --json
is 'another recast.json' are 'extract done, generate unchanged, check done, bench done, similarity unchanged, report done'
run run "${replay[@]}" -q --json
is 'and again' are 'extract unchanged, generate unchanged, check unchanged, bench unchanged, similarity unchanged, report unchanged'
run run "${replay[@]}" -q --json --fresh
is 'written anew' are 'extract unchanged, generate done, check done, bench unchanged, similarity unchanged, report done'

# ---- what was, and is again

cp "$project/recast.json" "$temp/recast.json"
sed -i '1s/{/{ "verdict": { "min_tests": 1000 },/' "$project/recast.json"
run run "${replay[@]}" -q c2
is 'a recast.json that asks for more' exited 3
run report -C "$project" c2
is 'is what the report has' prints 'inconclusive '
cp "$temp/recast.json" "$project/recast.json"
run report -C "$project" c2
is 'which says so when it is gone' prints 'outdated     check and bench: '
run report -C "$project" c2 --json
is 'to programs, too' "${recast%/*}/tests/harness_schemas" report.schema.json "$temp/out"
run run "${replay[@]}" --json -q c2
is 'the one before holds again' exited 0
is 'without being found out again' are 'extract unchanged, generate skipped, check unchanged, bench unchanged, similarity unchanged, report done'
run report -C "$project" c2
is 'and is what the report has' prints 'pass  31 tests agree'
is 'of today' no grep -q outdated "$temp/out"
run bench -C "$project" --no-time -q --only memory c2
run report -C "$project" c2
is 'a look at a part hides nothing' prints '23 workloads'
run bench -C "$project" --no-time -q c2 original
run report -C "$project" original
is 'and what is beside another is not told as if it were the original' exited 2

# ---- on a terminal

played() { # ARGUMENTS...
    script -qec "$(printf '%q ' "$recast" run "$@")" /dev/null </dev/null >"$temp/screen"
    code=$?
    # What stands in the end: live lines are taken away by what comes behind them.
    tr -d '\r' <"$temp/screen" | sed $'s/.*\033\\[K//' >"$temp/out"
}
terminal=$temp/terminal
fixture confkit "$terminal"
played -C "$terminal" --time 1 --replay fixtures/recordings/confkit
is 'on a terminal' exited 0
is 'a line lives' grep -q $'\033\\[K' "$temp/screen"
is 'and stands' grep -qE '^  extract +14 functions; 31 tests, .* [0-9.]+ s$' "$temp/out"
is 'with the verdict' grep -qE '^  check +pass  c2: 31 tests agree' "$temp/out"
is 'no plain line' no grep -q '^extract:' "$temp/out"
is 'all of it fits a screen' fits "$temp/out"
played -C "$terminal" --time 1 --replay fixtures/recordings/confkit
is 'nothing to do' grep -qE '^  generate +unchanged  c2 passes' "$temp/out"

# ---- with neither a rewrite nor a model

library project "${pair[@]}" \
    src/pair.c '#include "pair.h"
int pair_sum(int a, int b) { return a + b; }
int pair_max(int a, int b) { return a > b ? a : b; }' \
    RECAST.md '---
recast: 1
licence: Zlib
---

## Considerations

- Write it plainly.
'
project=$temp/project
run run --time 1 -C "$project"
is 'with nothing to judge' exited 2
is 'it says so' complains 'there is nothing to judge yet'
is 'and what takes a rewrite in' complains 'recast add DIR'
is 'and what has one written' complains '--provider mailbox'
is 'before anything is built' no test -e "$project/.recast"
run run --time 1 -C "$project" c1
is 'a candidate that there is not' exited 2
is 'it says so' complains 'there are no candidates yet'
is 'before anything is built, too' no test -e "$project/.recast"

library wrong src/pair.c '#include "pair.h"
int pair_sum(int a, int b) { return a + b; }
int pair_max(int a, int b) { return a; }'
run add -C "$project" "$temp/wrong"
run run --time 1 -C "$project" --json -q
is 'a rewrite that fails' exited 1
is 'goes on to its report' are 'extract done, generate skipped, check done, bench done, similarity done, report done'
is 'which is there' grep -q '^## pair: fail' "$project/.recast/report.md"
run run --time 1 -C "$project"
is 'without a model' complains 'generate: skipped: no model is named'
library right src/pair.c '#include "pair.h"
int pair_sum(int a, int b) { return b + a; }
int pair_max(int a, int b) { return b < a ? a : b; }'
run add -C "$project" "$temp/right"
run run --time 1 -C "$project"
is 'one that passes is the better one' exited 0
is 'and reported on' prints 'pair  c2'
is 'nobody was paid' prints 'no model was asked for it'

# ---- with a model

# It answers its Nth prompt with reply-N, and waits for ever at one that is to hang.
model=$temp/model
mkdir -p "$model" "$XDG_CONFIG_HOME/recast"
mkfifo "$temp/begun" "$temp/never"
cat >"$temp/answer" <<'SH'
#!/bin/sh
cat >/dev/null
n=$(($(cat "$MODEL/count" 2>/dev/null || echo 0) + 1))
echo "$n" >"$MODEL/count"
if [ -e "$MODEL/hangs-$n" ]; then echo begun >"$BEGUN"; cat "$NEVER"; fi
[ ! -e "$MODEL/refuses-$n" ] || { echo 'out of order' >&2; exit 3; }
cat "$MODEL/reply-$n"
SH
chmod +x "$temp/answer"
cat >"$XDG_CONFIG_HOME/recast/config.json" <<JSON
{ "version": 1, "providers": { "fake": { "kind": "exec", "command": ["$temp/answer"], "env": ["MODEL", "BEGUN", "NEVER"],
  "tries": 1, "prices": { "": { "input": 1, "output": 1 } } } }, "use": ["fake"] }
JSON
chmod 600 "$XDG_CONFIG_HOME/recast/config.json"
export MODEL=$model BEGUN=$temp/begun NEVER=$temp/never
asked() { [ "$(cat "$model/count" 2>/dev/null || echo 0)" = "$1" ]; }
reply() { # N MAX
    printf '```c path=src/pair.c\n#include "pair.h"\nint pair_sum(int a, int b) { return a + b; }\nint pair_max(int a, int b) { return %s; }\n```\n' \
        "$2" >"$model/reply-$1"
}
anew() {
    rm -rf "$project/.recast" "$model"
    mkdir "$model"
}
begin() { # ARGUMENTS...: until the model is asked
    "$recast" run -C "$project" "$@" >"$temp/out" 2>"$temp/err" </dev/null &
    running=$!
    read -r _ <"$temp/begun"
}
stopped() { # SIGNAL; sets `code`
    kill "-$1" "$running"
    wait "$running"
    # shellcheck disable=SC2034 # `exited` reads it
    code=$?
}

anew
reply 1 a
reply 3 'b < a ? a : b'
touch "$model/hangs-2"
begin
stopped INT
is 'interrupted' exited 130
is 'it says how to go on' complains 'interrupted; `recast run` goes on'
run run --time 1 -C "$project" --json
is 'and goes on' exited 0
is 'where it was' are 'extract unchanged, generate done, check done, bench done, similarity done, report done'
is 'without asking for the first one again' asked 3
run run --time 1 -C "$project" --json -q
is 'and is through' are 'extract unchanged, generate unchanged, check unchanged, bench unchanged, similarity unchanged, report unchanged'
is 'nobody is asked again' asked 3

anew
reply 1 'b < a ? a : b'
played -C "$project" --time 1
is 'a model on a terminal' exited 0
is 'what it has cost is told while it lives' grep -qE $'\033\\[K  generate +compiling .*  \\$0\\.[0-9]+' "$temp/screen"
is 'and in the end' grep -qE '^  generate .*, \$0\.[0-9]+ ' "$temp/out"

anew
reply 1 a
reply 3 'b < a ? a : b'
touch "$model/hangs-2"
begin -q
stopped KILL 2>/dev/null
run run --time 1 -C "$project" -q
is 'killed, and gone on with' exited 0
is 'without asking for the first one again either' asked 3

sed -i 's/Write it plainly/Write it at length/' "$project/RECAST.md"
reply 4 'b < a ? a : b'
run run --time 1 -C "$project" --json -q
is 'what people want has changed' are 'extract unchanged, generate done, check done, bench unchanged, similarity unchanged, report done'
is 'so it is asked' asked 4
run run --time 1 -C "$project" --json -q --record "$temp/late"
is 'what is done cannot be recorded' exited 2
is 'it says how it can' complains '--fresh does it again'
is 'and asks nobody' asked 4

# ---- with a model that is configured, and a rewrite that somebody took in

anew
reply 1 'b < a ? a : b'
run add -C "$project" "$temp/right"
run run --time 1 -C "$project" --json -q
is 'a rewrite that was taken in' exited 0
is 'is judged' are 'extract done, generate skipped, check done, bench done, similarity done, report done'
is 'and nobody is paid' asked 0
run run --time 1 -C "$project"
is 'it says how another is written' complains 'generate: skipped: a rewrite was taken in; --provider or --candidates'
run run --time 1 -C "$project" --json -q --provider fake
is 'who is named' are 'extract unchanged, generate done, check done, bench unchanged, similarity unchanged, report done'
is 'is asked' asked 1
run run --time 1 -C "$project" --json -q
is 'what he wrote is known' are 'extract unchanged, generate unchanged, check unchanged, bench unchanged, similarity unchanged, report unchanged'
sed -i 's/Write it at length/Write it plainly/' "$project/RECAST.md"
run run --time 1 -C "$project" --json -q
is 'what people want has changed' are 'extract unchanged, generate skipped, check unchanged, bench unchanged, similarity unchanged, report unchanged'
is 'and he is not asked for that' asked 1
reply 2 'b < a ? a : b'
run run --time 1 -C "$project" --json -q -n 1
is 'unless one is wanted' asked 2

anew
touch "$model/refuses-1"
run run --time 1 -C "$project"
is 'a model that is out of order' exited 4
is 'the stage is named' complains 'recast: generate: '
is 'and the reason' complains 'out of order'

anew
for n in 1 2 3 4 5 6 7 8; do echo 'I would rather not.' >"$model/reply-$n"; done
run run --time 1 -C "$project" -q
is 'a model that writes nothing' exited 1
is 'has its report, too' prints 'fail  build: there is no source to compile'
run run --time 1 -C "$project" -q --json
is 'and is not asked again' asked 4

finish
