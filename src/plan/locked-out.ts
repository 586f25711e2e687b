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
  if (broken.length === 0) return [];
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
