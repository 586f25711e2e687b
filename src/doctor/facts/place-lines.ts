import { type Evidence, holders } from '../../explain/evidence.ts';

/** The nodes that have the address, as evidence, a line each. */
export function placeLines(evidence: Evidence, ip: string): string[] {
  return holders(evidence, ip).map(
    (place) => `${place.node} ip-addr.json: ${place.interface ?? 'an interface'} has ${ip}`,
  );
}
