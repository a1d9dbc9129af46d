#!/usr/bin/env bash
# `recast init` on sources, places and moments that are not as they should be: what it says, and
# that it leaves nothing behind.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/git.sh

# A source that is refused, whether it comes from elsewhere or is the project itself.
refused() { # SOURCE TEXT
    init "$temp/project" "$temp/$1"
    is "$1" exited 2
    is "$1: says so" complains "$2"
    is "$1: nothing on stdout" silent out
    is "$1: nothing is left" untouched "$temp/project"
    [ ! -d "$temp/$1" ] || [ -d "$temp/$1/.git" ] || [ -f "$temp/$1/HEAD" ] || refused_in_place "$@"
    rm -rf "$temp/project"
}

refused_in_place() { # SOURCE TEXT
    init "$temp/$1"
    is "$1, in place" exited 2
    is "$1, in place: says so" complains "$2"
    is "$1, in place: nothing is left" untouched "$temp/$1"
}

# A source that is described nevertheless.
taken() { # SOURCE PASSED
    init "$temp/project" "$temp/$1"
    is "$1" exited 0
    is "$1: $2 tests" prints "pass  $2 passed, 0 failed"
    rm -rf "$temp/before"
    mv "$temp/project" "$temp/before"
}

# A text is nowhere in what was printed or written.
nowhere() { # TEXT
    ! grep -rlaF -e "$1" "$temp/out" "$temp/err" "$temp/project" "$temp/before" "$temp/data" 2>/dev/null
}

# ---- where there is no library

mkdir "$temp/empty"
refused empty 'no library was found in empty: there is no C source or header in it'
is 'what to do' complains 'recast.json(5)'
library prose README.md 'Nothing here.' data.txt 'or here'
refused prose 'no library was found in prose: there is no C source or header in it'
library headless src/a.c 'int a(void) { return 1; }' t.c 'int a(void); int main(void) { return a() != 1; }'
refused headless 'no header'
library headers-only include/a.h 'int a(void);'
refused headers-only 'no source that compiles defines what the headers declare'
library syntax "${add[@]}" include/add.h 'int add(int;'
refused syntax 'src/add.c does not compile: include/add.h:1:'
library cycle "${add[@]}" include/add.h '#include "other.h"
int add(int a, int b);' include/other.h '#include "add.h"'
refused cycle 'include/add.h'
touch "$temp/file"
refused file "$temp/file is a file; a folder, a repository or an address is wanted"
refused missing "there is no folder or repository $temp/missing"
refused file/below "there is no folder or repository $temp/file/below"

library untested include/add.h "${add[1]}" src/add.c "${add[3]}"
init "$temp/project" "$temp/untested"
is 'without tests there is nothing to judge by' exited 3
is 'which is said' prints 'no test program was found'
is 'but the library is described' test -f "$temp/project/recast.json"
rm -rf "$temp/project"

# ---- files that are large, strange, or elsewhere

library large "${add[@]}"
truncate -s 100M "$temp/large/data.bin"
refused large 'data.bin'
is 'large: what to do' complains 'take it out'
rm "$temp/large/data.bin"
repository "$temp/large"
truncate -s 100M "$temp/large/data.bin"
taken large 2

library strange "${add[@]}"
printf '/* caf\351 \377\376 */\nint latin1(void);\n' >>"$temp/strange/include/add.h"
printf '/* \351 */\nint latin1(void) { return 1; }\n' >>"$temp/strange/src/add.c"
strange="$temp/strange/docs"
mkdir -p "$strange/a folder" "$strange/*" "$strange/[a-z]?" "$strange/{x,y}"
for name in 'a folder/a file.c' "it's \"quoted\".h" '*/*.c' '[a-z]?/x.h' '{x,y}/$(id).c' $'new\nline.c' $'tab\t.h' \
    $'esc\e[31mred.c' $'latin\351.c' -rf.c '~.h' ',comma,.c'; do
    printf 'int not_c[' >"$strange/$name"
done
taken strange 2
is 'no control character is printed' test -z "$(grep -aP '[\x00-\x08\x0b-\x1f]' "$temp/out" "$temp/err")"
repository "$temp/strange"
printf 'more' >"$strange/"$'esc\e[31mred.c'
run init -C "$temp/strange"
is 'nor of a file that is changed' test -z "$(grep -aP '[\x00-\x08\x0b-\x1f]' "$temp/out" "$temp/err")"

library 'od d ly' 'in [a] clude/add.h' "${add[1]}" "s'r c/a d*d.c" "${add[3]}" 'te"st s/test_add.c' "${add[5]}"
taken 'od d ly' 2
repository "$temp/od d ly"
taken 'od d ly' 2

# What a link shows outside is not the library's, and stays unseen.
marker=CONFIDENTIAL_8d3f
library outside add.h "int $marker(void);" add.c "int $marker(void) { return 1; }" text "$marker"
library links "${add[@]}" README.md "[See](NOTES.md)."
for to in NOTES.md COPYING LICENSE tests/data.txt; do
    ln -s ../outside/text "$temp/links/$to"
done
ln -s "$temp/outside/add.h" "$temp/links/include/more.h"
ln -s ../../outside/add.c "$temp/links/src/more.c"
ln -s "$temp/outside" "$temp/links/vendor"
ln -s / "$temp/links/root"
ln -s . "$temp/links/itself"
taken links 2
is 'links: from elsewhere' nowhere "$marker"
mv "$temp/before" "$temp/project"
run extract -q -C "$temp/project" --json
is 'links: extract' exited 0
is 'links: neither in specification nor oracle' nowhere "$marker"
rm -rf "$temp/project"
cp -r "$temp/links" "$temp/project"
init "$temp/project"
is 'links: in place' exited 0
run extract -q -C "$temp/project" --json
is 'links: nor in place' nowhere "$marker"
rm -rf "$temp/project"
library linked-only "${add[@]}" src/add.c '' include/add.h ''
ln -sf ../../outside/add.c "$temp/linked-only/src/add.c"
ln -sf /etc/passwd "$temp/linked-only/include/add.h"
refused linked-only 'no '
is 'a header that is a link outwards' nowhere root:x

# ---- repositories

mkdir "$temp/no-commit"
git init -q "$temp/no-commit"
refused no-commit 'has no commit at its HEAD yet'
git init -q --bare "$temp/no-commit.git"
refused no-commit.git 'has no commit at its HEAD yet'

damage() { # NAME: a new repository of the library
    library "$1" "${add[@]}"
    repository "$temp/$1"
}

damage missing-object
blob=$(git -C "$temp/missing-object" rev-parse HEAD:src/add.c)
rm -f "$temp/missing-object/.git/objects/${blob:0:2}/${blob:2}"
refused missing-object "is damaged or a partial clone: object $blob is missing"
is 'missing-object: what to do' complains 'git fsck'
damage garbage-head
printf 'garbage\0\377' >"$temp/garbage-head/.git/HEAD"
refused garbage-head "$temp/garbage-head"
damage head-nowhere
printf 'ref: ../../../../etc/passwd\n' >"$temp/head-nowhere/.git/HEAD"
refused head-nowhere "$temp/head-nowhere"
damage damaged-object
chmod u+w "$temp/damaged-object/.git/objects/${blob:0:2}/${blob:2}"
printf 'garbage' >"$temp/damaged-object/.git/objects/${blob:0:2}/${blob:2}"
refused damaged-object "object $blob cannot be read"
damage no-git
rm -rf "$temp/no-git/.git"
mkdir "$temp/no-git/.git"
refused no-git '.git is no repository that git can read; repair or remove it'

# A tree object by hand: "MODE NAME\0ID".
tree_with() { # REPOSITORY NAME MODE ID
    local id='' at # the digits as printf takes bytes
    for ((at = 0; at < ${#4}; at += 2)); do id+="\\x${4:at:2}"; done
    { printf '%s %s\0' "$3" "$2" && printf '%b' "$id"; } | git -C "$1" hash-object -t tree -w --stdin --literally
}
damage climbs
for name in .. . a/b .git/; do
    tree=$(tree_with "$temp/climbs" "$name" 40000 "$(git -C "$temp/climbs" rev-parse 'HEAD^{tree}')")
    git -C "$temp/climbs" update-ref refs/heads/main "$(git -C "$temp/climbs" commit-tree -m x "$tree")"
    init "$temp/project" "$temp/climbs"
    is "a folder named $name in a tree" exited 2
    is "$name: is named" complains "$name"
    is "$name: nothing is left" untouched "$temp/project"
done

# A .recast that somebody else made has no say: what git does not track is left out, what it does is refused.
library forged "${add[@]}" .recast/source.git/HEAD "$marker" .recast/spec/current "$marker" \
    .recast/ledger.db "$marker"
cp -r "$temp/forged" "$temp/plain-forged"
repository "$temp/forged"
taken plain-forged 2
is 'a .recast in a folder stays behind' test -z "$(grep -rlaF "$marker" "$temp/before")"
init "$temp/project" "$temp/forged"
is 'a .recast that the source tracks' exited 2
is 'is named there too' complains "$temp/forged tracks a .recast, which may hold results that recast never made"
is 'nothing of it is left' untouched "$temp/project"
rm -rf "$temp/project"
cp -r "$temp/forged" "$temp/project"
init "$temp/project"
is 'a .recast that the project tracks' exited 2
is 'is named' complains "git tracks $temp/project/.recast, so it may hold results that recast never made"
is 'with what to do' complains 'git rm -r --cached .recast'
is 'and stays' test -f "$temp/project/.recast/ledger.db"
rm -rf "$temp/project"

# ---- addresses

address() { # ADDRESS CODE TEXT
    init "$temp/project" "$1"
    is "$1" exited "$2"
    is "$1: says so" complains "$3"
    is "$1: nothing is left" untouched "$temp/project"
    rm -rf "$temp/project"
}

address 'http://user:s3cr3t@127.0.0.1:1/x.git' 4 'http://127.0.0.1:1/x.git'
mkdir -p "$temp/project/.recast"
init "$temp/project" 'http://user:s3cr3t@127.0.0.1:1/x.git?token=s3cr3t#s3cr3t'
is 'a password is nowhere' nowhere s3cr3t
rm -rf "$temp/project"
address 'http://user:s3cr3t@127.0.0.1:1:2/x.git' 4 '127.0.0.1'
is 'nor in a complaint about the address' nowhere s3cr3t
address 'ext::sh -c touch% pwned' 2 'ext'
address 'ftp://127.0.0.1/x.git' 2 'ftp'
address '--upload-pack=id' 2 '--upload-pack'
address 'ssh://-oProxyCommand=id/x' 2 'ssh://-oProxyCommand'
address "file://$temp/add" 2 "$temp/add"
address "file://$temp/empty" 2 'there is no repository at'
is 'no command was run' test ! -e pwned

# ---- places

library place "${add[@]}"
occupied() { # WHAT TEXT: the project's folder is as it is
    ls -lAR "$temp/place" >"$temp/listing"
    init "$temp/place" "${@:3}"
    is "$1" exited 2
    is "$1: says so" complains "$2"
    is "$1: all is as it was" diff "$temp/listing" <(ls -lAR "$temp/place")
    rm -rf "$temp/place/recast.json" "$temp/place/RECAST.md" "$temp/place/.recast"
}

mkdir "$temp/away"
ln -s "$temp/away" "$temp/place/.recast"
occupied 'a .recast that is a link' '.recast is a link; recast keeps its own there, so remove it'
ln -s "$temp/nowhere" "$temp/place/.recast"
occupied 'one that leads nowhere' '.recast is a link'
is 'nothing was written there' test -z "$(ls -A "$temp/away")"
for name in spec source.git; do
    mkdir "$temp/place/.recast"
    ln -s "$temp/away" "$temp/place/.recast/$name"
    occupied "a $name in it that is a link" ".recast/$name is a link; recast keeps its own there"
done
is 'nor there' test -z "$(ls -A "$temp/away")"
touch "$temp/place/.recast"
occupied 'a .recast that is a file' '.recast is not a folder; recast keeps its own there, so remove it'
for name in recast.json RECAST.md; do
    for to in "$temp/outside/text" "$temp/nowhere" src/add.c; do
        ln -s "$to" "$temp/place/$name"
        occupied "a $name that is a link to $to" "$name is a link, which could lead out of the project" --force
    done
    mkdir "$temp/place/$name"
    occupied "a $name that is a folder" "$name is not a file" --force
done
truncate -s 2M "$temp/place/RECAST.md"
occupied 'a RECAST.md without end' 'RECAST.md'
is 'what links led to is as it was' test "$(cat "$temp/outside/text")" = "$marker"

run init -q -C "$temp/nowhere" "$temp/place"
is 'a project folder that is not there' exited 2
is 'is named' complains "there is no folder $temp/nowhere for the project; make it first"
is 'and not made' test ! -e "$temp/nowhere"
run init -q -C "$temp/file" "$temp/place"
is 'a project folder that is a file' exited 2
is 'is named, too' complains "$temp/file"
run init -q -C /proc "$temp/place"
is 'a folder where nothing can be written' exited 4
is 'says which' complains '/proc/.recast'
if [ "$(id -u)" != 0 ]; then
    chmod a-w "$temp/place"
    occupied 'a folder that cannot be written' '.recast'
    chmod u+w "$temp/place"
fi

# ---- moments

library slow "${add[@]}" tests/test_slow.c '#include "add.h"
volatile int n; int main(void) { for (;;) n += add(1, 1); }'
mkfifo "$temp/progress"
mkdir "$temp/project"
set -m # without job control bash makes a background process deaf to SIGINT
"$recast" init -C "$temp/project" "$temp/slow" >"$temp/out" 2>"$temp/progress" &
set +m
while read -r line; do
    case $line in testing*) kill -s INT $! ;; esac
done <"$temp/progress"
wait $!
code=$?
is 'SIGINT' exited 130
is 'SIGINT: nothing is printed' silent out
is 'SIGINT: nothing is half written' test -z "$(find "$temp/project" -maxdepth 1 -type f)"
init "$temp/project" "$temp/place"
is 'the next one goes on' exited 0
rm -rf "$temp/project"

mkdir "$temp/project"
for n in 1 2; do
    "$recast" init -q -C "$temp/project" "$temp/place" >"$temp/out$n" 2>"$temp/err$n" &
    pids[n]=$!
done
good=0
for n in 1 2; do
    wait "${pids[n]}"
    case $? in
    0) good=$((good + 1)) ;;
    2) cat "$temp/err$n" >"$temp/err" ;;
    *) good=9 ;;
    esac
done
is 'two at once: one of them does it' test "$good" = 1
is 'the other says why not' grep -qE 'another recast init|is there already' "$temp/err"
run check original -q -C "$temp/project"
is 'what it wrote is sound' exited 0
is 'no temporary file stays' test -z "$(find "$temp/project" -name '.recast-*')"
rm -rf "$temp/project"

# One that fails takes nothing from one that goes on.
mkdir "$temp/project"
"$recast" init -C "$temp/project" "$temp/slow" >"$temp/out" 2>"$temp/progress" &
{
    while read -r line; do
        case $line in trying*) break ;; esac
    done
    init "$temp/project" "$temp/missing"
    is 'while one runs, another is refused' complains 'another recast init'
    is 'and the first keeps its folder' test -d "$temp/project/.recast/source.git"
    kill $!
    cat >/dev/null
} <"$temp/progress"
wait $!

finish
