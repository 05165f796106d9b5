# Completion of simterpose's command line for bash. Commands and options are those that --help tells, so that they
# are never out of date.

_simterpose_commands() {
  "$1" --help | sed -nE 's/^  ([a-z]+)  .*/\1/p'
}

_simterpose_options() {
  "$1" "$2" --help | sed -nE 's/^ +((-[a-zA-Z], )?--[a-z-]+\[?=?).*/\1/p' | tr -d ',['
}

_simterpose() {
  local cur prev words cword
  _init_completion -s || return
  local program=${words[0]} command=${words[1]-}

  if ((cword == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$(_simterpose_commands "$program") help --help --version" -- "$cur")
    return
  fi
  if [[ $command == help ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_simterpose_commands "$program")" -- "$cur")
    return
  fi
  case $prev in
  -p | --platform) _filedir xml; return ;;
  -d | --deployment) _filedir xml; return ;;
  -o | --output | --root) _filedir -d; return ;;
  --cpu) mapfile -t COMPREPLY < <(compgen -W "none counted measured" -- "$cur"); return ;;
  --color | --progress) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur"); return ;;
  --topology) mapfile -t COMPREPLY < <(compgen -W "star ring line mesh tree fat-tree" -- "$cur"); return ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_simterpose_options "$program" "$command")" -- "$cur")
    [[ ${COMPREPLY-} == *= ]] && compopt -o nospace
  else
    _filedir
  fi
}

complete -F _simterpose simterpose
