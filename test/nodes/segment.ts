import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reach } from '../../src/nodes/reach.ts';

/** A throwaway network segment: hosts in network namespaces on one bridge. Needs root. */
export interface Segment {
  /** Runs a command on a host and returns what it printed. */
  run(host: string, ...command: string[]): string;
  /** The MAC of the host's eth0. */
  mac(host: string): string;
  /** A way to the host, as a command in the configuration would be one. */
  reach(host: string, options?: { path?: string; user?: string }): Reach;
  /** The host's own /var/lib. */
  varLib(host: string): string;
  /** The host's own /etc/systemd/system. */
  units(host: string): string;
  /** Makes it look as if the host ran systemd. */
  runSystemd(host: string): void;
  /** Gives the host a tmpfs with these mount options as /var/lib; null: its own again. */
  mountVarLib(host: string, options: string | null): void;
  /** Listens on the host's eth0 with tcpdump. */
  listen(host: string, filter: string): Promise<Listener>;
  remove(): void;
}

export interface Listener {
  /** Waits up to 3 s for a line that matches, else fails with what was heard. */
  hear(pattern: RegExp): Promise<string>;
  heard(): string;
  stop(): void;
}

/**
 * `ip netns exec` gives every call a mount namespace of its own; $1 is the host's folder. Whether
 * systemd runs is seen in /run; there is none to talk to, and systemctl only does what it does with
 * files.
 */
const MOUNT = `mount -t tmpfs tmpfs /run && mount --bind "$1.units" /etc/systemd/system || exit 1
if [ -e "$1.systemd" ]; then mkdir -p /run/systemd/system; fi
options=$(cat "$1.tmpfs" 2>/dev/null)
if [ -n "$options" ]; then
  mount -t tmpfs -o "$options" tmpfs /var/lib
else
  mount --bind "$1" /var/lib
fi && shift && exec "$@"`;

/** Why there can be none here; null: there can. With EXTIP_REQUIRE_LAB=1 that is a failure. */
export const NO_SEGMENT: string | false =
  process.getuid?.() === 0 || process.env.EXTIP_REQUIRE_LAB === '1'
    ? false
    : 'SKIPPED: network namespaces need root';

const PREFIX = 'extip-test';

/** Namespaces of test runs that were killed. */
function removeLeftovers(): void {
  const names = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).match(/^\S+/gm) ?? [];
  for (const name of names) {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (!pid || existsSync(`/proc/${pid}`)) continue;
    try {
      execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' });
    } catch (error) {
      // Another test, that starts at the same time, was faster.
      if (existsSync(`/run/netns/${name}`)) throw error;
    }
  }
}

/** Builds one; each host gets these addresses on its eth0, IPv6 ones without waiting for DAD. */
export function createSegment(hosts: Record<string, string[]>): Segment {
  removeLeftovers();
  const prefix = `${PREFIX}-${process.pid}-${Math.random().toString(36).slice(2, 6)}`;
  const directory = mkdtempSync(join(tmpdir(), 'extip-nodes-'));
  const namespace = (host: string) => `${prefix}-${host}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
  const run = (host: string, ...command: string[]) =>
    ip('netns', 'exec', namespace(host), ...command);

  ip('netns', 'add', namespace('bridge'));
  ip('-n', namespace('bridge'), 'link', 'add', 'br0', 'up', 'type', 'bridge');
  for (const [host, addresses] of Object.entries(hosts)) {
    mkdirSync(join(directory, host));
    mkdirSync(join(directory, `${host}.units`));
    ip('netns', 'add', namespace(host));
    const peer = ['peer', 'name', `to-${host}`, 'netns', namespace('bridge')];
    ip('link', 'add', 'eth0', 'netns', namespace(host), 'type', 'veth', ...peer);
    ip('-n', namespace('bridge'), 'link', 'set', `to-${host}`, 'master', 'br0', 'up');
    ip('-n', namespace(host), 'link', 'set', 'lo', 'up');
    ip('-n', namespace(host), 'link', 'set', 'eth0', 'up');
    for (const address of addresses) {
      const nodad = address.includes(':') ? ['nodad'] : [];
      ip('-n', namespace(host), 'addr', 'add', address, 'dev', 'eth0', ...nodad);
    }
  }

  return {
    run,
    mac: (host) => run(host, 'cat', '/sys/class/net/eth0/address').trim(),
    varLib: (host) => join(directory, host),
    units: (host) => join(directory, `${host}.units`),
    runSystemd: (host) => writeFileSync(join(directory, `${host}.systemd`), ''),
    mountVarLib(host, options) {
      writeFileSync(join(directory, `${host}.tmpfs`), options ?? '');
    },
    reach: (host, { path, user } = {}) => ({
      node: host,
      description: `${host} (test)`,
      argv: [
        ...['ip', 'netns', 'exec', namespace(host)],
        ...['sh', '-c', MOUNT, 'sh', join(directory, host)],
        ...(user ? ['setpriv', `--reuid=${user}`, '--clear-groups'] : []),
        ...['env', 'SYSTEMD_OFFLINE=1', `PATH=${path ?? process.env.PATH}`, 'sh', '-s'],
      ],
    }),
    async listen(host, filter) {
      const args = ['netns', 'exec', namespace(host), 'tcpdump', '-lneti', 'eth0', filter];
      const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let lines = '';
      child.stdout.on('data', (data) => {
        lines += data;
      });
      let said = '';
      // Read to the end: tcpdump would die of a pipe that is closed while it still talks.
      child.stderr.on('data', (data) => {
        said += data;
      });
      for (let tries = 100; !said.includes('listening on'); tries--) {
        assert.ok(tries > 0, `tcpdump does not listen: ${said}`);
        await sleep(50);
      }
      return {
        async hear(pattern) {
          for (let tries = 30; !pattern.test(lines) && tries > 0; tries--) await sleep(100);
          assert.match(lines, pattern);
          return lines;
        },
        heard: () => lines,
        stop: () => child.kill(),
      };
    },
    remove() {
      for (const host of [...Object.keys(hosts), 'bridge']) ip('netns', 'del', namespace(host));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
