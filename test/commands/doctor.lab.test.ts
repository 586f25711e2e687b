import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DoctorReportDocument } from '../../src/output/documents.ts';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { change } from './extip.ts';
import { on } from './observe.ts';

describe('extip doctor', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;

  before(async () => {
    lab = await startLab('s2');
    await change(lab, 'assign svc-test-1 20.1.0.167 --node k0 --interface ens34');
  });
  after(() => lab?.down());

  /** `CODE OBJECT` of every error and warning, with the exit code. */
  async function doctor(...args: string[]) {
    const { stdout, stderr, exitCode } = await lab.extip('doctor', ...args, '-o', 'json');
    assert.ok(stdout.startsWith('{'), stderr);
    const report = JSON.parse(stdout) as DoctorReportDocument;
    const graver = report.findings.filter(({ severity }) => severity !== 'info');
    return { exitCode, report, found: graver.map(({ code, object }) => `${code} ${object}`) };
  }

  it('finds nothing wrong after an assign', async () => {
    const { exitCode, found, report } = await doctor();
    assert.deepEqual([exitCode, found], [0, []]);
    assert.deepEqual(report.unknown, []);
  });

  it('names an address that somebody took off its node, with the command; --fix mends it', async () => {
    await on(lab, 'k0', 'ip addr del 20.1.0.167/32 dev ens34');
    const { exitCode, report } = await doctor('svc', 'svc-test-1');
    assert.equal(exitCode, 3);
    const finding = report.findings.find(({ code }) => code === 'EXT201');
    assert.equal(finding?.object, 'ip/20.1.0.167');
    assert.deepEqual(finding.fix, { command: 'extip assign default/svc-test-1 20.1.0.167' });

    const dry = await lab.extip('doctor', '--fix', '--dry-run=client');
    assert.equal(dry.exitCode, 3);
    assert.match(dry.stderr, /add 20\.1\.0\.167\/32 to ens34/);

    const fixed = await lab.extip('doctor', '--fix', '-y');
    assert.equal(fixed.exitCode, 0, fixed.stderr);
    assert.match(fixed.stdout, /^nothing is wrong; /);
    assert.equal(
      await on(lab, 'client', 'curl -sS -m 3 -o /dev/null -w "%{http_code}" http://20.1.0.167/'),
      '200',
    );
  });

  it('says what it cannot know of a node that does not answer, and what it knows all the same', async () => {
    const mend = await lab.fault('k2', 'ssh-refused');
    try {
      const { exitCode, found, report } = await doctor();
      assert.deepEqual([exitCode, found], [3, ['EXT301 node/k2']]);
      assert.ok(
        report.unknown.some(({ code, reason }) => code === 'EXT201' && /^k2: /.test(reason)),
      );
    } finally {
      await mend();
    }
  });

  it('says the same of a snapshot, and leaves out what is ignored', async () => {
    await on(lab, 'k0', 'ip addr del 20.1.0.167/32 dev ens34');
    const { exitCode } = await lab.extip('snapshot', 'capture', '/tmp/broken.tar.gz');
    assert.equal(exitCode, 0);
    const live = await doctor();
    const stored = await doctor('--snapshot', '/tmp/broken.tar.gz');
    assert.deepEqual(stored.found, live.found);
    assert.equal(stored.exitCode, 3);
    const ignored = await doctor(
      '--snapshot',
      '/tmp/broken.tar.gz',
      '--ignore',
      'EXT201=ip/20.1.0.*',
    );
    assert.deepEqual(
      [ignored.exitCode, ignored.found.includes('EXT201 ip/20.1.0.167')],
      [0, false],
    );
  });
});
