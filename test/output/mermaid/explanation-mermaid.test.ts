import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flow } from '../../../src/explain/explanation.ts';
import { explanationMermaid } from '../../../src/output/mermaid/explanation-mermaid.ts';
import { explainDump } from '../../explain/explain-dump.ts';
import { referenceText } from '../../net/reference/files.ts';
import { serviceDump } from '../service-dump.ts';
import { readMermaid } from './read-mermaid.ts';

const S1 = referenceText('scenarios', 's1-kubernetes-1.8.iptables-save');
const LOCAL = ['192.0.2.100'];

function chartOf(...flows: Flow[]) {
  const about = { subject: null, observations: [], unread: [], problems: [] };
  return readMermaid(explanationMermaid({ ...about, flows }, { all: false }));
}

describe('explain -o mermaid', () => {
  test('from the packet by the fork with its shares to the verdict', () => {
    const { nodes, edges } = chartOf(
      explainDump(S1, { to: '10.22.0.0:80', local: ['192.168.1.5'] }),
    );
    const texts = [...nodes.values()];
    assert.equal(texts[0]?.text, '203.0.113.9 → 10.22.0.0:80 tcp, from outside');
    assert.deepEqual(texts.at(-1), { text: 'delivered', style: 'good' });
    const shares = edges.filter(({ says }) => says === 'a third of the connections');
    assert.equal(shares.length, 3);
    assert.equal(new Set(shares.map(({ from }) => from)).size, 1);
    // All boxes but the first have a way to them.
    assert.equal(new Set(edges.map(({ to }) => to)).size, nodes.size - 1);
  });

  test('the deciding rule is marked, and there literally', () => {
    const dump =
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n-A FORWARD -d 192.0.2.7/32 -m comment --comment "no \\"#1;" -j DROP\nCOMMIT\n';
    const { nodes } = chartOf(explainDump(dump, { to: '192.0.2.7:80', local: LOCAL }));
    const decides = [...nodes.values()].filter(({ style }) => style === 'decides');
    assert.equal(decides.length, 1);
    assert.match(
      decides[0]?.text ?? '',
      /\nthis decides\nline 4: -A FORWARD .* "no \\"#1;" -j DROP$/,
    );
    assert.deepEqual([...nodes.values()].at(-1)?.style, 'lost');
  });

  test('where the ends differ, the verdict stands behind all of them', () => {
    const { nodes, edges } = chartOf(explainDump(S1, { to: '192.168.1.5:30916' }));
    const [name, last] = [...nodes].at(-1) ?? [];
    assert.deepEqual(last, { text: 'undetermined: give --local', style: 'open' });
    assert.ok(edges.filter(({ to }) => to === name).length > 1);
  });

  test('of very many endpoints the first are drawn, and the others counted', () => {
    const dump = serviceDump(3000);
    const { nodes } = chartOf(explainDump(dump, { to: '192.0.2.1:80', local: LOCAL }));
    assert.ok(nodes.size < 40, `${nodes.size} boxes`);
    assert.ok([...nodes.values()].some(({ text }) => text === 'and 2992 more, which -o json has'));
  });

  test('several packets have a frame each, as many as mermaid takes', () => {
    const flow = explainDump(serviceDump(6), { to: '192.0.2.1:80', local: LOCAL });
    const two = chartOf({ ...flow, node: 'k0' }, { ...flow, node: 'k2' });
    assert.deepEqual(two.frames, ['k0', 'k2']);
    const many = chartOf(...Array.from({ length: 200 }, () => flow));
    assert.match(
      [...many.nodes.values()].at(-1)?.text ?? '',
      /^and \d+ more packets, which -o json has$/,
    );
  });

  const HOSTILE = [
    'x\\"] --> y[\\"',
    'end',
    '%%{init: {\\"securityLevel\\": \\"loose\\"}}%%',
    '</script><img src=x onerror=alert(1)>',
    '`**markdown**` [link](javascript:alert(1))',
    '#quot;#35;;',
    '\u001b[2J\u202e\u2028 \u{1F600}',
  ];

  for (const comment of HOSTILE) {
    test(`a comment is text, whatever is in it: ${JSON.stringify(comment)}`, () => {
      const dump = serviceDump(2, comment);
      const flow = explainDump(dump, { to: '192.0.2.1:80', local: LOCAL });
      const harmless = explainDump(serviceDump(2), { to: '192.0.2.1:80', local: LOCAL });
      const about = { subject: null, observations: [], unread: [], problems: [] };
      const chart = readMermaid(explanationMermaid({ ...about, flows: [flow] }, { all: true }));
      const expected = readMermaid(
        explanationMermaid({ ...about, flows: [harmless] }, { all: true }),
      );
      assert.deepEqual(chart.edges, expected.edges);
      assert.deepEqual([...chart.nodes.keys()], [...expected.nodes.keys()]);
    });
  }
});
