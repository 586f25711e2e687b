import assert from 'node:assert/strict';
import { listAssignments } from '../src/list/assignments.ts';
import { fromValue, type Ip, parseIp, parseRange } from '../src/net/ip.ts';
import { planAssign } from '../src/plan/assign.ts';
import { freeAddresses } from '../src/plan/free-addresses.ts';
import { refuseAddress } from '../src/plan/refusals.ts';
import { serviceRef } from '../src/plan/service-ref.ts';
import type { Node } from '../src/snapshot/kubernetes.ts';
import type { NodeState, Snapshot } from '../src/snapshot/model.ts';
import {
  buildAssigned,
  buildAssignment,
  buildLink,
  buildNodeState,
  buildRecord,
  buildSnapshot,
} from '../test/build-snapshot.ts';

/** A cluster in which every Service has an address from extip, spread over the nodes. */
function cluster(serviceCount: number, nodeCount: number): Snapshot {
  const address = (base: string, index: number) =>
    fromValue(4, (parseIp(base)?.value ?? 0n) + BigInt(index)).text;
  const nodeName = (index: number) => `node-${index % nodeCount}`;
  const items = Array.from({ length: serviceCount }, (_, index) => {
    const name = `svc-${index}`;
    const ip = address('20.2.0.0', index);
    const assignment = buildAssignment({ ip, node: nodeName(index) });
    const service = buildAssigned(
      [assignment],
      { name },
      { externalIPs: [ip], clusterIP: address('10.96.0.0', index) },
    );
    const user = { namespace: 'default', name, uid: `uid-${name}`, runId: 'run-1' };
    return { service, ip, record: buildRecord({ ip, services: [user] }) };
  });
  const nodes = Array.from({ length: nodeCount }, (_, index): [Node, NodeState] => {
    const own = items.filter((_, item) => nodeName(item) === nodeName(index));
    const addresses = [
      { ip: address('20.1.0.0', index), prefix: 16 },
      ...own.map(({ ip }) => ({ ip })),
    ];
    const facts = {
      interfaces: [buildLink('ens34', addresses)],
      records: own.map(({ record }) => record),
    };
    const state = { ...buildNodeState('k0', facts), name: nodeName(index) };
    return [{ metadata: { name: nodeName(index) } }, state];
  });
  const ranges = Array.from({ length: nodeCount }, (_, index) => ({
    kind: 'pod' as const,
    cidr: `${address('10.128.0.0', index * 256)}/24`,
    owner: `Node ${nodeName(index)}`,
  }));
  return buildSnapshot(
    { services: items.map(({ service }) => service), nodes: nodes.map(([node]) => node), ranges },
    nodes.map(([, state]) => state),
  );
}

const QUESTIONS: Record<string, (snapshot: Snapshot) => unknown> = {
  list: (snapshot) =>
    assert.ok(listAssignments(snapshot).every(({ state }) => state === 'assigned')),
  refuse(snapshot) {
    const [service = buildAssigned([])] = snapshot.cluster.services;
    const ip = parseIp('20.1.255.1') as Ip;
    const holder = { node: 'node-0', interface: 'ens34' };
    assert.deepEqual(refuseAddress(snapshot, serviceRef(service), ip), []);
    const run = { id: 'run-2', by: 'root@operator', at: '2026-03-01T10:00:00.000Z' };
    planAssign(snapshot, { service, ip, holder, run, persist: true });
  },
  free(snapshot) {
    const pool = [parseRange('20.2.0.0/16'), parseRange('10.128.0.0/9')];
    const [first] = freeAddresses(
      snapshot,
      pool.flatMap((range) => range ?? []),
    );
    assert.ok(first);
  },
};

/** Milliseconds, the best of three: what else the machine does only ever adds. */
function time(services: number, ask: (snapshot: Snapshot) => unknown): number {
  const runs = [1, 2, 3].map(() => {
    // A new one each time: what is indexed once a snapshot counts too.
    const snapshot = cluster(services, 500);
    const started = performance.now();
    ask(snapshot);
    return performance.now() - started;
  });
  return Math.min(...runs);
}

console.log('pure functions on 1,000 and 10,000 Services, 500 nodes; 10x is linear');
for (const [name, ask] of Object.entries(QUESTIONS)) {
  const small = time(1_000, ask);
  const large = time(10_000, ask);
  const ratio = (large / small).toFixed(1);
  console.log(`${name}: ${small.toFixed(0)} ms, ${large.toFixed(0)} ms, ${ratio}x`);
}
