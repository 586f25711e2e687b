import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ExplanationDocument } from '../../src/output/explanation-document.ts';
import { recordedFiles } from '../explain/node-files.ts';
import { transcript } from '../hostile/healthy.ts';
import { startWorld, type World } from '../hostile/world.ts';

/** What ssh to a node prints that has the files of k0 of scenario S2. */
function recordedNode() {
  const { 'ip-addr.json': addresses, ...files } = recordedFiles('guard', 'k0').bytes;
  const sections = Object.entries(files).map(([file, bytes]) => [`file-${file}`, `${bytes}`]);
  const stdout = transcript({ ...Object.fromEntries(sections), addresses: `${addresses}` });
  return { stdout, stderr: '', exitCode: 0 };
}

/** The Service default/web has the external IP of scenario S2. */
const api = {
  '/api/v1/services': {
    // biome-ignore lint/suspicious/noExplicitAny: as the stand-in has it
    change: (list: any) => {
      list.items[0].spec.externalIPs = ['20.1.0.167'];
    },
  },
};

describe('extip explain of a cluster', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  async function explain(...args: string[]) {
    const about = { name: '', exitCode: 0, says: /./ } as const;
    const played = await world.play(
      { ...about, args: ['explain', ...args], api, node: recordedNode() },
      'json',
    );
    return { ...played, text: `${played.stdout}`, said: `${played.stderr}` };
  }

  it('reads cluster and nodes, and tells one document', async () => {
    const { text, said, exitCode } = await explain('svc', 'web');
    assert.equal(exitCode, 0, said);
    const { subject, flows, observations } = ExplanationDocument.parse(JSON.parse(text));
    assert.deepEqual(subject, { service: 'default/web', ip: null });
    assert.deepEqual(
      flows.map(({ origin, node, holder, clients }) =>
        [origin, clients?.where, node, holder].join(' '),
      ),
      // The guard lets a half of the segment in.
      ['external segment k0 true', 'external elsewhere k0 true', 'pod  k0 true', 'node  k0 true'],
    );
    assert.deepEqual(
      observations.map(({ code }) => code),
      ['external-policy'],
    );
  });

  it('is the same of the Service’s name, of its address, and of a packet to it', async () => {
    const [whole, ...others] = await Promise.all([
      explain('default/web'),
      explain('ip', '20.1.0.167'),
      explain('--to', '20.1.0.167:80'),
    ]);
    const { flows } = JSON.parse(whole?.text ?? '');
    for (const { text } of others) assert.deepEqual(JSON.parse(text).flows, flows);
  });

  it('--from names who asks', async () => {
    const { text } = await explain('web', '--from', '20.1.0.65');
    const [flow] = ExplanationDocument.parse(JSON.parse(text)).flows;
    assert.equal(flow?.packet.source, '20.1.0.65');
    assert.equal(flow?.verdict.outcome, 'dropped');
    const node = await explain('web', '--from', 'node/k0');
    const [own, ...more] = ExplanationDocument.parse(JSON.parse(node.text)).flows;
    assert.deepEqual([own?.origin, more], ['node', []]);
  });

  it('a Service, node or pod that is not there is an error that says what to type', async () => {
    for (const [args, code, words] of [
      [['svc', 'wed'], 1, /kubectl get services -n default/],
      [['web', '--node', 'k9'], 2, /its nodes: k0/],
      [['web', '--from', 'node/k9'], 2, /its nodes: k0/],
      [['web', '--from', 'pod/x'], 1, /kubectl get pods -n default/],
    ] as const) {
      const { text, exitCode } = await explain(...args);
      assert.equal(exitCode, code, text);
      assert.match(JSON.parse(text).help, words);
    }
  });
});
