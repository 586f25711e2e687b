import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { ExplanationDocument } from '../../src/output/explanation-document.ts';
import { buildEndpointSlice, buildNode, buildService, IP } from '../build-snapshot.ts';
import { ENDPOINTS } from '../explain/explain-recorded.ts';
import { recordedFiles } from '../explain/node-files.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/extip');

describe('extip explain --snapshot of a folder made by hand', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'extip-explain-'));
    const service = buildService({}, { externalIPs: [IP] });
    const slice = { ...buildEndpointSlice(service), endpoints: ENDPOINTS };
    const pod = {
      metadata: { namespace: 'default', name: 'web-1' },
      spec: { nodeName: 'k2' },
      status: { podIPs: [{ ip: '192.168.99.40' }] },
    };
    const lists = {
      services: [service],
      nodes: [buildNode('k0'), buildNode('k2')],
      endpointslices: [{ ...slice, ports: [{ name: '', port: 8080 }] }],
      pods: [pod],
    };
    await mkdir(join(folder, 'cluster'));
    for (const [name, items] of Object.entries(lists)) {
      const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      await writeFile(join(folder, 'cluster', `${name}.json`), text);
    }
    await fill();
  });

  async function fill() {
    for (const node of ['k0', 'k2'] as const) {
      await mkdir(join(folder, 'nodes', node), { recursive: true });
      for (const [file, bytes] of Object.entries(recordedFiles('no-endpoint', node).bytes)) {
        await writeFile(join(folder, 'nodes', node, file), bytes);
      }
    }
  }
  after(() => rm(folder, { recursive: true }));

  async function explain(...args: string[]) {
    const options = { reject: false, extendEnv: false, input: '' } as const;
    const env = { PATH: process.env.PATH, HOME: '/nonexistent' };
    const words = [PROGRAM, 'explain', ...args, '--snapshot', folder, '-o', 'json'];
    return execa(process.execPath, words, { ...options, env });
  }

  it('needs no cluster, and tells of every node', async () => {
    const { stdout, stderr, exitCode } = await explain('svc', 'svc-test-1');
    assert.equal(exitCode, 0, stderr + stdout);
    const { flows, unread } = ExplanationDocument.parse(JSON.parse(stdout));
    assert.deepEqual(
      flows.map(({ origin, nodes, verdict }) => `${origin} ${nodes.join()} ${verdict.outcome}`),
      [
        'external k0 delivered',
        'external k2 delivered',
        'pod k2 delivered',
        'node k0 delivered',
        'node k2 delivered',
      ],
    );
    assert.deepEqual(unread, []);
  });

  it('is certain with the files that the manual names', async () => {
    const named = ['ip-addr.json', 'ip-route.json', 'sysctl.txt'];
    for (const node of ['k0', 'k2'] as const) {
      const at = (file: string) => join(folder, 'nodes', node, file);
      await rename(at('iptables-nft-save.txt'), at('iptables-save.txt'));
      for (const file of Object.keys(recordedFiles('no-endpoint', node).bytes)) {
        if (!named.includes(file)) await rm(at(file), { force: true });
      }
    }
    const certain = async () => {
      const { stdout } = await explain('svc-test-1');
      const { flows } = ExplanationDocument.parse(JSON.parse(stdout));
      return flows.map(({ verdict, reply }) => `${verdict.outcome} ${reply?.outcome}`);
    };
    assert.deepEqual(new Set(await certain()), new Set(['delivered delivered']));
    // As without root.
    for (const node of ['k0', 'k2']) {
      await writeFile(join(folder, 'nodes', node, 'iptables-save.txt'), '');
    }
    assert.deepEqual(new Set(await certain()), new Set(['undetermined undefined']));
    await fill();
  });

  it('knows the pods that are in it', async () => {
    const { stdout, stderr } = await explain('svc-test-1', '--from', 'pod/web-1');
    const [flow, ...more] = ExplanationDocument.parse(JSON.parse(stdout || stderr)).flows;
    assert.deepEqual([flow?.packet.source, more], ['192.168.99.40', []]);
  });

  it('says of another pod that it keeps those behind Services alone, or has none', async () => {
    const unknown = async () => {
      const { stdout, exitCode } = await explain('svc-test-1', '--from', 'pod/client');
      const { reason, message, help } = JSON.parse(stdout);
      assert.deepEqual([exitCode, reason], [1, 'pod-not-found']);
      assert.equal(help, "give the pod's address: --from ADDR");
      return message;
    };
    const where = 'the snapshot does not say where the pod default/client is';
    assert.equal(await unknown(), `${where}: it keeps the pods behind Services alone`);
    const pods = join(folder, 'cluster/pods.json');
    const text = await readFile(pods);
    await rm(pods);
    assert.equal(await unknown(), `${where}: the snapshot has no cluster/pods.json`);
    await writeFile(pods, text);
  });

  it('says which Service may be meant', async () => {
    const { stdout, exitCode } = await explain('svc-test-2');
    assert.equal(exitCode, 1);
    assert.equal(JSON.parse(stdout).help, 'did you mean default/svc-test-1?');
  });
});
