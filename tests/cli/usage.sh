#!/usr/bin/env bash
# The command line and recast.json: what is wrong is said, by its name, as exit code 2.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

refused() { # TEXT, which stderr holds, on one line, and nothing else is printed
    exited 2 && silent out && complains "$1" && [ "$(wc -l <"$temp/err")" = 1 ]
}

# ---- commands and options

run
is 'no command: the overview, and exit code 2' exited 2
is 'the overview' expected help.txt
for words in help --help -h; do
    run "$words"
    is "$words" exited 0
    is "$words: the overview" expected help.txt
done
for words in 'help check' 'check --help' 'check -h original'; do
    # shellcheck disable=SC2086 # words
    run $words
    is "$words" exited 0
    is "$words: all of it" expected help-check.txt
done
run version
is 'version' exited 0
is 'version: one line' test "$(sed 's/[0-9.]*$/N/' "$temp/out")" = 'recast N'
run --version
is '--version' exited 0
run version --json
is 'version --json' prints '"compiler": "clang '
run help nonsense
is 'help for no command' refused 'no such command: nonsense'
run nonsense
is 'no such command' refused 'no such command: nonsense; `recast help` lists them'
run $'a\eb\nc'
is 'no such command, with control characters' refused 'no such command: a'
is 'and they do not reach the terminal' test -z "$(tr -d ' -~\n' <"$temp/err")"
run check original original
is 'too many words' refused 'check: too many words; usage: recast check [options] [CANDIDATE]'
run check c1
is 'no such candidate' refused 'there is no recast.json in this folder'
run check
is 'the default is the best' refused 'there is no recast.json in this folder'
for format in '' xml TEXT; do
    run check original --format="$format"
    is "--format=$format" refused '--format takes text, json or junit, not '
done
run check original --json --format junit
is 'two formats' refused '--json and --format junit contradict each other'
run check original --nonsense
is 'no such option' refused 'no such option: --nonsense'
run check original -x
is 'no such letter' refused 'no such option: -x'
run check original --json=yes
is 'a value that is not wanted' refused '--json takes no value'
run check original -C
is 'a value that is missing' refused '--directory needs a value: --directory DIR'
for jobs in 0 -1 1.5 many 100001 99999999999999999999 ''; do
    run check original --jobs="$jobs"
    is "--jobs=$jobs" refused '--jobs takes a number from 1 to 100000'
done
run -- check
is 'no options before the command' refused 'no such command: --'
run check -q -C fixtures/libs/textdist -- original
is '-- ends the options' exited 0
run check --quiet --directory=fixtures/libs/textdist --jobs=1 original
is 'long options with =' exited 0
run check original -q --directory fixtures/libs/textdist -j 2
is 'options behind the operand' exited 0
run help --complete
is 'words for the shell' test "$(tr '\n' ' ' <"$temp/out")" = 'init run extract generate add check bench similarity strength harden report log show doctor help version '
mapfile -t words <"$temp/out"
for word in "${words[@]}"; do
    run "$word" --help
    is "the help of $word fits 80 columns" test -z "$(grep -E '.{81}' "$temp/out")"
done
run help --complete check
is 'options for the shell' prints '--output'

# ---- recast.json

# The same library, with another recast.json.
config() { # TEXT
    printf '%s\n' "$1" >"$temp/lib/recast.json"
    run check original --quiet -C "$temp/lib"
}

# All but one part of it, which is `library` or one of its neighbours.
with() { # LIBRARY [TESTS [MORE]]
    config '{ "name": "lib", "library": '"$1"', "tests": '"${2:-"{ \"programs\": [$program] }"} ${3:-}"' }'
}

program='{ "name": "t", "sources": ["t.c"] }'
sources='"sources": ["a.c"]'
library lib a.c 'int a(void) { return 0; }' t.c 'int a(void); int main(void) { return a(); }'
echo secret >"$temp/secret.c"

run check original -q -C "$temp/nowhere"
is 'no such folder' refused "there is no recast.json in $temp/nowhere"
run check original -q -C "$temp/lib"
is 'no recast.json' refused "there is no recast.json in $temp/lib; it describes the library, see recast.json(5)"
with "{ $sources }"
is 'a good one' exited 0
config ''
is 'empty' refused 'recast.json'
config '{ "name": "lib", '
is 'cut short' refused 'recast.json: line 2'
config '[1]'
is 'no object' refused 'recast.json: expected an object'
config '{ "name": "lib", "name": "lib" }'
is 'a key twice' refused 'recast.json'
config "$(printf '[%.0s' {1..100000})"
is 'nested without end' refused 'recast.json'
printf '{ "name": "\xff" }' >"$temp/lib/recast.json"
run check original -q -C "$temp/lib"
is 'no UTF-8' refused 'recast.json'
with "{ $sources }" '' ', "surprise": 1'
is 'a key that is not known' refused 'surprise'
with '{ "sources": ["nothing*.c"] }'
is 'a pattern without a match' refused 'library.sources: no file in the project is or matches "nothing*.c"'
with "{ $sources }" '{}'
is 'no list of programs' refused 'tests.programs'
with "{ $sources }" '{ "programs": [] }'
is 'an empty one leaves nothing to judge' exited 3
with "{ $sources }" "{ \"programs\": [$program, $program] }"
is 'one name twice' refused 'two programs are named t'

for path in /etc/passwd ../secret.c a/../../secret.c .. 'a\\..\\b'; do
    with "{ \"sources\": [\"$path\"] }"
    is "a source $path" refused 'library.sources[0]'
    with "{ $sources, \"headers\": [\"$path\"] }"
    is "a header $path" refused 'library.headers[0]'
    with "{ $sources, \"include\": [\"$path\"] }"
    is "an include folder $path" refused 'library.include[0]'
    with "{ $sources, \"overlay\": \"$path\" }"
    is "an overlay $path" refused 'library.overlay'
    with "{ $sources, \"files\": { \"$path\": \"x\" } }"
    is "a file $path" refused 'library.files'
    for key in stdin cwd; do
        with "{ $sources }" "{ \"programs\": [{ \"name\": \"t\", \"sources\": [\"t.c\"], \"$key\": \"$path\" }] }"
        is "$key $path" refused "tests.programs[0].$key"
    done
    with "{ $sources }" "{ \"programs\": [{ \"name\": \"t\", \"sources\": [\"t.c\"], \"expect\": { \"stdout\": \"$path\" } }] }"
    is "expected output $path" refused 'tests.programs[0].expect.stdout'
done
for flag in -o/tmp/x -I/ -include/etc/passwd -c -Xclang -B/tmp --config=x -T/x @file x.c -mllvm ''; do
    with "{ $sources, \"flags\": [\"$flag\"] }"
    is "a flag $flag" refused 'library.flags[0]'
done
for key in command url path key price; do
    with "{ $sources, \"$key\": \"x\" }"
    is "no key $key" refused "$key"
done
for limit in '"fuel": 0' '"fuel": -1' '"fuel": 1.5' '"fuel": "1"' '"memory_mib": 5000' '"deadline_s": 1000000' '"x": 1'; do
    with "{ $sources }" '' ", \"limits\": { $limit }"
    is "a limit $limit" refused 'limits'
done
with "{ $sources, \"include\": [\"nowhere\"] }"
is 'an include folder that is not there' exited 0
with "{ $sources }" '{ "programs": [{ "name": "t", "sources": ["t.c"], "stdin": "nowhere" }] }'
is 'a file that is not there' refused 'stdin: there is no file nowhere in the project'

# What stands there can be another thing than a file with text.
rm "$temp/lib/recast.json"
mkdir "$temp/lib/recast.json"
run check original -q -C "$temp/lib"
is 'a folder named recast.json' refused 'is not a file'
rmdir "$temp/lib/recast.json"
mkfifo "$temp/lib/recast.json"
run check original -q -C "$temp/lib"
is 'a pipe named recast.json, which does not wait' refused 'is not a file'
rm "$temp/lib/recast.json"
ln -s /dev/zero "$temp/lib/recast.json"
run check original -q -C "$temp/lib"
is 'an endless recast.json' refused 'is a link'
rm "$temp/lib/recast.json"
ln -s "$temp/secret.c" "$temp/lib/recast.json"
run check original -q -C "$temp/lib"
is 'a link named recast.json' refused 'is a link'
is 'and what it leads to is not shown' test -z "$(grep secret "$temp/err")"
rm "$temp/lib/recast.json"
mkfifo "$temp/lib/a pipe"
with "{ $sources }"
is 'a pipe in the project is passed over' exited 0

run check original -qj2 -C fixtures/libs/textdist
is 'letters together, and a value behind the last' exited 0
run check original -qx -C fixtures/libs/textdist
is 'an unknown letter among others' refused 'no such option: -qx'
run check original -qj
is 'a letter whose value is missing' refused '--jobs needs a value'

finish
