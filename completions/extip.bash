# bash completion for extip; source it, or: source <(extip completion bash)
_extip() {
  local line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]}
  local IFS=$' \t\n' answer last words
  # bash has split the words at '=' and ':', extip has not.
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  last=${words[${#words[@]} - 1]}
  [[ $current == [=:] ]] && current=''
  answer=$(extip __complete "${words[@]:1}" 2>/dev/null) || return
  IFS=$'\n'
  if [[ $answer == *:0 ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
  else
    COMPREPLY=($(sed -e '$d' -e $'s/\t.*//' <<<"$answer"))
    # What stands before the break is on the line already.
    COMPREPLY=("${COMPREPLY[@]#"${last%"$current"}"}")
  fi
}
complete -F _extip extip
