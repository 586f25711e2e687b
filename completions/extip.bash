# bash completion for extip; source it, or: source <(extip completion bash)
_extip() {
  local line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]}
  local IFS=$' \t\n' answer last word words
  # bash has split the words at '=' and ':', extip has not.
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  last=${words[${#words[@]} - 1]}
  [[ $current == [=:] ]] && current=''
  COMPREPLY=()
  answer=$(extip __complete "${words[@]:1}" 2>/dev/null) || return
  if [[ $answer == *:0 ]]; then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
  else
    # What stands before the break is on the line already.
    while IFS=$'\t' read -r word _; do
      [[ $word == :4 ]] || COMPREPLY+=("${word#"${last%"$current"}"}")
    done <<<"$answer"
  fi
}
complete -F _extip extip
