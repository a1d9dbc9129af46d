#!/usr/bin/env bash
# `recast generate` with a program as the model: written, repaired, begun afresh, interrupted, gone on
# with, recorded and replayed.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/pair.sh
export XDG_CONFIG_HOME=$temp/config

library project "${pair[@]}" \
    src/pair.c '#include "pair.h"
static int secret_of_the_original(int a, int b) { return a > b ? a : b; }
int pair_sum(int a, int b) { return a + b; }
int pair_max(int a, int b) { return secret_of_the_original(a, b); }' \
    RECAST.md '---
recast: 1
licence: Zlib
rewrite-licence: MIT
---

# Pair

## Considerations

- Write it plainly.

## Decisions

## Actions
'

# A model that answers its Nth prompt with replies/N, keeps what it was asked, and counts.
model=$temp/model
mkdir -p "$model" "$XDG_CONFIG_HOME/recast"
cat >"$temp/answer" <<'SH'
#!/bin/sh
n=$(($(cat "$MODEL/count" 2>/dev/null || echo 0) + 1))
echo "$n" >"$MODEL/count"
cat >"$MODEL/prompt-$n"
env >"$MODEL/environment"
pwd >"$MODEL/folder"
[ ! -e "$MODEL/refuses-$n" ] || { echo 'out of order' >&2; exit 3; }
cat "$MODEL/reply-$n"
SH
chmod +x "$temp/answer"
cat >"$XDG_CONFIG_HOME/recast/config.json" <<JSON
{ "version": 1,
  "providers": {
    "fake": { "kind": "exec", "command": ["$temp/answer"], "env": ["MODEL"], "tries": 1 },
    "broken": { "kind": "exec", "command": ["$temp/no-such-program"], "tries": 1 } },
  "use": ["fake"] }
JSON
chmod 600 "$XDG_CONFIG_HOME/recast/config.json"
export MODEL=$model

reply() { # N TEXT
    printf '%s\n' "$2" >"$model/reply-$1"
}
no() { ! "$@"; }
forget() { rm -f "$model"/*; }
asked() { [ "$(cat "$model/count" 2>/dev/null || echo 0)" = "$1" ]; }
source_of() { # MAX [SUM]
    printf '```c path=src/pair.c\n#include "pair.h"\nint pair_sum(int a, int b) { return %s; }\nint pair_max(int a, int b) { return %s; }\n```\n' \
        "${2:-a + b}" "$1"
}
good=$(source_of 'b > a ? b : a')
anew() { # a project without a run
    rm -rf "$temp/project/.recast"
    forget
}
candidates() { git -C "$temp/project/.recast/candidates.git" for-each-ref refs/candidates | wc -l; }

# ---- at once

reply 1 "$good"
run generate --estimate -C "$temp/project"
is 'an estimate asks nobody' asked 0
is 'it has figures' prints 'at worst'
run generate -C "$temp/project"
is 'the first reply stands' exited 0
is 'one prompt' asked 1
is 'the verdict is there' prints 'pass  4 tests agree with the original'
is 'the licences are named' prints 'of the original: Zlib; of the rewrite: MIT'
is 'and that this is no advice' prints 'no legal advice'
is 'what can be said of it' prints 'unattested'
is 'RECAST.md says what was done' grep -q '^- [0-9-]*: generate, run 1 by fake' "$temp/project/RECAST.md"
is 'the prompt has what people want' grep -q 'Write it plainly' "$model/prompt-1"
is 'and the header' grep -q 'The larger one' "$model/prompt-1"
is 'and a visible test' grep -q 'pair_sum(1, 2)' "$model/prompt-1"
is 'and nothing of the original' no grep -q secret_of_the_original "$model/prompt-1"
is 'and no path of this machine' no grep -q "$temp" "$model/prompt-1"
sealed=$("$recast" extract -q --json -C "$temp/project" |
    awk -F '"' '/"name": "test_/ { name = $4 } /"visible": false/ { print name }')
is 'one test is sealed' test -n "$sealed"
is 'which the prompt does not name' no grep -q "$sealed" "$model/prompt-1"
is 'the program began in an empty folder' no grep -q "$temp" "$model/folder"
is 'and saw no more than it should' no grep -q XDG_CONFIG_HOME "$model/environment"
run log --provenance -C "$temp/project"
is 'the chain holds' exited 0
is 'and says so' prints 'intact'
run show c1 -C "$temp/project"
is 'who wrote it' prints 'fake'

# ---- repairs and fresh starts

anew
reply 1 "$(source_of 'a')"
reply 2 "$(source_of 'b > a ? b : a')"
run generate -C "$temp/project"
is 'a wrong one is repaired' exited 0
is 'by a second prompt' asked 2
is 'that says what was expected' grep -q 'expected: 2' "$model/prompt-2"
is 'and shows the file' grep -q 'return a; }' "$model/prompt-2"
is 'both are candidates' test "$(candidates)" = 2

anew
reply 1 'I would rather not.'
reply 2 '```c path=../../evil.c
int x;
```'
reply 3 "$(source_of 'b > a ? b : undeclared')"
reply 4 "$good"
run generate -C "$temp/project" --json
is 'replies without code are begun afresh' exited 0
is 'four prompts' asked 4
is 'the compiler was quoted' grep -q "undeclared" "$model/prompt-4"
is 'nothing was written elsewhere' no test -e "$temp/evil.c"

anew
for n in 1 2 3 4 5 6; do reply $n "$(source_of 'a')"; done
run generate -C "$temp/project" --samples 2 --repairs 2
is 'what stays wrong fails' exited 1
is 'after all tries' asked 6
is 'the best is judged' prints 'fail'

# ---- several candidates

anew
reply 1 "$(source_of 'a')"
reply 2 "$good"
run generate -C "$temp/project" -n 2 --samples 1 --repairs 0
is 'the best of two passes' exited 0
is 'two prompts' asked 2

# ---- a plan of several files

# This one is asked for a file at a time, in whatever order, and answers by what it is asked for.
cat >"$temp/answer-files" <<'SH'
#!/bin/sh
prompt=$(cat)
task=$(printf '%s\n' "$prompt" | sed -n 's/^# Your task: //p' | tail -n 1)
name=$(printf '%s' "$task" | sed -e 's/^plan.*/plan/' -e 's/.*`src\/\(.*\)`.*/\1/')
case $task in repair*) name=$name-repaired ;; esac
echo "$name" >>"$MODEL/tasks"
printf '%s\n' "$prompt" >"$MODEL/prompt-$name"
cat "$MODEL/reply-$name"
SH
chmod +x "$temp/answer-files"
with_files() { # CONFIG, with the provider `files`
    cat >"$XDG_CONFIG_HOME/recast/config.json" <<JSON
{ "version": 1,
  "providers": {
    "fake": { "kind": "exec", "command": ["$temp/answer"], "env": ["MODEL"], "tries": 1 },
    "files": { "kind": "exec", "command": ["$temp/answer-files"], "env": ["MODEL"], "tries": 1 },
    "broken": { "kind": "exec", "command": ["$temp/no-such-program"], "tries": 1 } },
  "use": ["fake"]$1 }
JSON
}
with_files ''
tasks() { sort "$model/tasks" | tr '\n' ' '; }
anew
cp "$temp/project/RECAST.md" "$temp/tasks"
reply plan '```plan
- `src/own.h`: what they share
- `src/sum.c`: adding
  - defines: pair_sum
- `src/max.c`: comparing
  - defines: pair_max
```'
reply own.h '```c path=src/own.h
#ifndef OWN_H
#define OWN_H
int own_pick(int a, int b, int first);
#endif
```'
reply sum.c '```c path=src/sum.c
#include "pair.h"
#include "own.h"
int own_pick(int a, int b, int first) { return first ? a : b; }
int pair_sum(int a, int b) { return a + b; }
```'
reply max.c '```c path=src/max.c
#include "pair.h"
#include "own.h"
int pair_max(int a, int b) { return own_pick(a, b, a < b); }
```'
reply max.c-repaired "$(sed 's/a < b/a > b/' "$model/reply-max.c")"
run generate -C "$temp/project" -p files --units plan
is 'files of a plan' exited 0
is 'each is asked for once, and the one that is wrong again' test "$(tasks)" = 'max.c max.c-repaired own.h plan sum.c '
is 'the plan stands in RECAST.md' grep -q '^- `src/own.h`: what they share' "$temp/project/RECAST.md"
is 'a file sees the private header' grep -q 'own_pick' "$model/prompt-max.c"
is 'and what its own functions are' no grep -q 'defines these.*pair_sum' "$model/prompt-max.c"
is 'the verdict is on all of them' prints 'pass  2 sources'
rm -f "$model/tasks"
sed -i 's/`src\/sum.c`: adding/`src\/sum.c`: adding, by hand/' "$temp/project/RECAST.md"
run generate -C "$temp/project" -p files --fresh
is 'a plan that people edited counts' exited 0
is 'nobody is asked for another' test "$(tasks)" = 'max.c max.c-repaired own.h sum.c '
is 'the prompt has it' grep -q 'adding, by hand' "$model/prompt-sum.c"
sed -i 's/  - defines: pair_sum/  - defines: pair_some/' "$temp/project/RECAST.md"
run generate -C "$temp/project" -p files --fresh
is 'a plan that does not fit' exited 2
is 'says what is wrong' complains 'pair_some'
cp "$temp/tasks" "$temp/project/RECAST.md"

# ---- signed

anew
reply 1 "$good"
ssh-keygen -q -t ed25519 -N '' -C recast -f "$temp/key"
with_files ", \"sign\": { \"format\": \"ssh\", \"key\": \"$temp/key\" }"
run generate -C "$temp/project"
is 'a signed one' exited 0
echo "recast@localhost $(cat "$temp/key.pub")" >"$temp/allowed"
is 'git verifies it' git -C "$temp/project/.recast/candidates.git" -c gpg.ssh.allowedSignersFile="$temp/allowed" \
    verify-commit refs/candidates/1
with_files ''

# ---- stopped and gone on with

anew
reply 1 "$(source_of 'a')"
touch "$model/refuses-2"
run generate -C "$temp/project"
is 'a model that is out of order stops it' exited 4
is 'and why' complains 'out of order'
is 'and what to do' complains 'the same command goes on'
rm "$model/refuses-2"
reply 3 "$good"
run generate -C "$temp/project"
is 'the same command goes on' exited 0
is 'without asking for the first one again' asked 3
is 'and says so' prints 'which went on'
run generate -C "$temp/project" -p broken,fake --fresh
is 'the next one takes over' complains 'fake takes over'

# Interrupted while it is answered: what runs for it goes too, and the same command goes on.
anew
mkfifo "$temp/begun" "$temp/never"
reply 1 "$good"
cat >"$temp/answer-never" <<'SH'
#!/bin/sh
echo $$ >"$MODEL/process"
echo 'so far' && echo begun >"$BEGUN"
cat "$NEVER"
SH
chmod +x "$temp/answer-never"
cp "$temp/answer" "$temp/answer-at-once"
cp "$temp/answer-never" "$temp/answer"
sed -i 's/"env": \["MODEL"\]/"env": ["MODEL", "BEGUN", "NEVER"]/' "$XDG_CONFIG_HOME/recast/config.json"
BEGUN=$temp/begun NEVER=$temp/never "$recast" generate -q -C "$temp/project" >"$temp/out" 2>"$temp/err" </dev/null &
generating=$!
read -r _ <"$temp/begun"
until grep -rqsx 'so far' "$temp/project/.recast/exchanges"; do read -r -t 0.01 _ <>"$temp/never" || :; done
kill -INT "$generating"
wait "$generating"
code=$?
is 'interrupted' exited 130
gone() { # PROCESS; whoever kills it does so at once, but not before this is asked
    while kill -0 "$1" 2>/dev/null; do read -r -t 0.01 _ <>"$temp/never" || :; done
}
is 'what ran for it is gone' gone "$(cat "$model/process")"
cp "$temp/answer-at-once" "$temp/answer"
run generate -C "$temp/project"
is 'and gone on with' exited 0
run log --runs -C "$temp/project"
is 'in the same run' test "$(grep -c '^[0-9]' "$temp/out")" = 1
is 'what came of the first try is kept' grep -rqx 'so far' "$temp/project/.recast/exchanges"
run log --provenance -C "$temp/project"
is 'and the chain holds' exited 0

# ---- words of the user's own

anew
reply 1 "$good"
mkdir "$XDG_CONFIG_HOME/recast/prompts"
sed 's/Write this one file/Write, with a smile, this one file/' specs/prompts/unit.md >"$XDG_CONFIG_HOME/recast/prompts/unit.md"
run generate -C "$temp/project"
is 'a template of the user' grep -q 'with a smile' "$model/prompt-1"
echo '{{nothing}}' >"$XDG_CONFIG_HOME/recast/prompts/unit.md"
run generate -C "$temp/project" --fresh
is 'one that is broken' exited 2
is 'is named' complains 'unit.md:1'
rm -r "$XDG_CONFIG_HOME/recast/prompts"

# ---- recorded and replayed

anew
reply 1 "$(source_of 'a')"
reply 2 "$good"
run generate -C "$temp/project" --record "$temp/recording"
is 'it is recorded' exited 0
is 'with its templates' test -s "$temp/recording/prompts/unit.md"
anew
run generate -C "$temp/project" --replay "$temp/recording"
is 'and replayed' exited 0
is 'without asking anybody' asked 0
is 'with both attempts' test "$(candidates)" = 2
anew
sed -i 's/Write it plainly/Write it at length/' "$temp/project/RECAST.md"
run generate -C "$temp/project" --replay "$temp/recording"
is 'what differs is not replayed' exited 2
is 'and shown' complains 'Write it at length'
sed -i 's/Write it at length/Write it plainly/' "$temp/project/RECAST.md"

# ---- the clean room

anew
cp "$temp/project/RECAST.md" "$temp/tasks"
library long src/pair.c "$(cat "$temp/project/src/pair.c")
int pair_mix(int a, int b) { int h = a ^ 0x5bd1e995; for (int i = 0; i < b; i++) { h ^= a * 31 + (h << 7); h = (h >> 3) - i % 17; } return h; }" >/dev/null
cp "$temp/long/src/pair.c" "$temp/project/src/pair.c"
tail -n 1 "$temp/project/src/pair.c" | sed -i '/^- Write it plainly/r /dev/stdin' "$temp/project/RECAST.md"
run generate -C "$temp/project"
is 'a quotation of the original is not sent' exited 2
is 'it says from where' complains 'src/pair.c:5'
is 'and where it stands' complains 'RECAST.md'
is 'nobody was asked' asked 0
cp "$temp/tasks" "$temp/project/RECAST.md"

# ---- wrong usage

run generate -C "$temp/project" -p nobody
is 'who is not known' exited 2
run generate -C "$temp/project" --budget 5
is 'a budget without a price' exited 2
is 'and what to do' complains 'prices'
run generate -C "$temp/project" --budget much
is 'a budget that is none' exited 2
run generate -C "$temp/project" --samples 0
is 'no samples' exited 2
run generate -C "$temp/project" --units many
is 'units that are none' exited 2
run generate -C "$temp/project" --replay "$temp/nowhere"
is 'a recording that is not there' exited 2
run generate -C "$temp/project" --replay "$temp/recording" -p fake
is 'replay and a provider' exited 2

finish
