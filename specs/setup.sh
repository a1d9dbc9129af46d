#!/bin/sh
# Brings everything that recast is built from, and says on stderr what it is doing.
#
#   specs/setup.sh         what is missing of specs/deps.lock and of the tools that make needs
#   specs/setup.sh fuzz    the same, and libFuzzer for CC=clang
#   specs/setup.sh bench   the same, and what benchmarks compare with: native clang, libFuzzer, ctags, hyperfine, jq, Maven
#   specs/setup.sh status  a line for each row: kind, name, version, state, where or how to get it
#
# System packages come through apt-get, as root or with a sudo that asks nothing. Fetched parts go to
# parts/NAME-VERSION in the cache, $RECAST_CACHE or else recast in $XDG_CACHE_HOME: each is checked,
# made in a temporary folder and renamed when it is whole. WASMTIME=PREFIX names one of your own.
set -eu
umask 022 # the cache holds machine code: recast refuses one that others can write
cd "${0%/*}/.."

goal=${1:-}
cache=${RECAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/recast}
platform=linux-$(uname -m)
own=${WASMTIME:-}

has() { command -v "$1" >/dev/null 2>&1; }

# The rows of the lock for this machine: `rows KIND [PART]`.
rows() {
    awk -v kind="$1" -v part="${2:-}" -v platform="$platform" -v own="$own" '
        $1 == kind && (part == "" || $2 == part) && !(own && $2 == "wasmtime") &&
        (kind != "fetch" || $6 == platform || $6 == "any")' specs/deps.lock
}

# Name and version of each part, one a line.
parts() { rows fetch | awk '!seen[$2]++ { print $2, $5 }'; }

# A part keeps the rows that it was made from, so a changed lock makes it anew.
stamp() { rows fetch "$1" && rows file "$1"; }
in_cache() { [ "$(cat "$cache/parts/$1-$2/.lock" 2>/dev/null)" = "$(stamp "$1")" ]; }
intact() { # PART FOLDER
    sums=$(rows file "$1" | awk '{ print $5 "  " $4 }')
    [ -z "$sums" ] || (cd "$2" && echo "$sums" | sha256sum --check --quiet)
}

# Sets `misfit` where there is no Wasmtime for us. The same major version has the same ABI.
look_at_wasmtime() {
    misfit=''
    if [ -z "$own" ]; then
        grep -q " $platform " specs/deps.lock ||
            misfit="Wasmtime for $platform: get one from upstream and say make WASMTIME=DIR"
        return 0
    fi
    needs=$(awk '$2 == "wasmtime" { print int($5); exit }' specs/deps.lock)
    found=$(sed -n 's/^#define WASMTIME_VERSION "\(.*\)"/\1/p' "$own/include/wasmtime.h" 2>/dev/null) || :
    if [ ! -e "$own/lib/libwasmtime.so" ] || [ -z "$found" ]; then
        misfit="WASMTIME=$own has no include/wasmtime.h with lib/libwasmtime.so"
    elif [ "${found%%.*}" != "$needs" ]; then
        misfit="WASMTIME=$own is version $found, recast is made for $needs"
    fi
}

# Sets `missing` to the parts that are not in the cache, `clients` to what would fetch them.
look_for_parts() {
    missing=$(parts | while read -r part version; do
        in_cache "$part" "$version" || echo "$part $version"
    done)
    clients=$(echo "$missing" | while read -r part _; do
        [ -z "$part" ] || rows fetch "$part"
    done | awk '{ print $3 }')
}

# Sets `lacking` to what people call it, `packages` to what Debian calls it.
lack() {
    lacking="$lacking${lacking:+, }$1"
    packages="$packages $2"
}

fuzzes() { # COMPILER: whether it comes with libFuzzer
    echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | "$1" -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null
}

look_for_packages() {
    lacking='' packages=''
    cc=${CC:-cc} cc=${cc%% *}
    case $cc in
    *clang*) has "$cc" || lack "$cc" clang ;;
    *) has "$cc" || lack "$cc" 'gcc libc6-dev' ;;
    esac
    has pkg-config || lack pkg-config pkg-config
    has prove || lack prove perl
    has ssh-keygen || lack ssh-keygen openssh-client
    while read -r _ name least package; do
        pkg-config --exists "$name >= $least" 2>/dev/null || lack "$name $least" "$package"
    done <<EOF
$(rows system)
EOF
    [ "$goal" != fuzz ] || fuzzes "$cc" || lack libFuzzer libclang-rt-dev
    if [ "$goal" = bench ]; then
        native=clang-$(rows fetch clang | awk '{ print int($5); exit }')
        has "$native" || lack "$native" "$native"
        fuzzes "$native" || lack "libFuzzer of $native" "libclang-rt-${native#clang-}-dev"
        has ctags || lack ctags universal-ctags
        has hyperfine || lack hyperfine hyperfine
        has jq || lack jq jq
        has mvn || lack Maven maven
    fi
    for client in $clients; do
        case $client in
        pip) python3 -m pip --version >/dev/null 2>&1 || lack pip python3-pip ;;
        npm) has npm || lack npm npm ;;
        cargo) cargo info -h >/dev/null 2>&1 || lack 'cargo 1.82' cargo-web ;;
        esac
    done
}

# `step TEXT COMMAND...` is one line: what is being done, a dot every two seconds, how it ended.
# What the command says is kept in $tmp/log.
step() {
    printf 'set-up: %s ' "$1" >&2
    shift
    (while sleep 2 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do printf . >&2; done) 9>&- &
    dots=$!
    ended=0
    "$@" </dev/null >"$tmp/log" 2>&1 9>&- || ended=$?
    kill "$dots" 2>/dev/null || :
    if [ "$ended" = 0 ]; then echo ' done' >&2; else echo ' failed' >&2; fi
    return "$ended"
}

apt_install() { # PACKAGE...
    if [ "$(id -u)" = 0 ]; then sudo=''; else sudo='sudo -n'; fi
    $sudo apt-get update -q &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-remove \
            --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
}

# Leaves the archive, and nothing else, in $tmp/get. Each client is used as its user has set it up;
# cargo gets a home of its own because it unpacks what it downloads.
download() { # CLIENT PACKAGE VERSION
    rm -rf "$tmp/get" "$tmp/cargo"
    mkdir "$tmp/get" "$tmp/cargo"
    cd "$tmp/get"
    case $1 in
    pip) python3 -m pip download --no-deps --only-binary :all: --retries 2 "$2==$3" ;;
    npm) npm pack --fetch-retries 1 --fetch-retry-mintimeout 1000 "$2@$3" ;;
    cargo)
        for file in "${CARGO_HOME:-$HOME/.cargo}"/config* "${CARGO_HOME:-$HOME/.cargo}"/credentials*; do
            [ ! -e "$file" ] || ln -s "$file" "$tmp/cargo"
        done
        CARGO_HOME=$tmp/cargo cargo info "$2@$3" && mv "$tmp"/cargo/registry/cache/*/*.crate .
        ;;
    esac
}

unpack() { # PACKAGE ARCHIVE, into the folder we are in
    case $1 in
    wasmtime)
        python3 -m zipfile -e "$2" "$tmp/get/wheel" && mkdir lib &&
            mv "$tmp"/get/wheel/wasmtime/linux-*/_libwasmtime.so lib/libwasmtime.so
        ;;
    wasmtime-c-api-impl)
        # conf.h says what the library was built with: upstream's defaults, which are all but two.
        tar -xzf "$2" --strip-components=1 --wildcards '*/include' &&
            sed -e '/DISABLE_LOGGING\|ALL_ARCH/d' -e 's/#cmakedefine/#define/' \
                include/wasmtime/conf.h.in >include/wasmtime/conf.h
        ;;
    @yowasp/clang)
        tar -xzf "$2" --strip-components=2 package/gen/llvm.core.wasm package/gen/llvm-resources.tar
        ;;
    tree-sitter) # the library, whose one file takes in all others
        tar -xzf "$2" --strip-components=4 package/vendor/tree-sitter/lib
        ;;
    tree-sitter-*) # a grammar
        mkdir "$1" && tar -xzf "$2" -C "$1" --strip-components=2 package/src
        ;;
    esac
}

add() { # CLIENT PACKAGE VERSION SHA256 FOLDER: one archive of a part
    (download "$1" "$2" "$3") || return
    archive=$(echo "$tmp"/get/*)
    echo "$4  $archive" | sha256sum --check --quiet || return
    (cd "$5" && unpack "$2" "$archive")
}

make_part() { # PART VERSION
    new=$tmp/$1 dir=$cache/parts/$1-$2
    mkdir "$new"
    while read -r _ _ client package version _ sha256; do
        step "$1: $package $version through $client" \
            add "$client" "$package" "$version" "$sha256" "$new" || return
    done <<EOF
$(rows fetch "$1")
EOF
    intact "$1" "$new" >"$tmp/log" 2>&1 &&
        stamp "$1" >"$new/.lock" && rm -rf "$dir" && mv -T "$new" "$dir"
}

# The one message: all that is missing, each with what brings it, and what the last attempts said.
stop() {
    {
        echo 'set-up: cannot go on. What is missing, and what brings it:'
        [ -z "$misfit" ] || echo "  $misfit"
        [ -z "$packages" ] || printf '  %s\n      as root: apt-get install%s\n' "$lacking" "$packages"
        [ -z "$missing" ] || echo "$missing" | sed 's/.*/  &\n      make setup (needs a network)/'
        [ -z "$why" ] || printf 'What was said:%s\n' "$why"
    } >&2
    exit 1
}

because() { why="$why
$(grep -v -e '^$' -e '_logs/' -e 'complete log' "$tmp/log" | tail -n 2 | sed 's/^/  /')"; }

status() {
    rows system | while read -r _ name least package; do
        version=$(pkg-config --modversion "$name" 2>/dev/null) || version=-
        if pkg-config --exists "$name >= $least" 2>/dev/null; then
            printf 'system\t%s\t%s\tok\t%s\n' "$name" "$version" "at least $least"
        else
            printf 'system\t%s\t%s\tmissing\t%s\n' "$name" "$version" "apt-get install $package"
        fi
    done
    parts | while read -r part version; do
        dir=$cache/parts/$part-$version state=ok where=$dir
        if ! in_cache "$part" "$version"; then
            state=missing where='make setup'
        elif ! intact "$part" "$dir" >/dev/null 2>&1; then
            state=damaged where="rm -r $dir && make setup"
        fi
        printf 'part\t%s\t%s\t%s\t%s\n' "$part" "$version" "$state" "$where"
    done
    look_at_wasmtime
    [ -z "$own" ] || printf 'part\twasmtime\t%s\t%s\t%s\n' \
        "${found:--}" "$([ -z "$misfit" ] && echo ok || echo missing)" "${misfit:-$own}"
}

if [ "$goal" = status ]; then
    status
    exit
fi

why=''
look_at_wasmtime
look_for_parts
look_for_packages
[ -z "$misfit" ] || stop
[ -n "$missing$packages" ] || exit 0

# Only one at a time goes on from here; what it brought, the next one finds.
mkdir -p "$cache/parts"
exec 9>"$cache/parts/.busy"
flock -n 9 || {
    echo 'set-up: another one is at work, waiting for it' >&2
    flock 9
}
rm -rf "$cache"/parts/.tmp.*
tmp=$(mktemp -d "$cache/parts/.tmp.XXXXXX")
dots=''
trap 'rm -rf "$tmp"; [ -z "$dots" ] || kill "$dots" 2>/dev/null || :' EXIT
trap 'exit 130' INT TERM HUP

look_for_parts
look_for_packages
if [ -n "$packages" ] && has apt-get && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    # shellcheck disable=SC2086 # a list
    step "apt-get install$packages" apt_install $packages || because
    look_for_packages
fi
[ -z "$packages" ] || stop

while read -r part version; do
    [ -z "$part" ] || make_part "$part" "$version" || because
done <<EOF
$missing
EOF
look_for_parts
[ -z "$missing" ] || stop
