import { externalIPs } from '../snapshot/queries.ts';
import type { Assignment, NodeRecord } from '../snapshot/records.ts';
import { externalIPsManager } from './external-ips-manager.ts';
import type { ReleaseRequest } from './release.ts';

/** What an operator should know before the release: what it leaves as it is. */
export function releaseWarnings(
  { service, ip, holderGone }: ReleaseRequest,
  entry: Assignment | undefined,
  kept: { record: NodeRecord } | undefined,
  node: string,
): string[] {
  const warnings = [];
  if (entry?.preexisting) {
    warnings.push(`${ip.text} was in spec.externalIPs before extip: it stays there`);
  }
  const manager = entry && !entry.preexisting ? externalIPsManager(service) : null;
  if (manager) {
    warnings.push(
      `spec.externalIPs is managed by ${manager}, which may put ${ip.text} back if it lists it`,
    );
  }
  if (!entry && externalIPs(service).includes(ip.text)) {
    warnings.push(
      `${ip.text} stays in spec.externalIPs: the Service has no record of who put it there`,
    );
  }
  if (holderGone) {
    warnings.push(
      `${node} may still carry ${ip.text} and its record: list shows it as an orphan once it is back`,
    );
  } else if (!kept) {
    warnings.push(`${node} has no record of ${ip.text}: nothing is changed there`);
  } else if (kept.record.preexisting) {
    warnings.push(`${ip.text} was on ${node} before extip: it stays there`);
  }
  return warnings;
}
