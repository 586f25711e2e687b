import { RefusedError, UsageError } from '../errors.ts';
import { type Ip, parseCidr } from '../net/ip.ts';
import { serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import type { GuardRecord } from '../snapshot/records.ts';
import { guardedSharers } from './guard.ts';
import type { ServiceRef } from './service-ref.ts';

/** What a command says of a guard. */
export interface GuardInput {
  /** CIDRs in canonical form; null: those of the record, and without one everybody. */
  sources: string[] | null;
  /** Where its policies are to stand; null: where they do, or usually would. */
  order: number | null;
}

/**
 * What the record is to say of the guard; undefined where there is none and none is asked for. Throws
 * UsageError where none of the sources is of the address's family; the others are for other addresses.
 */
export function guardRecord(
  input: GuardInput | undefined,
  existing: GuardRecord | undefined,
  ip: Ip,
): GuardRecord | undefined {
  if (!input?.sources) return existing ?? (input && { sources: null });
  const sources = input.sources.filter((one) => parseCidr(one)?.first.family === ip.family);
  if (sources.length > 0) return { sources };
  throw new UsageError(`--source: no client of ${input.sources.join(', ')} can reach ${ip.text}`, {
    reason: 'invalid-value',
    help: `sources of IPv${ip.family}`,
  });
}

/** Throws RefusedError where other Services guard the address: their guard closes all other ports. */
export function mustNotBeGuarded(snapshot: Snapshot, ref: ServiceRef, ip: Ip): void {
  const sharers = guardedSharers(snapshot, ip, new Set([ref.uid])).map(serviceKey);
  if (sharers.length === 0) return;
  throw new RefusedError(
    `${ip.text} is guarded for ${sharers.join(', ')}: only their ports are open on it`,
    {
      reason: 'guarded',
      object: `service/${sharers[0]}`,
      help: `guard this one, too: extip assign ${ref.namespace}/${ref.name} ${ip.text} --guard`,
    },
  );
}
