import type { CalicoChange } from '../calico/change.ts';
import { type Hold, heirOf } from '../cluster/lease-hold.ts';
import { LEASE_SECONDS } from '../cluster/lease-object.ts';
import { BOUNDED } from '../nodes/bounded.ts';
import { quote } from '../quote.ts';
import { NODE_LOCK } from './node-lock.ts';
import { NODE_STEPS, nodeStep } from './node-steps.ts';
import { GIVE_UP_SECONDS, LOCK_PATIENCE_SECONDS } from './patience.ts';

/** How a node that serves the API uses it. */
export interface NodeAccess {
  /** A kubeconfig on the node, of one who may change Calico's objects. */
  adminKubeconfig: string;
  /** The node's own API server, by a name that its certificate has: `https://192.0.2.10:6443`. */
  server: string;
}

/** What a node is to do where nobody tells it not to. */
export interface NodeUndo {
  /** What takes back what is about to be done, in this order. */
  undo: readonly CalicoChange[];
  /** How long it waits to be disarmed. */
  seconds: number;
  /** The lock of the run. */
  hold: Hold;
}

/**
 * The POSIX sh program that waits on a node, and carries the undo out unless its file `armed` is taken away
 * before. $1 is its folder, which it removes at its end. Whoever renames `armed` has decided: it cannot be
 * disarmed and fire both. It has the lock in the place of the run meanwhile; where another run has it, it ends.
 */
export function nodeProgram(
  { undo, seconds, hold }: NodeUndo,
  { adminKubeconfig, server }: NodeAccess,
): string {
  const steps = undo.map((change, index) => `undo_${index + 1}() {\n${nodeStep(change)}\n}`);
  const numbers = undo.map((_, index) => index + 1).join(' ');
  const values = {
    seconds: `${Math.ceil(seconds)}`,
    admin: adminKubeconfig,
    server,
    lease_uid: hold.uid,
    lease_number: `${hold.transitions}`,
    run: hold.holderIdentity,
    heir: heirOf(hold),
    heir_json: JSON.stringify(heirOf(hold)),
  };
  const assigned = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}`);
  return `dir=$1
${assigned.join('\n')}
${PROGRAM}
${NODE_LOCK}
${NODE_STEPS}
${steps.join('\n')}
wait_for_disarm
mv "$dir/armed" "$dir/fired" 2>/dev/null || leave
clock
end=$((now + ${GIVE_UP_SECONDS}))
without_from=$((now + ${LOCK_PATIENCE_SECONDS}))
pause=1
while :; do
  left=0
  for number in ${numbers}; do try "$number" || left=1; done
  clock
  if [ "$left" -eq 0 ] || [ "$now" -ge "$end" ]; then break; fi
  sleep "$pause"
  if [ "$pause" -lt 5 ]; then pause=$((pause + 1)); fi
done
keep_lock_for ${LEASE_SECONDS}
leave`;
}

/**
 * The session that it was started from ends, which must not end it. Whoever ends it by SIGTERM takes the
 * last thing away that would undo the change: then it is undone at once.
 */
const PROGRAM = `trap '' HUP INT
trap 'end=0' TERM
umask 077
${BOUNDED}
client=$(command -v kubectl)
kubectl() {
  bounded 30 "$client" --kubeconfig "$admin" --server "$server" --cache-dir "$dir/cache" --request-timeout=10s "$@"
}
clock() { read -r now _ </proc/uptime && now=\${now%.*}; }
leave() {
  rm -rf "$dir"
  rmdir "\${dir%/*}" 2>/dev/null
  exit 0
}
wait_for_disarm() {
  clock
  end=$((now + seconds))
  printf '%s\\n' "$$" >"$dir/pid"
  while [ "$now" -lt "$end" ]; do
    if [ ! -e "$dir/armed" ]; then leave; fi
    sleep 1
    clock
  done
}
# try NUMBER: carries it out, unless that is done.
try() {
  if [ -e "$dir/done.$1" ]; then return 0; fi
  # What kubectl knows of the API may be from before it was cut off.
  rm -rf "$dir/cache"
  have_lock && "undo_$1" && : >"$dir/done.$1"
}`;
