import { readAssignments } from '../../snapshot/records.ts';
import { type Evidence, holders, nodesOnSegment, outsideAddresses } from '../evidence.ts';
import type { Fix, Observation } from '../explanation.ts';
import { removeCommand } from '../help-commands.ts';
import { nameList } from '../phrases.ts';

/**
 * An address that several nodes have: on a segment each answers for it, and which one is asked is chance.
 * What is routed to them may be meant so.
 */
export function severalHolders(evidence: Evidence): Observation[] {
  return outsideAddresses(evidence).flatMap(({ ip, services }) => {
    const places = holders(evidence, ip);
    const nodes = [...new Set(places.map(({ node }) => node))];
    if (nodes.length < 2) return [];
    const about = { code: 'several-holders', object: `ip/${ip}` } as const;
    const where = `${ip} is on ${nodes.length} nodes, ${nameList(nodes)}`;
    if (nodesOnSegment(evidence, ip).length === 0) {
      const message = `${where}, and of no segment of theirs: routers choose among them`;
      return { ...about, severity: 'info' as const, message, fix: null };
    }
    const recorded = services
      .flatMap((service) => readAssignments(service).assignments)
      .find((entry) => entry.ip === ip)?.node;
    const wrong = places.find(({ node }) => node !== recorded);
    const fix: Fix =
      recorded !== undefined && wrong?.interface && nodes.includes(recorded)
        ? { command: removeCommand(ip, wrong.node, wrong.interface) }
        : { advice: `take ${ip} off all of them but one` };
    const message = `${where}: each answers for it, and which one a neighbour believes is chance`;
    return { ...about, severity: 'error' as const, message, fix };
  });
}
