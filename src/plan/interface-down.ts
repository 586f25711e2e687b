import { FailedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import { quote } from '../quote.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes, subnetHolding } from '../snapshot/queries.ts';
import type { HolderChoice } from './choose-holder.ts';

/**
 * Throws FailedError where the place that was looked for is there, but its link is down: the
 * kernel keeps an interface's IPv4 addresses then.
 */
export function mustNotBeDown(snapshot: Snapshot, ip: Ip, wanted: Partial<HolderChoice>): void {
  for (const { name, facts } of answeringNodes(snapshot)) {
    if (wanted.node !== undefined && wanted.node !== name) continue;
    for (const link of facts.interfaces) {
      const subnet = link.up ? null : subnetHolding(link, ip);
      if (subnet === null) continue;
      throw new FailedError(
        `${link.name} of ${name}, whose subnet ${subnet.first.text}/${subnet.prefix} holds ${ip.text}, is down or has no carrier`,
        {
          reason: 'interface-down',
          object: `node/${name}`,
          help: `on ${name}: ip link set ${quote(link.name)} up`,
        },
      );
    }
  }
}
