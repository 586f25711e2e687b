import { brokenBy, type SshLogin } from '../calico/lock-out.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { serviceKeyOfSlice } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes } from '../snapshot/queries.ts';
import type { HolderChoice } from './choose-holder.ts';
import type { Refusal } from './refusals.ts';

/** kubeadm's. */
const USUAL_API_PORT = 6443;

/** What works now at these interfaces and would not any more, but for packets to the guarded address. */
export function lockedOut(
  snapshot: Snapshot,
  before: CalicoObjects,
  after: CalicoObjects,
  ip: Ip,
  covered: readonly HolderChoice[],
): Refusal[] {
  const question = { covered, ip, ssh: logins(snapshot), apiPort: apiPort(snapshot) };
  return brokenBy(snapshot, before, after, question).map(
    ({ node, interface: name, what, reason }) => ({
      force: 'lock-out',
      message: `at ${name} of ${node} this would no longer work: ${what} (${reason})`,
    }),
  );
}

/** How this very run came in to the nodes. */
function logins(snapshot: Snapshot): SshLogin[] {
  return answeringNodes(snapshot).flatMap(({ name: node, facts }) => {
    const [client, server] = [facts.sshFrom?.client, facts.sshAddress].map((text) =>
      text ? parseIp(text) : null,
    );
    const port = facts.sshFrom?.port;
    return client && server && port ? [{ node, client, server, port }] : [];
  });
}

/** The one that API servers listen on, which is not the one of a proxy in front of them. */
function apiPort({ cluster }: Snapshot): number {
  const ports = cluster.endpointSlices
    .filter((slice) => serviceKeyOfSlice(slice) === 'default/kubernetes')
    .flatMap((slice) => slice.ports ?? []);
  return ports.find(({ port }) => port !== undefined)?.port ?? USUAL_API_PORT;
}
