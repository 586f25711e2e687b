import { type Family, type Ip, parseIp } from './ip.ts';
import type { Problem } from './netfilter/problem.ts';

/** A socket that takes what comes in for a port. */
export interface Listener {
  protocol: 'tcp' | 'udp';
  /** null: any address of these families. */
  ip: Ip | null;
  families: readonly Family[];
  /** The one interface that it is bound to; null: all. */
  interface: string | null;
  port: number;
  /** The names of the processes that have it; empty: not known. */
  processes: readonly string[];
  /** As the file has it, without what is for the eye alone. */
  line: string;
}

/** Protocol, state, two queues, the local address and port, the peer's; then the processes. */
const LINE = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(?:\s+users:(.*))?$/;
const PROCESS = /\("((?:[^"\\]|\\.)*)",pid=/g;

/** Reads `ss -Hlntup` (iproute2 6.1, misc/ss.c). */
export function readListeners(text: string): { listeners: Listener[]; problems: Problem[] } {
  const listeners: Listener[] = [];
  const problems: Problem[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim().replace(/\s+/g, ' ');
    if (line === '') continue;
    const listener = readLine(line);
    if (listener) listeners.push(listener);
    else problems.push({ line: index + 1, column: 1, message: 'no line of `ss -Hlntup`' });
  }
  return { listeners, problems };
}

function readLine(line: string): Listener | null {
  const [, protocol, local = '', port, users = ''] = LINE.exec(line) ?? [];
  const place = /^(\*|\[[^\]%]+\]|[^%[\]]+)(?:%(\S+))?$/.exec(local);
  // Older ones print the interface of a link-local address inside the brackets.
  const scoped = /^\[([^\]%]+)%([^\]]+)\]$/.exec(local);
  const host = (scoped?.[1] ?? place?.[1] ?? '').replace(/^\[|\]$/g, '');
  const ip = parseIp(host);
  if ((protocol !== 'tcp' && protocol !== 'udp') || (host !== '*' && !ip)) return null;
  const isAny = ip === null || ip.value === 0n;
  return {
    protocol,
    ip: isAny ? null : ip,
    // `*` is a socket of IPv6 that takes IPv4, too.
    families: ip ? [ip.family] : [4, 6],
    interface: scoped?.[2] ?? place?.[2] ?? null,
    port: Number(port),
    processes: [...new Set([...users.matchAll(PROCESS)].flatMap(([, name]) => name ?? []))],
    line,
  };
}

/** Whether the socket takes what comes in there. */
export function takes(
  listener: Listener,
  packet: { protocol: string; ip: Ip; port: number | null; interface: string | null },
): boolean {
  return (
    listener.protocol === packet.protocol &&
    listener.port === packet.port &&
    listener.families.includes(packet.ip.family) &&
    (listener.ip === null || listener.ip.text === packet.ip.text) &&
    (listener.interface === null || listener.interface === packet.interface)
  );
}
