import assert from 'node:assert/strict';
import { FailedError } from '../../src/errors.ts';
import type { Ip } from '../../src/net/ip.ts';
import type { Action, NodeChange, Plan } from '../../src/plan/action.ts';
import { planAssign } from '../../src/plan/assign.ts';
import { askForHolder, chooseHolder, type HolderChoice } from '../../src/plan/choose-holder.ts';
import { mustBeReadable } from '../../src/plan/readable.ts';
import { enforce, refuseAddress, refusePlace } from '../../src/plan/refusals.ts';
import { planRelease } from '../../src/plan/release.ts';
import { servicePatch } from '../../src/plan/service-patch.ts';
import { serviceRef } from '../../src/plan/service-ref.ts';
import type { Service } from '../../src/snapshot/kubernetes.ts';
import type { NodeFacts, Snapshot } from '../../src/snapshot/model.ts';
import { holdersOf, recordsOf } from '../../src/snapshot/queries.ts';
import { ASSIGNMENTS_ANNOTATION } from '../../src/snapshot/records.ts';
import { patchedByServer } from './apply-json-patch.ts';

const RUN = { id: 'run-1', by: 'root@operator', at: '2026-03-01T10:00:00.000Z' };

/**
 * Stands in for the cluster and its nodes, which cannot be had in every state thousands of times:
 * the world after an action, as the API server and the scripts on nodes make it.
 */
export function worldAfter(world: Snapshot, action: Action): Snapshot {
  if (action.type === 'change-service') {
    const { service: ref, change } = action;
    return changeService(world, ref.uid, (service) =>
      patchedByServer(service, servicePatch(service, change)),
    );
  }
  if (action.type !== 'change-node') return world;
  mustBeRecorded(world, action.node, action.change);
  return changeFacts(world, action.node, (facts) => factsAfter(facts, action.change));
}

export function worldAfterSteps(world: Snapshot, { steps }: Plan, count = steps.length): Snapshot {
  return steps.slice(0, count).reduce((before, { action }) => worldAfter(before, action), world);
}

/** `extip assign`, decided as the command does, without probing the segment. */
export function assign(
  world: Snapshot,
  name: string,
  ip: Ip,
  wanted: Partial<HolderChoice> = {},
): Plan {
  const service = serviceOf(world, name);
  const ref = serviceRef(service);
  const existing = mustBeReadable(service).find((entry) => entry.ip === ip.text);
  const answer = chooseHolder(world, { ref, ip, wanted, existing });
  const against = refuseAddress(world, ref, ip);
  if (!('chosen' in answer)) throw askForHolder(ip, wanted, answer.candidates);
  enforce([...against, ...refusePlace(world, ip, answer.chosen)], new Set());
  return planAssign(world, { service, ip, holder: answer.chosen, run: RUN, persist: true });
}

/** `extip release`, as the command plans it. */
export function release(world: Snapshot, name: string, ip: Ip): Plan {
  return planRelease(world, { service: serviceOf(world, name), ip, holderGone: false });
}

export function serviceOf(world: Snapshot, name: string): Service {
  const service = world.cluster.services.find(({ metadata }) => metadata.name === name);
  assert.ok(service, name);
  return service;
}

/** The world without what every write changes, and without orders that mean nothing. */
export function essence(world: Snapshot): unknown {
  return {
    services: world.cluster.services.map((service) => {
      const { resourceVersion: _, annotations = {}, ...metadata } = service.metadata;
      const { [ASSIGNMENTS_ANNOTATION]: __, ...others } = annotations;
      const spec = { ...service.spec, externalIPs: service.spec.externalIPs?.toSorted() };
      return { metadata, others, assignments: byIp(mustBeReadable(service)), spec };
    }),
    nodes: Object.values(world.nodes).map(({ facts }) => ({
      records: byIp(facts?.records ?? []),
      restore: facts?.restore,
      interfaces: facts?.interfaces.map(({ name, addresses }) => ({
        name,
        addresses: byIp(addresses),
      })),
    })),
  };
}

function byIp<T extends { ip: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => (a.ip < b.ip ? -1 : 1));
}

export function changeService(
  world: Snapshot,
  uid: string,
  change: (service: Service) => Service,
): Snapshot {
  const services = world.cluster.services.map((service) =>
    service.metadata.uid === uid ? change(service) : service,
  );
  return { ...world, cluster: { ...world.cluster, services } };
}

export function changeFacts(
  world: Snapshot,
  node: string,
  change: (facts: NodeFacts) => NodeFacts,
): Snapshot {
  const state = world.nodes[node];
  assert.ok(state?.facts, `${node} is reached`);
  return { ...world, nodes: { ...world.nodes, [node]: { ...state, facts: change(state.facts) } } };
}

/** An address comes and goes only while the node's own record speaks of it. */
function mustBeRecorded(world: Snapshot, node: string, change: NodeChange): void {
  if (change.type !== 'add-address' && change.type !== 'remove-address') return;
  const record = recordsOf(world, change.ip).find((kept) => kept.node === node)?.record;
  assert.ok(record, `${change.type} ${change.ip} on ${node} without a record`);
  assert.equal(record.cluster, world.cluster.uid);
  assert.equal(record.interface, change.interface);
  if (change.type === 'remove-address') assert.equal(record.preexisting, false);
}

function factsAfter(facts: NodeFacts, change: NodeChange): NodeFacts {
  const after = { ...facts, ...addressesAndRecordsAfter(facts, change) };
  const { unit, obstacle } = facts.restore;
  if (change.type === 'write-record' && change.record.persist && obstacle === null) {
    return { ...after, restore: { unit: 'current', obstacle } };
  }
  const needed = after.records.some(({ persist }) => persist);
  return { ...after, restore: { unit: needed ? unit : 'absent', obstacle } };
}

function addressesAndRecordsAfter(facts: NodeFacts, change: NodeChange): NodeFacts {
  switch (change.type) {
    case 'write-record': {
      const others = facts.records.filter(({ ip }) => ip !== change.record.ip);
      return { ...facts, records: [...others, change.record] };
    }
    case 'remove-record':
      return { ...facts, records: facts.records.filter(({ ip }) => ip !== change.ip) };
    case 'add-address':
      return addAddress(facts, change);
    case 'remove-address':
      return removeAddress(facts, change);
  }
}

function addAddress(
  facts: NodeFacts,
  { ip, prefix, interface: name, label }: Extract<NodeChange, { type: 'add-address' }>,
): NodeFacts {
  const places = facts.interfaces.flatMap((link) =>
    link.addresses.filter((address) => address.ip === ip).map((address) => ({ link, address })),
  );
  const elsewhere = places.some(
    ({ link, address }) => link.name !== name || address.prefix !== prefix,
  );
  if (elsewhere) throw new FailedError('elsewhere', { reason: 'elsewhere', nothingChanged: true });
  if (places.length > 0) return facts;
  const interfaces = facts.interfaces.map((link) =>
    link.name === name
      ? { ...link, addresses: [...link.addresses, { ip, prefix, label, flags: [] }] }
      : link,
  );
  return { ...facts, interfaces };
}

function removeAddress(
  facts: NodeFacts,
  { ip, prefix, interface: name }: Extract<NodeChange, { type: 'remove-address' }>,
): NodeFacts {
  const interfaces = facts.interfaces.map((link) => ({
    ...link,
    addresses: link.addresses.filter(
      (address) => link.name !== name || address.ip !== ip || address.prefix !== prefix,
    ),
  }));
  return { ...facts, interfaces };
}

/** Fails where something of extip's is on a node or a Service and no record says so. */
export function mustBeAccounted(initial: Snapshot, world: Snapshot): void {
  for (const { metadata, spec } of initial.cluster.services) {
    const now = serviceOf(world, metadata.name).spec.externalIPs ?? [];
    for (const ip of spec.externalIPs ?? []) assert.ok(now.includes(ip), `${ip} was lost`);
  }
  for (const service of world.cluster.services) {
    const before = serviceOf(initial, service.metadata.name).spec.externalIPs ?? [];
    const recorded = mustBeReadable(service).map(({ ip }) => ip);
    for (const ip of service.spec.externalIPs ?? []) {
      assert.ok(before.includes(ip) || recorded.includes(ip), `${ip} is recorded nowhere`);
    }
  }
  for (const { name, facts } of Object.values(world.nodes)) {
    const addresses = (facts?.interfaces ?? []).flatMap((link) => link.addresses);
    for (const { ip } of addresses) {
      const before = holdersOf(initial, ip).some(({ node }) => node === name);
      const recorded = recordsOf(world, ip).some(({ node }) => node === name);
      assert.ok(before || recorded, `${ip} on ${name} is recorded nowhere`);
    }
    for (const { ip, services } of facts?.records ?? []) {
      for (const user of services) {
        const entries = mustBeReadable(serviceOf(world, user.name));
        const named = entries.some((entry) => entry.ip === ip && entry.node === name);
        assert.ok(named, `${name}'s record of ${ip} is an orphan`);
      }
    }
  }
}
