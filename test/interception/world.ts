import { readdir, readFile } from 'node:fs/promises';
import { on, restoreFilesOn } from '../commands/observe.ts';
import type { Lab } from '../lab/harness.ts';

/**
 * All that extip may change: the Services, the nodes' addresses, records and what restores them;
 * without versions and without which run it was. What was made by hand is in it too.
 */
export async function worldOf(lab: Lab): Promise<string> {
  const [services, ...nodes] = await Promise.all([
    on(lab, 'operator', 'kubectl get services -A -o json'),
    ...['k0', 'k2'].map(async (node) => ({
      addresses: JSON.parse(await on(lab, node, 'ip -j addr')),
      records: await recordsOf(lab, node),
      restore: await restoreFilesOn(lab, node),
    })),
  ]);
  const essential = (key: string, value: unknown) => {
    if (['resourceVersion', 'runId', 'at'].includes(key)) return undefined;
    return key === 'extip.dev/assignments' ? JSON.parse(String(value)) : value;
  };
  return JSON.stringify([JSON.parse(services).items, nodes], essential, 1);
}

async function recordsOf(lab: Lab, node: string): Promise<[string, unknown][]> {
  const folder = lab.path(node, '/var/lib/extip');
  const files = await readdir(folder).catch(() => []);
  const records = files.filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    records.map(async (file) => [file, JSON.parse(await readFile(`${folder}/${file}`, 'utf8'))]),
  );
}
