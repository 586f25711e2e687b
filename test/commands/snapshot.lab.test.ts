import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { AssignmentListDocument, SnapshotReportDocument } from '../../src/output/documents.ts';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { change, list } from './extip.ts';
import { on } from './observe.ts';

const EXTIP = join(import.meta.dirname, '../../bin/extip');

describe('extip snapshot', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let folder: string;
  const operator = (command: string) => on(lab, 'operator', command);
  const rulesOf = (node: string) => on(lab, node, 'nft list tables; cat /proc/net/ip_tables_names');

  /** Here, where there is neither cluster nor ssh. */
  async function here(...args: string[]): Promise<string> {
    const env = { HOME: folder, KUBECONFIG: '/nonexistent', PATH: '/usr/bin:/bin' };
    const { stdout } = await execa(process.execPath, [EXTIP, ...args], { env, extendEnv: false });
    return stdout;
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'extip-snapshot-lab-'));
    lab = await startLab('s2');
    await change(lab, 'assign svc-test-1 20.1.0.167 --node k0');
    await operator(`kubectl create secret generic planted --from-literal=a=hunter2 &&
      kubectl patch svc svc-test-2 -p '{"spec":{"externalIPs":["20.1.0.170"]}}'`);
  });
  after(async () => {
    await lab?.down();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps the cluster and its nodes, and changes nothing there', async () => {
    const before = await Promise.all(['k0', 'k2'].map(rulesOf));
    const said = await operator('extip snapshot capture /tmp/s.tar.gz 2>&1');
    assert.match(said, /^wrote \/tmp\/s\.tar\.gz: \d+ objects, 2 of 2 nodes, /m);
    assert.deepEqual(await Promise.all(['k0', 'k2'].map(rulesOf)), before);
    await copyFile(lab.path('operator', '/tmp/s.tar.gz'), join(folder, 's.tar.gz'));
    assert.doesNotMatch(await operator('zcat /tmp/s.tar.gz | grep -ac hunter2 || true'), /[1-9]/);
  });

  it('shows what is in it, and every file of it can be read', async () => {
    const { problems, nodes, cluster, server } = SnapshotReportDocument.parse(
      JSON.parse(await operator('extip snapshot show /tmp/s.tar.gz --check -o json')),
    );
    assert.deepEqual(problems, []);
    assert.match(server ?? '', /^v1\./);
    // The API server runs on k0 alone.
    const noServer = { file: 'kube-apiserver.txt', reason: 'no kube-apiserver runs on the node' };
    assert.deepEqual(
      nodes.map(({ node, status, missing }) => [node, status, missing]),
      [
        ['k0', 'ok', []],
        ['k2', 'ok', [noServer]],
      ],
    );
    const objects = (resource: string) => cluster.find((one) => one.resource === resource)?.objects;
    assert.equal(objects('nodes'), 2);
    assert.ok((objects('pods') ?? 0) >= 6);
    assert.ok((objects('ippools') ?? 0) >= 1);
    assert.deepEqual(
      cluster.filter(({ problem }) => problem !== null),
      [],
    );
  });

  it('is listed as the live cluster is', async () => {
    const flags = '-A --snapshot /tmp/s.tar.gz';
    assert.deepEqual(await list(lab, flags), await list(lab));
    assert.deepEqual(await list(lab, `${flags} -l x!=y`), await list(lab));
    const table = await operator('extip list --snapshot /tmp/s.tar.gz');
    assert.match(table, /^svc-test-1 +20\.1\.0\.167 +80\/TCP +k0 +ens34 +assigned /m);
  });

  it('is listed when the cluster is gone, as it was then', async () => {
    const live = await list(lab);
    await lab.down();
    const text = await here('list', '-A', '--snapshot', join(folder, 's.tar.gz'), '-o', 'json');
    assert.deepEqual(AssignmentListDocument.parse(JSON.parse(text)).items, live);
  });
});
