"""How shells complete `switchhook`: click's ways, made to fit words like `status=Enabled`.

Click leaves a space after `status=`, completes nothing behind it in bash (which takes `=` for the end of a word), lets
bash take "Call Log" for two words, and cuts descriptions in fish at their first comma.
"""

from __future__ import annotations

import os

from click.shell_completion import BashComplete, FishComplete, ZshComplete, add_completion_class, split_arg_string

_BASH = """\
%(complete_func)s() {
    local type value line="${COMP_LINE:0:COMP_POINT}"
    local before="${line##*[[:space:]]}"
    before="${before%%${before##*=}}"
    COMPREPLY=()
    while IFS=',' read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                [[ $COMP_WORDBREAKS == *=* ]] && value="${value#"$before"}"
                [[ $value == *= ]] && compopt -o nospace
                printf -v value '%%q' "$value"
                COMPREPLY+=("$value")
                ;;
        esac
    done < <(COMP_WORDS="$line" %(complete_var)s=bash_complete "$1")
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local type key described
    local -a response whole begun with_descriptions
    (( ! $+commands[%(prog_name)s] )) && return 1
    response=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \
%(complete_var)s=zsh_complete %(prog_name)s)}")
    for type key described in ${response}; do
        case $type in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $described != "_" ]]; then
                    with_descriptions+=("$key:$described")
                elif [[ $key == *= ]]; then
                    begun+=("$key")
                else
                    whole+=("$key")
                fi
                ;;
        esac
    done
    (( $#with_descriptions )) && _describe -V unsorted with_descriptions -U
    (( $#whole )) && compadd -U -V unsorted -a whole
    (( $#begun )) && compadd -U -S '' -V unsorted -a begun
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

_FISH = """\
function %(complete_func)s
    for line in (COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) \
%(complete_var)s=fish_complete %(prog_name)s)
        set -l found (string split --max 1 , -- $line)
        switch $found[1]
            case dir
                __fish_complete_directories $found[2]
            case file
                __fish_complete_path $found[2]
            case plain
                echo $found[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class Bash(BashComplete):
    """Goes by the line up to the cursor, as bash takes words apart where none ends."""

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the cursor, and the one that is begun."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        begun = words.pop() if words and not line[-1:].isspace() else ""
        return words[1:], begun


class Zsh(ZshComplete):
    """Leaves no space after `status=`."""

    source_template = _ZSH


class Fish(FishComplete):
    """Shows descriptions whole."""

    source_template = _FISH


def use() -> None:
    """Have click complete in these ways."""
    for each in (Bash, Zsh, Fish):
        add_completion_class(each)
