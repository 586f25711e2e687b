import assert from 'node:assert/strict';
import type { CalicoChange, OwnObject } from '../../src/calico/change.ts';
import type { Right } from '../../src/calico/rights.ts';
import { on } from '../commands/observe.ts';
import type { Lab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';

/** Everything that comes in by k0's interface of this endpoint is denied, and what k0 sends. */
const closed = (name: string, interfaceName: string): OwnObject => ({
  kind: 'HostEndpoint',
  name,
  labels: { 'extip.dev/owner': 'guard' },
  annotations: {},
  spec: { node: 'k0', interfaceName },
});
export const PUT: CalicoChange = { type: 'put', object: closed('k0-ens33', 'ens33') };
export const UNDO: CalicoChange[] = [{ type: 'delete', kind: 'HostEndpoint', name: 'k0-ens33' }];
/** What the undo needs. */
export const RIGHTS: Right[] = [{ verb: 'delete', resource: 'hostendpoints' }];
export const ACCESS = {
  adminKubeconfig: '/etc/kubernetes/admin.conf',
  server: 'https://10.1.0.180:6443',
};

export const json = JSON.stringify;
export const local = (seconds: number) =>
  `await armLocal({ ...${json({ flags: {}, undo: UNDO, seconds, fieldManager: 'extip' })}, hold })`;
export const onNode = (seconds: number) =>
  `await armNode(hostReach('k0'), { ...${json({ ...ACCESS, undo: UNDO, seconds })}, hold })`;

/** The host endpoints that there are, as k0 itself reads them. */
export function endpointsOf(lab: Lab): Promise<string> {
  return on(
    lab,
    'k0',
    `KUBECONFIG=${ACCESS.adminKubeconfig} kubectl get hostendpoints.crd.projectcalico.org -o name`,
  );
}

export function becomesGone(lab: Lab): Promise<void> {
  return waitFor(
    'the endpoint to be gone',
    async () => assert.equal(await endpointsOf(lab), ''),
    60,
  );
}

/** What a watchdog has left on a node. */
export function leftOn(lab: Lab, node: string): Promise<string> {
  return on(lab, node, 'ls /run/extip 2>/dev/null || true');
}
