import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColorFlag, colorsFor } from '../../src/output/colors.ts';

const terminal = { isTTY: true };
const pipe = { isTTY: false };

const cases: [
  what: string,
  stream: { isTTY: boolean },
  flag: ColorFlag,
  env: Record<string, string>,
  colored: boolean,
][] = [
  ['a terminal', terminal, 'auto', { TERM: 'xterm' }, true],
  ['a pipe', pipe, 'auto', { TERM: 'xterm' }, false],
  ['TERM=dumb', terminal, 'auto', { TERM: 'dumb' }, false],
  ['NO_COLOR', terminal, 'auto', { TERM: 'xterm', NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', terminal, 'auto', { TERM: 'xterm', NO_COLOR: '' }, true],
  ['FORCE_COLOR on a pipe', pipe, 'auto', { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0', terminal, 'auto', { TERM: 'xterm', FORCE_COLOR: '0' }, false],
  ['FORCE_COLOR with NO_COLOR', pipe, 'auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ['--color=always on a pipe', pipe, 'always', {}, true],
  ['--color=always with NO_COLOR', pipe, 'always', { NO_COLOR: '1' }, true],
  ['--color=always with TERM=dumb', pipe, 'always', { TERM: 'dumb' }, true],
  ['--color=never with FORCE_COLOR', terminal, 'never', { FORCE_COLOR: '1' }, false],
];
for (const [what, stream, flag, env, colored] of cases) {
  test(`${what}: ${colored ? 'colour' : 'no colour'}`, () => {
    const text = colorsFor(stream, flag, env).red('text');
    assert.equal(text.includes('\x1b[31m'), colored);
  });
}

test('a terminal that can do more gets it', () => {
  assert.equal(colorsFor(terminal, 'auto', { COLORTERM: 'truecolor', TERM: 'xterm' }).level, 3);
});
