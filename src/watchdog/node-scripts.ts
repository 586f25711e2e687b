import { nameOfRight, type Right } from '../calico/rights.ts';
import { ACCESS_REVIEWS_PATH, accessReview } from '../cluster/access-review.ts';
import type { Script } from '../nodes/script.ts';
import { quote } from '../quote.ts';
import type { NodeAccess } from './node-program.ts';

/** Asks the node whether it could undo what needs these rights: `ok`, or what is missing. */
export function checkScript(access: NodeAccess, rights: readonly Right[]): Script {
  const asked = rights.map(
    (right) => `may ${quote(nameOfRight(right))} ${quote(JSON.stringify(accessReview(right)))}`,
  );
  const check = ['check() {', 'can_undo', ...asked, 'answer ok', '}'].join('\n');
  return script(variables(access), [CAN_UNDO, MAY, check], 'check');
}

/** Starts the program in a folder of this random name, in a session of its own: `armed`, or what is missing. */
export function armScript(name: string, program: string, access: NodeAccess): Script {
  // No line of it is its own random name.
  const write = `write_program() { cat >"$1" <<'${name}'\n${program}\n${name}\n}`;
  return script({ ...variables(access), name }, [CAN_UNDO, PLACE, NAP, write, ARM], 'arm');
}

/** `alive`, or `gone`. */
export function lookScript(name: string): Script {
  return script({ name }, [PLACE, LOOK], 'look');
}

/** Ends it: `disarmed`; `fired` where it was too late, `gone` where nothing is left of it. */
export function disarmScript(name: string): Script {
  return script({ name }, [PLACE, NAP, DISARM], 'disarm');
}

function variables({ adminKubeconfig, server }: NodeAccess): Record<string, string> {
  return { admin: adminKubeconfig, server };
}

function script(
  values: Record<string, string>,
  parts: readonly string[],
  main: 'check' | 'arm' | 'look' | 'disarm',
): Script {
  const assigned = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}`);
  const body = [...assigned, ANSWER, ...parts, `section watchdog ${main}`].join('\n');
  return { privilege: 'require', body };
}

const ANSWER = `answer() { printf '%s\\n' "$*"; exit 0; }`;

/** `get --raw` reads nothing else of the API, and keeps nothing on the disk. */
const CAN_UNDO = `api() {
  bounded 30 "$client" --kubeconfig "$admin" --server "$server" --request-timeout=10s "$@"
}
can_undo() {
  client=$(command -v kubectl) || answer no-kubectl
  if [ ! -r "$admin" ]; then answer no-kubeconfig; fi
  said=$(api get --raw /apis/projectcalico.org/v3/clusterinformations/default 2>&1 >/dev/null) ||
    answer refused "$said"
}`;

/** `may RIGHT REVIEW`: as `kubectl auth can-i`, which keeps what it learns of the API on the disk. */
const MAY = `may() {
  said=$(printf '%s\\n' "$2" | api create --raw ${ACCESS_REVIEWS_PATH} -f - 2>&1) ||
    answer refused "$said"
  case $said in *'"allowed":true'*) ;; *) answer not-allowed "$1" ;; esac
}`;

/** Its folder is in memory: what a boot of the node leaves nothing of, needs no cleaning up. */
const PLACE = `place() {
  for base in /run /var/run; do
    dir=$base/extip/$name
    if [ -d "$dir" ]; then return 0; fi
  done
  return 1
}
# The number may be another process's by now.
is_alive() {
  { tr '\\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$dir/program"
}`;

const NAP = 'nap() { sleep 0.2 2>/dev/null || sleep 1; }';

const ARM = `detached() {
  if command -v setsid >/dev/null 2>&1; then exec setsid sh "$@"; fi
  exec nohup sh "$@"
}
arm() {
  can_undo
  umask 077
  for base in /run /var/run; do
    dir=$base/extip/$name
    mkdir -p "$dir" && break
  done
  { chmod 0700 "\${dir%/*}" && write_program "$dir/program" && : >"$dir/armed"; } || answer no-folder
  detached "$dir/program" "$dir" </dev/null >/dev/null 2>&1 &
  tries=0
  until pid=$(cat "$dir/pid" 2>/dev/null) && is_alive; do
    if [ "$tries" -ge 25 ]; then
      rm -rf "$dir"
      answer not-started
    fi
    tries=$((tries + 1))
    nap
  done
  answer armed
}`;

const LOOK = `look() {
  if place && pid=$(cat "$dir/pid") && is_alive; then answer alive; fi
  answer gone
}`;

const DISARM = `disarm() {
  place || answer gone
  pid=$(cat "$dir/pid" 2>/dev/null)
  # It is there where an earlier call was cut off.
  mv "$dir/armed" "$dir/disarmed" 2>/dev/null || [ -e "$dir/disarmed" ] || answer fired
  tries=0
  while is_alive; do
    if [ "$tries" -ge 20 ]; then kill -KILL "$pid"; fi
    if [ "$tries" -ge 40 ]; then answer stuck; fi
    tries=$((tries + 1))
    nap
  done
  rm -rf "$dir"
  rmdir "\${dir%/*}" 2>/dev/null
  answer disarmed
}`;
