import { isDeepStrictEqual } from 'node:util';
import type { Ip } from '../net/ip.ts';
import type { NetworkInterface, Snapshot } from '../snapshot/model.ts';
import { type AddressSets, addressSets } from './address-sets.ts';
import { agentSettings } from './agent-settings.ts';
import { clusterAddresses } from './cluster-addresses.ts';
import type { CoveredInterface } from './covered.ts';
import { formOf, isOnlyFor } from './interface-form.ts';
import { type Judge, judgeOf } from './judge.ts';
import { isOfPod, outerLinks } from './outer-links.ts';
import { globalPolicy } from './policies.ts';
import type { CalicoObjects } from './read-objects.ts';
import type { WaysOut } from './ways-to-service.ts';

/** An interface before or after a change. */
export interface Side {
  judge: Judge;
  /** What leaves the node may leave by these. */
  out: WaysOut;
}

/** An interface, before and after a change. */
export interface CheckedInterface {
  node: string;
  interface: string;
  /** null: not known. */
  link: NetworkInterface | null;
  before: Side;
  after: Side;
  /**
   * The same for interfaces at which the same becomes of every packet, before and after; null: it is proven
   * that the change matters to no packet but those to the guarded address.
   */
  kind: string | null;
}

/**
 * The covered interfaces, and all others at which a packet that is not addressed to `ip` may be decided
 * otherwise after a change. Interfaces of pods have no endpoints of their own.
 */
export function checkedInterfaces(
  snapshot: Snapshot,
  before: CalicoObjects,
  after: CalicoObjects,
  { covered, ip }: { covered: readonly CoveredInterface[]; ip: Ip },
): CheckedInterface[] {
  const addresses = clusterAddresses(snapshot.cluster);
  const sets = addressSets(before, addresses);
  const areSetsSame = isDeepStrictEqual(selectable(before), selectable(after));
  const setsAfter = areSetsSame ? sets : addressSets(after, addresses);
  const isElsewhereSame = areSetsSame && areOthersSame(before, after, ip);
  const nodes = new Set([
    ...covered.map(({ node }) => node),
    ...(isElsewhereSame ? changedNodes(before, after) : Object.keys(snapshot.nodes)),
  ]);
  return [...nodes].sort().flatMap((node) => {
    const links = linksOf(snapshot, before, node, covered);
    const was = sidesOf(before, sets, { snapshot, node, links });
    const is = sidesOf(after, setsAfter, { snapshot, node, links });
    const forms = links.map((_, index) =>
      [was, is].map(({ judges }) => formOf(judges[index] as Judge, ip)),
    );
    const out = [...new Set(forms.map((pair) => pair.join()))].sort();
    return links.flatMap(({ name, link }, index): CheckedInterface[] => {
      const [formBefore, formAfter] = forms[index] as [string, string];
      const isSame = formBefore === formAfter;
      const isCovered = covered.some((one) => one.node === node && one.interface === name);
      if (isSame && !isCovered) return [];
      const sideOf = ({ judges, out: ways }: Sides) => ({
        judge: judges[index] as Judge,
        out: ways,
      });
      const kind = JSON.stringify([agentSettings(before, node), formBefore, formAfter, out]);
      const sides = { before: sideOf(was), after: sideOf(is) };
      return [{ node, interface: name, link, ...sides, kind: isSame ? null : kind }];
    });
  });
}

/** What selectors in rules find addresses by. */
function selectable({ hostEndpoints, networkSets, profiles }: CalicoObjects) {
  const endpoints = hostEndpoints
    .filter(({ spec }) => spec.expectedIPs?.length)
    .map(({ metadata: { name, labels }, spec: { expectedIPs, profiles: names } }) => ({
      name,
      labels,
      expectedIPs,
      names,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { endpoints, networkSets, profiles };
}

/** Whether all but host endpoints, and policies for this address alone, is as before. */
function areOthersSame(before: CalicoObjects, after: CalicoObjects, ip: Ip): boolean {
  const others = ({ hostEndpoints: _, globalPolicies, ...rest }: CalicoObjects) => ({
    ...rest,
    policies: globalPolicies
      .filter((policy) => !isOnlyFor(globalPolicy(policy), ip))
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
  });
  return isDeepStrictEqual(others(before), others(after));
}

function changedNodes(before: CalicoObjects, after: CalicoObjects): Set<string> {
  const [was, is] = [new Set(before.hostEndpoints), new Set(after.hostEndpoints)];
  const changed = [
    ...before.hostEndpoints.filter((one) => !is.has(one)),
    ...after.hostEndpoints.filter((one) => !was.has(one)),
  ];
  return new Set(changed.flatMap(({ spec }) => spec.node ?? []));
}

interface NamedLink {
  name: string;
  link: NetworkInterface | null;
}

/** The node's interfaces but for those of pods, and what is covered there and not known. */
function linksOf(
  { nodes }: Snapshot,
  objects: CalicoObjects,
  node: string,
  covered: readonly CoveredInterface[],
): NamedLink[] {
  const { interfacePrefixes } = agentSettings(objects, node);
  const known = (nodes[node]?.facts?.interfaces ?? [])
    .filter(({ name }) => !isOfPod(name, interfacePrefixes))
    .map((link): NamedLink => ({ name: link.name, link }));
  const names = new Set(known.map(({ name }) => name));
  const others = covered.filter((one) => one.node === node && !names.has(one.interface));
  return [...known, ...others.map((one) => ({ name: one.interface, link: null }))];
}

interface Sides {
  /** Of each link. */
  judges: readonly Judge[];
  out: WaysOut;
}

function sidesOf(
  objects: CalicoObjects,
  sets: AddressSets,
  { snapshot, node, links }: { snapshot: Snapshot; node: string; links: readonly NamedLink[] },
): Sides {
  const { interfacePrefixes } = agentSettings(objects, node);
  const judges = links.map(({ name, link }) => {
    const addresses = link?.addresses.map(({ ip }) => ip) ?? null;
    return judgeOf(objects, { node, interface: name, addresses }, sets);
  });
  const facts = snapshot.nodes[node]?.facts;
  const outer = new Set(facts && outerLinks(facts, interfacePrefixes));
  const pod = { node, interface: `${interfacePrefixes[0]}*`, addresses: [] };
  return {
    judges,
    out: {
      links: judges.filter((_, index) => outer.has(links[index]?.link as NetworkInterface)),
      pods: judgeOf(objects, pod, sets),
    },
  };
}
