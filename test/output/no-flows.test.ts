import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { Explanation } from '../../src/explain/explanation.ts';
import { formatExplanation } from '../../src/output/explanation-format.ts';
import { readPage } from './page/read-page.ts';

const SAYS = 'no Service is served on 20.1.0.9; k0 has it';
const explanation: Explanation = {
  subject: { service: null, ip: '20.1.0.9' },
  flows: [],
  observations: [
    {
      code: 'not-served',
      severity: 'warning',
      object: 'ip/20.1.0.9',
      message: SAYS,
      fix: { command: 'extip list -A' },
    },
  ],
  unread: [],
  problems: [],
};

const format = (output: string, of: Partial<Explanation> = {}) =>
  formatExplanation(
    { ...explanation, ...of },
    { output, all: false, colors: new Chalk({ level: 0 }) },
  );

describe('where there is no packet to explain', () => {
  it('the text says what is known', async () => {
    assert.equal(await format('text'), `warning: ${SAYS}\n  help: extip list -A`);
  });

  it('so does the one line', async () => {
    assert.equal(await format('short'), `warning: ${SAYS}`);
  });

  it('so does a box of the chart', async () => {
    const chart = (await format('mermaid')).replaceAll('#59;', ';');
    assert.ok(chart.includes(`n0["warning: ${SAYS}"]:::note`), chart);
  });

  it('so does the page, in place of a verdict', async () => {
    const page = readPage(await format('html'));
    const outcome = page.find(({ attributes }) => attributes.class === 'outcome');
    assert.equal(outcome?.text.trim(), SAYS);
    assert.match(page.find(({ tag }) => tag === 'title')?.text ?? '', /^no Service is served/);
    assert.ok(!page.some(({ tag }) => tag === 'nav'));
  });

  it('and nothing is known, each says that', async () => {
    for (const output of ['text', 'short', 'mermaid', 'html']) {
      assert.match(await format(output, { observations: [] }), /nothing to explain/, output);
    }
  });
});
