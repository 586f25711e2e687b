import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseSelector, type Selector } from '../../src/calico/selector.ts';
import { selectorMatches } from '../../src/calico/selector-matches.ts';

const LABELS = { role: 'db-main', env: 'prod', 'example.com/tier': 'front', empty: '', in: 'x' };

function matches(text: string, labels: Record<string, string> = LABELS): boolean {
  const selector = parseSelector(text);
  assert.ok(!('message' in selector), JSON.stringify(selector));
  return selectorMatches(selector, labels);
}

describe('a selector is true of labels as it is for Calico', () => {
  const CASES: [string, boolean][] = [
    ['', true],
    ['  ', true],
    ['all()', true],
    ['all( )', true],
    ['!all()', false],
    ['global()', true],
    ['has(env)', true],
    ['has( example.com/tier )', true],
    ['has(none)', false],
    ['!has(none)', true],
    ['has(empty)', true],
    ["env == 'prod'", true],
    ['env == "prod"', true],
    ["env=='prod'", true],
    ["empty == ''", true],
    ["none == ''", false],
    ["env != 'prod'", false],
    ["none != 'prod'", true],
    ["env in {'prod', 'test'}", true],
    ["env in {'prod',}", true],
    ['env in {}', false],
    ["env in{'dev'}", false],
    ["none in {''}", false],
    ["env not in {'prod'}", false],
    ["env notin {'dev'}", true],
    ["none not in {'prod'}", true],
    ["role contains 'b-m'", true],
    ["none contains ''", false],
    ["role starts with 'db'", true],
    ["role startswith 'main'", false],
    ["role ends with 'main'", true],
    ["role ends\twith 'db'", false],
    ["env == 'prod' && role == 'x'", false],
    ["env == 'prod' || role == 'x'", true],
    ["env == 'x' && role == 'x' || has(env)", true],
    ["has(env) || env == 'x' && role == 'x'", true],
    ["(has(env) || env == 'x') && role == 'x'", false],
    ["!env == 'prod'", false],
    ["!!env == 'prod'", true],
    ["!(env == 'prod' && has(none))", true],
    ['!has(none) && has(env)', true],
    ["in == 'x'", true],
    ["in in {'x'}", true],
    ["has == 'x'", false],
    [`role == "it's"`, false],
  ];
  for (const [text, expected] of CASES) {
    it(`${text === '' ? '(empty)' : text}: ${expected}`, () => {
      assert.equal(matches(text), expected);
    });
  }

  it('what every object has of its own is no label', () => {
    assert.equal(matches('has(constructor)'), false);
    assert.equal(matches('has(__proto__)'), false);
  });
});

describe('what is no selector is told with the place', () => {
  const CASES: [string, number][] = [
    ['env', 4],
    ['env ==', 7],
    ['env == prod', 8],
    ["env = 'prod'", 5],
    ["env == 'prod", 8],
    ["env == 'prod' && ", 18],
    ["env == 'prod' & has(x)", 15],
    ["(env == 'prod'", 15],
    ["env == 'prod')", 14],
    ["env in 'prod'", 8],
    ["env in {'a' 'b'}", 13],
    ["env is 'prod'", 5],
    ["env starts 'prod'", 5],
    ['has(', 4],
    ['has()', 4],
    ['all(x)', 4],
    ["'prod' == env", 1],
    ["env == 'a' env == 'b'", 12],
    ["env ==\n'a'", 7],
    ['!', 2],
    ["ä == 'x'", 1],
    ['('.repeat(100_000), 201],
  ];
  for (const [text, column] of CASES) {
    it(`${JSON.stringify(text.slice(0, 40))}: at ${column}`, () => {
      const fault = parseSelector(text);
      assert.ok('message' in fault, JSON.stringify(fault));
      assert.equal(fault.column, column, fault.message);
    });
  }
});

const name = fc.constantFrom('a', 'b', 'in', 'has', 'x.org/y');
const value = fc.constantFrom('', 'a', 'ab', 'b', "'", '"');
const { selector } = fc.letrec<{ selector: Selector }>((tie) => ({
  selector: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Selector>({ kind: 'all' }, { kind: 'global' }),
    fc.record({ kind: fc.constant('has' as const), label: name }),
    fc.record({
      kind: fc.constantFrom(
        '==' as const,
        '!=' as const,
        'contains' as const,
        'starts with' as const,
        'ends with' as const,
      ),
      label: name,
      value,
    }),
    fc.record({
      kind: fc.constantFrom('in' as const, 'not in' as const),
      label: name,
      values: fc.array(value, { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('selector') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('selector'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
const labels = fc.dictionary(name, value, { maxKeys: 4 });

/** Without the null prototypes of fast-check's objects. */
function plain(of: Selector): Selector {
  return JSON.parse(JSON.stringify(of));
}

/** The selector as a person would write it, with parentheses around every part. */
function written(of: Selector): string {
  const quoted = (text: string) => (text.includes("'") ? `"${text}"` : `'${text}'`);
  switch (of.kind) {
    case 'all':
    case 'global':
      return `${of.kind}()`;
    case 'has':
      return `has(${of.label})`;
    case 'in':
    case 'not in':
      return `${of.label} ${of.kind} {${of.values.map(quoted).join(', ')}}`;
    case 'not':
      return `!(${written(of.of)})`;
    case 'and':
    case 'or':
      return of.of.map((part) => `(${written(part)})`).join(of.kind === 'and' ? ' && ' : ' || ');
    default:
      return `${of.label} ${of.kind} ${quoted(of.value)}`;
  }
}

describe('of all selectors', () => {
  it('what was written is read as it was meant', () => {
    fc.assert(
      fc.property(selector, (meant) => {
        assert.deepEqual(parseSelector(written(meant)), plain(meant));
      }),
    );
  });

  it('blanks between words change nothing', () => {
    fc.assert(
      fc.property(selector, (meant) => {
        const tight = written(meant).replaceAll(/ (&&|\|\||==|!=) /g, '$1');
        assert.deepEqual(parseSelector(tight), plain(meant));
      }),
    );
  });

  it('De Morgan holds', () => {
    fc.assert(
      fc.property(selector, selector, labels, (a, b, of) => {
        const neither = parseSelector(`!((${written(a)}) || (${written(b)}))`) as Selector;
        const both = parseSelector(`!(${written(a)}) && !(${written(b)})`) as Selector;
        assert.equal(selectorMatches(neither, of), selectorMatches(both, of));
      }),
    );
  });

  it('!= is not ==, and not in is not in', () => {
    fc.assert(
      fc.property(name, value, labels, (label, text, of) => {
        const is = (kind: '==' | '!=') => selectorMatches({ kind, label, value: text }, of);
        const isIn = (kind: 'in' | 'not in') =>
          selectorMatches({ kind, label, values: [text] }, of);
        assert.equal(is('!='), !is('=='));
        assert.equal(isIn('not in'), !isIn('in'));
        assert.equal(isIn('in'), is('=='));
      }),
    );
  });

  it('no text makes the parser throw', () => {
    const words = fc.constantFrom(
      ...['(', ')', '{', '}', ',', '!', '==', '!=', '&&', '||', "'", '"', ' ', 'a', 'in', 'not'],
      ...['has(', 'all()', 'global()', 'contains', 'starts with', "'x'", '\n', 'é'],
    );
    fc.assert(
      fc.property(fc.array(words), (parts) => {
        const text = parts.join('');
        const read = parseSelector(text);
        if ('message' in read) assert.ok(read.column >= 1 && read.column <= text.length + 1);
      }),
    );
  });
});
