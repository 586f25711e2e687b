import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import { into, stoppedBetween } from './flow.ts';
import { type Loss, lossOf } from './loss.ts';
import { mayPass } from './node-addresses.ts';

/** How the operator's ssh comes in to a node. */
export interface SshLogin {
  node: string;
  client: Ip;
  server: Ip;
  port: number;
}

/**
 * The ways in to the node that the interface no longer lets through. It is asked of any by which they may
 * come: not where both ends are in the subnet of another one.
 */
export function sshLosses(
  snapshot: Snapshot,
  place: CheckedInterface,
  logins: readonly SshLogin[],
): Loss[] {
  const passes = mayPass(snapshot, place);
  return logins
    .filter(({ node, client, server }) => {
      return node === place.node && (passes(client) || passes(server));
    })
    .flatMap(({ client, server, port }): Loss[] => {
      const ends = { source: client, destination: server };
      const flow = into({ protocol: 6, ...ends, port, isAnswered: true });
      const stopped = stoppedBetween(place.before, place.after, flow);
      const before = `ssh from ${client.text} to ${place.node} port ${port}`;
      return stopped ? [lossOf(stopped, { before })] : [];
    });
}
