import { ASSIGNMENTS_ANNOTATION } from '../../../src/snapshot/records.ts';
import { on } from '../../commands/observe.ts';
import type { Lab } from '../../lab/harness.ts';
import type { Seen } from './seen.ts';

/**
 * What a person made, and extip therefore must leave alone: external IPs as `SERVICE IP`, addresses
 * as `NODE IP`.
 */
export interface MadeByHand {
  externalIPs: Set<string>;
  addresses: Set<string>;
}

/** Where a person does something, what was there before, and what persons have made so far. */
export interface Hand {
  lab: Lab;
  seen: Seen;
  made: MadeByHand;
  service: string;
  ip: string;
  node: string;
}

/** What the walk's Services have from the beginning, as `kubectl apply` takes it. */
export const MANIFESTS = [
  serviceOf('svc-test-1', '10.111.30.201', 80, ['20.1.0.201']),
  serviceOf('svc-test-2', '10.111.30.202', 8081, ['20.1.0.202']),
  serviceOf('svc-test-3', '10.111.30.203', 80),
];

function serviceOf(name: string, clusterIP: string, port: number, externalIPs?: string[]) {
  const ports = [{ port, targetPort: 'web-port' }];
  const spec = { clusterIP, selector: { app: 'web-front-end' }, ports, externalIPs };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

const DAMAGED = '{"version":';

/** Each does nothing where there is nothing to be done. */
export const handMoves = {
  async 'add to externalIPs'({ lab, seen, made, service, ip }: Hand) {
    const { externalIPs, assignments } = serviceIn(seen, service);
    if (externalIPs.includes(ip)) return;
    await setExternalIPs(lab, service, [...externalIPs, ip]);
    const entries = assignments === 'damaged' ? [] : assignments;
    // Put back where extip's record says that it is extip's, it is extip's again.
    const extips = entries.some((entry) => entry.ip === ip && !entry.preexisting);
    if (!extips) made.externalIPs.add(`${service} ${ip}`);
  },

  async 'take from externalIPs'({ lab, seen, made, service, ip }: Hand) {
    const { externalIPs } = serviceIn(seen, service);
    if (!externalIPs.includes(ip)) return;
    await setExternalIPs(
      lab,
      service,
      externalIPs.filter((other) => other !== ip),
    );
    made.externalIPs.delete(`${service} ${ip}`);
  },

  async 'ip addr add'({ lab, seen, made, node, ip }: Hand) {
    const { addresses, records } = nodeIn(seen, node);
    if (addresses.includes(ip)) return;
    await on(lab, node, `ip addr add ${ip}/32 dev ens34`);
    const record = records[ip];
    if (!record || record === 'damaged' || record.preexisting) made.addresses.add(`${node} ${ip}`);
  },

  async 'ip addr del'({ lab, seen, made, node, ip }: Hand) {
    if (!nodeIn(seen, node).addresses.includes(ip)) return;
    await on(lab, node, `ip addr del ${ip}/32 dev ens34`);
    made.addresses.delete(`${node} ${ip}`);
  },

  async 'remove the annotation'(hand: Hand) {
    if (serviceIn(hand.seen, hand.service).assignments.length === 0) return;
    await annotate(hand, `${ASSIGNMENTS_ANNOTATION}-`);
  },

  async 'damage the annotation'(hand: Hand) {
    await annotate(hand, `--overwrite ${ASSIGNMENTS_ANNOTATION}='${DAMAGED}'`);
  },

  async "remove the node's record"({ lab, seen, made, node, ip }: Hand) {
    await on(lab, node, `rm -f /var/lib/extip/${ip}.json`);
    keepAddress(seen, made, node, ip);
  },

  async "damage the node's record"({ lab, seen, made, node, ip }: Hand) {
    if (!nodeIn(seen, node).records[ip]) return;
    await on(lab, node, `echo '${DAMAGED}' >/var/lib/extip/${ip}.json`);
    keepAddress(seen, made, node, ip);
  },

  async 'delete the Service and create it anew'({ lab, made, service }: Hand) {
    const manifest = MANIFESTS.find(({ metadata }) => metadata.name === service);
    const input = JSON.stringify(manifest);
    await on(
      lab,
      'operator',
      `kubectl delete service ${service} && kubectl create -f - <<'END'\n${input}\nEND\n`,
    );
    const mine = [...made.externalIPs].filter((one) => one.startsWith(`${service} `));
    for (const one of mine) made.externalIPs.delete(one);
    for (const ip of manifest?.spec.externalIPs ?? []) made.externalIPs.add(`${service} ${ip}`);
  },
};

export type HandMove = keyof typeof handMoves;

/** Without its record what is in spec.externalIPs is nobody's any more, so a person's. */
async function annotate({ lab, seen, made, service }: Hand, change: string): Promise<void> {
  await on(lab, 'operator', `kubectl annotate service ${service} ${change}`);
  for (const ip of serviceIn(seen, service).externalIPs) made.externalIPs.add(`${service} ${ip}`);
}

/** So is an address of which the node has no record. */
function keepAddress(seen: Seen, made: MadeByHand, node: string, ip: string): void {
  if (nodeIn(seen, node).addresses.includes(ip)) made.addresses.add(`${node} ${ip}`);
}

async function setExternalIPs(lab: Lab, service: string, ips: string[]): Promise<void> {
  const patch = JSON.stringify({ spec: { externalIPs: ips } });
  await on(lab, 'operator', `kubectl patch service ${service} -p '${patch}'`);
}

function serviceIn(seen: Seen, service: string): Seen['services'][string] {
  return seen.services[service] ?? { externalIPs: [], assignments: [] };
}

function nodeIn(seen: Seen, node: string): Seen['nodes'][string] {
  return seen.nodes[node] ?? { addresses: [], records: {} };
}
