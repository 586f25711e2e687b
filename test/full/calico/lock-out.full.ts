/**
 * Each way to lock oneself out by a guard is refused; where that is overridden, the undo gives access back by
 * itself. So it does where extip is killed in the middle.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { closeFailsafePorts } from '../../calico/guard/failsafe-ports.ts';
import { calicoOf } from '../../calico/guard/observe.ts';
import { failure, list } from '../../commands/extip.ts';
import { on, stateOf } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

/** On the network that ssh and the API server are on. */
const IP = '10.1.0.200';
const ASSIGN = `assign svc-test-1 ${IP} --node k0 --interface ens33 --guard -y`;

/** More than the undo waits, and what an agent needs to hear of it. */
const UNDO_SECONDS = 120;

interface Way {
  what: string;
  objects: object[];
  /** The refusal. */
  reason: string;
  says: RegExp;
  /** What overrides it; it locks out. */
  force?: string;
}

const object = (kind: string, name: string, spec: object, labels: object = {}) => ({
  apiVersion: 'projectcalico.org/v3',
  kind,
  metadata: { name, labels },
  spec,
});
const policy = (name: string, spec: object) =>
  object('GlobalNetworkPolicy', name, { order: 500, types: ['Ingress', 'Egress'], ...spec });
const everywhere = (labels: object, spec: object = {}) =>
  ['k0', 'k2'].map((node) =>
    object(
      'HostEndpoint',
      `${node}-all`,
      { node, interfaceName: '*', profiles: ['projectcalico-default-allow'], ...spec },
      labels,
    ),
  );
const DENY = [{ action: 'Deny' }];

const WAYS: Way[] = [
  {
    what: 'a policy that denies all is for our label',
    objects: [policy('closed', { selector: 'has(extip-external)', ingress: DENY, egress: DENY })],
    reason: 'lock-out',
    says: /at ens33 of k0: kubelet .*: GlobalNetworkPolicy closed denies it/,
    force: 'lock-out',
  },
  {
    what: 'a policy that denies all is for every endpoint, there being none',
    objects: [policy('closed', { selector: 'all()', ingress: DENY, egress: DENY })],
    reason: 'lock-out',
    says: /GlobalNetworkPolicy closed denies it/,
    force: 'lock-out',
  },
  {
    what: 'what is not tracked is denied, which an endpoint for all interfaces never asks',
    objects: [
      ...everywhere({ zone: 'dmz' }),
      policy('raw', {
        selector: "zone == 'dmz'",
        doNotTrack: true,
        applyOnForward: true,
        ingress: [{ action: 'Deny', protocol: 'TCP' }],
        egress: [],
      }),
    ],
    reason: 'lock-out',
    says: /GlobalNetworkPolicy raw denies it/,
    force: 'lock-out',
  },
  {
    what: 'a preDNAT policy denies before the guard allows',
    objects: [
      policy('early', {
        order: 50,
        selector: 'has(extip-external)',
        types: ['Ingress'],
        preDNAT: true,
        applyOnForward: true,
        ingress: DENY,
      }),
    ],
    reason: 'policy-before',
    says: /GlobalNetworkPolicy early denies most clients before the guard is asked/,
  },
];

const RESTORED = [
  'ssh -o ConnectTimeout=2 k0 true',
  'ssh -o ConnectTimeout=2 k2 true',
  'ssh -o ConnectTimeout=2 k2 "curl -sk -m 2 -o /dev/null https://10.1.0.180:6443/"',
  'kubectl --request-timeout=2s get nodes',
].join(' && ');

describe('locking oneself out', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    // Whoever is shut out has no other way.
    await closeFailsafePorts(lab);
  });
  after(() => lab?.down());

  const apply = (verb: 'create' | 'delete', items: object[]) =>
    lab.exec('operator', ['kubectl', verb, '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });

  for (const { what, objects, reason, says, force } of WAYS) {
    it(`${what}: refused${force ? ', and by itself undone where that is overridden' : ''}`, async () => {
      const { exitCode, stderr } = await apply('create', objects);
      assert.equal(exitCode, 0, stderr);
      try {
        const [untouched, calico] = [await stateOf(lab), await calicoOf(lab)];
        const refused = await failure(lab, 7, ASSIGN);
        assert.equal(refused.reason, reason);
        assert.match([refused.message, ...(refused.items ?? [])].join('\n'), says);
        assert.deepEqual([await stateOf(lab), await calicoOf(lab)], [untouched, calico]);
        if (!force) return;

        const began = Date.now();
        const forced = await lab.extip(...ASSIGN.split(' '), '--force', force);
        assert.notEqual(forced.exitCode, 0, forced.stderr);
        const ended = Date.now();
        await waitFor('access', () => on(lab, 'operator', RESTORED), UNDO_SECONDS);
        await waitFor(
          'the objects to be as before',
          async () => assert.equal(await calicoOf(lab), calico),
          UNDO_SECONDS,
        );
        const seconds = (from: number) => ((Date.now() - from) / 1000).toFixed(0);
        console.log(
          `${what}: exit ${forced.exitCode} after ${((ended - began) / 1000).toFixed(0)} s, access and objects as before after ${seconds(began)} s`,
        );
        const [item] = await list(lab);
        if (item) await on(lab, 'operator', `extip release svc-test-1 ${IP} -y --lock-timeout 120`);
        assert.equal(await stateOf(lab), untouched);
      } finally {
        await apply('delete', objects);
      }
    });
  }

  it('extip is killed before it has proven access: the undo takes the guard back', async () => {
    const [untouched, calico] = [await stateOf(lab), await calicoOf(lab)];
    const run = lab.spawn('operator', ['extip', ...ASSIGN.split(' ')]);
    await waitFor('the endpoint', () =>
      on(lab, 'operator', 'kubectl get hostendpoints.projectcalico.org k2-ens33'),
    );
    run.kill('SIGKILL');
    await run.result;
    await waitFor(
      'the objects to be as before',
      async () => assert.equal(await calicoOf(lab), calico),
      UNDO_SECONDS,
    );
    const [item] = await list(lab);
    assert.equal(item?.state, 'unfinished');
    await on(lab, 'operator', `extip ${ASSIGN} --lock-timeout 120`);
    await on(lab, 'operator', `extip release svc-test-1 ${IP} -y`);
    assert.deepEqual([await stateOf(lab), await calicoOf(lab)], [untouched, calico]);
  });
});
