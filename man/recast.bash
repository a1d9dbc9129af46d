# Completion of recast for bash. The words come from the program itself.

_recast() {
    local words
    if ((COMP_CWORD == 1)); then
        words=$("$1" help --complete 2>/dev/null)
    else
        words=$("$1" help --complete "${COMP_WORDS[1]}" 2>/dev/null)
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$2")
}

complete -o default -F _recast recast
