/**
 * The frame of every change. Fence and step are under one lock, on the folder, so that a script
 * that comes late cannot slip in between; the fence file itself is replaced, which a lock on it
 * would not survive. `answer` ends the script with its result; `fail` says that nothing was
 * changed; an end without either leaves that open.
 */
export const FRAME = `answer() { printf '%s\\n' "$*"; exit 0; }
fail() { printf 'failed\\n'; exit 1; }
# put FILE TEXT [MODE]: the file with this text, whole or not at all, also after a power cut. dash's
# own printf says \`I/O error\` of a full disk, cat says what it is.
put() {
  printf '%s\\n' "$2" | cat >"$1.new" && [ "$(cat "$1.new")" = "$2" ] &&
    chmod "\${3:-0644}" "$1.new" && bounded 20 sync "$1.new" &&
    mv -f "$1.new" "$1" && bounded 20 sync "\${1%/*}" && return 0
  rm -f "$1.new"
  return 1
}
# has FILE TEXT: it is a file of its own, and has this text.
has() { [ -f "$1" ] && [ ! -L "$1" ] && [ "$(cat "$1")" = "$2" ]; }
check_machine() {
  if [ -z "$machine" ]; then return 0; fi
  this=$(cat /etc/machine-id 2>/dev/null || cat /var/lib/dbus/machine-id)
  if [ "$this" != "$machine" ]; then answer wrong-machine "$this"; fi
}
pass_fence() {
  seen_cluster='' seen_number='' seen_step=''
  if [ -f "$fence" ]; then read -r seen_cluster seen_number seen_step _ <"$fence"; fi
  case $seen_number in '' | *[!0-9]*) seen_number=-1 ;; esac
  case $seen_step in '' | *[!0-9]*) seen_step=-1 ;; esac
  if [ "$seen_cluster" != "$cluster" ]; then seen_number=-1; fi
  if [ "$seen_number" -gt "$number" ]; then answer fenced "$seen_number"; fi
  if [ "$seen_number" -lt "$number" ]; then seen_step=-1; fi
  if [ "$seen_step" -gt "$own_step" ]; then answer fenced "$seen_number"; fi
  if [ "$seen_step" -lt "$own_step" ]; then
    put "$fence" "$cluster $number $own_step" || fail
  fi
}
change() {
  check_machine
  mkdir -p "$directory" || fail
  exec 9<"$directory" || fail
  if command -v flock >/dev/null 2>&1; then bounded 20 flock -x 9 || answer busy; fi
  # Half-written by a script that was killed.
  rm -f "$directory"/*.new
  pass_fence
  step
}`;
