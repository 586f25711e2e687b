import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { Flow } from '../../src/explain/explanation.ts';
import { explanationText } from '../../src/output/explanation-text.ts';
import type { NodeFile } from '../../src/snapshot/node-files.ts';
import { buildNodeState, buildUnread, IP } from '../build-snapshot.ts';
import { explainNodes, told } from './explain-recorded.ts';
import { recordedFiles, SYSCTLS } from './node-files.ts';

const RULES = 'iptables-nft-save.txt';
const rulesOf = (node: 'k0' | 'k2') => `${recordedFiles('no-endpoint', node).bytes[RULES]}`;
const withRule = (node: 'k0' | 'k2', rule: string) =>
  rulesOf(node).replace(/^(-A FORWARD )/m, `${rule}\n$1`);

/** k0 has the address, k2 runs both pods; each with these rules. */
function explain({ k0, k2 }: { k0?: string; k2?: string }) {
  const files = (rules?: string): Partial<Record<NodeFile, string>> =>
    rules === undefined ? {} : { [RULES]: rules };
  return explainNodes([
    {
      state: buildNodeState('k0', { extra: [{ ip: IP }] }),
      files: recordedFiles('no-endpoint', 'k0', files(k0)),
    },
    { state: buildNodeState('k2'), files: recordedFiles('no-endpoint', 'k2', files(k2)) },
  ]);
}

const summary = ({ node, leg, share, outcome, reason }: Flow['lost'][number]) =>
  `${node} ${leg} ${share?.toFixed(2)} ${outcome} ${reason}`;

describe('what goes on to the node of its endpoints', () => {
  it('is delivered where that node lets it through', () => {
    const [outside] = explain({}).flows;
    assert.deepEqual(outside?.lost, []);
    assert.ok(!outside?.assumed.some(({ fact }) => fact.includes('lets it through')));
  });

  it('is dropped where a rule of that node drops it, which is named with its file', () => {
    const drop = '-A FORWARD -s 10.1.0.180/32 -p tcp -j DROP';
    const explanation = explain({ k2: withRule('k2', drop) });
    const { flows, observations } = explanation;
    assert.deepEqual(flows.map(told), [
      'external k0 20.1.0.254 by ens34: dropped next-node',
      'external k2 20.1.0.254 by ens34: delivered dnat',
      'pod k2 192.168.99.39 by calic905d1c271e: delivered dnat',
      'node k0 20.1.0.167: dropped next-node',
      'node k2 20.1.0.150: delivered dnat',
    ]);
    const [outside] = flows;
    assert.deepEqual(outside?.backends, []);
    assert.deepEqual(outside?.lost.map(summary), ['k2 first 1.00 dropped rule']);
    assert.equal(outside?.lost[0]?.rule?.rule, drop);
    assert.equal(outside?.lost[0]?.rule?.file, RULES);
    const [foreign] = observations;
    assert.deepEqual([foreign?.code, foreign?.object], ['foreign-rule', 'node/k2']);
    assert.deepEqual(outside?.fix, foreign?.fix);
    const text = explanationText(explanation, { all: false, colors: new Chalk({ level: 0 }) });
    assert.match(text, /at k0, which has the address: dropped: on the next node\n/);
    assert.match(text, /\ndropped: on the next node$/m);
    assert.doesNotMatch(text, /^delivered$/m);
    assert.match(
      text,
      /\n {4}on k2: all connections: dropped: a rule of .*: drops the packet: from 10/,
    );
  });

  it('is dropped where an interface of that node does not forward, which is named', () => {
    const sysctls = `${SYSCTLS}net.ipv4.conf.ens33.forwarding = 0\n`;
    const { flows, observations } = explainNodes([
      {
        state: buildNodeState('k0', { extra: [{ ip: IP }] }),
        files: recordedFiles('no-endpoint', 'k0'),
      },
      {
        state: buildNodeState('k2'),
        files: recordedFiles('no-endpoint', 'k2', { 'sysctl.txt': sysctls }),
      },
    ]);
    const found = observations.find(({ code }) => code === 'forwarding-off');
    const fix = { command: 'on k2: sysctl -w net.ipv4.conf.ens33.forwarding=1' };
    assert.deepEqual([found?.object, found?.fix, flows[0]?.fix], ['node/k2', fix, fix]);
  });

  it('is by chance where it is dropped for one of its endpoints', () => {
    const drop = '-A FORWARD -d 192.168.99.40/32 -p tcp -j DROP';
    const { flows } = explain({ k2: withRule('k2', drop) });
    const [outside] = flows;
    assert.deepEqual(
      [outside?.verdict.outcome, outside?.verdict.reason],
      ['undetermined', 'chance'],
    );
    assert.deepEqual(
      outside?.backends.map(({ address }) => address),
      ['192.168.99.39'],
    );
  });

  it('is taken to be let through where that node could not be read, and that is said', () => {
    const { flows } = explainNodes([
      {
        state: buildNodeState('k0', { extra: [{ ip: IP }] }),
        files: recordedFiles('no-endpoint', 'k0'),
      },
      { state: buildUnread('k2'), files: { bytes: {}, missing: {} } },
    ]);
    const [outside] = flows;
    assert.equal(outside?.verdict.outcome, 'delivered');
    assert.ok(outside?.assumed.some(({ fact }) => fact === 'k2 lets it through to its pods'));
  });
});

describe('what a node sends on to the holder of the address', () => {
  /** As kube-proxy has it of a Service without endpoints, but k2 does not refuse it by itself. */
  const refusing = (node: 'k0' | 'k2') =>
    rulesOf(node)
      .replaceAll(/^-A KUBE-SERVICES -d 20\.1\.0\.167.*\n/gm, '')
      .replace(
        /^(-A KUBE-FORWARD )/m,
        '-A KUBE-EXTERNAL-SERVICES -d 20.1.0.167/32 -p tcp -m comment --comment "default/svc-test-1 has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable\n$1',
      );

  it('is refused where that one refuses what comes from outside', () => {
    const { flows } = explain({ k0: refusing('k0'), k2: refusing('k2') });
    const own = flows.find(({ origin, node }) => origin === 'node' && node === 'k2');
    assert.deepEqual(own?.verdict, { outcome: 'rejected', reason: 'next-node', rule: null });
    assert.deepEqual(own?.lost.map(summary), ['k0 first 1.00 rejected rule']);
    assert.match(own?.lost[0]?.purpose ?? '', /no endpoint/);
    assert.ok(own?.assumed.some(({ fact }) => /^k0 does with it what it does/.test(fact)));
  });
});
