import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { CalicoChange, OwnObject } from '../../src/calico/change.ts';
import { ApiError } from '../../src/cluster/api.ts';
import { type CalicoOptions, changeCalico } from '../../src/cluster/change-calico.ts';
import { ExitCode } from '../../src/errors.ts';
import { type CalicoObject, calicoStandIn } from './calico-stand-in.ts';
import { reset, standIn, status } from './stand-in-server.ts';

const POLICY = 'globalnetworkpolicies/extip-deny-20-1-0-167';
const ENDPOINT = 'hostendpoints/k0-ens34';
const THEIRS = 'hostendpoints/theirs';

const deny: OwnObject = {
  kind: 'GlobalNetworkPolicy',
  name: 'extip-deny-20-1-0-167',
  labels: { 'extip.dev/owner': 'guard' },
  annotations: { 'extip.dev/ip': '20.1.0.167' },
  spec: { order: 110, ingress: [{ action: 'Deny', destination: { nets: ['20.1.0.167/32'] } }] },
};
const ours: OwnObject = {
  kind: 'HostEndpoint',
  name: 'k0-ens34',
  labels: { 'extip.dev/owner': 'guard', 'extip-external': 'true' },
  annotations: { 'extip.dev/guard': '{"version":1,"ips":["20.1.0.167"]}' },
  spec: { node: 'k0', interfaceName: 'ens34', profiles: ['projectcalico-default-allow'] },
};
const put = (object: OwnObject): CalicoChange => ({ type: 'put', object });
const remove: CalicoChange = { type: 'delete', kind: 'HostEndpoint', name: 'k0-ens34' };
const mark = (...ips: string[]): CalicoChange => ({ type: 'mark', name: 'theirs', ips });

function stored({ kind, name, labels, annotations, spec }: OwnObject): CalicoObject {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind,
    metadata: { name, labels, annotations },
    spec,
  };
}

const theirs = (metadata: object = {}): CalicoObject => ({
  kind: 'HostEndpoint',
  metadata: { name: 'theirs', generation: 3, ...metadata },
  spec: { node: 'k0', interfaceName: 'ens34', fieldOfTheFuture: [1] },
});

async function cluster(t: TestContext, objects: Record<string, CalicoObject> = {}) {
  const calico = calicoStandIn(objects);
  const { api, received } = await standIn(t, (request, response) =>
    calico.behave(request, response),
  );
  const change = (what: CalicoChange, options: Partial<CalicoOptions> = {}) =>
    changeCalico(api, what, { lockCheck: async () => {}, ...options });
  return { ...calico, calico, received, change };
}

describe('an object of ours', () => {
  it('is created as it is to be, and a second time nothing is written', async (t) => {
    const { change, content, writes, received } = await cluster(t);
    await change(put(deny), { fieldManager: 'ops' });
    await change(put(deny));
    assert.deepEqual(writes, [`POST ${POLICY}`]);
    assert.deepEqual(content(POLICY), stored(deny));
    const create = received.find(({ method }) => method === 'POST');
    assert.equal(create?.url, '/apis/projectcalico.org/v3/globalnetworkpolicies?fieldManager=ops');
  });

  it('that has what the server adds is as it is to be', async (t) => {
    const labels = { ...deny.labels, 'projectcalico.org/tier': 'default' };
    const [rule] = deny.spec.ingress as object[];
    const spec = { ...deny.spec, tier: 'default', ingress: [{ ...rule, source: {} }] };
    const asStored = { ...stored(deny), metadata: { ...stored(deny).metadata, labels }, spec };
    const { change, writes } = await cluster(t, { [POLICY]: asStored });
    await change(put(deny));
    assert.deepEqual(writes, []);
  });

  const CHANGED: Record<string, (object: CalicoObject) => CalicoObject> = {
    'a label more': (it) => ({
      ...it,
      metadata: { ...it.metadata, labels: { ...it.metadata.labels, more: 'x' } },
    }),
    'another annotation of ours': (it) => ({
      ...it,
      metadata: { ...it.metadata, annotations: { 'extip.dev/guard': '{}' } },
    }),
    'another node': (it) => ({ ...it, spec: { ...it.spec, node: 'k2' } }),
    'a field more': (it) => ({ ...it, spec: { ...it.spec, expectedIPs: ['20.1.0.160'] } }),
  };
  for (const [what, by] of Object.entries(CHANGED)) {
    it(`is made so again where it has ${what}; others' annotations stay`, async (t) => {
      const note = { note: 'mine' };
      const { change, content, writes, disturb } = await cluster(t, { [ENDPOINT]: stored(ours) });
      disturb(ENDPOINT, by);
      disturb(ENDPOINT, (it) => ({
        ...it,
        metadata: { ...it.metadata, annotations: { ...it.metadata.annotations, ...note } },
      }));
      await change(put(ours));
      assert.deepEqual(writes, [`PUT ${ENDPOINT}`]);
      const annotations = { ...ours.annotations, ...note };
      assert.deepEqual(content(ENDPOINT), stored({ ...ours, annotations }));
    });
  }

  it('is deleted as it was read, and a second time nothing is done', async (t) => {
    const { change, writes, received } = await cluster(t, { [ENDPOINT]: stored(ours) });
    await change(remove);
    await change(remove);
    assert.deepEqual(writes, [`DELETE ${ENDPOINT}`]);
    assert.deepEqual(JSON.parse(received[1]?.body ?? ''), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u1', resourceVersion: '1' },
    });
  });

  it('is found by the name that Calico 3.29 gave a policy', async (t) => {
    const key = 'globalnetworkpolicies/default.extip-deny-20-1-0-167';
    const renamed = stored({ ...deny, name: 'default.extip-deny-20-1-0-167' });
    const { change, content, writes } = await cluster(t, { [key]: renamed });
    await change(put({ ...deny, spec: { ...deny.spec, order: 120 } }));
    assert.deepEqual(content(key), { ...renamed, spec: { ...deny.spec, order: 120 } });
    await change({ type: 'delete', kind: 'GlobalNetworkPolicy', name: deny.name });
    assert.deepEqual(writes, [`PUT ${key}`, `DELETE ${key}`]);
  });
});

describe("an object of our name that is somebody else's", () => {
  for (const [what, change] of Object.entries({ put: put(ours), delete: remove })) {
    it(`is refused by ${what}, and named`, async (t) => {
      const foreign = { ...stored(ours), metadata: { name: 'k0-ens34' } };
      const cluster_ = await cluster(t, { [ENDPOINT]: foreign });
      await assert.rejects(cluster_.change(change), {
        exitCode: ExitCode.refused,
        reason: 'not-ours',
        object: 'hostendpoint/k0-ens34',
        nothingChanged: true,
        message: /^there is a HostEndpoint k0-ens34 that extip did not make/,
      });
      assert.deepEqual(cluster_.writes, []);
    });
  }
});

describe("somebody else's endpoint", () => {
  it('gets our mark, is unmarked, and is as it was', async (t) => {
    const cases = [{}, { labels: { a: 'b' } }, { annotations: { c: 'd' } }];
    for (const metadata of cases) {
      const { change, content, objects } = await cluster(t, { [THEIRS]: theirs(metadata) });
      const before = content(THEIRS);
      await change(mark('20.1.0.168', '20.1.0.167'));
      const { labels, annotations } = objects.get(THEIRS)?.metadata ?? {};
      assert.equal(labels?.['extip-external'], 'true');
      assert.equal(
        annotations?.['extip.dev/guard'],
        '{"version":1,"ips":["20.1.0.167","20.1.0.168"]}',
      );
      await change(mark('20.1.0.168', '20.1.0.167'));
      await change(mark());
      await change(mark());
      assert.deepEqual(content(THEIRS), before);
    }
  });

  it('is patched as it was read, and nothing else of it', async (t) => {
    const { change, received } = await cluster(t, { [THEIRS]: theirs({ labels: { a: 'b' } }) });
    await change(mark('20.1.0.167'));
    assert.deepEqual(JSON.parse(received[1]?.body ?? ''), [
      { op: 'test', path: '/metadata/resourceVersion', value: '1' },
      { op: 'add', path: '/metadata/labels', value: { a: 'b', 'extip-external': 'true' } },
      {
        op: 'add',
        path: '/metadata/annotations',
        value: { 'extip.dev/guard': '{"version":1,"ips":["20.1.0.167"]}' },
      },
    ]);
  });

  it('that has no mark of ours keeps the label, which is somebody else’s', async (t) => {
    const labelled = theirs();
    labelled.metadata.labels = { ...labelled.metadata.labels, 'extip-external': 'true' };
    const { change, writes } = await cluster(t, { [THEIRS]: labelled });
    await change(mark());
    assert.deepEqual(writes, []);
  });

  it('that is gone needs no unmarking, and cannot be marked', async (t) => {
    const { change } = await cluster(t);
    await change(mark());
    await assert.rejects(change(mark('20.1.0.167')), {
      exitCode: ExitCode.failed,
      reason: 'endpoint-gone',
      nothingChanged: true,
    });
  });
});

describe('while others write', () => {
  const relabel = (object: CalicoObject): CalicoObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, theirs: 'too' } },
  });

  /** Somebody writes the object between our read and our write, so many times. */
  async function disturbed(t: TestContext, key: string, object: CalicoObject, times: number) {
    const found = await cluster(t, { [key]: object });
    let left = times;
    const lockCheck = async () => {
      if (left-- > 0) found.disturb(key, relabel);
    };
    return { ...found, change: (what: CalicoChange) => found.change(what, { lockCheck }) };
  }

  it('the change is made on the object as it is then', async (t) => {
    const { change, objects } = await disturbed(t, THEIRS, theirs(), 4);
    await change(mark('20.1.0.167'));
    assert.deepEqual(objects.get(THEIRS)?.metadata.labels, {
      theirs: 'too',
      'extip-external': 'true',
    });
  });

  it('a deletion, too', async (t) => {
    const { change, objects } = await disturbed(t, ENDPOINT, stored(ours), 2);
    await change(remove);
    assert.equal(objects.size, 0);
  });

  it('it is given up after five times, and said so', async (t) => {
    for (const [key, object, what] of [
      [ENDPOINT, stored(ours), remove],
      [THEIRS, theirs(), mark('20.1.0.167')],
    ] as const) {
      const { change } = await disturbed(t, key, object, 5);
      await assert.rejects(change(what), {
        exitCode: ExitCode.failed,
        reason: 'conflict',
        message: /was changed by somebody else each of the 5 times/,
        nothingChanged: true,
      });
    }
  });

  it('one that was created or deleted meanwhile is found', async (t) => {
    const other = stored({ ...ours, spec: { ...ours.spec, node: 'k2' } });
    const found = await cluster(t);
    let first = true;
    await found.change(put(ours), {
      lockCheck: async () => {
        if (first)
          found.objects.set(ENDPOINT, {
            ...other,
            metadata: { ...other.metadata, uid: 'x', resourceVersion: 'y' },
          });
        first = false;
      },
    });
    assert.deepEqual(found.content(ENDPOINT), stored(ours));
    await found.change(remove, { lockCheck: async () => found.disturb(ENDPOINT, () => null) });
    assert.equal(found.objects.size, 0);
  });

  it("the server's own refusal is not tried again", async (t) => {
    const { change, calico, received } = await cluster(t, { [THEIRS]: theirs() });
    calico.fault = status(422, 'spec.node: Required value', 'Invalid');
    await assert.rejects(change(mark('20.1.0.167')), (error) => {
      assert.ok(error instanceof ApiError);
      assert.match(error.message, /^patch hostendpoint theirs: 422 .*Required value/);
      return true;
    });
    assert.equal(received.filter(({ method }) => method === 'PATCH').length, 1);
  });

  it('nothing is written once the lock is lost', async (t) => {
    const { change, writes } = await cluster(t, { [ENDPOINT]: stored(ours) });
    const lost = new Error('the lock is lost');
    await assert.rejects(change(remove, { lockCheck: () => Promise.reject(lost) }), lost);
    assert.deepEqual(writes, []);
  });
});

describe('a write that was not answered', () => {
  it('is said to be one that may have been made', async (t) => {
    const { change, calico } = await cluster(t, { [ENDPOINT]: stored(ours) });
    calico.fault = reset;
    await assert.rejects(change(remove), { outcomeUnknown: true, nothingChanged: false });
  });

  it('finds another object if it comes late, once it was settled', async (t) => {
    for (const [key, object, change] of [
      [THEIRS, theirs(), mark()],
      [ENDPOINT, stored(ours), put(ours)],
    ] as const) {
      const found = await cluster(t, { [key]: object });
      const before = found.content(key);
      await found.change(change, { settle: true });
      assert.notEqual(found.objects.get(key)?.metadata.resourceVersion, '1');
      assert.deepEqual(found.content(key), before);
    }
  });
});

it('a dry run stores nothing', async (t) => {
  const { change, writes, received } = await cluster(t, { [ENDPOINT]: stored(ours) });
  await change(remove, { dryRun: true });
  await change(put(deny), { dryRun: true });
  assert.deepEqual(writes, []);
  assert.equal(received.filter(({ method }) => method !== 'GET').length, 2);
});

it('an API that is not served has no say in what there is', async (t) => {
  const { api } = await standIn(t, (_, response) => {
    response.writeHead(404, { 'Content-Type': 'text/plain' });
    response.end('404 page not found\n');
  });
  const lockCheck = async () => {};
  await assert.rejects(changeCalico(api, remove, { lockCheck }), { status: 404 });
});
