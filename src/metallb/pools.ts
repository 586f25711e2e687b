import type { IpRange } from '../net/ip.ts';
import { overlap } from '../net/ip.ts';
import type { Node, ObjectMeta, Service } from '../snapshot/kubernetes.ts';
import { type OldConfig, rangeOf } from './config-map.ts';
import type { Advertisement, IPAddressPool } from './objects.ts';
import { anySelects } from './selects.ts';

/** A pool of addresses that MetalLB gives to Services. */
export interface Pool {
  name: string;
  /** How findings name what it is from, e.g. `ipaddresspool/metallb-system/poc`. */
  object: string;
  ranges: readonly IpRange[];
  /** Given to Services that ask for no pool. */
  autoAssign: boolean;
  /** No address that ends in .0 or .255. */
  avoidBuggyIPs: boolean;
  /** Whether Services may have addresses of it. */
  isFor(service: Service): boolean;
  announcements: readonly Announcement[];
}

/** Who announces addresses of a pool. */
export interface Announcement {
  /** e.g. `L2Advertisement poc`. */
  by: string;
  protocol: 'layer2' | 'bgp';
  /** Whether speakers of the node do. */
  includes(node: Node): boolean;
}

/** What the objects of MetalLB 0.13 and later come to. */
export function poolsOfObjects(
  pools: readonly IPAddressPool[],
  advertisements: readonly Advertisement[],
  namespaces: readonly { metadata: ObjectMeta }[],
): Pool[] {
  return pools.map((pool) => {
    const { metadata, spec } = pool;
    return {
      name: metadata.name,
      object: poolObject(pool),
      ranges: (spec.addresses ?? []).flatMap((text) => rangeOf(text) ?? []),
      autoAssign: (spec.autoAssign ?? true) && !isForNobody(spec.serviceAllocation, namespaces),
      avoidBuggyIPs: spec.avoidBuggyIPs ?? false,
      isFor: allocation(spec.serviceAllocation, namespaces),
      announcements: advertisements.filter((one) => announces(one, pool)).map(announcementOf),
    };
  });
}

/** Why MetalLB does not take the pool, nor any other change; null: it does. */
export function whyRefused({ spec }: IPAddressPool): string | null {
  const addresses = spec.addresses ?? [];
  if (addresses.length === 0) return 'it has no addresses';
  const wrong = addresses.filter((text) => rangeOf(text) === null).map((text) => `'${text}'`);
  return wrong.length === 0 ? null : `${wrong.join(', ')} is no range, neither CIDR nor FIRST-LAST`;
}

/** How findings name a pool. */
export function poolObject({ metadata }: IPAddressPool): string {
  return `ipaddresspool/${metadata.namespace ?? 'metallb-system'}/${metadata.name}`;
}

/** How findings name the ConfigMap of 0.12 and before. */
export const CONFIG_MAP = 'configmap/metallb-system/config';

/** What the ConfigMap of MetalLB up to 0.12 comes to: all nodes announce all pools. */
export function poolsOfConfigMap({ pools }: OldConfig): Pool[] {
  return pools.map(({ name, protocol, addresses, autoAssign, avoidBuggyIPs }) => ({
    name,
    object: CONFIG_MAP,
    ranges: addresses.flatMap((text) => rangeOf(text) ?? []),
    autoAssign,
    avoidBuggyIPs,
    isFor: () => true,
    announcements: [
      {
        by: `ConfigMap metallb-system/config, pool ${name}`,
        protocol: protocol === 'bgp' ? 'bgp' : 'layer2',
        includes: () => true,
      },
    ],
  }));
}

/** Two pools that have addresses in common. */
export function overlapping(pools: readonly Pool[]): [Pool, Pool][] {
  return pools.flatMap((pool, index) =>
    pools
      .slice(index + 1)
      .filter((other) => pool.ranges.some((one) => other.ranges.some((two) => overlap(one, two))))
      .map((other): [Pool, Pool] => [pool, other]),
  );
}

type ServiceAllocation = NonNullable<IPAddressPool['spec']['serviceAllocation']>;

/** By selectors that no namespace matches; a Service that asks for the pool has it all the same. */
function isForNobody(
  given: ServiceAllocation | null | undefined,
  namespaces: readonly { metadata: ObjectMeta }[],
): boolean {
  const bySelectors = given?.namespaceSelectors ?? [];
  return (
    bySelectors.length > 0 &&
    (given?.namespaces ?? []).length === 0 &&
    (given?.serviceSelectors ?? []).length === 0 &&
    !namespaces.some(({ metadata }) => anySelects(bySelectors, metadata.labels))
  );
}

/**
 * Namespaces by name or selector, where any are given, and selectors of Services, where any are
 * (isPoolCompatibleWithService, internal/allocator, 0.15). Selectors that no namespace matches leave the
 * pool open to all.
 */
function allocation(
  given: ServiceAllocation | null | undefined,
  namespaces: readonly { metadata: ObjectMeta }[],
): Pool['isFor'] {
  const bySelectors = given?.namespaceSelectors ?? [];
  const names = new Set([
    ...(given?.namespaces ?? []),
    ...namespaces
      .filter(({ metadata }) => anySelects(bySelectors, metadata.labels))
      .map(({ metadata }) => metadata.name),
  ]);
  const services = given?.serviceSelectors ?? [];
  return ({ metadata }) =>
    (names.size === 0 || names.has(metadata.namespace ?? 'default')) &&
    (services.length === 0 || anySelects(services, metadata.labels));
}

/** One that names no pool is for all (setL2AdvertisementsToPools, internal/config, 0.15). */
function announces({ spec }: Advertisement, { metadata }: IPAddressPool): boolean {
  const names = spec?.ipAddressPools ?? [];
  const bySelectors = spec?.ipAddressPoolSelectors ?? [];
  if (names.length === 0 && bySelectors.length === 0) return true;
  return names.includes(metadata.name) || anySelects(bySelectors, metadata.labels);
}

function announcementOf({ kind, metadata, spec }: Advertisement): Announcement {
  const bySelectors = spec?.nodeSelectors ?? [];
  return {
    by: `${kind} ${metadata.name}`,
    protocol: kind === 'L2Advertisement' ? 'layer2' : 'bgp',
    includes: (node) => bySelectors.length === 0 || anySelects(bySelectors, node.metadata.labels),
  };
}
