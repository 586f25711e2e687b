import { randomUUID } from 'node:crypto';
import { writeFileOn } from './files.ts';
import type { HostState } from './state.ts';

/** Gives a host what makes it a machine of its own: names and a machine-id, which it returns. */
export async function giveIdentity(host: HostState, name: string): Promise<string> {
  const machineId = randomUUID().replaceAll('-', '');
  await Promise.all([
    writeFileOn(host, '/etc/hostname', `${name}\n`),
    writeFileOn(host, '/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost\n`),
    writeFileOn(host, '/etc/resolv.conf', '# no name server in the lab\n'),
    writeFileOn(host, '/etc/machine-id', `${machineId}\n`, 0o444),
  ]);
  return machineId;
}
