import { type Family, type Ip, inRange, parseIp } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { type AddressesInUse, freeAddress, isBuggy, whyNotShared } from './addresses-in-use.ts';
import { annotationOf } from './annotations.ts';
import type { Pool } from './pools.ts';

/** Why MetalLB gives a Service no address. */
export interface Pending {
  cause: 'unknown-pool' | 'address-refused' | 'address-in-use' | 'no-pool' | 'exhausted';
  /** What comes after `default/web waits for an address: `. */
  reason: string;
  /** The pools that it is about. */
  pools: readonly Pool[];
}

/** How MetalLB is configured: by objects it also takes the annotation for addresses. */
export type Form = 'objects' | 'configmap';

/**
 * Why MetalLB gives the Service no address, as its allocation goes (convergeBalancer and allocateIPs,
 * controller/service.go; internal/allocator; 0.15); null: it could give one.
 */
export function whyPending(
  service: Service,
  pools: readonly Pool[],
  inUse: AddressesInUse,
  form: Form,
): Pending | null {
  const families = familiesOf(service);
  if (families.length === 0) return null;
  const poolName = annotationOf(service, 'address-pool');
  const asked = askedFor(service, form);
  if ('reason' in asked) return { cause: 'address-refused', reason: asked.reason, pools: [] };
  if (asked.ips.length > 0) {
    return whyRefused(service, asked.ips, { families, pools, inUse, poolName });
  }
  if (poolName === '') return whyNoneLeft(service, pools.filter(isAutomatic), { families, inUse });
  const pool = pools.find(({ name }) => name === poolName);
  if (!pool) {
    const names = pools.map(({ name }) => name).join(', ') || 'none';
    const reason = `it asks for the pool ${poolName}, which does not exist; there are: ${names}`;
    return { cause: 'unknown-pool', reason, pools };
  }
  return whyNoneLeft(service, [pool], { families, inUse });
}

/** The addresses that it asks for by name, or why that cannot be. */
function askedFor(service: Service, form: Form): { ips: Ip[] } | { reason: string } {
  const listed = form === 'objects' ? annotationOf(service, 'loadBalancerIPs') : '';
  const single = service.spec.loadBalancerIP ?? '';
  if (listed !== '' && single !== '') {
    return {
      reason:
        'it asks for an address both by spec.loadBalancerIP and by the annotation loadBalancerIPs',
    };
  }
  const texts = listed !== '' ? listed.split(',').map((text) => text.trim()) : [single];
  if (texts.join('') === '') return { ips: [] };
  const ips = texts.map(parseIp);
  const wrong = texts.find((_, index) => !ips[index]);
  if (wrong !== undefined) return { reason: `it asks for '${wrong}', which is no address` };
  return { ips: ips.flatMap((ip) => ip ?? []) };
}

interface Ground {
  families: readonly Family[];
  inUse: AddressesInUse;
}

function whyRefused(
  service: Service,
  ips: readonly Ip[],
  { families, pools, inUse, poolName }: Ground & { pools: readonly Pool[]; poolName: string },
): Pending | null {
  const texts = ips.map(({ text }) => text).join(', ');
  const refused = (reason: string, about: readonly Pool[] = []): Pending => ({
    cause: 'address-refused',
    reason: `it asks for ${texts}, ${reason}`,
    pools: about,
  });
  const asked = [...new Set(ips.map(({ family }) => family))].sort();
  if (asked.length < ips.length) return refused('of which two are of one family');
  if (asked.join() !== [...families].sort().join()) {
    return refused(`and its clusterIPs are of IPv${families.join(' and IPv')}`);
  }
  const pool = pools.find((one) => ips.every((ip) => has(one, ip)));
  if (!pool)
    return refused(ips.length === 1 ? 'which is in no pool' : 'which are not in one pool', pools);
  if (!pool.isFor(service)) {
    return refused(`of the pool ${pool.name}, which is not for this Service`, [pool]);
  }
  if (poolName !== '' && poolName !== pool.name) {
    return refused(`of the pool ${pool.name}, and for the pool ${poolName}`, [pool]);
  }
  for (const { text } of ips) {
    const why = whyNotShared(service, text, inUse);
    if (why !== null) {
      return { cause: 'address-in-use', reason: `it asks for ${text}: ${why}`, pools: [pool] };
    }
  }
  return null;
}

function has({ ranges, avoidBuggyIPs }: Pool, ip: Ip): boolean {
  return !(avoidBuggyIPs && isBuggy(ip)) && ranges.some((range) => inRange(range, ip));
}

/** Given without being asked for. */
function isAutomatic({ autoAssign }: Pool): boolean {
  return autoAssign;
}

/** A Service of two families takes both from one pool, or, where it only prefers both, one. */
function whyNoneLeft(
  service: Service,
  candidates: readonly Pool[],
  { families, inUse }: Ground,
): Pending | null {
  const own = candidates.filter((pool) => pool.isFor(service));
  const none = (reason: string, pools: readonly Pool[]): Pending => ({
    cause: 'no-pool',
    reason,
    pools,
  });
  if (own.length === 0) {
    if (candidates.length === 0) return none('no pool is given without being asked for', []);
    const names = candidates.map(({ name }) => name).join(', ');
    return none(
      `no pool is for it: ${names} ${candidates.length === 1 ? 'is' : 'are'} for others`,
      candidates,
    );
  }
  const isEither = service.spec.ipFamilyPolicy === 'PreferDualStack';
  const fits = (test: (family: Family) => boolean) =>
    isEither ? families.some(test) : families.every(test);
  const ofFamily = own.filter((pool) =>
    fits((family) => pool.ranges.some(({ first }) => first.family === family)),
  );
  const names = own.map(({ name }) => name).join(', ');
  if (ofFamily.length === 0) {
    return none(
      `${names} ${own.length === 1 ? 'has' : 'have'} no address of IPv${families.join(' and IPv')}`,
      own,
    );
  }
  const left = ofFamily.some((pool) =>
    fits((family) => freeAddress(pool, family, service, inUse) !== null),
  );
  if (left) return null;
  const full = ofFamily.map(({ name }) => name);
  return {
    cause: 'exhausted',
    reason: `${full.length === 1 ? 'the pool' : 'the pools'} ${full.join(', ')} ${full.length === 1 ? 'has' : 'have'} no address left`,
    pools: ofFamily,
  };
}

/** Of its clusterIPs, as MetalLB has it. */
function familiesOf({ spec }: Service): Family[] {
  const texts = spec.clusterIPs ?? [spec.clusterIP ?? ''];
  return [...new Set(texts.flatMap((text) => parseIp(text)?.family ?? []))];
}
