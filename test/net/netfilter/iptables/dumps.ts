import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REFERENCE = join(import.meta.dirname, '../../../../../shared/reference');

export interface Dump {
  /** Its path below the reference. */
  name: string;
  bytes: Buffer;
}

/** Dumps that people published, as they stood there. */
export const fieldDumps: Dump[] = filesOf('field').filter(
  ({ name }) => name.endsWith('.iptables-save') && !name.includes('.loaded.'),
);

/** Dumps that iptables-save itself wrote, of rules that were loaded. */
export const writtenDumps: Dump[] = [
  ...filesOf('field').filter(({ name }) => /\.loaded\.iptables-save$|\/40[02]-/.test(name)),
  ...filesOf('calico').filter(({ name }) => name.includes('iptables-save')),
  ...filesOf('calico/agent-3.28').filter(({ name }) => name.endsWith('.iptables-save')),
  ...['1.20', '1.24', '1.28'].flatMap((version) =>
    filesOf(`kube-proxy/iptables-${version}`).map(({ name, bytes }) => ({
      name,
      bytes: Buffer.from(JSON.parse(bytes.toString()).iptablesSave),
    })),
  ),
];

export const ipsetDumps: Dump[] = filesOf('calico/agent-3.28').filter(({ name }) =>
  name.endsWith('.ipset'),
);

function filesOf(folder: string): Dump[] {
  return readdirSync(join(REFERENCE, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({
      name: `${folder}/${entry.name}`,
      bytes: readFileSync(join(REFERENCE, folder, entry.name)),
    }));
}
