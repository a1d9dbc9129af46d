#!/usr/bin/env bash
# recast as a process: interrupted, with nowhere to write, several at once, and on a cache that is
# new, closed or damaged.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

# One run with this machine's cache, so that a compiled clang is there.
run check original -q -C fixtures/libs/textdist
is 'the compiler is there' exited 0
shared=${RECAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/recast}

# A new cache in folder NAME, with the compiled clang in it. A hard link, because 200 MB take long.
cache() { # NAME
    local entry
    mkdir -m 700 "$temp/$1" "$temp/$1/modules"
    while read -r entry; do
        ln "$entry" "$temp/$1/modules" 2>/dev/null || cp "$entry" "$temp/$1/modules"
        cp "$entry.seal" "$temp/$1/modules"
    done < <(find "$shared/modules" -type f -size +100M ! -name '*.*' | head -n 1)
    ln -s "$shared/parts" "$temp/$1/parts"
    export RECAST_CACHE=$temp/$1
}

passed() { # FILE: what a run on textdist printed
    grep -qF 'pass  19 passed, 0 failed' "$1" || { cat "$1" && false; }
}

# ---- two at once, on a cache where nothing is yet

cache new
for n in 1 2; do
    "$recast" check original -q -C fixtures/libs/textdist >"$temp/out$n" 2>"$temp/err$n" &
done
wait
for n in 1 2; do
    is "$n of two at once" passed "$temp/out$n"
    is "$n of two at once: no complaint" test ! -s "$temp/err$n"
done
run check original -C fixtures/libs/textdist
is 'and once more' passed "$temp/out"
is 'nobody else can enter the cache' test "$(stat -c %a "$temp/new/objects")" = 700

# ---- a cache that is damaged, or that cannot be

find "$temp/new/objects" "$temp/new/manifests" -type f -exec truncate -s 10 {} +
run check original -q -C fixtures/libs/textdist
is 'damaged entries are made again' passed "$temp/out"
find "$temp/new/objects" -type f ! -name '*.seal' -exec sh -c 'rm "$1" && mkdir "$1"' - {} \;
run check original -q -C fixtures/libs/textdist
is 'folders in their places, too' passed "$temp/out"
chmod g+w "$temp/new"
run check original -q -C fixtures/libs/textdist
is 'a cache that others can write' exited 4
is 'what to do about it' complains 'can be written by others'
chmod g-w "$temp/new"
RECAST_CACHE=relative run check original -q -C fixtures/libs/textdist
is 'a cache with a relative path' exited 2
is 'says so' complains 'the cache folder relative is not an absolute path'
RECAST_CACHE=/proc/nowhere run check original -q -C fixtures/libs/textdist
is 'a cache that cannot be made' exited 4
is 'says why' complains 'cannot create the folder /proc/nowhere'
touch "$temp/file"
RECAST_CACHE=$temp/file run check original -q -C fixtures/libs/textdist
is 'a cache that is a file' exited 4
is 'says which' complains "$temp/file"
HOME='' XDG_CACHE_HOME='' RECAST_CACHE='' run check original -q -C fixtures/libs/textdist
is 'no place for a cache' exited 2
is 'says what it looked for' complains 'neither RECAST_CACHE nor XDG_CACHE_HOME nor HOME is set'
env -u RECAST_DATA HOME='' XDG_DATA_HOME='' RECAST_CACHE="$shared" "$recast" check original -q \
    -C fixtures/libs/textdist >"$temp/out" 2>"$temp/err"
code=$?
is 'a check needs no place for an oracle' exited 0
env -u RECAST_DATA HOME='' XDG_DATA_HOME='' RECAST_CACHE="$shared" "$recast" extract -q \
    -C fixtures/libs/textdist >"$temp/out" 2>"$temp/err"
code=$?
is 'an extraction does' exited 2
is 'and says what it looked for' complains 'neither RECAST_DATA nor XDG_DATA_HOME nor HOME is set'
RECAST_TOOLCHAIN=/nonexistent run check original -q -C fixtures/libs/textdist
is 'no compiler' exited 4
is 'says what brings it' complains '`recast doctor` says what brings it'
mkdir "$temp/toolchain"
echo 'not a module' >"$temp/toolchain/llvm.core.wasm"
echo 'not an archive' >"$temp/toolchain/llvm-resources.tar"
RECAST_TOOLCHAIN=$temp/toolchain run check original -q -C fixtures/libs/textdist
is 'another compiler' exited 4
is 'says so, too' complains 'does not have the content that this recast was built for'
unset RECAST_CACHE

# ---- interrupted

library endless src/a.c 'int a(void) { return 0; }' t.c 'int a(void); volatile int v; int main(void) { for (;;) v += a(); }' \
    recast.json '{
  "name": "endless", "library": { "sources": ["src/a.c"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t.c"] }] },
  "limits": { "fuel": 9000000000000000000 }
}'
mkfifo "$temp/progress"
for signal in INT TERM; do
    # Job control, without which bash makes a background process deaf to SIGINT.
    set -m
    "$recast" check original -C "$temp/endless" >"$temp/out" 2>"$temp/progress" &
    set +m
    while read -r line; do
        case $line in testing*) kill -s "$signal" $! ;; esac
    done <"$temp/progress"
    wait $!
    code=$?
    is "SIG$signal" exited 130
    is "SIG$signal: nothing is printed" silent out
done
sed -i 's/9000000000000000000/1000000/' "$temp/endless/recast.json"
run check original -q -C "$temp/endless"
is 'the next run goes on' exited 1
is 'and ends' prints 'stopped after 1000000 units of fuel'

# ---- nowhere to write

unwritten() { # TEXT
    exited 4 && complains "cannot write the result: $1"
}

mkfifo "$temp/pipe"
for command in 'check original -q -C fixtures/libs/textdist' 'check original -q --json -C fixtures/libs/textdist' \
    doctor 'help check' 'check --help' version help; do
    read -ra words <<<"$command"
    "$recast" "${words[@]}" >/dev/full 2>"$temp/err"
    code=$?
    is "$command on a full disk" unwritten 'No space left on device'
    "$recast" "${words[@]}" >&- 2>"$temp/err"
    code=$?
    is "$command on nothing" unwritten 'Bad file descriptor'
    exec 4<>"$temp/pipe"
    exec 5>"$temp/pipe" 4<&-
    "$recast" "${words[@]}" >&5 2>"$temp/err"
    code=$?
    exec 5>&-
    is "$command on a pipe that nobody reads" unwritten 'Broken pipe'
done
"$recast" check original -q -C fixtures/libs/textdist >"$temp/out" 2>&- <&-
code=$?
is 'without stdin and stderr' exited 0
"$recast" check original -C fixtures/libs/textdist >"$temp/out" 2>/dev/full
code=$?
is 'progress that goes nowhere is no error' exited 0

finish
