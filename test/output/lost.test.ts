import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { Flow } from '../../src/explain/explanation.ts';
import { formatExplanation } from '../../src/output/explanation-format.ts';
import { explainDump, explanationOf } from '../explain/explain-dump.ts';
import { readPage } from './page/read-page.ts';
import { serviceDump } from './service-dump.ts';

/** Of a Service with two endpoints, 10.0.0.0 and 10.0.0.1, on a node with this rule of FORWARD. */
function flowWith(...rules: string[]): Flow {
  const filter = ['*filter', ':FORWARD ACCEPT [0:0]', ...rules, 'COMMIT', ''].join('\n');
  const local = ['192.0.2.100'];
  return explainDump(`${serviceDump(2)}${filter}`, { to: '192.0.2.1:80', local });
}

const ANSWERS = '-A FORWARD -s 10.0.0.0/8 -j DROP';
const HALF = '-A FORWARD -d 10.0.0.0/32 -j DROP';
const WHERE = 'a rule of filter FORWARD (line 15)';

const format = (flow: Flow, output: string) =>
  formatExplanation(explanationOf(flow), { output, all: false, colors: new Chalk({ level: 0 }) });

const CASES: readonly { what: string; rule: string; says: string; short: string }[] = [
  {
    what: 'whose answer is lost',
    rule: ANSWERS,
    says: `delivered, but the answer is dropped: ${WHERE}`,
    short: `delivered to 10.0.0.0:80 (half), 10.0.0.1:80 (half), but the answer is dropped: ${WHERE}`,
  },
  {
    what: 'that is lost half the time',
    rule: HALF,
    says: `half of the connections are dropped: ${WHERE}; the others are delivered`,
    short: `half of the connections are dropped: ${WHERE}; the others are delivered to 10.0.0.1:80 (half)`,
  },
  {
    what: 'whose answer is lost half the time',
    rule: '-A FORWARD -s 10.0.0.0/32 -j DROP',
    says: `delivered, but the answers of half of the connections are dropped: ${WHERE}`,
    short: `delivered to 10.0.0.0:80 (half), 10.0.0.1:80 (half), but the answers of half of the connections are dropped: ${WHERE}`,
  },
];

for (const { what, rule, says, short } of CASES) {
  describe(`a packet ${what}`, () => {
    const flow = flowWith(rule);

    it('is told in the text, with the rule and the way to it', async () => {
      const lines = (await format(flow, 'text')).split('\n');
      assert.deepEqual(lines.slice(1, 3), [`  ${says}`, `    ${rule}`]);
      assert.ok(lines.some((line) => line.includes('filter FORWARD: drops the packet')));
    });

    it('is told in one line', async () => {
      assert.ok((await format(flow, 'short')).endsWith(`from outside: ${short}`));
    });

    it('ends in red in a chart', async () => {
      const chart = (await format(flow, 'mermaid')).replaceAll('#59;', ';');
      const end = chart.split('\n').find((line) => line.includes(says));
      assert.match(end ?? chart, /:::lost$/);
      assert.ok(chart.includes(rule));
    });

    it('is red on a page, with the rule marked', async () => {
      const page = readPage(await format(flow, 'html'));
      const ofClass = (name: string) =>
        page.filter((it) => it.attributes.class?.split(' ').includes(name));
      assert.equal(ofClass('verdict')[0]?.attributes.class, 'verdict lost');
      assert.equal(ofClass('outcome')[0]?.text.trim(), says);
      const [decides, ...more] = ofClass('decides');
      assert.ok(decides?.text.includes(rule));
      assert.deepEqual(more, []);
      assert.ok(!ofClass('pill').some(({ text }) => text.includes('chance')));
      const links = page.flatMap(({ attributes }) => attributes.href ?? []);
      assert.ok(links.includes(`#${decides?.attributes.id}`));
    });
  });
}

describe('a packet that two rules lose', () => {
  it('has both of them with what each loses', async () => {
    const text = await format(flowWith(HALF, '-A FORWARD -d 10.0.0.1/32 -j REJECT'), 'text');
    assert.deepEqual(text.split('\n').slice(1, 6), [
      '  all connections are dropped or rejected: by rules',
      `    half of the connections: dropped: ${WHERE}`,
      `      ${HALF}`,
      '    half of the connections: rejected: a rule of filter FORWARD (line 16)',
      '      -A FORWARD -d 10.0.0.1/32 -j REJECT',
    ]);
  });
});
