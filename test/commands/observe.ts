import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import type { Lab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';

/** What a command prints on a host; it must succeed. */
export async function on(lab: Lab, host: string, command: string): Promise<string> {
  const { stdout, stderr, exitCode } = await lab.exec(host, ['sh', '-c', command]);
  assert.equal(exitCode, 0, `${host}: ${command}: ${stderr}`);
  return stdout.trim();
}

/**
 * All that extip may change: every Service but for its version, `ip -j addr` of every node, the
 * records there and what restores them. Two of these are equal exactly when nothing was left changed;
 * what was made by hand is in it too.
 */
export async function stateOf(lab: Lab): Promise<string> {
  const [services, ...nodes] = await Promise.all([
    on(lab, 'operator', 'kubectl get services -A -o json'),
    ...nodesOf(lab).map(async (node) => [
      await on(lab, node, 'ip -j addr'),
      await recordTexts(lab, node),
      await restoreFilesOn(lab, node),
    ]),
  ]);
  const versionless = (key: string, value: unknown) =>
    key === 'resourceVersion' ? undefined : value;
  return JSON.stringify([JSON.parse(services, versionless), nodes], null, 1);
}

/** The same whichever run made it: without run ids, who it was, and when. */
export async function worldOf(lab: Lab): Promise<string> {
  return (await stateOf(lab)).replaceAll(/(\\*"(?:runId|at|by)\\*":\\*")[^"\\]*/g, '$1');
}

/** Runs `work` and sees that it leaves nothing changed. */
export async function unchanged<T>(lab: Lab, work: () => Promise<T>): Promise<T> {
  const before = await stateOf(lab);
  const result = await work();
  assert.equal(await stateOf(lab), before);
  return result;
}

/** The addresses of a node's interface, as `20.1.0.167/32`, IPv4 only. */
export async function addressesOn(lab: Lab, node: string, link: string): Promise<string[]> {
  const [found] = JSON.parse(await on(lab, node, `ip -j -4 addr show dev ${link}`));
  return found.addr_info.map(
    ({ local, prefixlen }: { local: string; prefixlen: number }) => `${local}/${prefixlen}`,
  );
}

/** What a node has to restore addresses after a boot: the files by name, as `ls -l` tells them. */
export async function restoreFilesOn(lab: Lab, node: string): Promise<string> {
  return on(lab, node, RESTORE_FILES);
}

const RESTORE_FILES = `cd /etc/systemd/system
for file in *extip* *.wants/*extip* /var/lib/extip/restore*; do
  [ ! -e "$file" ] || printf '%s %s\\n' "$file" "$(md5sum <"$file")"
done`;

/** Removes them by hand. */
export const SCRUB_RESTORE =
  'rm -f /var/lib/extip/restore /etc/systemd/system/extip-restore.service /etc/systemd/system/*.wants/extip-restore.service';

/** The addresses that a node has a record of. */
export async function recordsOn(lab: Lab, node: string): Promise<string[]> {
  const files = await readdir(lab.path(node, '/var/lib/extip')).catch(() => []);
  return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
}

async function recordTexts(lab: Lab, node: string): Promise<[ip: string, text: string][]> {
  const ips = (await recordsOn(lab, node)).sort();
  const read = (ip: string) => readFile(lab.path(node, `/var/lib/extip/${ip}.json`), 'utf8');
  return Promise.all(ips.map(async (ip) => [ip, await read(ip)] as [string, string]));
}

/** A Service's external IPs. */
export async function externalIPsOf(lab: Lab, service: string): Promise<string[]> {
  const { spec } = JSON.parse(await on(lab, 'operator', `kubectl get svc ${service} -o json`));
  return spec.externalIPs ?? [];
}

/** What a host gets from an address; empty where nothing answers within 2 s. */
export async function get(lab: Lab, host: string, address: string): Promise<string> {
  const { stdout } = await lab.exec(host, ['curl', '-sS', '-m', '2', `http://${address}/`]);
  return stdout.trim();
}

/** Waits until a host has had an answer from each of the two backends of scenario s2. */
export async function getsBothBackends(lab: Lab, host: string, address: string): Promise<void> {
  const answers = new Set<string>();
  await waitFor(
    `both backends for ${host}`,
    async () => {
      answers.add(await get(lab, host, address));
      assert.deepEqual([...answers].filter(Boolean).sort(), [
        'This is Web Server 1 running on 8080!',
        'This is Web Server 2 running on 9090!',
      ]);
    },
    15,
  );
}

function nodesOf(lab: Lab): string[] {
  return Object.entries(lab.state.hosts)
    .filter(([, { role }]) => role === 'node')
    .map(([name]) => name);
}
