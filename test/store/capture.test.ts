import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { listAssignments } from '../../src/list/assignments.ts';
import { externalIPsManager, serverSideApplier } from '../../src/plan/external-ips-manager.ts';
import type { ObjectMeta } from '../../src/snapshot/kubernetes.ts';
import { capture } from '../../src/store/capture.ts';
import { openSnapshot } from '../../src/store/open-snapshot.ts';
import { startSnapshot } from '../../src/store/write-snapshot.ts';
import { status } from '../cluster/stand-in-server.ts';
import { plantedCluster, SECRET } from './planted-cluster.ts';

const CONFIG = {
  k0: { command: ['env', `PASSWORD=${SECRET}`] },
  k2: { command: ['false', SECRET] },
};

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'extip-capture-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function captured(t: TestContext, name: string, differences = {}): Promise<string> {
  const path = join(await folderOf(t), name);
  const connection = await plantedCluster(t, differences);
  const writer = await startSnapshot(path);
  const { signal } = new AbortController();
  const reach = { ssh: {}, config: CONFIG };
  await capture(writer, { connection, reach, checkNames() {}, extip: '0.1.0', signal });
  await writer.finish(signal);
  return path;
}

/** Every file's bytes, by its path. */
async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), await readFile(path)] as const;
      }),
    ),
  );
}

describe('a captured snapshot', () => {
  it('has no secret in any of its bytes, as a folder and as an archive', async (t) => {
    const folder = await captured(t, 's');
    const files = await filesIn(folder);
    assert.ok(files.size > 30);
    for (const [path, bytes] of files) assert.ok(!bytes.includes(SECRET), path);
    const archive = gunzipSync(await readFile(await captured(t, 's.tar.gz')));
    assert.ok(archive.includes('cluster/services.json'));
    assert.ok(!archive.includes(SECRET));
  });

  it('keeps what extip goes by: who manages the list, Pods behind Services, the pools', async (t) => {
    const { snapshot, list, info } = await openSnapshot(await captured(t, 's'));
    const [service] = snapshot.cluster.services;
    assert.ok(service);
    assert.equal(externalIPsManager(service), 'kubectl apply');
    assert.equal(serverSideApplier(service), 'argocd');
    assert.equal(service.metadata.annotations?.['metallb.universe.tf/address-pool'], 'poc');
    const pods = await list('pods');
    assert.deepEqual(
      pods.items.map(({ metadata }) => (metadata as ObjectMeta).name),
      ['web-1', 'speaker-k0'],
    );
    assert.deepEqual(pods.items[0]?.spec, {
      nodeName: 'k0',
      containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }],
    });
    const pools = snapshot.cluster.ranges.map(({ cidr, owner }) => `${cidr} ${owner}`);
    assert.deepEqual(pools, ['20.1.2.0/28 MetalLB pool old']);
    assert.equal(snapshot.cluster.uid, 'u-1');
    assert.deepEqual(snapshot.cluster.apiServerAddresses, ['127.0.0.1']);
    assert.equal(info?.server, 'v1.36.3');
    const annotations = (await list('hostendpoints')).items.map(
      ({ metadata }) => (metadata as ObjectMeta).annotations,
    );
    const own = { 'extip.dev/assignments': '{"version":1,"assignments":[]}' };
    const labels = { 'projectcalico.org/metadata': '{"labels":{"role":"edge"}}' };
    const applied = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"externalIPs":["20.1.0.9"]}}',
    };
    assert.deepEqual(annotations, [{ ...own, ...applied, ...labels }]);
    const proxy = await list('configmaps');
    assert.match(JSON.stringify(proxy.items), /mode: iptables/);
  });

  it('names what could not be read, and keeps the rest', async (t) => {
    const open = await openSnapshot(await captured(t, 's.tar.gz'));
    t.after(open.close);
    const { k0, k2 } = open.snapshot.nodes;
    assert.equal(k0?.status, 'ok');
    assert.ok(k0?.facts && k0.facts.recordsUnread === undefined);
    assert.equal(k2?.status, 'unreachable');
    assert.match(k2?.message ?? '', /false did not start the script/);
    const { unknown } = await open.list('ipaddresspools');
    assert.match(unknown[0]?.reason ?? '', /403.*no right to ipaddresspools/);
    assert.deepEqual((await open.list('ippools')).unknown, [], 'not served is none');
    const files = await open.nodeFiles('k0', ['sysctl.txt', 'kube-proxy.txt']);
    assert.match(files.bytes['sysctl.txt']?.toString() ?? '', /^net\.ipv4\.ip_forward = [01]$/m);
    assert.match(files.missing['kube-proxy.txt'] ?? '', /127\.0\.0\.1:10249/);
    const [item] = listAssignments(open.snapshot);
    assert.deepEqual(item?.problems, ['no node that answered has the address (k2 did not answer)']);
  });

  it('has the ConfigMap that may be read, and why the other is not there', async (t) => {
    const kubeProxy = '/api/v1/namespaces/kube-system/configmaps/kube-proxy';
    const path = await captured(t, 's', { [kubeProxy]: status(403, 'no right to kube-proxy') });
    const { items, unknown } = await (await openSnapshot(path)).list('configmaps');
    assert.equal(items.length, 1);
    assert.match(unknown[0]?.reason ?? '', /no right to kube-proxy/);
  });

  it('is of what could be read where Services or Nodes cannot be', async (t) => {
    const forbidden = { '/api/v1/services': status(403, 'no right to services') };
    const denied = { ...forbidden, '/api/v1/namespaces/default/services': status(403, 'no') };
    const { snapshot } = await openSnapshot(await captured(t, 's', denied));
    assert.deepEqual(snapshot.cluster.services, []);
    assert.match(snapshot.cluster.unknown[0]?.reason ?? '', /no right to services/);
    const neither = { ...denied, '/api/v1/nodes': status(403, 'no right to nodes') };
    await assert.rejects(captured(t, 's', neither), /no right to services/);
  });
});
