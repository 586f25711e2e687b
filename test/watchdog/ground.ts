import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CalicoChange } from '../../src/calico/change.ts';
import type { Hold } from '../../src/cluster/lease-hold.ts';
import type { WatchdogOrder } from '../../src/watchdog/order.ts';
import { type CalicoObject, calicoStandIn } from '../cluster/calico-stand-in.ts';
import { type Behaviour, standIn } from '../cluster/stand-in-server.ts';

export const ENDPOINT = 'hostendpoints/k0-ens34';
export const POLICY = 'globalnetworkpolicies/extip-deny-20-1-0-167';

export const UNDO: CalicoChange[] = [
  { type: 'delete', kind: 'HostEndpoint', name: 'k0-ens34' },
  { type: 'delete', kind: 'GlobalNetworkPolicy', name: 'extip-deny-20-1-0-167' },
];

export const LEASE = 'leases/extip';

/** The run that arms the watchdogs, and has the lock. */
export const HOLD: Hold = {
  uid: 'uid-of-lease',
  transitions: 7,
  holderIdentity: 'root@ops1/00000000-0000-0000-0000-000000000000/1/4711/99',
};

export function lease(spec: object = {}): CalicoObject {
  const { uid, transitions, holderIdentity } = HOLD;
  return {
    kind: 'Lease',
    metadata: { name: 'extip', uid },
    spec: { holderIdentity, leaseTransitions: transitions, ...spec },
  };
}

/** What is to be undone is there. */
export function guardObjects(owner: object = { 'extip.dev/owner': 'guard' }) {
  const object = (kind: string, name: string): CalicoObject => ({
    kind,
    metadata: { name, labels: { ...owner } },
    spec: {},
  });
  return {
    [ENDPOINT]: object('HostEndpoint', 'k0-ens34'),
    [POLICY]: object('GlobalNetworkPolicy', 'extip-deny-20-1-0-167'),
  };
}

/** A mock of the cluster's API on loopback, and the order that a watchdog gets for it. */
export async function ground(t: TestContext, objects: Record<string, CalicoObject> = {}) {
  const calico = calicoStandIn({ [LEASE]: lease(), ...objects });
  /** Answers in the place of the API, as long as it is set. */
  const broken: { behave: Behaviour | null } = { behave: null };
  const { url, received, api } = await standIn(t, (request, response) =>
    (broken.behave ?? calico.behave)(request, response),
  );
  const folder = mkdtempSync(join(tmpdir(), 'extip-watchdog-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const kubeconfig = join(folder, 'config');
  const context = { cluster: 'c', user: 'u' };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: url.origin } }],
      users: [{ name: 'u', user: { token: 'secret-token' } }],
      contexts: [{ name: 'x', context }],
      'current-context': 'x',
    }),
  );
  const order = (seconds: number): WatchdogOrder => ({
    flags: { kubeconfig },
    undo: UNDO,
    seconds,
    hold: HOLD,
    fieldManager: 'extip',
  });
  /** The writes to Calico's objects. */
  const writes = () => calico.writes.filter((one) => !one.endsWith(LEASE));
  return { calico, writes, broken, received, api, order, kubeconfig };
}

/** Waits until something holds; what takes longer than the seconds is a failure. */
export async function until(what: string, holds: () => boolean, seconds = 20): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > seconds * 20) throw new Error(`it is not so: ${what}`);
    await sleep(50);
  }
}

/** The processes that a process has started and not lost yet. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    (readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').match(/\d+/g) ?? []).map(Number),
  );
}

/** Whether there is such a process, and no mere remains of one. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
