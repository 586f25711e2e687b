import { chown } from 'node:fs/promises';
import { pathFromOutside, readFileOn, writeFileOn } from './files.ts';
import type { HostState } from './state.ts';

/** The users of a host besides root, with their ids: `ops` has sudo without a password. */
const users = Object.entries({ ops: 2001, nosudo: 2002 });

const sudoers = `ops ALL=(ALL:ALL) NOPASSWD: ALL
Defaults env_keep += SYSTEMD_OFFLINE
`;

/** Creates the users of a host and lets `authorizedKey` in as each of them and as root. */
export async function createAccounts(host: HostState, authorizedKey: string): Promise<void> {
  const append = async (
    file: string,
    line: (user: string, id: number) => string,
    mode?: number,
  ) => {
    const lines = users.map(([user, id]) => `${line(user, id)}\n`);
    await writeFileOn(host, file, (await readFileOn(host, file)) + lines.join(''), mode);
  };
  await append('/etc/passwd', (user, id) => `${user}:x:${id}:${id}::/home/${user}:/bin/bash`);
  await append('/etc/group', (user, id) => `${user}:x:${id}:`);
  await append('/etc/shadow', (user) => `${user}:*:20000:0:99999:7:::`, 0o600);
  // Without PAM, sshd takes '!' for a locked account; '*' only means no password.
  const shadow = await readFileOn(host, '/etc/shadow');
  await writeFileOn(host, '/etc/shadow', shadow.replace(/^root:[^:]*/m, 'root:*'), 0o600);
  await writeFileOn(host, '/etc/sudoers.d/ops', sudoers, 0o440);

  await writeFileOn(host, '/root/.ssh/authorized_keys', `${authorizedKey}\n`);
  for (const [user, id] of users) {
    const files = [`/home/${user}`, `/home/${user}/.ssh`, `/home/${user}/.ssh/authorized_keys`];
    await writeFileOn(host, `/home/${user}/.ssh/authorized_keys`, `${authorizedKey}\n`);
    for (const file of files) await chown(pathFromOutside(host, file), id, id);
  }
}
