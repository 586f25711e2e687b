/** Changes of Calico's objects, on its real API server. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CalicoChange, OwnObject } from '../../src/calico/change.ts';
import { on } from '../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { onOperator } from '../watchdog/on-operator.ts';

const deny: OwnObject = {
  kind: 'GlobalNetworkPolicy',
  name: 'extip-deny-20-1-0-167',
  labels: { 'extip.dev/owner': 'guard' },
  annotations: { 'extip.dev/ip': '20.1.0.167' },
  spec: {
    order: 110,
    selector: "extip-external == 'true'",
    types: ['Ingress'],
    preDNAT: true,
    applyOnForward: true,
    ingress: [
      { action: 'Allow', protocol: 'ICMP', destination: { nets: ['20.1.0.167/32'] } },
      { action: 'Deny', destination: { nets: ['20.1.0.167/32'] } },
    ],
  },
};
const ours: OwnObject = {
  kind: 'HostEndpoint',
  name: 'k0-ens34',
  labels: { 'extip.dev/owner': 'guard' },
  annotations: { 'extip.dev/guard': '{"version":1,"ips":["20.1.0.167"]}' },
  spec: { node: 'k0', interfaceName: 'ens34', profiles: ['projectcalico-default-allow'] },
};
const KINDS = { GlobalNetworkPolicy: 'globalnetworkpolicies', HostEndpoint: 'hostendpoints' };

describe("Calico's real API", { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  /** Makes the changes one after the other; each must succeed. */
  async function make(...changes: CalicoChange[]): Promise<void> {
    const { error } = await onOperator(
      lab,
      `for (const one of ${JSON.stringify(changes)}) await change(one);`,
    );
    assert.equal(error, undefined, error?.message);
  }
  /** The object without what every write changes. */
  async function stored({ kind, name }: Pick<OwnObject, 'kind' | 'name'>) {
    const resource = `${KINDS[kind]}.projectcalico.org`;
    const text = await on(lab, 'operator', `kubectl get ${resource} ${name} -o json`);
    const { metadata, spec } = JSON.parse(text);
    const { resourceVersion, managedFields: _, ...rest } = metadata;
    return { version: resourceVersion, metadata: rest, spec };
  }

  for (const object of [deny, ours]) {
    it(`${object.kind}: made, found to be as it is to be, changed, deleted`, async () => {
      await make({ type: 'put', object });
      const made = await stored(object);
      await make({ type: 'put', object });
      assert.deepEqual(await stored(object), made, 'nothing is written a second time');
      const labels = { ...object.labels, more: 'x' };
      await make({ type: 'put', object: { ...object, labels } as OwnObject });
      assert.equal((await stored(object)).metadata.labels.more, 'x');
      await make({ type: 'put', object });
      const { version: _, ...again } = await stored(object);
      const { version: __, ...first } = made;
      assert.deepEqual(again, first);
      const { kind, name } = object;
      await make({ type: 'delete', kind, name }, { type: 'delete', kind, name });
      await assert.rejects(stored(object), /NotFound/);
    });
  }

  it("somebody else's endpoint is marked and unmarked, and is as it was, byte for byte", async () => {
    const theirs = { kind: 'HostEndpoint', name: 'theirs' } as const;
    await on(
      lab,
      'operator',
      `kubectl create -f - <<'EOF'
{"apiVersion":"projectcalico.org/v3","kind":"HostEndpoint","metadata":{"name":"theirs"},
"spec":{"node":"k2","interfaceName":"ens34","profiles":["projectcalico-default-allow"]}}
EOF`,
    );
    const { version: _, ...before } = await stored(theirs);
    const mark = (...ips: string[]): CalicoChange => ({ type: 'mark', name: 'theirs', ips });
    await make(mark('20.1.0.167'));
    assert.deepEqual((await stored(theirs)).metadata.labels, { 'extip-external': 'true' });
    await make(mark());
    const { version: __, ...after } = await stored(theirs);
    assert.deepEqual(after, before);

    const foreign = { ...ours, name: 'theirs' };
    for (const change of [
      { type: 'put', object: foreign },
      { type: 'delete', ...theirs },
    ]) {
      const { error } = await onOperator(lab, `await change(${JSON.stringify(change)});`);
      assert.equal(error?.reason, 'not-ours');
    }
    await on(lab, 'operator', 'kubectl delete hostendpoints.projectcalico.org theirs');
  });

  it('a change is made on the object that somebody wrote between the read and the write', async () => {
    await make({ type: 'put', object: ours });
    const disturb = `const { execFileSync } = await import('node:child_process');
      let left = 3;
      const lockCheck = async () => {
        if (left-- > 0) execFileSync('kubectl', ['label', '--overwrite',
          'hostendpoints.projectcalico.org', 'k0-ens34', 'theirs=' + left]);
      };`;
    const changes: CalicoChange[] = [
      { type: 'mark', name: 'k0-ens34', ips: ['20.1.0.168'] },
      { type: 'put', object: ours },
      { type: 'delete', kind: 'HostEndpoint', name: 'k0-ens34' },
    ];
    for (const change of changes) {
      const { error } = await onOperator(
        lab,
        `${disturb} await changeCalico(api, ${JSON.stringify(change)}, { lockCheck });
        if (left >= 0) throw new Error('it was not disturbed');`,
      );
      assert.equal(error, undefined, error?.message);
    }
    await assert.rejects(stored(ours), /NotFound/);
  });

  it('a dry run stores nothing', async () => {
    const { error } = await onOperator(
      lab,
      `await change(${JSON.stringify({ type: 'put', object: ours })}, { dryRun: true });`,
    );
    assert.equal(error, undefined, error?.message);
    await assert.rejects(stored(ours), /NotFound/);
  });

  it('without it nothing counts as gone: neither while it does not answer nor where it is not served', async () => {
    await make({ type: 'put', object: ours });
    const remove = { type: 'delete', kind: 'HostEndpoint', name: 'k0-ens34' };
    const program = `await change(${JSON.stringify(remove)});`;
    const save = 'kubectl get apiservice v3.projectcalico.org -o json >/tmp/apiservice.json';
    await on(lab, 'operator', `${save} && kubectl delete apiservice v3.projectcalico.org`);
    const { error } = await onOperator(lab, program);
    assert.equal(error?.status, 404, JSON.stringify(error));
  });
});
