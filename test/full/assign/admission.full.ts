/** What an API server refuses by policy is said in its own words, and nothing is left of the try. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { failure } from '../../commands/extip.ts';
import { on, unchanged } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

const ASSIGN = 'assign svc-test-1 20.1.0.167 --node k2 -y';

const PROBE = ['annotate', 'service', 'svc-test-1', 'probe=1', '--dry-run=server'];

const policy = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'no-records' },
  spec: {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['services'] },
      ],
    },
    validations: [
      {
        expression:
          "!('extip.dev/assignments' in object.metadata.?annotations.orValue({})) && !('probe' in object.metadata.?annotations.orValue({}))",
        message: 'ask the network team first',
      },
    ],
  },
};

const binding = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'no-records' },
  spec: { policyName: 'no-records', validationActions: ['Deny'] },
};

describe('an API server that refuses', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let right = 0;
  before(async () => {
    lab = await startLab('s2-deny');
  });
  after(async () => {
    console.log(`admission: ${right} of 6 refusals said and taken back`);
    await lab?.down();
  });

  it('external IPs (DenyServiceExternalIPs), when records and address are there: taken back', async () => {
    const error = await unchanged(lab, () => failure(lab, 1, ASSIGN));
    assert.equal(error.reason, 'denied');
    assert.match(error.message, /403 Forbidden: .*external IPs is denied by admission control/i);
    right += 1;
  });

  it('the record on the Service (a ValidatingAdmissionPolicy): nothing is begun', async () => {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [policy, binding] });
    const input = `kubectl create -f - <<'END'\n${list}\nEND\n`;
    await on(lab, 'operator', input);
    await waitFor('the policy', async () => {
      const probe = await lab.kubectl(...PROBE);
      assert.match(probe.stderr, /ask the network team first/);
    });
    const error = await unchanged(lab, () => failure(lab, 1, ASSIGN));
    assert.match(error.message, /ask the network team first/);
    assert.equal(await on(lab, 'k2', 'ls /var/lib/extip'), 'fence');
    right += 1;
    await on(lab, 'operator', 'kubectl delete validatingadmissionpolicybinding no-records');
    await on(lab, 'operator', 'kubectl delete validatingadmissionpolicy no-records');
    await waitFor('the end of the policy', async () => {
      const { exitCode } = await lab.kubectl(...PROBE);
      assert.equal(exitCode, 0);
    });
  });

  for (const code of [403, 409, 429, 500]) {
    it(`every change of a Service (an admission webhook, with ${code}): nothing is begun`, async () => {
      const mend = await lab.fault('k0', `webhook-${code}`);
      const error = await unchanged(lab, () => failure(lab, 1, ASSIGN));
      await mend();
      assert.match(error.message, /ask the network team first/);
      assert.equal(await on(lab, 'k2', 'ls /var/lib/extip'), 'fence');
      right += 1;
    });
  }
});
