import { readAssignments } from '../../snapshot/records.ts';
import { type Evidence, holders, outsideAddresses } from '../evidence.ts';
import type { Fix, Observation } from '../explanation.ts';
import { removeCommand } from '../help-commands.ts';
import { nameList } from '../phrases.ts';

/** An address that several nodes have: each answers for it, and which one is asked is chance. */
export function severalHolders(evidence: Evidence): Observation[] {
  return outsideAddresses(evidence).flatMap(({ ip, services }) => {
    const places = holders(evidence, ip);
    const nodes = [...new Set(places.map(({ node }) => node))];
    if (nodes.length < 2) return [];
    const recorded = services
      .flatMap((service) => readAssignments(service).assignments)
      .find((entry) => entry.ip === ip)?.node;
    const wrong = places.find(({ node }) => node !== recorded);
    const fix: Fix =
      recorded !== undefined && wrong?.interface && nodes.includes(recorded)
        ? { command: removeCommand(ip, wrong.node, wrong.interface) }
        : { advice: `take ${ip} off all of them but one` };
    return {
      code: 'several-holders' as const,
      severity: 'error' as const,
      object: `ip/${ip}`,
      message: `${ip} is on ${nodes.length} nodes, ${nameList(nodes)}: each answers for it, and which one a neighbour believes is chance`,
      fix,
    };
  });
}
