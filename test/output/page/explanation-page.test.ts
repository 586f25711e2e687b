import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Explanation, Flow } from '../../../src/explain/explanation.ts';
import { explanationPage } from '../../../src/output/page/explanation-page.ts';
import { explainDump } from '../../explain/explain-dump.ts';
import { referenceText } from '../../net/reference/files.ts';
import { serviceDump } from '../service-dump.ts';
import { type PageElement, readPage } from './read-page.ts';

const S1 = referenceText('scenarios', 's1-kubernetes-1.8.iptables-save');
const GUARD = ['calico', 'agent-3.28'] as const;
const LOCAL = ['192.0.2.100'];

const s1 = () => explainDump(S1, { to: '10.22.0.0:80', local: ['192.168.1.5'] });
const service = (comment: string) =>
  explainDump(serviceDump(2, comment), { to: '192.0.2.1:80', local: LOCAL });
const guarded = () =>
  explainDump(
    referenceText(...GUARD, 'guard-k0.iptables-save'),
    {
      to: '20.1.0.167:80',
      from: '20.1.0.65',
      local: ['20.1.0.160', '20.1.0.167'],
      inInterface: 'ens34',
    },
    referenceText(...GUARD, 'guard-k0.ipset'),
  );

function explanation(...flows: Flow[]): Explanation {
  return { subject: null, flows, observations: [], unread: [], problems: [] };
}

function pageOf(...flows: Flow[]): PageElement[] {
  return readPage(explanationPage(explanation(...flows), { all: false }));
}

const tagged = (page: readonly PageElement[], tag: string) => page.filter((it) => it.tag === tag);
const classed = (page: readonly PageElement[], name: string) =>
  page.filter(({ attributes }) => (attributes.class ?? '').split(' ').includes(name));
const textOf = (elements: readonly PageElement[]) => elements.map(({ text }) => text.trim());

describe('explain -o html', () => {
  test('title and verdict first', () => {
    const page = pageOf(guarded());
    assert.match(textOf(tagged(page, 'title'))[0] ?? '', /^dropped: .* · 20\.1\.0\.65 → 20\.1/);
    assert.deepEqual(textOf(tagged(page, 'h1')), [
      '20.1.0.65 → 20.1.0.167:80 tcp, from outside by ens34',
    ]);
    const [outcome] = classed(page, 'outcome');
    assert.match(outcome?.text ?? '', /^dropped: a rule of mangle cali-pi-/);
  });

  test('the deciding rule is marked in the path, and linked from the verdict', () => {
    const page = pageOf(guarded());
    const decides = classed(page, 'decides');
    assert.equal(decides.length, 1);
    assert.match(decides[0]?.text ?? '', /-A cali-pi-__lT9ghHzJz9E8QKWJtx .* -j DROP/);
    const links = tagged(page, 'a').map(({ attributes }) => attributes.href);
    assert.ok(links.includes(`#${decides[0]?.attributes.id}`));
  });

  test('each step has its rule beside it, as the dump has it', () => {
    const page = pageOf(s1());
    const rules = textOf(classed(page, 'rule'));
    const dumped = S1.split('\n');
    for (const rule of rules) {
      const [start, line] = /^line (\d+)/.exec(rule) ?? [];
      assert.ok(rule.startsWith(`${start}${dumped[Number(line) - 1]?.trim()}`), rule);
    }
    assert.ok(rules.length > 5);
  });

  test('a fork has its shares, and what is alike behind it stands there once', () => {
    const page = pageOf(s1());
    assert.deepEqual(textOf(classed(page, 'is-branch')), [
      '1 of 3: a third of the connections',
      '2 of 3: a third of the connections',
      '3 of 3: a third of the connections',
    ]);
    assert.deepEqual(textOf(classed(page, 'is-end')).slice(0, 1), ['delivered']);
    assert.deepEqual(textOf(classed(page, 'backends'))[0]?.match(/172\S+?:80/g), [
      '172.17.0.3:80',
      '172.17.0.4:80',
      '172.17.0.8:80',
    ]);
  });

  test('what was taken to be so and what it depends on is said, and what would settle it', () => {
    assert.match(textOf(classed(pageOf(s1()), 'card')).join('\n'), /net\.ipv4\.ip_forward is 1/);
    const page = pageOf(explainDump(S1, { to: '192.168.1.5:30916' }));
    assert.match(
      textOf(classed(page, 'card')).join('\n'),
      /It depends on whether.*192\.168\.1\.5 is an address of this node.*--local settles it/,
    );
  });

  test('the way of the answer is there', () => {
    const [details] = tagged(pageOf(s1()), 'details');
    assert.match(details?.text ?? '', /^The way of the answer: comes back.*NAT: source 10\.22/);
  });

  test('of very many endpoints the first are shown, and the others counted', () => {
    const flow = explainDump(serviceDump(3000), { to: '192.0.2.1:80', local: LOCAL });
    const text = explanationPage(explanation(flow), { all: false });
    assert.ok(text.length < 200_000, `${text.length} characters`);
    const page = readPage(text);
    assert.ok(textOf(classed(page, 'is-more')).includes('and 2988 more, which -o json has'));
    assert.match(textOf(classed(page, 'card'))[0] ?? '', /… and 2950 more/);
  });

  test('of too many rows the first are shown', () => {
    const marks = Array.from(
      { length: 1000 },
      (_, i) => `-A INPUT -m comment --comment ${i} -j MARK --set-xmark ${i}`,
    );
    const dump = ['*mangle', ':INPUT ACCEPT [0:0]', ...marks, 'COMMIT', ''].join('\n');
    const page = pageOf(explainDump(dump, { to: '192.0.2.100:80', local: LOCAL }));
    assert.equal(textOf(classed(page, 'is-cut')).length, 1);
    assert.ok(classed(page, 'row').length < 1000);
  });

  test('several packets have an overview that leads to each', () => {
    const about = { service: 'default/nginx', ip: '10.22.0.0' };
    const flows = [
      { ...s1(), node: 'k0', nodes: ['k0', 'k2'] },
      { ...guarded(), node: 'k2', fix: { command: 'extip guard show 20.1.0.167' } },
    ];
    const observation = {
      code: 'no-holder',
      severity: 'error',
      object: 'ip/10.22.0.0',
      message: 'no node has the address',
      fix: { advice: 'put it on one' },
    } as const;
    const unread = {
      code: 'node-unread',
      severity: 'error',
      object: 'node/k9',
      message: 'k9 is unreachable: no route to host',
      fix: null,
    } as const;
    const page = readPage(
      explanationPage(
        {
          subject: about,
          flows,
          observations: [unread, observation],
          unread: [{ node: 'k9', status: 'unreachable', message: 'no route to host' }],
          problems: [{ input: 'dump', line: 3, column: 1, message: 'no rule' }],
        },
        { all: false },
      ),
    );
    assert.deepEqual(textOf(tagged(page, 'h1')), ['default/nginx, 10.22.0.0']);
    assert.deepEqual(textOf(classed(page, 'outcome'))[0], '1 of 2 packets arrive and are answered');
    assert.equal(classed(page, 'flow').length, 2);
    assert.deepEqual(textOf(classed(page, 'fix')), [
      'What helps: put it on one',
      'What helps: extip guard show 20.1.0.167',
    ]);
    const remarks = textOf(classed(page, 'remarks')).join('\n');
    assert.match(remarks, /error ip\/10\.22\.0\.0 no node has the address/);
    assert.equal(remarks.match(/no route to host/g)?.length, 1);
    assert.match(remarks, /dump:3:1 no rule/);
  });

  test('the overview is as grave as the gravest of packets and of what else is so', () => {
    const lookWith = (severity: 'error' | 'warning' | 'info') => {
      const about = {
        code: 'no-holder',
        object: 'ip/10.22.0.0',
        message: 'so',
        fix: null,
      } as const;
      const page = explanationPage(
        {
          ...explanation(s1()),
          subject: { service: null, ip: '10.22.0.0' },
          observations: [{ ...about, severity }],
        },
        { all: false },
      );
      return classed(readPage(page), 'verdict')[0]?.attributes.class;
    };
    assert.equal(lookWith('error'), 'verdict lost');
    assert.equal(lookWith('warning'), 'verdict open');
    assert.equal(lookWith('info'), 'verdict good');
  });

  test('headings descend by one, ids are one of a kind, and links lead to them', () => {
    for (const page of [pageOf(s1()), pageOf(s1(), guarded())]) {
      const levels = page.flatMap(({ tag }) => (/^h[1-6]$/.test(tag) ? [Number(tag[1])] : []));
      levels.reduce((before, level) => {
        assert.ok(level <= before + 1, `h${level} behind h${before}`);
        return level;
      }, 0);
      const ids = page.flatMap(({ attributes }) => attributes.id ?? []);
      assert.equal(new Set(ids).size, ids.length);
      for (const { attributes } of tagged(page, 'a')) {
        assert.ok(ids.includes(attributes.href?.slice(1) ?? ''), attributes.href);
      }
    }
  });
});

describe('the page loads and runs nothing', () => {
  const text = explanationPage(explanation(s1(), guarded()), { all: true });
  const page = readPage(text);

  test('it is HTML without a fault, and without scripts, handlers or style attributes', () => {
    assert.deepEqual(textOf(tagged(page, '#error')), []);
    const tags = new Set(page.map(({ tag }) => tag));
    for (const tag of ['script', 'img', 'iframe', 'link', 'base', 'form', 'object', 'use']) {
      assert.ok(!tags.has(tag), tag);
    }
    for (const { attributes } of page) {
      for (const name of Object.keys(attributes)) assert.doesNotMatch(name, /^on|^style$|^src/);
    }
  });

  test('nothing refers to anything outside', () => {
    for (const { tag, attributes } of page) {
      const { href } = attributes;
      assert.ok(href === undefined || (tag === 'a' && href.startsWith('#')), href);
    }
    assert.doesNotMatch(text, /url\(|@import|:\/\//);
  });

  test('its policy allows its own style, and nothing else', () => {
    const [style] = tagged(page, 'style');
    const hash = createHash('sha256')
      .update(style?.text ?? '')
      .digest('base64');
    const policy = page.find(
      ({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy',
    );
    assert.equal(
      policy?.attributes.content,
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });
});

describe('no element and no attribute comes from data', () => {
  const HOSTILE = [
    '</script><img src=x onerror=alert(1)>',
    '</style><script>alert(1)</script>',
    '</code></li></ol><base href=//evil.example>',
    "' onmouseover='alert(1)",
    '\\" onfocus=alert(1) autofocus=\\"',
    '&lt;b&gt; &#60;script&#62;',
    '<!-- -->]]><svg/onload=alert(1)>',
    '\u001b[2J\u0007\u202e\u2028\u0080\ufeff',
  ];
  // The words of a rule are in elements without attributes: how many depends on the rule.
  const isWord = ({ tag, attributes }: PageElement) =>
    tag === 'span' && Object.keys(attributes).length === 0;
  const shape = (page: readonly PageElement[]) =>
    page
      .filter((it) => !isWord(it))
      .map(({ tag, attributes }) => [tag, Object.keys(attributes), attributes.class]);
  const harmless = shape(pageOf(service('default/web')));

  for (const comment of HOSTILE) {
    test(`a comment is text, whatever is in it: ${JSON.stringify(comment)}`, () => {
      const page = pageOf(service(comment));
      assert.deepEqual(shape(page), harmless);
      const rules = textOf(classed(page, 'rule'));
      assert.ok(rules.some((it) => it.includes(visible(comment))));
    });
  }

  test('nor from a name, an object, a message, a command', () => {
    const [bad = ''] = HOSTILE;
    const flow = service('default/web');
    const about = (name: string): Explanation => ({
      subject: { service: name, ip: name },
      flows: [
        {
          ...flow,
          node: name,
          nodes: [name, `${name}2`],
          service: name,
          untouched: name,
          fix: { command: name },
          packet: { ...flow.packet, inInterface: name },
          undetermined: [{ fact: name, settledBy: name }],
        },
      ],
      observations: [
        { code: 'no-holder', severity: 'info', object: name, message: name, fix: { advice: name } },
      ],
      unread: [{ node: name, status: name, message: name }],
      problems: [{ input: name, line: 1, column: 1, message: name }],
    });
    const [page, plain] = [bad, 'web'].map((name) =>
      shape(readPage(explanationPage(about(name), { all: true }))),
    );
    assert.deepEqual(page, plain);
  });
});

/** A control character as the page shows it. */
function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u0080-\u009f\u2028\u202e\ufeff]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
