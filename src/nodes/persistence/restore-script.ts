import { RECORDS_DIRECTORY } from '../../snapshot/records.ts';
import { ADDRESS, DETECTION } from '../address-shell.ts';
import { ARPING, FORGET_NEIGHBOUR, PING, SHOW_NEIGHBOUR } from '../arping.ts';
import { BOUNDED } from '../bounded.ts';
import { RECORD_PATTERN } from './record-pattern.ts';

/** How long the interfaces may take to come up, together. */
const WAIT_SECONDS = 60;

/**
 * What runs after a boot, in POSIX sh: adds the addresses whose records say so, each at the same
 * time as the others. One that another host answers for is left off. The exit code is 1 where one
 * could not be restored. Without the line that says which version it is.
 */
export const RESTORE = `LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
export LC_ALL PATH
directory=${RECORDS_DIRECTORY}
pattern='${RECORD_PATTERN}'
${BOUNDED}
${ADDRESS}
# The journal has what comes on standard error already.
say() {
  printf 'extip-restore: %s\\n' "$*" >&2
  if [ -z "\${JOURNAL_STREAM-}" ] && command -v logger >/dev/null 2>&1; then
    bounded 5 logger -t extip-restore -- "$*" 2>/dev/null
  fi
}
leave_off() {
  say "$ip is left off: $*"
  exit 1
}
uptime() {
  read -r seconds _ </proc/uptime
  printf '%s\\n' "\${seconds%.*}"
}
# read_record FILE: its fields, where it is root's own file and is what extip writes.
read_record() {
  found=$(find "$1" -prune -type f -user 0 ! -perm -020 ! -perm -002 -size -129 2>/dev/null)
  if [ -z "$found" ]; then return 1; fi
  content=$(cat "$1") || return 1
  if [ "$(printf '%s\\n' "$content" | wc -l)" -ne 1 ]; then return 1; fi
  fields=$(printf '%s\\n' "$content" | sed -nE "s#$pattern#\\\\1 \\\\2 \\\\3 \\\\4 \\\\5 \\\\7#p")
  read -r ip prefix interface label preexisting persist <<FIELDS
$fields
FIELDS
  if [ "\${1##*/}" != "$ip.json" ]; then return 1; fi
  case $ip/$prefix in
    *:*/128) family=6 ;;
    *:* | */128) return 1 ;;
    *.*.*.*/32) family=4 ;;
    *) return 1 ;;
  esac
  case $label in
    null) label='' ;;
    "\\"$interface:"*) label=\${label#?} label=\${label%?} ;;
    *) return 1 ;;
  esac
  case $interface in . | ..) return 1 ;; esac
}
# Up, and with an address of its own: one that comes later would else not be its first.
is_ready() {
  flags=$(bounded 5 ip link show dev "$interface" 2>/dev/null)
  case $flags in *LOWER_UP*) ;; *) return 1 ;; esac
  [ -n "$(bounded 5 ip -o "-$family" addr show dev "$interface")" ]
}
wait_for_interface() {
  until is_ready; do
    if [ "$(uptime)" -ge "$deadline" ]; then break; fi
    sleep 1
  done
  case $flags in
    *LOWER_UP*) ;;
    '') leave_off "there is no interface $interface" ;;
    *) leave_off "$interface is down or has no carrier" ;;
  esac
}
stop_if_present() {
  now=$(places) || leave_off 'ip addr failed'
  if [ -n "$now" ]; then
    say "$ip is there already: $now"
    exit 0
  fi
}
arping_kind() {
  case $(bounded 5 arping -V 2>&1) in
    *iputils*) echo iputils ;;
    *BusyBox*) echo busybox ;;
    *'Thomas Habets'* | *ARPing*) echo habets ;;
  esac
}
mac_in() { printf '%s\\n' "$1" | grep -Eio '([0-9a-f]{2}:){5}[0-9a-f]{2}' | head -n 1 | tr A-F a-f; }
ask_by_ping() {
  ${FORGET_NEIGHBOUR}
  if said=$(${PING} 2>&1); then leave_off 'another host has it, and answers a ping'; fi
  entry=$(${SHOW_NEIGHBOUR})
  mac=$(mac_in "$entry")
  if [ -n "$mac" ]; then leave_off "another host has it, $mac"; fi
  case $entry in
    *FAILED* | *INCOMPLETE*) ;;
    *) leave_off "whether another host has it could not be asked: $(printf '%s\\n' "$said" | tail -n 1)" ;;
  esac
}
# The interfaces where an IPv4 address is answered for: its own; what is on a loopback, on those whose
# subnet holds it (arp_ignore 0).
segments() {
  case $flags in
    *LOOPBACK*)
      bounded 5 ip -4 route show match "$ip" proto kernel scope link |
        sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | sort -u
      ;;
    *) printf '%s\\n' "$interface" ;;
  esac
}
# on_segments COMMAND: with each of them as \`$interface\`, where there is somebody to ask or to tell.
on_segments() {
  carrier=$interface
  while read -r interface; do
    case $(bounded 5 ip link show dev "$interface" 2>/dev/null) in
      *NOARP*) ;;
      *LOWER_UP*) "$@" ;;
    esac
  done <<LINKS
$(segments)
LINKS
  interface=$carrier
}
# Whether another host answers for it.
ask_segment() {
  case $arping in
    iputils | busybox) said=$(bounded 5 ${ARPING.iputils.askFirst} 2>&1) ;;
    habets) said=$(bounded 5 ${ARPING.habets.askFirst} 2>&1) ;;
    *) said='' ;;
  esac
  mac=$(mac_in "$said")
  if [ -n "$mac" ]; then leave_off "another host has it, $mac"; fi
  if ! printf '%s\\n' "$said" | grep -Eq '^Sent [0-9]+ probe|packets transmitted'; then
    ask_by_ping
  fi
}
announce() {
  case $arping in
    iputils | busybox)
      bounded 5 ${ARPING.iputils.request} >/dev/null 2>&1 &
      bounded 5 ${ARPING.iputils.reply} >/dev/null 2>&1
      ;;
    habets)
      bounded 5 ${ARPING.habets.request} >/dev/null 2>&1 &
      bounded 5 ${ARPING.habets.reply} >/dev/null 2>&1
      ;;
  esac
  wait
}
put_4() {
  add_address || leave_off 'ip addr add failed'
}
put_6() {
${DETECTION}
  tell_neighbours
  add_address || leave_off 'ip addr add failed'
  verdict=$(detect)
  if [ "$verdict" != unique ]; then
    remove_address
    case $verdict in
      duplicate) leave_off 'another host has it (duplicate address detection)' ;;
      *) leave_off 'duplicate address detection did not end' ;;
    esac
  fi
  nap
}
# Under the lock of everything that changes this node, and only while the record still says so.
restore() {
  wait_for_interface
  stop_if_present
  if [ "$family" = 4 ]; then on_segments ask_segment; fi
  exec 9<"$directory" || leave_off "$directory cannot be locked"
  if command -v flock >/dev/null 2>&1; then
    bounded 300 flock -x 9 || leave_off "$directory is locked"
  fi
  if [ "$(cat "$file" 2>/dev/null)" != "$content" ]; then
    say "$ip: its record has changed meanwhile, nothing is done"
    exit 0
  fi
  stop_if_present
  # By a shell of its own, which puts ndisc_notify back before the next one looks at it.
  if [ "$family" = 4 ]; then put_4; else (put_6) || exit 1; fi
  exec 9<&-
  say "$ip is restored on $interface"
  if [ "$family" = 4 ]; then on_segments announce; fi
}
deadline=$(($(uptime) + ${WAIT_SECONDS}))
arping=$(arping_kind)
status=0
jobs=''
for file in "$directory"/*.json; do
  if [ ! -e "$file" ] && [ ! -L "$file" ]; then continue; fi
  if ! read_record "$file"; then
    say "$file is skipped: it is no record of extip's, or not root's own"
    status=1
  elif [ "$persist $preexisting" = 'true false' ]; then
    (restore) &
    jobs="$jobs $!"
  fi
done
for job in $jobs; do wait "$job" || status=1; done
exit "$status"`;
