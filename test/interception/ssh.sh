#!/bin/sh
# Stands before the real ssh in extip's PATH. A script on a node asks the controller before it is
# started, and again when it has ended, before its result is passed on. All else is the real ssh's.
# From the environment: INTERCEPTION, the folder of the controller's socket, and INTERCEPTED_RUN.
real=/usr/bin/ssh
case "$*" in *' sh -s') ;; *) exec "$real" "$@" ;; esac

target=$(shift $(($# - 3)) && printf '%s' "$1")
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
cat >"$files/script"

ask() {
  curl -s --unix-socket "$INTERCEPTION/socket" --data-binary "@$files/script" \
    "http://controller/ssh?run=$INTERCEPTED_RUN&id=ssh-$$&target=$target&phase=$1" >"$files/verdict"
  read -r verdict code <"$files/verdict"
  case $verdict in
    pass | cut) ;;
    end) sed 1d "$files/verdict" >&2 && exit "$code" ;;
    *) exit 137 ;;
  esac
}

ask before
if [ "$verdict" = cut ]; then
  "$real" "$@" <"$files/script" >"$files/out" 2>"$files/err" &
  ask during
  kill -9 $!
  wait $!
else
  "$real" "$@" <"$files/script" >"$files/out" 2>"$files/err"
fi
ended=$?
ask after
cat "$files/out"
cat "$files/err" >&2
exit "$ended"
