#!/usr/bin/env bash
# What is written about recast against what recast is: manual pages, completion, README.md,
# ARCHITECTURE.md and the examples in them.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls the functions
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

same() { # GOT WANTED
    [ "$1" = "$2" ] || { printf 'got  %s\nwant %s\n' "$1" "$2" && false; }
}

# ---- commands and their options

has_option() { # PAGE --OPTION
    grep -q "^\.It .*Fl -${2#--}\( \|$\)" "$1"
}

has_commands_page() {
    grep -q "^\.It Xr recast-$1 1$" man/recast.1
}

commands=$("$recast" help --complete)
is 'there are commands' test -n "$commands"
for command in $commands; do
    page=man/recast-$command.1
    is "$page is there" test -f "$page"
    is "recast(1) names $command" has_commands_page "$command"
    for option in $("$recast" help --complete "$command"); do
        is "$page has $option" has_option "$page" "$option"
    done
done

# ---- variables of the environment

variables=$(grep -oh '\(variable\|getenv\)("[A-Z_]*")' cli/*.c | cut -d '"' -f 2 | sort -u)
for variable in $variables; do
    is "recast(1) has $variable" grep -q "^\.It Ev $variable$" man/recast.1
done

# ---- keys of recast.json; tests/harness_examples.c compares the schema with the program

schema_limits() { # "KEY DEFAULT LEAST MOST", a line for each
    sed -n '/^    "limits": {$/,$p' specs/recast.schema.json | tr -d '\n' |
        grep -o '"[a-z_]*": { *"description": "[^"]*", *"type": "integer",[^}]*}' |
        sed 's/^"\([a-z_]*\)".*"minimum": \([0-9]*\).*"maximum": \([0-9]*\).*"default": \([0-9]*\).*/\1 \4 \2 \3/'
}

page_limits() {
    sed -n 's/^\.It Ic \([a-z_]*\) Ta \([0-9]*\) Ta \([0-9]*\) Ta \([0-9]*\)$/\1 \2 \3 \4/p' man/recast.json.5
}

source_limits() {
    sed -n 's/^[[:space:]]*LIMIT("\([a-z_]*\)".*/\1/p' harness/project_limits.c
}

is 'project_limits.c has limits' test -n "$(source_limits)"
is 'the schema has the limits of project_limits.c' same "$(schema_limits | cut -d ' ' -f 1)" "$(source_limits)"
is 'recast.json(5) has the limits of the schema' same "$(page_limits)" "$(schema_limits)"

has_key() {
    grep -q "^\.It \(Ic [a-z]* , \)*Ic $1\( \|$\)" man/recast.json.5
}

# No names stand in that file but keys.
keys=$(grep -o '"[^"]*":' specs/examples/every-key.json | tr -d '":' | sort -u)
for key in $keys; do
    is "recast.json(5) has $key" has_key "$key"
done

kinds=$(sed -n 's/.*"enum": \["exit", \(.*\)\] }.*/exit \1/p' specs/recast.schema.json | tr -d '",')
for kind in $kinds; do
    is "recast.json(5) has the report $kind" grep -q "^\.It Ql $kind$" man/recast.json.5
done

# ---- keys of config.json; tests/harness_userconfig.c compares the schema with the program

has_config_key() {
    grep -q "^\.\(It \)\?Ic $1\( \|$\)" man/recast-config.5
}

names='claude claude-x claude-y thinking type budget_tokens mine inside box'
keys=$(grep -o '"[^"]*":' specs/examples/config/every-key.json | tr -d '":' | sort -u | grep -vwFx -e "${names// /$'\n'}")
for key in $keys; do
    is "recast-config(5) has $key" has_config_key "$key"
done

# ---- results have the form that their schemas say

has_form() { # SCHEMA FILE
    "${recast%/*}/tests/harness_schemas" "$1.schema.json" "$2"
}

fixture=fixtures/libs/strpool
cp -r "$fixture" "$temp/project"
run check original --json -q -C "$temp/project"
is 'the result of check' has_form check "$temp/out"
run add "$temp/project/src" --json -C "$temp/project"
is 'the result of add' has_form add "$temp/out"
"${recast%/*}/tests/harness_ledger" "$temp/project" "$(sed -n 's/.*"commit": "\(.*\)".*/\1/p' "$temp/out")" pass 1
run log --json -C "$temp/project"
is 'the result of log' has_form log "$temp/out"
run show --json -C "$temp/project"
is 'the result of show' has_form show "$temp/out"
run similarity --json -q "$temp/project/src" "$temp/project/src"
is 'the result of similarity' has_form similarity "$temp/out"
run doctor --json
is 'the result of doctor' has_form doctor "$temp/out"
run strength --json -q --sample 20 -C "$temp/project"
is 'the result of strength' has_form strength "$temp/out"
run harden --json -q -n --tests 2 --inputs 2000 -C "$temp/project" original
is 'the result of harden' has_form harden "$temp/out"
run check original --json -q -C "$temp/project"
is 'the result of check, with what is known of the tests' has_form check "$temp/out"
run extract --json -q -C "$temp/project"
is 'the result of extract' has_form extract "$temp/out"
is 'the specification' has_form spec "$temp/project/.recast/spec/current/spec.json"
mkdir "$temp/new" && cp -r "$fixture" "$temp/undescribed" && rm "$temp/undescribed/recast.json"
run init --json -q -C "$temp/new" "$temp/undescribed"
is 'the result of init' has_form init "$temp/out"
is 'what init wrote' has_form recast "$temp/new/recast.json"
is 'and its schema' diff specs/recast.schema.json "$temp/new/.recast/recast.schema.json"

# ---- examples stand in the texts as they stand in specs/examples

holds() { # FILE EXAMPLE
    local text example
    text=$(cat "$1") example=$(cat "$2")
    [ "${1##*.}" = md ] || example=${example//\\/\\e}
    [[ $text == *"$example"* ]]
}

for example in one-source single-header unity-folder commit; do
    is "recast.json(5) holds $example" holds man/recast.json.5 "specs/examples/$example.json"
done
for example in two-providers command; do
    is "recast-config(5) holds $example" holds man/recast-config.5 "specs/examples/config/$example.json"
done
is 'README.md holds one-source' holds README.md specs/examples/one-source.json

# ---- commands that the texts print

is_target() {
    grep -q "^\.PHONY:.* $1\( \|$\)" Makefile
}

knows() { # the words of a command line
    local program=${1##*/} command=${2:-} word
    shift
    if [ "$program" = make ]; then
        for word; do
            [[ $word == *=* ]] || is_target "$word" || { echo "no target $word" && return 1; }
        done
        return 0
    fi
    [[ " ${commands//$'\n'/ } --help --version " == *" $command "* ]] || { echo "no command $command" && return 1; }
    for word; do
        [[ $word != --?* || $word == --help ]] || "$recast" help --complete "$command" | grep -qx -e "${word%%=*}" ||
            { echo "no option $word" && return 1; }
    done
}

# shellcheck disable=SC2016 # these are grep's
printed() { # the lines behind a $, and what stands between backquotes
    sed -n 's/^ *\$ \(\(make\|recast\|build\/recast\)\( .*\|$\)\)/\1/p' "$1"
    grep -o '`\(make\|recast\|build/recast\)\( [^`]*\)\?`' "$1" | tr -d '`'
}

for text in README.md CONTRIBUTING.md; do
    while read -r line; do
        read -ra words <<<"$line"
        [ "${#words[@]}" -lt 2 ] || is "$text: $line" knows "${words[@]}"
    done < <(printed "$text" | sort -u)
done
is 'README.md says how to test' grep -q 'make check' README.md

# ---- modules

for file in core/*.c harness/*.c cli/*.c; do
    name=${file%.c}
    is "ARCHITECTURE.md has $name" grep -q "\`${name##*/}\`" ARCHITECTURE.md
done

# ---- completion in bash

completes() { # WORD WANTED WORDS-BEFORE...
    local word=$1 wanted=$2
    shift 2
    COMP_WORDS=("$@" "$word") COMP_CWORD=$# COMPREPLY=()
    _recast "$recast" "$word"
    same "${COMPREPLY[*]}" "$wanted"
}

# shellcheck source=/dev/null
. man/recast.bash
is 'bash completes a command' completes doc doctor recast
is 'bash completes an option' completes --ver --verbose recast version

finish
