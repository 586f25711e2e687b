import type { Family } from '../ip.ts';
import type { NodeNetwork } from '../netfilter/node-network.ts';
import type { Question } from '../netfilter/rules.ts';

/** An interface's value and that of `all`, in `net.ipv4.conf` or `net.ipv6.conf`. */
interface Values {
  all: number | undefined;
  own: number | undefined;
}

/**
 * Reads a setting that holds where `all` or the interface has it (IN_DEV_ORCONF,
 * include/linux/inetdevice.h). undefined: not known.
 */
export function anyOf(
  name: string,
  device: string | null | undefined,
  node: NodeNetwork,
  family: Family = 4,
): boolean | undefined {
  const { all, own } = values(name, family, device, node);
  if (all || own) return true;
  return all === undefined || own === undefined ? undefined : false;
}

/**
 * Reads a setting of which the larger value holds (IN_DEV_MAXCONF), e.g. rp_filter. undefined: not
 * known.
 */
export function largerOf(
  name: string,
  device: string | null | undefined,
  node: NodeNetwork,
): number | undefined {
  const { all, own } = values(name, 4, device, node);
  if (all === undefined || own === undefined) return undefined;
  return Math.max(all, own);
}

/**
 * Whether what comes in by the interface is sent on: its own `forwarding` for IPv4
 * (IN_DEV_FORWARD, net/ipv4/route.c), that of `all` for IPv6 (net/ipv6/ip6_output.c, ip6_forward).
 * undefined: not known.
 */
export function forwards(
  family: Family,
  device: string | null | undefined,
  node: NodeNetwork,
): boolean | undefined {
  const { all, own } = values('forwarding', family, device, node);
  if (family === 6) return truth(all);
  return truth(own ?? number('net.ipv4.ip_forward', node) ?? all);
}

/** The question of a setting of an interface; `value` e.g. `is 1`. */
export function setting(name: string, device: string | null | undefined, value: string): Question {
  return { text: `${name} of ${device ?? 'the interface'} ${value}`, settledBy: 'sysctl.txt' };
}

function truth(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== 0;
}

function values(
  name: string,
  family: Family,
  device: string | null | undefined,
  node: NodeNetwork,
): Values {
  const folder = family === 4 ? 'net.ipv4.conf' : 'net.ipv6.conf';
  // In the names of sysctl a dot of the interface is written as a slash.
  const own = device ? number(`${folder}.${device.replaceAll('.', '/')}.${name}`, node) : undefined;
  return { all: number(`${folder}.all.${name}`, node), own };
}

function number(key: string, node: NodeNetwork): number | undefined {
  const text = node.sysctls.get(key);
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
