import { ExtipError } from '../errors.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import type { NodeState } from '../snapshot/model.ts';
import { RECORDS_DIRECTORY } from '../snapshot/records.ts';
import { parseFacts } from './parse-facts.ts';
import { MAX_RECORD_BYTES } from './parse-record.ts';
import { RESTORE_STATE } from './persistence/restore-state.ts';
import { findReach, type ReachOptions } from './reach.ts';
import { type RunOptions, runScript } from './run-script.ts';
import type { Script } from './script.ts';
import type { Section } from './transcript.ts';

/** More than a node ever holds: that many files were put there by somebody else. */
const MAX_RECORDS = 2000;

export type CollectOptions = ReachOptions & Pick<RunOptions, 'log' | 'onSent'>;

/** Which machine it is, and its addresses; what the shell reads by itself starts no process. */
const MACHINE = `machine_id=
for file in /etc/machine-id /var/lib/dbus/machine-id; do
  if [ -r "$file" ]; then
    read -r machine_id <"$file"
    break
  fi
done
told machine-id "$machine_id"
if ! read -r hostname </proc/sys/kernel/hostname; then hostname=$(uname -n); fi
told hostname "$hostname"
told uid "$uid"
section addresses bounded 20 ip -j addr`;

/** What extip left there and works with; a file that is cut off at the bound reads as too large. */
const KEPT = `${RESTORE_STATE}
section restore-unit restore_unit
section restore-obstacle restore_obstacle
section arping bounded 5 arping -V
# A pipe would be waited for, a link leads elsewhere, and what others than root wrote is no record.
record() {
  if [ -L "$1" ] || [ ! -f "$1" ]; then printf 'no regular file\\n' >&2; exit 1; fi
  # The owner comes before the name, whatever that is.
  # shellcheck disable=SC2012
  uid=$(ls -ldn -- "$1" | { read -r _ _ owner _; printf '%s' "$owner"; })
  if [ "$uid" != 0 ]; then printf 'belongs to user %s, not to root\\n' "$uid" >&2; exit 1; fi
  bounded 5 head -c ${MAX_RECORD_BYTES + 1} -- "$1"
}
count() { [ "$1" -le ${MAX_RECORDS} ]; }
set -- ${RECORDS_DIRECTORY}/*.json
section records count "$#"
if [ "$#" -le ${MAX_RECORDS} ]; then
  for file; do
    name=\${file##*/}
    case $name in *[![:print:]]*) name='(a name that does not print)' ;; esac
    if [ -e "$file" ] || [ -L "$file" ]; then section "record $name" record "$file"; fi
  done
fi`;

/** The one script that reads a node. */
export const COLLECT_SCRIPT: Script = { privilege: 'prefer', body: `${MACHINE}\n${KEPT}` };

/** The same without what only changes to the node go by. */
export const MACHINE_SCRIPT: Script = { ...COLLECT_SCRIPT, body: MACHINE };

/** Reads one node. Never throws for the node's fault: the state says what was wrong. */
export async function collectNode(node: Node, options: CollectOptions): Promise<NodeState> {
  return (await runCollection(node, COLLECT_SCRIPT, options)).state;
}

/**
 * Runs a script that begins with COLLECT_SCRIPT or MACHINE_SCRIPT, and returns what the node said besides, of a
 * connection that broke what came before. Never throws for the node's fault.
 */
export async function runCollection(
  node: Node,
  script: Script,
  options: ReachOptions & RunOptions,
): Promise<{ state: NodeState; sections: ReadonlyMap<string, Section> }> {
  const { name } = node.metadata;
  let reachedBy = 'not reached';
  let sections: ReadonlyMap<string, Section> = new Map();
  try {
    const reach = await findReach(node, options);
    reachedBy = reach.description;
    const run = await runScript(reach, script, { ...options, endsWithUs: true });
    const { status, message } = run;
    sections = run.sections;
    const failed = { name, status, ...(message && { message }), reachedBy };
    const state =
      status === 'ok' ? { name, status, reachedBy, facts: parseFacts(sections) } : failed;
    return { state, sections };
  } catch (error) {
    const status = error instanceof ExtipError ? 'unreachable' : 'failed';
    return { state: { name, status, message: (error as Error).message, reachedBy }, sections };
  }
}

/** Reads several nodes at once, at most `concurrency` (32) at a time; one that hangs hides none. */
export async function collectNodes(
  nodes: Node[],
  options: CollectOptions & { concurrency?: number },
): Promise<Record<string, NodeState>> {
  const states = new Map<string, NodeState>();
  await forEachBounded(nodes, options.concurrency ?? 32, async (node) => {
    states.set(node.metadata.name, await collectNode(node, options));
  });
  return Object.fromEntries(
    nodes.flatMap(({ metadata: { name } }) => {
      const state = states.get(name);
      return state ? [[name, state] as const] : [];
    }),
  );
}
