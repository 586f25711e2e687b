import type { AddressChange, NodeChange } from '../plan/action.ts';
import { RECORDS_DIRECTORY } from '../snapshot/records.ts';
import { quote } from './quote.ts';
import type { Script } from './script.ts';

/** Which run a change belongs to, by how often the cluster's lock has changed hands, and when. */
export interface Fence {
  /** uid of the namespace kube-system. */
  cluster: string;
  /** The Lease's leaseTransitions. */
  transitions: number;
  /** Rises with every script of the run: one that was given up must not come after its undoing. */
  step: number;
}

export const FENCE_FILE = `${RECORDS_DIRECTORY}/fence`;

/** The file that holds the node's record of an address. */
export function recordFile(ip: string): string {
  return `${RECORDS_DIRECTORY}/${ip}.json`;
}

/** How long DAD may take: the kernel waits up to 1 s, then 1 s a try (RFC 4862, dad_transmits 1). */
const DAD_SECONDS = 10;

/**
 * The frame of every change. Fence and step are under one lock, on the folder, so that a script
 * that comes late cannot slip in between; the fence file itself is replaced, which a lock on it
 * would not survive. `answer` ends the script with its result; `fail` says that nothing was
 * changed; an end without either leaves that open.
 */
const FRAME = `answer() { printf '%s\\n' "$*"; exit 0; }
fail() { printf 'failed\\n'; exit 1; }
# put FILE TEXT: the file with this text, whole or not at all, also after a power cut. dash's own
# printf says \`I/O error\` of a full disk, cat says what it is.
put() {
  printf '%s\\n' "$2" | cat >"$1.new" && [ "$(cat "$1.new")" = "$2" ] && bounded 20 sync "$1.new" &&
    mv -f "$1.new" "$1" && bounded 20 sync "$directory" && return 0
  rm -f "$1.new"
  return 1
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
  mkdir -p "$directory" || fail
  exec 9<"$directory" || fail
  if command -v flock >/dev/null 2>&1; then bounded 20 flock -x 9 || answer busy; fi
  pass_fence
  step
}`;

const WRITE_RECORD = `step() {
  if [ -f "$file" ] && [ ! -L "$file" ] && [ "$(cat "$file")" = "$text" ]; then answer unchanged; fi
  put "$file" "$text" || fail
  answer changed
}`;

const REMOVE_RECORD = `step() {
  if [ ! -e "$file" ] && [ ! -L "$file" ]; then answer unchanged; fi
  rm -f "$file" || fail
  bounded 20 sync "$directory" || exit 1
  answer changed
}`;

/** `places`: where the address is now, one \`INTERFACE PREFIX\` a line. */
const PLACES = `holders() { bounded 10 ip -o "-$family" addr show to "$ip"; }
places() {
  found=$(holders) || return 1
  printf '%s\\n' "$found" | while read -r _ device _ address _; do
    if [ -n "$address" ]; then printf '%s %s\\n' "$device" "\${address#*/}"; fi
  done
}`;

/**
 * An IPv6 address is added as deprecated: as the newest of its interface it would else become the
 * source of the node's own connections (RFC 6724 rules 3 and 8; seen on Linux 6.18).
 */
const ADD_ADDRESS = `add() {
  if [ "$family" = 6 ]; then
    bounded 10 ip addr add "$ip/$prefix" dev "$interface" preferred_lft 0
  elif [ -n "$label" ]; then
    bounded 10 ip addr add "$ip/$prefix" dev "$interface" label "$label"
  else
    bounded 10 ip addr add "$ip/$prefix" dev "$interface"
  fi
  now=$(places) || exit 1
  if [ "$now" != "$interface $prefix" ]; then fail; fi
}
step() {
  now=$(places) || fail
  if [ -n "$now" ] && [ "$now" != "$interface $prefix" ]; then answer elsewhere "$now"; fi
  bounded 10 ip link show dev "$interface" >/dev/null || answer no-interface
  if [ -n "$now" ]; then result=unchanged; else result=changed; fi
  settle
  answer "$result"
}`;

const SETTLE_4 = `settle() { if [ -z "$now" ]; then add; fi; }`;

/**
 * Detection of duplicates stays the kernel's own. With ndisc_notify it sends the unsolicited
 * advertisement once detection is over, from the same code that clears the flag
 * (addrconf_dad_completed, net/ipv6/addrconf.c); the short sleep lets it.
 */
const SETTLE_6 = `notify=/proc/sys/net/ipv6/conf/$interface/ndisc_notify
nap() { sleep 0.2 2>/dev/null || sleep 1; }
restore() { printf '%s\\n' "$before" >"$notify"; }
withdraw() {
  if [ "$result" = unchanged ]; then answer "$1" left; fi
  bounded 10 ip addr del "$ip/$prefix" dev "$interface" || exit 1
  answer "$1" removed
}
settle() {
  if [ -z "$now" ]; then
    before=$(cat "$notify" 2>/dev/null)
    if [ "$before" = 0 ]; then
      trap restore EXIT
      trap 'exit 1' HUP INT TERM PIPE
      printf '1\\n' >"$notify"
    fi
    add
  fi
  deadline=$(($(date +%s) + ${DAD_SECONDS}))
  while :; do
    state=$(holders) || exit 1
    case $state in
      *dadfailed*) withdraw duplicate ;;
      *tentative*) if [ "$(date +%s)" -ge "$deadline" ]; then withdraw tentative; fi ;;
      *) break ;;
    esac
    nap
  done
  if [ "$result" = changed ]; then nap; fi
}`;

const REMOVE_ADDRESS = `step() {
  now=$(places) || fail
  if ! printf '%s\\n' "$now" | grep -Fqx -- "$interface $prefix"; then answer unchanged "$now"; fi
  bounded 10 ip addr del "$ip/$prefix" dev "$interface"
  now=$(places) || exit 1
  if printf '%s\\n' "$now" | grep -Fqx -- "$interface $prefix"; then fail; fi
  answer changed
}`;

/** The script of one change; its section `change` holds the result. */
export function changeScript(change: NodeChange, fence: Fence): Script {
  return framed(stepOf(change), fence);
}

/** The script that only leaves the fence behind. */
export function fenceScript(fence: Fence): Script {
  return framed('step() { answer changed; }', fence);
}

function framed(step: string, fence: Fence): Script {
  const body = [
    assign({
      directory: RECORDS_DIRECTORY,
      fence: FENCE_FILE,
      cluster: fence.cluster,
      number: `${fence.transitions}`,
      own_step: `${fence.step}`,
    }),
    FRAME,
    step,
    'section change change',
  ].join('\n');
  return { privilege: 'require', body };
}

function stepOf(change: NodeChange): string {
  switch (change.type) {
    case 'write-record': {
      const { record } = change;
      return `${assign({ file: recordFile(record.ip), text: JSON.stringify(record) })}\n${WRITE_RECORD}`;
    }
    case 'remove-record':
      return `${assign({ file: recordFile(change.ip) })}\n${REMOVE_RECORD}`;
    case 'add-address': {
      const settle = change.prefix === 128 ? SETTLE_6 : SETTLE_4;
      const label = assign({ label: change.label ?? '' });
      return `${placeOf(change)}\n${label}\n${PLACES}\n${settle}\n${ADD_ADDRESS}`;
    }
    case 'remove-address':
      return `${placeOf(change)}\n${PLACES}\n${REMOVE_ADDRESS}`;
  }
}

function placeOf(change: AddressChange): string {
  return assign({
    ip: change.ip,
    prefix: `${change.prefix}`,
    family: change.prefix === 128 ? '6' : '4',
    interface: change.interface,
  });
}

function assign(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quote(value)}`)
    .join('\n');
}
