import { type Family, type Ip, type IpRange, inRange, parseRange } from '../net/ip.ts';
import { type Answer, all, any, known } from './answer.ts';
import type { Direction } from './endpoint-policies.ts';
import type { FelixConfiguration } from './objects.ts';
import type { Packet } from './packet.ts';
import type { CalicoObjects } from './read-objects.ts';
import { allowed, denied, either, type Verdict } from './verdict.ts';

/** What Calico's nodes send each other in, which the agent lets through in `filter` before any policy. */
export interface Tunnel {
  name: 'IPIP' | 'VXLAN' | 'WireGuard';
  family: Family;
  protocol: number;
  /** null: the protocol has none. */
  port: number | null;
  /** Whether the agent has rules for it. */
  isOn: Answer;
  /** Hosts outside the cluster that count as Calico's; null: whoever it is, WireGuard itself knows its peers. */
  others: readonly string[] | null;
}

/** As Calico comes (felix/config/config_params.go, 3.28). */
const PORTS = { vxlan: 4789, wireguard: 51_820, wireguardV6: 51_821 };

type Spec = NonNullable<FelixConfiguration['spec']>;

/**
 * The tunnels of a node by its FelixConfigurations, the nearest first: IPIP and VXLAN are on where these say
 * so, else where a pool has addresses for them (felix/calc/encapsulation_resolver.go, 3.28).
 */
export function tunnelsOf({ ipPools, unread }: CalicoObjects, specs: readonly Spec[]): Tunnel[] {
  const set = <K extends keyof Spec>(key: K) =>
    specs.map((spec) => spec[key]).find((value) => value !== null && value !== undefined);
  const why = unread.find(({ resource }) => resource === 'ippools');
  const byPools = (key: 'ipipMode' | 'vxlanMode', family: Family): Answer => {
    const isIn = ipPools.some(({ spec }) => {
      const mode = spec?.[key];
      return mode && mode !== 'Never' && parseRange(spec?.cidr ?? '')?.first.family === family;
    });
    return isIn || !why ? known(isIn) : { unknown: `${why.resource}: ${why.reason}` };
  };
  const isSet = (value: boolean | undefined | null, otherwise: () => Answer) =>
    typeof value === 'boolean' ? known(value) : otherwise();
  const others = set('externalNodesList') ?? [];
  const udp = { protocol: 17, others: null };
  const vxlan = { name: 'VXLAN', ...udp, port: set('vxlanPort') ?? PORTS.vxlan, others } as const;
  const wireguard = { name: 'WireGuard', ...udp } as const;
  return [
    {
      name: 'IPIP',
      family: 4,
      protocol: 4,
      port: null,
      isOn: isSet(set('ipipEnabled'), () => byPools('ipipMode', 4)),
      others,
    },
    { ...vxlan, family: 4, isOn: isSet(set('vxlanEnabled'), () => byPools('vxlanMode', 4)) },
    { ...vxlan, family: 6, isOn: byPools('vxlanMode', 6) },
    {
      ...wireguard,
      family: 4,
      port: set('wireguardListeningPort') ?? PORTS.wireguard,
      isOn: known(set('wireguardEnabled') === true),
    },
    {
      ...wireguard,
      family: 6,
      port: set('wireguardListeningPortV6') ?? PORTS.wireguardV6,
      isOn: known(set('wireguardEnabledV6') === true),
    },
  ];
}

/**
 * What becomes of a packet to or from the node itself where a tunnel's rules are: what is between Calico's
 * hosts is let through, what comes of others into IPIP or VXLAN is dropped, and the rest goes on
 * (filterInputChain and filterOutputChain, felix/rules/static.go, 3.28). `hosts`: the nodes' addresses,
 * null: not known.
 */
export function throughTunnels(
  tunnels: readonly Tunnel[],
  hosts: readonly Ip[] | null,
  { direction, packet }: { direction: Direction; packet: Packet },
  next: () => Verdict,
): Verdict {
  const [tunnel, ...more] = tunnels;
  if (!tunnel) return next();
  const rest = () => throughTunnels(more, hosts, { direction, packet }, next);
  const { name } = tunnel;
  return either(
    isOf(tunnel, packet),
    () => {
      const peer = direction === 'ingress' ? packet.source : packet.destination;
      return either(
        isPeer(tunnel, hosts, peer),
        () => allowed(`${name} between Calico's hosts is let through before any policy`),
        direction === 'ingress'
          ? () => denied(`${name} of a host that is not one of Calico's is dropped`)
          : rest,
      );
    },
    rest,
  );
}

function isOf({ isOn, family, protocol, port }: Tunnel, packet: Packet): Answer {
  if (family !== packet.source.family || protocol !== packet.protocol) return 'no';
  const isPort: Answer =
    port === null
      ? 'yes'
      : packet.destinationPort === null
        ? { unknown: 'which port it is for is not known' }
        : known(port === packet.destinationPort);
  return all([isPort, isOn]);
}

function isPeer({ others }: Tunnel, hosts: readonly Ip[] | null, peer: Ip | null): Answer {
  if (others === null) return 'yes';
  if (peer === null) return { unknown: 'where it goes is not known' };
  const isOther = others.some((text) => {
    const range = parseRange(text);
    return range !== null && inRange(range, peer);
  });
  const isHost: Answer = hosts
    ? known(hosts.some(({ text }) => text === peer.text))
    : { unknown: "which addresses Calico's hosts have is not known" };
  return any([known(isOther), isHost]);
}

/** The ranges of addresses that the rules of tunnels tell apart, as far as they are known. */
export function tunnelPeers(tunnels: readonly Tunnel[], hosts: readonly Ip[] | null): IpRange[] {
  const on = tunnels.filter(({ isOn, others }) => isOn !== 'no' && others !== null);
  if (on.length === 0) return [];
  const nets = new Set(on.flatMap(({ others }) => others ?? []));
  return [
    ...(hosts ?? []).map((ip) => ({ first: ip, last: ip })),
    ...[...nets].flatMap((text) => parseRange(text) ?? []),
  ];
}
