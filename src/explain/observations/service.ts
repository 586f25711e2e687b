import { serviceKey } from '../../snapshot/kubernetes.ts';
import { isUnread, outsideIPs, whyNotProxied } from '../../snapshot/queries.ts';
import { type Evidence, holders } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { nameList, serviceObject, verb } from '../phrases.ts';
import { type Target, targetsOf } from '../targets.ts';

/** A Service that has no address of a kind, or of which none is served; an address that is no Service's. */
export function service(evidence: Evidence): Observation[] {
  return [
    ...notProxied(evidence),
    ...withoutAddress(evidence),
    ...withoutNodePort(evidence),
    ...nobodys(evidence),
  ];
}

/** An address that no Service is served on, or not at the port that is asked. */
function nobodys(evidence: Evidence): Observation[] {
  const { asking, services, snapshot, targets } = evidence;
  if (asking.kind === 'everything' || asking.kind === 'service' || services.length > 0) return [];
  const { text } = asking.ip;
  const about = { code: 'not-served', severity: 'warning', object: `ip/${text}` } as const;
  const served = targetsOf(snapshot.cluster, { kind: 'ip', ip: asking.ip });
  const [asked] = targets;
  if (asked && served.length > 0) {
    const byService = Map.groupBy(served, ({ service }) => (service ? serviceKey(service) : ''));
    const ports = [...byService].map(([key, own]) => `${key} for ${nameList(own.map(portText))}`);
    const message = `${text} is an address of ${ports.join(', of ')}, and not for ${portText(asked)}`;
    return [{ ...about, message, fix: { command: `extip explain ip ${text}` } }];
  }
  const nodes = holders(evidence, text).map(({ node }) => node);
  const place = nodes.length === 0 ? '' : `; ${nameList(nodes)} ${verb(nodes, 'has', 'have')} it`;
  const known = isUnread(snapshot, 'services') ? ' that is known' : '';
  const message = `no Service${known} is served on ${text}${place}`;
  return [{ ...about, message, fix: { command: 'extip list -A' } }];
}

/** e.g. `80/tcp`, `icmp`. */
function portText({ port, protocol }: Target): string {
  return port === null ? protocol : `${port}/${protocol}`;
}

function notProxied({ services }: Evidence): Observation[] {
  return services.flatMap((it): Observation[] => {
    const why = whyNotProxied(it);
    if (why === null) return [];
    const ips = outsideIPs(it);
    const lost =
      ips.length === 0 ? '' : `: what is sent to ${nameList(ips)} does not come to its pods`;
    return [
      {
        code: 'not-proxied',
        severity: ips.length === 0 ? 'warning' : 'error',
        object: serviceObject(it),
        message: `${serviceKey(it)} is ${why}, so kube-proxy serves no address of it${lost}`,
        fix: {
          advice: 'make another Service for the same pods, of type ClusterIP with a cluster IP',
        },
      },
    ];
  });
}

function withoutAddress({ services }: Evidence): Observation[] {
  return services
    .filter((it) => outsideIPs(it).length === 0 && !whyNotProxied(it))
    .map((it) => ({
      code: 'no-external-ip' as const,
      severity: 'warning' as const,
      object: serviceObject(it),
      message: `${serviceKey(it)} has no external IP`,
      fix: { advice: `give it one: extip assign ${serviceKey(it)} IP` },
    }));
}

/** That were asked for. */
function withoutNodePort({ asking, services }: Evidence): Observation[] {
  if (asking.kind !== 'service' || !asking.nodePort) return [];
  return services
    .filter(({ spec }) => !spec.ports?.some(({ nodePort }) => nodePort))
    .map((it) => ({
      code: 'no-node-port' as const,
      severity: 'warning' as const,
      object: serviceObject(it),
      message: `${serviceKey(it)} has no node ports (its type is ${it.spec.type ?? 'ClusterIP'})`,
      fix: null,
    }));
}
