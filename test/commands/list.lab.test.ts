import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { AssignmentListDocument } from '../../src/output/documents.ts';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import { change, list, listed } from './extip.ts';
import { on } from './observe.ts';

describe('extip list', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  const operator = (command: string) => on(lab, 'operator', command);
  const byHand = (service: string, ...ips: string[]) =>
    operator(`kubectl patch svc ${service} -p '${JSON.stringify({ spec: { externalIPs: ips } })}'`);

  before(async () => {
    lab = await startLab('s2');
    assert.equal(await operator('extip list 2>&1'), 'no external IPs found');
    // One from extip, three by hand: held by nobody, by one node, by two.
    await change(lab, 'assign svc-test-1 20.1.0.167 --node k0');
    await byHand('svc-test-2', '20.1.0.170', '20.1.0.171', '20.1.0.172');
    await on(lab, 'k0', 'ip addr add 20.1.0.171/32 dev ens34; ip addr add 20.1.0.172/32 dev ens34');
    await on(lab, 'k2', 'ip addr add 20.1.0.172/32 dev ens34');
    await operator(`kubectl label service svc-test-1 app=shop &&
      kubectl create namespace far && kubectl create service clusterip away --tcp=80 -n far`);
    await byHand('away -n far', '20.1.0.175');
  });
  after(() => lab?.down());

  it('shows what extip assigned, and what is missing of what was set by hand', async () => {
    const own = await listed(lab, '20.1.0.167');
    const { assignedAt, by, holders, ...rest } = own;
    assert.deepEqual(rest, {
      namespace: 'default',
      service: 'svc-test-1',
      ip: '20.1.0.167',
      ports: [{ port: 80, protocol: 'TCP' }],
      node: 'k0',
      interface: 'ens34',
      state: 'assigned',
      problems: [],
      fix: null,
      guard: null,
      persistence: 'survives reboot',
    });
    assert.match(`${assignedAt} ${by}`, /^\d{4}-\d\d-\d\dT[\d:.]+Z root@operator$/);
    assert.deepEqual(holders, [{ node: 'k0', interface: 'ens34', prefix: 32 }]);

    const unmanaged = (await list(lab)).filter(({ state }) => state === 'unmanaged');
    assert.deepEqual(
      unmanaged.map(({ ip, node, problems }) => [ip, node, problems.join()]),
      [
        ['20.1.0.170', null, 'no node has the address'],
        ['20.1.0.171', 'k0', ''],
        ['20.1.0.172', 'k0', 'k2 has it too, on ens34'],
        ['20.1.0.175', null, 'no node has the address'],
      ],
    );
    assert.equal(unmanaged[0]?.fix, 'extip assign default/svc-test-2 20.1.0.170');
  });

  it('chooses as kubectl does: -A, -n, -l', async () => {
    const ips = async (flags: string) => (await list(lab, flags)).map(({ ip }) => ip);
    const here = ['20.1.0.167', '20.1.0.170', '20.1.0.171', '20.1.0.172'];
    assert.deepEqual(await ips('-n default'), here);
    assert.deepEqual(await ips('-A'), [...here, '20.1.0.175']);
    assert.deepEqual(await ips('-n far'), ['20.1.0.175']);
    assert.deepEqual(await ips('-l app=shop'), ['20.1.0.167']);
    assert.deepEqual(await ips('-A -l app!=shop'), [...here.slice(1), '20.1.0.175']);
  });

  it('prints tables, names and YAML', async () => {
    const table = await operator('extip list');
    assert.match(table, /^SERVICE +IP +PORTS +NODE +INTERFACE +STATE +AGE +PROBLEM\n/);
    assert.match(table, /^svc-test-1 +20\.1\.0\.167 +80\/TCP +k0 +ens34 +assigned +\d+m?s? /m);
    assert.match(table, /^svc-test-2 +20\.1\.0\.172 .* unmanaged .* k2 has it too, on ens34$/m);
    assert.match(await operator('extip list --no-headers'), /^svc-test-1 +20\.1\.0\.167/);
    assert.match(await operator('extip list -A'), /^NAMESPACE .*\n(.*\n)*far +away +20\.1\.0\.175/);
    const wide = await operator('extip list -o wide');
    assert.match(wide, /AGE +GUARD +PERSISTENCE +BY +PROBLEM +HELP\n/);
    assert.match(wide, /survives reboot +root@operator/);
    assert.match(wide, /no node has the address +extip assign default\/svc-test-2 20\.1\.0\.170/);
    assert.equal(await operator('extip list -o name'), 'service/svc-test-1\nservice/svc-test-2');
    const yaml = AssignmentListDocument.parse(parse(await operator('extip list -A -o yaml')));
    assert.deepEqual(yaml.items, await list(lab));
  });

  it('-w goes on with what changes, one document a line, until Ctrl-C', async () => {
    const file = '/tmp/watched';
    const watch = lab.spawn('operator', ['sh', '-c', `exec extip list -w -o json >${file}`]);
    const lines = async (count: number) => {
      const text = await readFile(lab.path('operator', file), 'utf8');
      const documents = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.equal(documents.length, count);
      return documents.map((one) => AssignmentListDocument.parse(one).items);
    };
    await waitFor('the list', () => lines(1), 15);
    await byHand('svc-test-2', '20.1.0.171');
    const [, after = []] = await waitFor('the change', () => lines(2), 15);
    assert.deepEqual(
      after.map(({ ip }) => ip),
      ['20.1.0.167', '20.1.0.171'],
    );
    watch.kill('SIGINT');
    assert.equal((await watch.result).exitCode, 130);
  });

  it('-w -o json gives an error in one line too', async () => {
    const { stdout, exitCode } = await lab.extip('list', '-w', '-o', 'json', '--context', 'none');
    assert.equal(exitCode, 2);
    assert.deepEqual(stdout.trim().split('\n').length, 1);
    assert.equal(JSON.parse(stdout).kind, 'Error');
  });

  it('says which nodes it could not read, and that what they hold is not known', async () => {
    await on(lab, 'k0', 'iptables -I INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset');
    const item = await listed(lab, '20.1.0.167');
    assert.equal(item.state, 'unknown');
    assert.match(item.problems.join(), /k0 is unreachable: .*refused/);
    const { stdout, stderr, exitCode } = await lab.extip('list');
    assert.equal(exitCode, 0);
    assert.match(stderr, /^warning: k0 is unreachable: /);
    assert.match(stdout, /no node that answered has the address \(k0 did not answer\)/);
  });
});
