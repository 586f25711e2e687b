import { readdir, readFile } from 'node:fs/promises';
import type { Service } from '../../../src/snapshot/kubernetes.ts';
import { type Assignment, readAssignments, readNodeRecord } from '../../../src/snapshot/records.ts';
import { on } from '../../commands/observe.ts';
import type { Lab } from '../../lab/harness.ts';
import { NODES, SERVICES } from './moves.ts';

/** What is there, looked at without extip: all that extip may change. */
export interface Seen {
  services: Record<string, { externalIPs: string[]; assignments: Assignment[] | 'damaged' }>;
  nodes: Record<string, { addresses: string[]; records: Record<string, SeenRecord> }>;
}

type SeenRecord = { preexisting: boolean; users: string[] } | 'damaged';

/** Looks at the walk's Services and nodes; two looks are equal where nothing was changed. */
export async function look(lab: Lab): Promise<Seen> {
  const [services, ...nodes] = await Promise.all([
    on(lab, 'operator', `kubectl get services ${SERVICES.join(' ')} -o json`),
    ...NODES.map(async (node) => [
      node,
      { addresses: await addressesOf(lab, node), records: await recordsOf(lab, node) },
    ]),
  ]);
  return {
    services: Object.fromEntries(JSON.parse(services).items.map(seenService)),
    nodes: Object.fromEntries(nodes),
  };
}

function seenService(service: Service): [string, Seen['services'][string]] {
  const { assignments, damaged } = readAssignments(service);
  const sorted = assignments.toSorted((a, b) => (a.ip < b.ip ? -1 : 1));
  const externalIPs = (service.spec.externalIPs ?? []).toSorted();
  return [
    service.metadata.name,
    { externalIPs, assignments: damaged === undefined ? sorted : 'damaged' },
  ];
}

async function addressesOf(lab: Lab, node: string): Promise<string[]> {
  const links = JSON.parse(await on(lab, node, 'ip -j -4 addr show dev ens34'));
  return links[0].addr_info
    .filter(({ prefixlen }: { prefixlen: number }) => prefixlen === 32)
    .map(({ local }: { local: string }) => local)
    .sort();
}

async function recordsOf(lab: Lab, node: string): Promise<Record<string, SeenRecord>> {
  const folder = lab.path(node, '/var/lib/extip');
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'));
  const records = files.sort().map(async (file): Promise<[string, SeenRecord]> => {
    const record = readNodeRecord(file, (await readFile(`${folder}/${file}`, 'utf8')).trim());
    if ('error' in record) return [file.slice(0, -5), 'damaged'];
    const users = record.services.map(({ name, uid }) => `${name} ${uid}`).sort();
    return [record.ip, { preexisting: record.preexisting, users }];
  });
  return Object.fromEntries(await Promise.all(records));
}
