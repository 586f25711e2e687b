/** What becomes of an assignment when the Service's manifest is applied again, and what extip says. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { change, list, listed, plan } from '../../commands/extip.ts';
import { addressesOn, externalIPsOf, on, recordsOn } from '../../commands/observe.ts';
import { type ExecResult, type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const IP = '20.1.0.167';
/** In the manifest, where it says anything of external IPs. */
const OTHER = '20.1.0.180';
const ASSIGN = `assign web ${IP} --node k0`;

describe('a manifest that is applied after assign', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());
  afterEach(() => on(lab, 'operator', 'kubectl delete service web'));

  async function kubectl(verb: string, externalIPs?: string[]): Promise<ExecResult> {
    const input = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: {
        selector: { app: 'web-front-end' },
        ports: [{ port: 80, targetPort: 'web-port' }],
        externalIPs,
      },
    });
    const command = ['kubectl', ...verb.split(' '), '-f', '-'];
    return lab.exec('operator', command, { input });
  }

  async function succeeds(...args: Parameters<typeof kubectl>): Promise<void> {
    const { exitCode, stderr } = await kubectl(...args);
    assert.equal(exitCode, 0, stderr);
  }

  async function warningsOf(command: string): Promise<string> {
    return (await plan(lab, command)).warnings.join('\n');
  }

  async function mustBeDropped(): Promise<void> {
    const { state, problems, fix } = await listed(lab, IP);
    assert.deepEqual(
      [state, problems, fix],
      ['incomplete', ['not in spec.externalIPs'], `extip assign default/web ${IP}`],
    );
  }

  async function mustBeBare(node: string): Promise<void> {
    assert.deepEqual(await addressesOn(lab, node, 'ens34'), ['20.1.0.160/24']);
    assert.deepEqual(await recordsOn(lab, node), []);
  }

  it('kubectl apply: leaves the address alone until the manifest has a list, which counts then', async () => {
    await succeeds('apply');
    assert.doesNotMatch(await warningsOf(ASSIGN), /managed by/);
    await change(lab, ASSIGN);
    await succeeds('apply');
    assert.equal((await listed(lab, IP)).state, 'assigned');

    await succeeds('apply', [OTHER]);
    await mustBeDropped();
    const warned = `spec.externalIPs is managed by kubectl apply, which may take ${IP} away again if it does not list it`;
    assert.ok((await warningsOf(ASSIGN)).includes(warned));
    await change(lab, ASSIGN);
    assert.deepEqual(await externalIPsOf(lab, 'web'), [OTHER, IP]);
    await succeeds('apply', []);
    await mustBeDropped();

    await succeeds('apply', [OTHER, IP]);
    assert.equal((await listed(lab, IP)).state, 'assigned');
    const release = `release web ${IP}`;
    assert.match(await warningsOf(release), /kubectl apply, which may put 20\.1\.0\.167 back/);
    await change(lab, release);
    assert.deepEqual(await externalIPsOf(lab, 'web'), [OTHER]);
    await succeeds('apply', [OTHER, IP]);
    const { state, problems } = await listed(lab, IP);
    assert.deepEqual([state, problems], ['unmanaged', ['no node has the address']]);
    await mustBeBare('k0');
  });

  it('kubectl apply --server-side: fails on the conflict, unless it is forced', async () => {
    await succeeds('apply --server-side', [OTHER]);
    assert.match(await warningsOf(ASSIGN), /managed by kubectl, which may take/);
    await change(lab, ASSIGN);

    const { exitCode, stderr } = await kubectl('apply --server-side', [OTHER]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /conflict with "extip" using v1: \.spec\.externalIPs/);
    await succeeds('apply --server-side');
    assert.equal((await listed(lab, IP)).state, 'assigned');
    assert.deepEqual(await externalIPsOf(lab, 'web'), [OTHER, IP]);

    await succeeds('apply --server-side --force-conflicts', [OTHER]);
    await mustBeDropped();
    await change(lab, `release web ${IP}`);
    assert.deepEqual(await externalIPsOf(lab, 'web'), [OTHER]);
    await mustBeBare('k0');
  });

  it('kubectl replace: takes the record too, and the node’s is an orphan', async () => {
    await succeeds('apply');
    await change(lab, ASSIGN);
    await succeeds('replace');
    const { state, fix } = await listed(lab, IP);
    assert.equal(state, 'orphan');
    await on(lab, 'operator', `${fix} -y`);
    assert.deepEqual(await list(lab), []);
    await mustBeBare('k0');
  });
});
