import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Question, readQuestion } from '../../src/commands/explain-question.ts';
import { explainSnapshot } from '../../src/commands/explain-snapshot.ts';
import { told } from './explain-recorded.ts';

const SNAPSHOT = join(import.meta.dirname, '../../docs/examples/s2.tar.gz');

/** As `extip explain WORDS --snapshot` does. */
function explain(words: string[], flags: { to?: string; from?: string } = {}) {
  const options = { cluster: false, protocol: 'tcp', clusterIp: false, nodePort: false, ...flags };
  const question: Question = readQuestion(words, options as never, 'default');
  return explainSnapshot(SNAPSHOT, question);
}

describe('scenario S2, recorded: assigned to k0, where a rule made by hand drops what it forwards', () => {
  it('its Service is reached from every pod and node, and by k2; what comes in at k0 is lost', async () => {
    const { flows, observations, unread, problems } = await explain(['svc', 'svc-test-1']);
    assert.deepEqual(flows.map(told), [
      'external k0 20.1.0.254 by ens34: dropped rule',
      'external k2 20.1.0.254 by ens34: delivered dnat',
      'pod k2 192.168.99.41 by cali88be69420dc: delivered dnat',
      'node k0 20.1.0.167: delivered dnat',
      'node k2 20.1.0.150: delivered dnat',
    ]);
    const [lost, ...served] = flows;
    assert.equal(lost?.verdict.rule?.rule, '-A FORWARD -d 192.168.0.0/16 -i ens34 -j DROP');
    for (const { backends, reply } of served) {
      const ports = backends.map(({ port, share }) => `${port}: ${share?.toFixed(3)}`);
      assert.deepEqual(
        ports,
        [8080, 8080, 8080, 9090, 9090, 9090].map((it) => `${it}: 0.167`),
      );
      assert.equal(reply?.outcome, 'delivered');
    }
    assert.deepEqual(
      observations.map(({ code, object }) => `${code} ${object}`),
      ['foreign-rule node/k0', 'external-policy service/default/svc-test-1'],
    );
    assert.deepEqual([unread, problems], [[], []]);
  });

  it('so it is for the client outside, and for the one behind the router', async () => {
    for (const from of ['20.1.0.165', '30.1.0.165']) {
      const { flows } = await explain([], { to: '20.1.0.167:80', from });
      assert.deepEqual(
        flows.map(({ nodes, verdict }) => `${nodes.join()} ${verdict.outcome}`),
        ['k0 dropped', 'k2 delivered'],
      );
    }
  });

  it('a Service without an external IP is explained on its cluster IP', async () => {
    const { flows, observations } = await explain(['svc-test-2']);
    assert.deepEqual(
      flows.map(({ origin, nodes, verdict }) => `${origin} ${nodes.join()} ${verdict.outcome}`),
      ['pod k2 delivered', 'node k0,k2 delivered'],
    );
    assert.deepEqual(
      observations.map(({ code }) => code),
      ['no-external-ip'],
    );
  });
});
