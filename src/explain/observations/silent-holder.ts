import { type Evidence, holders, outsideAddresses, silentHolders } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { addCommand } from '../help-commands.ts';
import { isAnnounced, mayBeAnnounced } from './no-holder.ts';

/** A node that has the address on another interface than that of its segment, and keeps silent there. */
export function silentHolder(evidence: Evidence): Observation[] {
  return outsideAddresses(evidence).flatMap(({ ip }) => {
    if (isAnnounced(evidence, ip) || mayBeAnnounced(evidence, ip)) return [];
    return silentHolders(evidence, ip).flatMap((node): Observation[] => {
      const own = evidence.nodes.find((it) => it.node === node)?.addresses.get(ip);
      const link = own?.segment;
      if (!link) return [];
      const places = holders(evidence, ip).filter((it) => it.node === node);
      const where = places.flatMap((it) => it.interface ?? []).join(', ');
      const why = ip.includes(':')
        ? `NDP is answered for the addresses of ${link} itself alone`
        : `with arp_ignore as it is set there it does not answer ARP for it`;
      return [
        {
          code: 'silent-holder',
          severity: 'error',
          object: `ip/${ip}`,
          message: `${node} has ${ip} on ${where || 'another interface'}, and its segment is that of ${link}: ${why}, so nothing from outside comes in`,
          fix: places.some((it) => it.interface === link)
            ? { advice: `set net.ipv4.conf.all.arp_ignore and that of ${link} to 0 on ${node}` }
            : { command: addCommand(ip, node, link) },
        },
      ];
    });
  });
}
