import type { Family } from '../net/ip.ts';
import { answersFor } from '../net/routing/answers-for.ts';
import { isLocal } from '../net/routing/local.ts';
import type { Neighbour } from '../net/routing/read-neighbours.ts';
import { forwards } from '../net/routing/sysctl.ts';
import type { NodeFiles } from '../snapshot/node-files.ts';
import { hasRules, type ServedBy, servedBy } from './data-path-of.ts';
import type { ReadNode } from './node-network-of.ts';
import { segmentOf } from './segment.ts';
import { type KernelService, serviceInKernel } from './service-in-kernel.ts';
import type { Target } from './targets.ts';

/** What a node's files say about the targets; small, for all nodes are kept side by side. */
export interface NodeEvidence {
  node: string;
  servedBy: ServedBy;
  /** Files with rules that are not there, or are cut off. */
  rulesUnread: ReadNode['missing'];
  /** By target that was walked: what kube-proxy has for it in the kernel; null: not known. */
  kernel: ReadonlyMap<Target, KernelService | null>;
  /** By address of a target. */
  addresses: ReadonlyMap<string, AddressEvidence>;
  /** Whether what comes in is sent on, by family; undefined: not known. */
  forwards: Readonly<Partial<Record<Family, boolean | undefined>>>;
  /** Who the node takes to have an address of a target. */
  neighbours: readonly Neighbour[];
}

/** What a node has to do with an address. */
export interface AddressEvidence {
  isOwn: boolean | undefined;
  /** The interface of its segment. */
  segment: string | null;
  /** Whether it would answer there for the address; undefined: not known. */
  answers: boolean | undefined;
}

/** Keeps what bears on the targets of a node's files, and of what was read of them. */
export function evidenceOf(
  node: string,
  { bytes }: NodeFiles,
  { targets, walked }: { targets: readonly Target[]; walked: readonly Target[] },
  read: ReadonlyMap<Family, ReadNode>,
): NodeEvidence {
  const listing = bytes['nft.json']?.toString() ?? null;
  const kernel = new Map(
    walked.map((target) => {
      const own = read.get(target.family);
      return [target, own ? serviceInKernel(target, own.tables, listing) : null];
    }),
  );
  const ips = targets.flatMap(({ ip }) => ip ?? []);
  const texts = new Set(ips.map(({ text }) => text));
  const addresses = ips.map((ip) => {
    const network = read.get(ip.family)?.network;
    const segment = (network && segmentOf(ip, network)?.link) ?? null;
    const answers = network && segment ? answersFor(ip, segment, network) : undefined;
    return [ip.text, { isOwn: network && isLocal(ip, network), segment, answers }] as const;
  });
  const families = [...read].map(([family, { network }]) => [
    family,
    forwards(family, undefined, network),
  ]);
  const [any] = read.values();
  return {
    node,
    servedBy: any ? servedBy(any) : 'unknown',
    rulesUnread: any?.missing.filter(({ file }) => hasRules(file)) ?? [],
    kernel,
    addresses: new Map(addresses),
    forwards: Object.fromEntries(families),
    neighbours: [...read.values()]
      .flatMap(({ neighbours }) => neighbours ?? [])
      .filter(({ ip }) => texts.has(ip)),
  };
}
