import { readOldConfig } from '../metallb/config-map.ts';
import { parseRange } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import type { ObjectMeta } from '../snapshot/kubernetes.ts';
import type { AddressRange, ClusterState } from '../snapshot/model.ts';
import { declarationOf } from '../snapshot/resources.ts';
import { type Api, ApiError } from './api.ts';
import type { Listed } from './cluster-state.ts';
import { resourcePath } from './paths.ts';

/** Calico's IPPool and MetalLB's IPAddressPool, as far as we read them. */
export interface Pool {
  metadata: ObjectMeta;
  spec?: { cidr?: string; addresses?: string[] };
}

export interface ConfigMap {
  metadata?: ObjectMeta;
  data?: Record<string, string>;
}

/** The objects that hand addresses out, in whatever form this cluster has them. */
export interface PoolLists {
  ippools: Listed<Pool>;
  ipaddresspools: Listed<Pool>;
  /** Of these that of MetalLB up to 0.12, metallb-system/config. */
  configmaps: Listed<ConfigMap>;
}

/** Ranges that somebody else hands out, and which of them could not be read. */
export interface Pools {
  ranges: AddressRange[];
  unknown: ClusterState['unknown'];
}

/** Where MetalLB up to 0.12 was configured. */
export const METALLB_CONFIG = { namespace: 'metallb-system', name: 'config' };
const METALLB_CONFIG_NAME = 'configmap/metallb-system/config';

const NOTHING = { items: [], unknown: [] };

/** Reads the pools of Calico and MetalLB. */
export async function readPools(api: Api): Promise<PoolLists> {
  const [custom, configmaps] = await Promise.all([customPools(api), metalLbConfigMap(api)]);
  return { ...custom, configmaps };
}

async function customPools(api: Api): Promise<Omit<PoolLists, 'configmaps'>> {
  const groups = await orUnknown('API groups', () => servedGroups(api));
  // What is not known of the groups is said once.
  const { unknown } = groups;
  const served = (version: string) => groups.items.includes(version.split('/')[0] ?? '');
  const pools = (resource: 'ippools' | 'ipaddresspools') =>
    poolsIn(api, resource, declarationOf(resource).versions.filter(served));
  const [ippools, ipaddresspools] = await Promise.all([pools('ippools'), pools('ipaddresspools')]);
  return { ippools: { ...ippools, unknown: [...unknown, ...ippools.unknown] }, ipaddresspools };
}

/** Asking for a group that is not there is 403, not 404, for whoever may not read all groups. */
export async function servedGroups(api: Api): Promise<string[]> {
  const { groups } = await api.get<{ groups: { name: string }[] }>('/apis');
  return groups.map(({ name }) => name);
}

/** From the first version that answers: when Calico's own API server is down, from the objects it keeps. */
async function poolsIn(
  api: Api,
  resource: string,
  [version, ...rest]: string[],
): Promise<Listed<Pool>> {
  if (version === undefined) return NOTHING;
  const pools = await poolsOf(api, version, resource);
  return pools.unknown.length > 0 && rest.length > 0 ? poolsIn(api, resource, rest) : pools;
}

function poolsOf(api: Api, groupVersion: string, resource: string): Promise<Listed<Pool>> {
  return orUnknown(
    `${resource}.${groupVersion.split('/')[0]}`,
    async () => (await api.list<Pool>(resourcePath(groupVersion, resource))).items,
  );
}

function metalLbConfigMap(api: Api): Promise<Listed<ConfigMap>> {
  return orUnknown(METALLB_CONFIG_NAME, async () => {
    const path = resourcePath('v1', 'configmaps', METALLB_CONFIG);
    const configMap = await api.getOrNull<ConfigMap>(path);
    return configMap ? [{ ...configMap, metadata: METALLB_CONFIG }] : [];
  });
}

/** A resource that is not there is empty; one that cannot be read is unknown. */
async function orUnknown<T>(resource: string, read: () => Promise<T[]>): Promise<Listed<T>> {
  try {
    return { items: await read(), unknown: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return { items: [], unknown: [] };
    return { items: [], unknown: [{ resource, reason: error.message }] };
  }
}

/** The ranges of the pools; what of them is no range is unknown. */
export function rangesOfPools({ ippools, ipaddresspools, configmaps }: PoolLists): Pools {
  const ofPools = (kind: string, { items, unknown }: Listed<Pool>) => [
    { ranges: [], unknown },
    ...items.map(({ metadata, spec }) =>
      rangesOf(spec?.addresses ?? [spec?.cidr ?? ''], oneLine(`${kind} ${metadata.name}`)),
    ),
  ];
  return merge([
    ...ofPools('IPPool', ippools),
    ...ofPools('MetalLB IPAddressPool', ipaddresspools),
    { ranges: [], unknown: configmaps.unknown },
    ...configmaps.items.filter(isMetalLbs).map(rangesOfConfigMap),
  ]);
}

function isMetalLbs({ metadata }: ConfigMap): boolean {
  const { namespace, name } = METALLB_CONFIG;
  return metadata?.namespace === namespace && metadata.name === name;
}

/** MetalLB up to 0.12 was configured by a ConfigMap. */
function rangesOfConfigMap({ data }: ConfigMap): Pools {
  if (data?.config === undefined) return merge([]);
  const { pools, faults } = readOldConfig(data.config);
  const unknown = faults.map(({ line, column, message }) => ({
    resource: METALLB_CONFIG_NAME,
    reason: `line ${line}, column ${column}: ${message}`,
  }));
  return merge([
    { ranges: [], unknown },
    ...pools.map(({ name, addresses }) =>
      rangesOf(addresses.filter(isRange), oneLine(`MetalLB pool ${name}`)),
    ),
  ]);
}

/** What is none is told of by its place. */
function isRange(text: string): boolean {
  return parseRange(text) !== null;
}

function rangesOf(texts: string[], owner: string): Pools {
  const [good, bad] = [true, false].map((valid) =>
    texts.filter((text) => (parseRange(text) !== null) === valid),
  ) as [string[], string[]];
  return {
    ranges: good.map((cidr) => ({ kind: 'pool', cidr, owner })),
    unknown: bad.map((text) => ({ resource: owner, reason: `not a range: ${oneLine(text)}` })),
  };
}

function merge(pools: Pools[]): Pools {
  return {
    ranges: pools.flatMap(({ ranges }) => ranges),
    unknown: pools.flatMap(({ unknown }) => unknown),
  };
}
