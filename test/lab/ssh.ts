import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { createAccounts } from './accounts.ts';
import { LabError } from './error.ts';
import { run } from './exec.ts';
import { pathFromOutside, writeFileOn } from './files.ts';
import { startProgram } from './program.ts';
import { bare, type Host, type Scenario } from './scenario.ts';
import { findHost, type LabState, labDirectory } from './state.ts';
import { waitFor } from './wait.ts';

/** The key exchange that costs least: half of what a connection takes, and tests make thousands. */
const sshdConfig = `KexAlgorithms curve25519-sha256
HostKey /etc/ssh/ssh_host_ed25519_key
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
SetEnv SYSTEMD_OFFLINE=1
Subsystem sftp internal-sftp
`;

/** A key pair as ssh-keygen writes it. */
interface SshKey {
  privateKey: string;
  publicKey: string;
}

/** Runs sshd on every node and client, and lets the operator in. */
export async function setUpSsh(lab: LabState, scenario: Scenario): Promise<void> {
  const hosts = [...scenario.nodes, ...scenario.clients];
  const operatorKey = await createSshKey(lab.name, scenario.operator.name);
  const targets = await Promise.all(
    hosts.map(async (host) => {
      const hostKey = await createSshKey(lab.name, host.name);
      await startSshd(lab, host.name, hostKey, operatorKey);
      return { host, hostKey };
    }),
  );
  await writeSshConfig(lab, scenario.operator, targets, operatorKey);
  await Promise.all(hosts.map(({ name }) => waitForSshd(lab, name)));
}

/** Makes a key pair, kept in the lab's folder under `name`. */
async function createSshKey(lab: string, name: string): Promise<SshKey> {
  const directory = join(labDirectory(lab), 'ssh');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, name);
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  const [privateKey, publicKey] = await Promise.all([
    readFile(file, 'utf8'),
    readFile(`${file}.pub`, 'utf8'),
  ]);
  return { privateKey, publicKey: publicKey.trim() };
}

/** Runs sshd on a host, open by key to root and to the host's users. */
async function startSshd(
  lab: LabState,
  hostName: string,
  hostKey: SshKey,
  operatorKey: SshKey,
): Promise<void> {
  const host = findHost(lab, hostName);
  await createAccounts(host, operatorKey.publicKey);
  await writeFileOn(host, '/etc/ssh/sshd_config', sshdConfig);
  await writeFileOn(host, '/etc/ssh/ssh_host_ed25519_key', hostKey.privateKey, 0o600);
  await writeFileOn(host, '/etc/ssh/ssh_host_ed25519_key.pub', `${hostKey.publicKey}\n`);
  // sshd insists on this folder, for the processes that it shuts in.
  await mkdir(pathFromOutside(host, '/run/sshd'));
  await startProgram(lab, hostName, 'sshd', ['/usr/sbin/sshd', '-D', '-e']);
}

/** The address of `host` on a network that the operator is on too. */
export function sshAddress(operator: Host, host: Host): string {
  const networks = operator.interfaces.map(({ network }) => network);
  const shared = host.interfaces.find(({ network }) => networks.includes(network));
  const address = shared?.addresses[0];
  if (!address) throw new LabError(`${host.name} shares no network with the operator`);
  return bare(address);
}

/** The operator's ssh configuration, known hosts and key. */
async function writeSshConfig(
  lab: LabState,
  operator: Host,
  targets: { host: Host; hostKey: SshKey }[],
  operatorKey: SshKey,
): Promise<void> {
  const state = findHost(lab, operator.name);
  const config = targets.map(
    ({ host }) => `Host ${host.name}\n  HostName ${sshAddress(operator, host)}\n  User root\n`,
  );
  const known = targets.map(({ host, hostKey }) => {
    const [type, key] = hostKey.publicKey.split(' ');
    return `${host.name},${sshAddress(operator, host)} ${type} ${key}\n`;
  });
  await Promise.all([
    writeFileOn(state, '/root/.ssh/config', config.join('\n'), 0o600),
    writeFileOn(state, '/root/.ssh/known_hosts', known.join('')),
    writeFileOn(state, '/root/.ssh/id_ed25519', operatorKey.privateKey, 0o600),
    writeFileOn(state, '/root/.ssh/id_ed25519.pub', `${operatorKey.publicKey}\n`),
  ]);
  await chmod(pathFromOutside(state, '/root/.ssh'), 0o700);
}

/** Waits until sshd on a host shows its banner. */
async function waitForSshd(lab: LabState, hostName: string): Promise<void> {
  const host = findHost(lab, hostName);
  await waitFor(`sshd on ${hostName}`, async () => {
    const banner = await run(host, ['busybox', 'nc', '-w', '1', '127.0.0.1', '22']);
    if (!banner.startsWith('SSH-2.0')) throw new Error('no banner');
  });
}
