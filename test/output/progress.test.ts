import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import ora from 'ora';
import { linesProgress, spinnerProgress } from '../../src/output/progress.ts';
import { oneLine } from '../../src/output/sanitize.ts';

test('off a terminal every finished step is one line', () => {
  const lines: string[] = [];
  const start = linesProgress((line) => lines.push(line));
  const probe = start('probing 192.0.2.10');
  const read = start('reading the nodes');
  read.fail();
  probe.done('192.0.2.10 is free');
  assert.deepEqual(lines, ['failed: reading the nodes', 'done: 192.0.2.10 is free']);
});

test('on a terminal steps may overlap: the spinner shows the one that started last', () => {
  const lines: string[] = [];
  const spinner = ora({ stream: new PassThrough() as unknown as NodeJS.WriteStream });
  const symbols = { done: '✔', fail: '✖' };
  const start = spinnerProgress(spinner, (line) => lines.push(line), symbols, oneLine);

  const first = start('first');
  const second = start('second');
  assert.equal(spinner.text, 'second');
  second.fail('second\x1b[2J failed');
  assert.equal(spinner.text, 'first', 'what still runs is shown again');
  first.done();

  assert.equal(spinner.isSpinning, false);
  assert.deepEqual(lines, ['✖ second\\x1b[2J failed', '✔ first']);
});
