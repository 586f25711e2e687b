import { UsageError } from '../errors.ts';
import { isInterfaceName } from '../net/interface-name.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { IpSet, NodeNetwork, WalkInterface } from '../net/netfilter/node-network.ts';
import type { Protocol } from '../net/netfilter/packet.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import { isLoopback } from '../net/routing/prefix.ts';

/** The flags of `explain --rules`, as they were typed. */
export interface ExplainFlags {
  to: string;
  from: string;
  protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  /** Empty: the node's addresses are not known. */
  local: readonly string[];
  inInterface?: string;
}

/** What is asked, and what is known of the node. */
export interface Request {
  asked: Asked;
  node: NodeNetwork;
}

/** Reads the flags. Throws a UsageError where an address, a port or an interface is none. */
export function readRequest(flags: ExplainFlags, ipsets: ReadonlyMap<string, IpSet>): Request {
  const { protocol, inInterface } = flags;
  const source = readAddress('--from', flags.from);
  const { address: destination, port } = readTarget(flags.to, protocol);
  if (source.family !== destination.family) {
    throw invalid(`--from ${source.text} and --to ${destination.text} are not of one family`);
  }
  if (inInterface !== undefined && !isInterfaceName(inInterface)) {
    throw invalid(`--in-interface: '${inInterface}' is no name of an interface`);
  }
  const local = flags.local.map((text) => readAddress('--local', text));
  const isOwn = isLoopback(source) || local.some(({ text }) => text === source.text);
  return {
    asked: {
      origin: isOwn ? 'node' : 'external',
      packet: {
        family: source.family,
        protocol: kernelProtocol(protocol, source),
        source,
        sourcePort: protocol === 'icmp' ? null : undefined,
        destination,
        destinationPort: port,
        inInterface: isOwn ? null : inInterface,
        physicalIn: isOwn ? null : undefined,
      },
    },
    node: {
      interfaces: local.length > 0 ? [interfaceWith(local)] : undefined,
      routes: undefined,
      rules: undefined,
      sysctls: new Map(),
      ipsets,
    },
  };
}

/** `ADDRESS:PORT`, to icmp `ADDRESS`. Throws a UsageError for anything else. */
export function readTarget(
  text: string,
  protocol: ExplainFlags['protocol'],
): { address: Ip; port: number | null } {
  if (protocol === 'icmp') return { address: readAddress('--to', text), port: null };
  const [, bracketed, plain, portText = ''] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = parseIp(bracketed ?? plain ?? '');
  const port = Number(portText);
  if (
    !address ||
    port < 1 ||
    port > 65535 ||
    (bracketed !== undefined) !== (address.family === 6)
  ) {
    throw invalid(
      `--to: '${text}' is not ADDRESS:PORT`,
      'for example: --to 192.0.2.10:80, --to [2001:db8::1]:80',
    );
  }
  return { address, port };
}

/** Throws a UsageError that names the flag. */
export function readAddress(flag: string, text: string): Ip {
  const ip = parseIp(text);
  if (!ip) throw invalid(`${flag}: '${text}' is no IP address`);
  return ip;
}

function invalid(message: string, help?: string): UsageError {
  return new UsageError(message, { reason: 'invalid-value', ...(help && { help }) });
}

function kernelProtocol(protocol: ExplainFlags['protocol'], { family }: Ip): Protocol {
  return protocol === 'icmp' && family === 6 ? 'icmpv6' : protocol;
}

/** Which interface has the addresses nobody said, and no rule can see. */
function interfaceWith(local: readonly Ip[]): WalkInterface {
  const addresses = local.map((ip) => ({
    ip,
    prefix: ip.family === 4 ? 32 : 128,
    scope: 'global',
  }));
  return { name: '', up: true, loopback: false, addresses };
}
