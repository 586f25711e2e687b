import { UsageError } from '../errors.ts';
import { type Ip, type IpRange, overlap, parseIp, parseRange } from '../net/ip.ts';

/**
 * What cannot be an external IP: what the API server refuses (ValidateNonSpecialIP,
 * pkg/apis/core/validation, Kubernetes 1.29), and what no host can have.
 */
const UNUSABLE: readonly [range: string, what: string][] = [
  ['0.0.0.0/8', 'an unspecified address'],
  ['127.0.0.0/8', 'a loopback address'],
  ['169.254.0.0/16', 'a link-local address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['255.255.255.255/32', 'the broadcast address'],
  ['::/128', 'the unspecified address'],
  ['::1/128', 'the loopback address'],
  ['::ffff:0:0/96', 'an IPv4 address written as IPv6'],
  ['fe80::/10', 'a link-local address'],
  ['ff00::/8', 'a multicast address'],
];

/** The address that a user typed; throws UsageError for one that cannot be an external IP. */
export function addressArgument(text: string): Ip {
  const ip = parseIp(text);
  if (!ip) {
    throw new UsageError(`'${text}' is not an IP address`, {
      reason: 'invalid-address',
      help: text.includes('/') ? 'give the address without a prefix' : 'for example: 192.0.2.10',
    });
  }
  mustBeUsable({ first: ip, last: ip }, ip.text);
  return ip;
}

/**
 * The range that a user typed: a CIDR, `FIRST-LAST` or one address; throws UsageError. `cluster` is
 * the one whose pools in the configuration have no such name.
 */
export function rangeArgument(text: string, cluster: string): IpRange {
  const range = parseRange(text);
  if (!range) {
    throw new UsageError(
      `'${text}' is neither a range of addresses nor a pool that the configuration has for cluster ${cluster}`,
      {
        reason: 'invalid-pool',
        help: 'for example: 192.0.2.0/28 or 192.0.2.10-192.0.2.20',
      },
    );
  }
  mustBeUsable(range, text);
  return range;
}

function mustBeUsable(range: IpRange, text: string): void {
  for (const [unusable, what] of UNUSABLE) {
    const parsed = parseRange(unusable);
    if (!parsed || !overlap(parsed, range)) continue;
    const how = range.first.value === range.last.value ? 'is' : 'holds';
    throw new UsageError(`${text} ${how} ${what}: it cannot be an external IP`, {
      reason: 'invalid-address',
    });
  }
}
