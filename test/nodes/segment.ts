import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  remove(): void;
}

/** Why there can be none here; null: there can. With EXTIP_REQUIRE_LAB=1 that is a failure. */
export const NO_SEGMENT: string | false =
  process.getuid?.() === 0 || process.env.EXTIP_REQUIRE_LAB === '1'
    ? false
    : 'SKIPPED: network namespaces need root';

/** Builds one; each host gets these addresses on its eth0, IPv6 ones without waiting for DAD. */
export function createSegment(hosts: Record<string, string[]>): Segment {
  const prefix = `extip-t${process.pid}-${Math.random().toString(36).slice(2, 6)}`;
  const directory = mkdtempSync(join(tmpdir(), 'extip-nodes-'));
  const namespace = (host: string) => `${prefix}-${host}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
  const run = (host: string, ...command: string[]) =>
    ip('netns', 'exec', namespace(host), ...command);

  ip('netns', 'add', namespace('bridge'));
  ip('-n', namespace('bridge'), 'link', 'add', 'br0', 'up', 'type', 'bridge');
  for (const [host, addresses] of Object.entries(hosts)) {
    mkdirSync(join(directory, host));
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
    // `ip netns exec` gives every call a mount namespace of its own.
    reach: (host, { path = '', user } = {}) => ({
      node: host,
      description: `${host} (test)`,
      argv: [
        ...['ip', 'netns', 'exec', namespace(host), 'env', `PATH=${path}:${process.env.PATH}`],
        ...['sh', '-c', 'mount --bind "$1" /var/lib && shift && exec "$@"', 'sh'],
        ...[
          join(directory, host),
          ...(user ? ['setpriv', `--reuid=${user}`, '--clear-groups'] : []),
        ],
        ...['sh', '-s'],
      ],
    }),
    remove() {
      for (const host of [...Object.keys(hosts), 'bridge']) ip('netns', 'del', namespace(host));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
