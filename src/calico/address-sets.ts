import { type Ip, type IpRange, inRange, parseRange } from '../net/ip.ts';
import type { Answer } from './answer.ts';
import type { ClusterAddresses } from './cluster-addresses.ts';
import { inheritedLabels } from './endpoint-labels.ts';
import { NAMESPACE_LABEL } from './policies.ts';
import { rangeSet } from './range-set.ts';
import type { CalicoObjects } from './read-objects.ts';
import type { Selector } from './selector.ts';
import { type Labels, selectorMatches } from './selector-matches.ts';

/** The addresses that a selector in a rule stands for. */
export interface AddressSet {
  /** Of host endpoints and network sets. */
  ranges: readonly IpRange[];
  /** A pod's address may be one of them: pods' labels are not known. */
  has(ip: Ip): Answer;
}

/** What selectors in rules stand for. */
export interface AddressSets {
  of(selector: Selector): AddressSet;
  /** Where pods' addresses are, as far as is known. */
  podRanges: readonly IpRange[];
  /** By which Calico's agents know the nodes; null: not known. */
  hosts: readonly Ip[] | null;
}

/**
 * A selector in a rule stands for the addresses of the endpoints and network sets with such labels: of
 * host endpoints their expectedIPs, of pods theirs (felix/labelindex/named_port_index.go, 3.28). Pods
 * are not read: `podRanges` are where their addresses are, `hosts` those of nodes, null where that is not known.
 */
export function addressSets(
  objects: CalicoObjects,
  { podRanges, hosts }: ClusterAddresses,
): AddressSets {
  const labelled = [...hostEndpoints(objects), ...networkSets(objects)];
  const unread = objects.unread.find(
    ({ resource }) =>
      resource === 'globalnetworksets' ||
      resource === 'networksets' ||
      resource === 'hostendpoints' ||
      resource === 'profiles',
  );
  const found = new WeakMap<Selector, AddressSet>();
  const find = (selector: Selector): AddressSet => {
    const { ranges, has } = rangeSet(
      labelled
        .filter(({ labels }) => selectorMatches(selector, labels))
        .flatMap((one) => one.ranges),
    );
    return {
      ranges,
      has(ip) {
        if (has(ip)) return 'yes';
        if (unread) return { unknown: `${unread.resource}: ${unread.reason}` };
        if (podRanges?.every((range) => !inRange(range, ip))) return 'no';
        return { unknown: 'the rule goes by labels, and those of pods are not read' };
      },
    };
  };
  return {
    of(selector) {
      const set = found.get(selector) ?? find(selector);
      found.set(selector, set);
      return set;
    },
    podRanges: podRanges ?? [],
    hosts,
  };
}

interface Labelled {
  labels: Labels;
  ranges: readonly IpRange[];
}

function hostEndpoints(objects: CalicoObjects): Labelled[] {
  return objects.hostEndpoints.map(({ metadata, spec }) => ({
    labels: inheritedLabels(objects, metadata.labels ?? {}, spec.profiles ?? []),
    ranges: rangesOf(spec.expectedIPs ?? []),
  }));
}

/** One of a namespace has its name and, by the namespace's profile, its labels. */
function networkSets(objects: CalicoObjects): Labelled[] {
  return objects.networkSets.map(({ metadata, spec }) => {
    const { labels, namespace } = metadata;
    const own = namespace ? { ...labels, [NAMESPACE_LABEL]: namespace } : (labels ?? {});
    return {
      labels: inheritedLabels(objects, own, namespace ? [`kns.${namespace}`] : []),
      ranges: rangesOf(spec?.nets ?? []),
    };
  });
}

function rangesOf(texts: readonly string[]): IpRange[] {
  return texts.flatMap((text) => parseRange(text) ?? []);
}
