import type { Lab } from '../../lab/harness.ts';
import type { Reachability } from '../reachability-cases.ts';
import { compare } from './compare.ts';
import type { Backend, Probe } from './ground.ts';

/** The columns of the table, as `Reachability.seen` has them. */
export const COLUMNS = [
  'IP:80',
  'IP:9000 (host process)',
  'node port',
  'node to node',
  'host egress',
] as const;

/** What packets reach with these objects, as Y or N each, and where the evaluator says otherwise. */
export async function reached(
  lab: Lab,
  { client, objects }: Reachability,
  backend: Backend,
): Promise<{ seen: string; disagreed: string[] }> {
  const from = { from: 'client', protocol: 'tcp', source: client } as const;
  const probes: Probe[] = [
    { ...from, destination: '20.1.0.167', port: 80 },
    { ...from, destination: '20.1.0.167', port: 9000 },
    { ...from, destination: '20.1.0.160', port: 30080 },
    { ...from, from: 'k2', source: '20.1.0.150', destination: '20.1.0.160', port: 10250 },
    { from: 'k0', protocol: 'tcp', source: '20.1.0.160', destination: '20.1.0.165', port: 8000 },
  ];
  const { disagreed, seen } = await compare(lab, { objects, probes }, backend);
  return { disagreed, seen: seen.map((one) => (one ? 'Y' : 'N')).join('') };
}
