import { type Ip, inRange, parseCidr } from '../net/ip.ts';
import { GUARDED_LABEL, IP_ANNOTATION, OWNER_LABEL, type OwnObject } from './change.ts';
import { policyNames } from './guard-names.ts';
import type { Rule } from './objects.ts';

/** A Service that may be reached on a guarded address, and by whom. */
export interface GuardedService {
  /** `NAMESPACE/NAME`. */
  key: string;
  ports: readonly { port: number; protocol: string }[];
  /** CIDRs; null: everybody. */
  sources: readonly string[] | null;
}

/** Where our policies stand where nobody says otherwise; one without an order is behind all. */
export const DEFAULT_ORDER = 100;

/** The policy that denies comes so much behind the one that allows. */
const DENY_BEHIND = 10;

/**
 * The two policies that guard an address, the one that allows first. preDNAT, so that they see the address
 * and port that the client asked for; they are only for this address, and without the second one nothing
 * would be denied. ICMP is let through: without it paths with a smaller MTU are black holes.
 */
export function guardPolicies(
  ip: Ip,
  services: readonly GuardedService[],
  order: number,
): [allow: OwnObject, deny: OwnObject] {
  const names = policyNames(ip);
  const nets = [`${ip.text}/${ip.family === 4 ? 32 : 128}`];
  const allow = services.flatMap(({ key, ports, sources }) =>
    ports.map(
      ({ port, protocol }): Rule => ({
        action: 'Allow',
        protocol,
        ...(sources && { source: { nets: [...sources] } }),
        destination: { nets, ports: [port] },
        metadata: { annotations: { 'extip.dev/service': key } },
      }),
    ),
  );
  const deny: Rule[] = [
    { action: 'Allow', protocol: ip.family === 4 ? 'ICMP' : 'ICMPv6', destination: { nets } },
    { action: 'Deny', destination: { nets } },
  ];
  return [
    policyOf(ip, names.allow, order, allow),
    policyOf(ip, names.deny, order + DENY_BEHIND, deny),
  ];
}

/** Whether the guard lets a connection in, once there is one. */
export function isPermitted(
  services: readonly GuardedService[],
  { protocol, source, port }: { protocol: string; source: Ip; port: number },
): boolean {
  return services.some(
    ({ ports, sources }) =>
      ports.some((one) => one.port === port && one.protocol.toLowerCase() === protocol) &&
      (sources === null || sources.some((text) => isIn(text, source))),
  );
}

function isIn(text: string, ip: Ip): boolean {
  const range = parseCidr(text);
  return range !== null && inRange(range, ip);
}

function policyOf(ip: Ip, name: string, order: number, ingress: Rule[]): OwnObject {
  return {
    kind: 'GlobalNetworkPolicy',
    name,
    labels: { [OWNER_LABEL]: 'guard' },
    annotations: { [IP_ANNOTATION]: ip.text },
    spec: {
      order,
      selector: `${GUARDED_LABEL} == 'true'`,
      types: ['Ingress'],
      preDNAT: true,
      applyOnForward: true,
      ingress,
    },
  };
}
