#!/usr/bin/env bash
# What recast promises about speed, measured side by side: one table, in some six minutes. A figure
# never fails the build; read the last two columns.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${BUILD:=build}" "${RECAST:=$PWD/$BUILD/recast}"
export RECAST_NO_BACKGROUND=1

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
table=$tmp/table

# The native compiler to compare with: of the sandbox's own major version.
major=$(awk '$1 == "fetch" && $2 == "clang" { print int($5); exit }' specs/deps.lock)
native=clang-$major
specs/setup.sh bench >/dev/null

seconds() { # COMMAND...: of one run, which must exit with 0
    local start=$EPOCHREALTIME
    "$@" >/dev/null 2>"$tmp/errors" || { cat "$tmp/errors" >&2; return 1; }
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
row() { printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$table"; }

# All fixture libraries as one, in two configurations: as large as a middle-sized JSON library.
project=$tmp/library
mkdir -p "$project/src" "$project/include" "$project/tests"
for library in ordmap ringlog strpool textdist; do
    for folder in src include tests; do
        cp -r "fixtures/libs/$library/$folder" "$project/$folder/$library"
    done
done
cat >"$project/recast.json" <<'JSON'
{
  "version": 1, "name": "four-in-one",
  "library": {
    "sources": ["src/*/*.c"], "headers": ["include/*/*.h"], "flags": ["-std=c11"],
    "include": ["include/ordmap", "include/ringlog", "include/strpool", "include/textdist"]
  },
  "tests": {
    "programs": [
      { "name": "map", "sources": ["tests/ordmap/test_map.c", "tests/ordmap/journal.c"],
        "configurations": [{ "name": "a" }, { "name": "b", "defines": ["B"] }] },
      { "name": "walk", "sources": ["tests/ordmap/test_walk.c", "tests/ordmap/journal.c"],
        "configurations": [{ "name": "a" }, { "name": "b", "defines": ["B"] }] },
      { "name": "append", "sources": ["tests/ringlog/test_append.c", "tests/ringlog/unit.c", "tests/ringlog/sample.c"],
        "configurations": [{ "name": "a" }, { "name": "b", "defines": ["B"] }] },
      { "name": "cursor", "sources": ["tests/ringlog/test_cursor.c", "tests/ringlog/unit.c", "tests/ringlog/sample.c"],
        "configurations": [{ "name": "a" }, { "name": "b", "defines": ["B"] }] },
      { "name": "limits", "sources": ["tests/ringlog/test_limits.c", "tests/ringlog/unit.c", "tests/ringlog/sample.c"],
        "configurations": [{ "name": "a" }, { "name": "b", "defines": ["B"] }] },
      { "name": "strpool", "sources": ["tests/strpool/test_strpool.c", "tests/strpool/meter.c"],
        "configurations": [{ "name": "a" }, { "name": "b", "defines": ["B"] }] },
      { "name": "textdist", "sources": ["tests/textdist/test_textdist.c"],
        "configurations": [{ "name": "a" }, { "name": "b", "defines": ["B"] }] }
    ]
  }
}
JSON
lines=$(cat "$project"/src/*/*.c | wc -l)

check() { "$RECAST" check original -q -C "$project"; }
parts=$("$RECAST" doctor --json | sed -n 's/.*"where": "\(.*\/parts\/clang-[^"]*\)".*/\1/p')

echo "bench: the engine, and compiling a small file" >&2
"$BUILD/tests/bench_engine" >>"$table"
"$BUILD/tests/bench_compile" "$native" "$tmp" >>"$table"

echo "bench: streams of events" >&2
"$BUILD/tests/bench_streams" >>"$table"

echo "bench: similarity" >&2
parser=$(echo "${RECAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/recast}"/parts/tree-sitter-*)
"$BUILD/tests/bench_similarity" "$parser/src" "$parser/tree-sitter-c/parser.c" >>"$table"
tests/rivals/setup.sh "${parser%/*}/rivals" >/dev/null
tests/rivals/bench.sh "${parser%/*}/rivals" "$parser/src" 2>/dev/null >>"$table"

echo "bench: taking libgit2's headers apart" >&2
"$BUILD/tests/bench_extract" "$(pkg-config --variable=includedir libgit2)" >>"$table"

echo "bench: mutants of that library" >&2
# Sources that nobody has compiled; all that the command does counts.
cp -r "$project" "$tmp/strong"
for source in "$tmp"/strong/src/*/*.c; do echo "/* $EPOCHREALTIME */" >>"$source"; done
whole=$(seconds "$RECAST" strength -q -C "$tmp/strong")
mutants=$("$RECAST" strength -q --json -C "$tmp/strong" | sed -n 's/^ *"run": \([0-9]*\),$/\1/p')
rate=$(awk -v n="$mutants" -v s="$whole" 'BEGIN { printf "%.0f", n / s }')
row "strength, $mutants mutants" "$rate mutants/s" "goal 20 mutants/s" "$(awk -v a="$rate" 'BEGIN { printf "%.2f", a ? 20 / a : 99 }')" 1

echo "bench: inputs past the tests, beside libFuzzer" >&2
# A small pure function and a rewrite that is right. Both take one core each time, so the core's time is what counts.
cp -r tests/data/bench/duration "$tmp/duration"
mv "$tmp/duration/rewrite" "$tmp/duration.rewrite"
fuzz_calls=1000000 TIMEFORMAT='%U %S'
instrumented() { # SOURCE FLAG...
    "$native" -O2 -fsanitize=fuzzer-no-link -I "$tmp/duration/include" -c "${@:2}" "$1"
}
instrumented "$tmp/duration/src/duration.c" -o "$tmp/original.o"
instrumented "$tmp/duration.rewrite/duration.c" -o "$tmp/rewrite.o" -Dduration_seconds=rewrite_seconds
"$native" -O2 -fsanitize=fuzzer -I "$tmp/duration/include" -o "$tmp/fuzz" "$tmp/duration/fuzz.c" "$tmp"/{original,rewrite}.o
fuzz() { "$tmp/fuzz" -runs=$fuzz_calls -seed=1 >"$tmp/errors" 2>&1 || { cat "$tmp/errors" >&2; return 1; }; }
native_rate=$({ time fuzz; } 2>&1 | awk -v n=$fuzz_calls '{ printf "%.0f", n / ($1 + $2) }')
"$BUILD/tests/bench_probe" "$tmp/duration" "$tmp/duration.rewrite" "$native_rate" >>"$table"

echo "bench: checking a library of $lines lines, twice over" >&2
RECAST_CACHE=$tmp/nothing RECAST_TOOLCHAIN=$parts
export RECAST_CACHE RECAST_TOOLCHAIN
fresh=$(seconds check)
for _ in 1 2 3 4 5 6 7 8 9; do seconds check; done >"$tmp/again"
row "check, from nothing" "$fresh s" "goal 30 s" "$(awk -v a="$fresh" 'BEGIN { printf "%.2f", a / 30 }')" 1
again=$(median <"$tmp/again")
row "check, nothing changed" "$again s" "goal 0.3 s" "$(awk -v a="$again" 'BEGIN { printf "%.2f", a / 0.3 }')" 1

echo "bench: judging a rewrite of that library" >&2
cp -r "$project/src" "$tmp/rewrite"
for source in "$tmp"/rewrite/*/*.c; do echo "/* $EPOCHREALTIME */" >>"$source"; done
"$RECAST" add -q -C "$project" "$tmp/rewrite" >/dev/null
judge() { "$RECAST" check c1 -q -C "$project" "$@" || [ $? = 3 ]; }
fresh=$(RECAST_CACHE=$tmp/nothing-again seconds judge)
for _ in 1 2 3 4 5 6 7 8 9; do seconds judge; done >"$tmp/again"
row "check of a rewrite, from nothing" "$fresh s" "goal 20 s" "$(awk -v a="$fresh" 'BEGIN { printf "%.2f", a / 20 }')" 1
rm -f "$project"/.recast/ledger.db*
whole=$(RECAST_CACHE=$tmp/nothing-again seconds judge -j 2)
row "check of a rewrite, all but compiling" "$whole s" "goal 60 s" "$(awk -v a="$whole" 'BEGIN { printf "%.2f", a / 60 }')" 1
again=$(median <"$tmp/again")
row "check of a rewrite, nothing changed" "$again s" "goal 1 s" "$(awk -v a="$again" 'BEGIN { printf "%.2f", a / 1 }')" 1

unset RECAST_CACHE
echo "bench: what a generation takes beside the model" >&2
export RECAST_DATA=$tmp/data XDG_CONFIG_HOME=$tmp/config
cast() { # OPTION...: in a project that has no run yet, and whose sources nobody has compiled
    rm -rf "$tmp/cast"
    cp -r fixtures/libs/ringlog "$tmp/cast"
    for source in "$tmp"/cast/src/*.c; do echo "/* $EPOCHREALTIME */" >>"$source"; done
    seconds "$RECAST" generate -q -C "$tmp/cast" "$@"
}
cast --replay fixtures/recordings/ringlog >/dev/null
git -C "$tmp/cast/.recast/candidates.git" show refs/candidates/1:src/ringlog.c >"$tmp/ringlog.c"
cat >"$tmp/model" <<SH
#!/usr/bin/env bash
cat >/dev/null
printf '\`\`\`c path=src/ringlog.c\n/* %s */\n' "\$EPOCHREALTIME"
cat "$tmp/ringlog.c"
printf '\`\`\`\n'
SH
chmod +x "$tmp/model"
mkdir -p "$tmp/config/recast"
(umask 077 && echo "{ \"providers\": { \"m\": { \"kind\": \"exec\", \"command\": [\"$tmp/model\"] } } }" >"$tmp/config/recast/config.json")
for _ in 1 2 3 4 5; do cast -p m; done >"$tmp/again"
again=$(median <"$tmp/again")
row "generate, beside the model's own time" "$again s" "goal 2 s" "$(awk -v a="$again" 'BEGIN { printf "%.2f", a / 2 }')" 1
row "  the same, beside a reply of 60 s" "$again s" "60 s" "$(awk -v a="$again" 'BEGIN { printf "%.3f", a / 60 }')" 0.05

echo "bench: all of it, by replay, of that library" >&2
# Each of the four is a file of the rewrite, as its own recording has it; whoever answers knows them by their names.
for library in ordmap ringlog strpool textdist; do
    rm -rf "$tmp/cast"
    cp -r "fixtures/libs/$library" "$tmp/cast"
    "$RECAST" generate -q -C "$tmp/cast" --replay "fixtures/recordings/$library" >/dev/null
    {
        printf '```c path=src/%s.c\n' "$library"
        "$RECAST" show -C "$tmp/cast" best "src/$library.c"
        printf '```\n'
    } >"$tmp/$library.c.reply"
done
rm -rf "$project/.recast"
"$RECAST" extract -q -C "$project" >/dev/null
{
    echo '```plan'
    for library in ordmap ringlog strpool textdist; do
        defines=$("$RECAST" extract -q --json -C "$project" | awk -F '"' -v folder="include/$library/" '
            /^  "functions": \[/ { inside = 1 } /^  \]/ { inside = 0 } inside && /^      "name"/ { name = $4 }
            /^      "written": "static inline/ { name = "" }
            inside && name && /^      "header"/ && index($4, folder) == 1 { printf "%s%s", comma, name; comma = ", " }')
        # shellcheck disable=SC2016 # these are no commands
        printf -- '- `src/%s.c`: %s\n  - defines: %s\n' "$library" "$library" "$defines"
    done
    echo '```'
} >"$tmp/plan.reply"
cat >"$tmp/model" <<SH
#!/bin/sh
task=\$(sed -n 's/^# Your task: //p' | tail -n 1)
cat "$tmp/\$(printf '%s' "\$task" | sed -e 's/^plan.*/plan/' -e 's/.*\`src\/\(.*\)\`.*/\1/').reply"
SH
"$RECAST" generate -q -C "$project" -p m --units plan --record "$tmp/recording" >/dev/null
rm -rf "$project/.recast"
replay() { "$RECAST" run -q -C "$project" --replay "$tmp/recording"; }
fresh=$(RECAST_CACHE=$tmp/nothing-once-more RECAST_TOOLCHAIN=$parts seconds replay)
for _ in 1 2 3 4 5 6 7 8 9; do seconds replay; done >"$tmp/again"
row "run, from nothing" "$fresh s" "goal 60 s" "$(awk -v a="$fresh" 'BEGIN { printf "%.2f", a / 60 }')" 1
again=$(median <"$tmp/again")
row "run, nothing changed" "$again s" "goal 0.5 s" "$(awk -v a="$again" 'BEGIN { printf "%.3f", a / 0.5 }')" 1

echo "bench: hearing each call of the tests" >&2
for library in textdist confkit ordmap ringlog strpool; do "$BUILD/tests/bench_trace" "fixtures/libs/$library" >>"$table"; done

awk -f tests/bench_table.awk "$table"
