import { parseRange } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import type { ObjectMeta } from '../snapshot/kubernetes.ts';
import type { AddressRange, ClusterState } from '../snapshot/model.ts';
import { type Api, ApiError } from './api.ts';
import { parseMetalLbConfig } from './metallb-config.ts';
import { resourcePath } from './paths.ts';

/** Ranges that somebody else hands out, and which of them could not be read. */
export interface Pools {
  ranges: AddressRange[];
  unknown: ClusterState['unknown'];
}

/** Calico's IPPool and MetalLB's IPAddressPool, as far as we read them. */
interface Pool {
  metadata: ObjectMeta;
  spec?: { cidr?: string; addresses?: string[] };
}

const NONE: Pools = { ranges: [], unknown: [] };
const METALLB_CONFIG = resourcePath('v1', 'configmaps', {
  namespace: 'metallb-system',
  name: 'config',
});

/** The pools of Calico and MetalLB, in whatever form this cluster has them. */
export async function readPools(api: Api): Promise<Pools> {
  const [custom, old] = await Promise.all([customPools(api), metalLbConfigMap(api)]);
  return merge([custom, old]);
}

async function customPools(api: Api): Promise<Pools> {
  return orUnknown('API groups', async () => {
    // Asking for a group that is not there is 403, not 404, for whoever may not read all groups.
    const { groups } = await api.get<{ groups: { name: string }[] }>('/apis');
    const served = (group: string) => groups.some(({ name }) => name === group);
    return merge(
      await Promise.all([
        calicoPools(
          api,
          ['projectcalico.org/v3', 'crd.projectcalico.org/v1'].filter((version) =>
            served(version.split('/')[0] ?? ''),
          ),
        ),
        served('metallb.io')
          ? poolsOf(api, 'metallb.io/v1beta1', 'ipaddresspools', 'MetalLB IPAddressPool')
          : NONE,
      ]),
    );
  });
}

/** From Calico's own API server, else, when that is down, from the objects it keeps. */
async function calicoPools(api: Api, [version, ...rest]: string[]): Promise<Pools> {
  if (version === undefined) return NONE;
  const pools = await poolsOf(api, version, 'ippools', 'IPPool');
  return pools.unknown.length > 0 && rest.length > 0 ? calicoPools(api, rest) : pools;
}

async function poolsOf(
  api: Api,
  groupVersion: string,
  resource: string,
  kind: string,
): Promise<Pools> {
  return orUnknown(`${resource}.${groupVersion.split('/')[0]}`, async () => {
    const { items } = await api.list<Pool>(resourcePath(groupVersion, resource));
    return merge(
      items.map(({ metadata, spec }) =>
        rangesOf(spec?.addresses ?? [spec?.cidr ?? ''], oneLine(`${kind} ${metadata.name}`)),
      ),
    );
  });
}

/** MetalLB up to 0.12 was configured by a ConfigMap. */
async function metalLbConfigMap(api: Api): Promise<Pools> {
  const resource = 'configmap/metallb-system/config';
  return orUnknown(resource, async () => {
    const configMap = await api.getOrNull<{ data?: { config?: string } }>(METALLB_CONFIG);
    const config = configMap?.data?.config;
    if (config === undefined) return NONE;
    const pools = parseMetalLbConfig(config);
    if ('problem' in pools) return { ranges: [], unknown: [{ resource, reason: pools.problem }] };
    return merge(
      pools.map(({ name, addresses }) => rangesOf(addresses, oneLine(`MetalLB pool ${name}`))),
    );
  });
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

/** A resource that is not there is empty; one that cannot be read is unknown. */
async function orUnknown(resource: string, read: () => Promise<Pools>): Promise<Pools> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return NONE;
    return { ranges: [], unknown: [{ resource, reason: error.message }] };
  }
}

function merge(pools: Pools[]): Pools {
  return {
    ranges: pools.flatMap(({ ranges }) => ranges),
    unknown: pools.flatMap(({ unknown }) => unknown),
  };
}
