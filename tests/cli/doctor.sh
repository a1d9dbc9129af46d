#!/usr/bin/env bash
# `recast doctor`: what is there, and what brings the rest.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

has() { # STATE PART
    grep -qE "^$1 +$2( |$)" "$temp/out" || { cat "$temp/out" && false; }
}

run check original -q -C fixtures/libs/textdist
run doctor
is 'all that is needed is there' exited 0
for part in recast wasmtime jansson libcrypto libgit2 sqlite libcurl clang; do
    is "$part" has ok "$part"
done
is 'clang is compiled' has '(ok|slower)' 'clang, compiled'
is 'nothing on stderr' silent err
is 'lines that fit' test -z "$(grep -v / "$temp/out" | grep -E '.{81}')"
run doctor --json
is 'JSON' exited 0
is 'JSON: a part' prints '"name": "clang, compiled"'
is 'JSON: what is there needs nothing' prints '"remedy": null'
is 'JSON: all is well' prints '"ok": true'

RECAST_TOOLCHAIN=/nonexistent run doctor
is 'a part is missing' exited 4
is 'which one' has missing clang
is 'where it was looked for' prints /nonexistent
is 'what brings it' prints 'make setup'
RECAST_TOOLCHAIN=/nonexistent run doctor --json
is 'JSON: a part is missing' exited 4
is 'JSON: not there' prints '"ok": false'
is 'JSON: what brings it' prints 'make setup'

mkdir "$temp/toolchain"
echo 'not a module' >"$temp/toolchain/llvm.core.wasm"
echo 'not an archive' >"$temp/toolchain/llvm-resources.tar"
RECAST_TOOLCHAIN=$temp/toolchain run doctor
is 'a part is damaged' exited 4
is 'that one' has '(missing|damaged)' clang
is 'what to do' prints 'make setup'

# A cache where nothing is compiled yet; looking does not make it.
toolchain=$("$recast" doctor --json | sed -n '/"name": "clang",/,/"where"/s/.*"where": "\(.*\)".*/\1/p')
RECAST_CACHE=$temp/cache RECAST_TOOLCHAIN=$toolchain run doctor
is 'not compiled yet is no failure' exited 0
is 'it says so' has slower 'clang, compiled'
is 'and what makes it' prints 'recast doctor --prepare'
is 'nothing was made' test -z "$(find "$temp/cache/modules" -type f)"
RECAST_CACHE=/proc/nowhere run doctor
is 'a cache that cannot be' exited 4

# Where it is made already, there is nothing to do.
run doctor --prepare --quiet
is 'prepared' exited 0
is 'silently' silent out
run doctor
is 'the best one' has ok 'clang, compiled'

finish
