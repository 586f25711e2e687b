import { FailedError, UsageError } from '../errors.ts';
import { parseIp } from '../net/ip.ts';
import { hostReach } from '../nodes/reach.ts';
import { runScript } from '../nodes/run-script.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf } from '../snapshot/queries.ts';
import type { Session } from './session.ts';

/**
 * Looks at the host of `--from` before anything is changed: it must be reached, and be no node,
 * because kube-proxy serves the external IP on every node by a short cut, which proves nothing.
 */
export async function mustBeOutside(
  session: Session,
  snapshot: Snapshot,
  host: string,
): Promise<void> {
  const run = await runScript(hostReach(host), { privilege: 'none', body: ':' }, session.reach);
  if (run.status !== 'ok') {
    throw new FailedError(`--from ${host}: ${run.message}`, { reason: `from-${run.status}` });
  }
  // "CLIENT PORT SERVER PORT" (ssh(1), SSH_CONNECTION): where the login came in.
  const [, , server = ''] = run.sections.get('login')?.stdout.trim().split(' ') ?? [];
  const node = nodeAt(snapshot, parseIp(server)?.text);
  if (node === undefined) return;
  throw new UsageError(`--from ${host}: that is node ${node}, which proves nothing of the wire`, {
    reason: 'from-node',
    object: `node/${node}`,
    help: 'name a host that is no node, or leave --from out',
  });
}

function nodeAt(snapshot: Snapshot, address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const reported = snapshot.cluster.nodes.find(({ status }) =>
    status?.addresses?.some((one) => parseIp(one.address)?.text === address),
  );
  return reported?.metadata.name ?? holdersOf(snapshot, address)[0]?.node;
}
