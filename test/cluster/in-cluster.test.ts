import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inCluster } from '../../src/cluster/in-cluster.ts';

/** A service account's folder as the kubelet mounts it; this machine is no pod. */
function serviceAccount(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'extip-in-cluster-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('a pod reaches its cluster as its service account, in its own namespace', (t) => {
  const folder = serviceAccount(t, { token: 'secret', 'ca.crt': '', namespace: 'web\n' });
  const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  assert.deepEqual(inCluster(environment, folder), {
    clusterName: 'in-cluster',
    cluster: { server: 'https://[fd00::1]:443', 'certificate-authority': join(folder, 'ca.crt') },
    userName: 'in-cluster',
    user: { tokenFile: join(folder, 'token') },
    namespace: 'web',
  });
});

test('elsewhere there is none', (t) => {
  const environment = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
  assert.equal(inCluster(environment, serviceAccount(t, {})), null);
  assert.equal(inCluster({}, serviceAccount(t, { token: 'secret' })), null);
});
