import { protocolNumber } from '../calico/packet.ts';
import { cidrText, type Ip, parseIp } from '../net/ip.ts';

/** What a guard lets in: a port of its address, and from where; null: from everywhere. */
export interface PermittedPort {
  protocol: string;
  port: number;
  sources: readonly string[] | null;
}

/**
 * Whether Calico's agent has written the guard of an address, as it is wanted now, and has it asked at the
 * interface. `saved` is the table mangle as iptables-save prints it, or Calico's own table as nft does. A
 * policy is a chain of its own, that the interface's leads to, directly or by one for several policies; the
 * agent replaces what is in it at once, so that rules that are not these are those of before. Of several
 * sources each is in a rule that comes before the one with the address and the port
 * (felix/rules/policy.go, 3.28).
 */
export function isGuardIn(
  saved: string,
  { ip, interface: name, permitted }: GuardedPlace,
): boolean {
  const chains = readChains(saved);
  const reached = reachedFrom(chains, [`cali-fh-${name}`, `mangle-cali-fh-${name}`]);
  const policies = reached.map((lines) => addressedTo(ip, lines));
  const wanted = [...new Set(permitted.map(wantedKey))].sort().join('\n');
  const denies = policies.some((rules) => rules.includes(ALL_ELSE));
  return denies && (wanted === '' || policies.some((rules) => rules.sort().join('\n') === wanted));
}

/** An interface at which an address is guarded. */
export interface GuardedPlace {
  ip: Ip;
  interface: string;
  permitted: readonly PermittedPort[];
}

/** Rules by chain, without what stands in quotes, which is a comment. */
function readChains(saved: string): Map<string, string[]> {
  const chains = new Map<string, string[]>();
  let current = '';
  for (const line of saved.split('\n')) {
    const [, appended, rule] = /^-A (\S+) (.*)/.exec(line) ?? [];
    const [, opened] = /^\s*chain (\S+) \{/.exec(line) ?? [];
    if (opened !== undefined) current = opened;
    const chain = appended ?? current;
    const text = ` ${(rule ?? line).trim().replace(/"(?:[^"\\]|\\.)*"/g, '')} `;
    const lines = chains.get(chain) ?? [];
    lines.push(text);
    chains.set(chain, lines);
  }
  return chains;
}

function reachedFrom(chains: ReadonlyMap<string, string[]>, names: readonly string[]): string[][] {
  const reached = new Set(names);
  for (const name of reached) {
    for (const line of chains.get(name) ?? []) {
      const [, target] = / (?:-j|-g|jump|goto) (\S+)/.exec(line) ?? [];
      if (target !== undefined) reached.add(target);
    }
  }
  return [...reached].flatMap((name) => {
    const lines = chains.get(name);
    return lines ? [lines] : [];
  });
}

/** A rule for the address that says no more of a packet. */
const ALL_ELSE = keyOf(null, null, []);

/** What the rules for the address say, each but once. */
function addressedTo(ip: Ip, lines: readonly string[]): string[] {
  const keys = new Set<string>();
  let sources: string[] = [];
  for (const line of lines) {
    const [, source] = / (?:-s|ip6? saddr) (\S+)/.exec(line) ?? [];
    if (source !== undefined) sources.push(source);
    const [, destination = ''] = / (?:-d|ip6? daddr) (\S+)/.exec(line) ?? [];
    if (parseIp(destination.replace(/\/(?:32|128)$/, ''))?.text !== ip.text) continue;
    const [, port] = / (?:--dports?|dport) (?:\{ )?(\d+)/.exec(line) ?? [];
    const [, protocol] = / (?:-p|l4proto|ip protocol|(?=\S+ dport)) ?(\S+)/.exec(line) ?? [];
    keys.add(keyOf(protocol ?? null, port === undefined ? null : Number(port), sources));
    sources = [];
  }
  return [...keys];
}

function wantedKey({ protocol, port, sources }: PermittedPort): string {
  return keyOf(protocol, port, sources ?? []);
}

/** What the kernel matches everything by is not in its rules. */
function keyOf(protocol: string | null, port: number | null, sources: readonly string[]): string {
  const nets = sources.map((text) => cidrText(text) ?? text).filter((net) => !net.endsWith('/0'));
  return JSON.stringify([protocol && protocolNumber(protocol), port, [...new Set(nets)].sort()]);
}
