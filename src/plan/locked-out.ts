import { checkedInterfaces } from '../calico/checked-interfaces.ts';
import { brokenBy } from '../calico/lock-out.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import type { SshLogin } from '../calico/ssh-losses.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes } from '../snapshot/queries.ts';
import { apiPort } from './api-nodes.ts';
import type { HolderChoice } from './choose-holder.ts';
import type { Refusal } from './refusals.ts';

/** What works now at these interfaces and would not any more, but for packets to the guarded address. */
export function lockedOut(
  snapshot: Snapshot,
  before: CalicoObjects,
  after: CalicoObjects,
  ip: Ip,
  covered: readonly HolderChoice[],
): Refusal[] {
  const question = { covered, ip, ssh: logins(snapshot), apiPort: apiPort(snapshot) };
  const broken = brokenBy(snapshot, before, after, question);
  if (broken.length === 0) return takenOver(snapshot, before, after, question);
  const places = new Set(broken.map(({ node, interface: name }) => `${name} of ${node}`));
  return [
    {
      force: 'lock-out',
      message: `the guard would lock out what works now, at ${[...places].join(', ')}`,
      items: broken.map(
        ({ node, interface: name, what, reason }) => `at ${name} of ${node}: ${what}: ${reason}`,
      ),
    },
  ];
}

/**
 * What an endpoint of ours would let in that the one for all interfaces, whose place it takes, does not: it has
 * that one's labels and profiles, and one profile more.
 */
function takenOver(
  snapshot: Snapshot,
  before: CalicoObjects,
  after: CalicoObjects,
  question: { covered: readonly HolderChoice[]; ip: Ip },
): Refusal[] {
  const changed = checkedInterfaces(snapshot, before, after, question).flatMap(
    ({ node, interface: name, kind, before: { judge } }) => {
      const { governing } = judge;
      if (kind === null || 'unknown' in governing || governing.by !== 'all') return [];
      const { endpoint } = governing;
      return endpoint ? [`at ${name} of ${node}: HostEndpoint ${endpoint.metadata.name}`] : [];
    },
  );
  if (changed.length === 0) return [];
  return [
    {
      force: 'lock-out',
      message:
        'the guard needs an endpoint of its own, which would decide otherwise of more than this address than the one whose place it takes',
      items: changed,
    },
  ];
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
