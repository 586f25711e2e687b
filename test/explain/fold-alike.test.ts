import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldAlike } from '../../src/explain/fold-alike.ts';
import { buildTree, type Step } from '../../src/explain/tree.ts';
import { serviceDump } from '../output/service-dump.ts';
import { explainDump } from './explain-dump.ts';

function told(step: Step): string {
  if (step.kind === 'phase') return step.phase.purpose;
  if (step.kind === 'fork') return `fork in ${step.branches.length}`;
  return step.kind;
}

test('what all branches of a chance do alike in the end is told behind the fork', () => {
  const flow = explainDump(serviceDump(3), { to: '192.0.2.1:80', local: ['192.0.2.100'] });
  const steps = foldAlike(buildTree(flow, 0, { all: false }), ({ section: _, ...phase }) => phase);
  const fork = steps.findIndex(({ kind }) => kind === 'fork');
  assert.deepEqual(steps.slice(fork).map(told), ['fork in 3', 'routing: forward', 'end']);
  const [step] = steps.slice(fork);
  assert.deepEqual(
    step?.kind === 'fork' && step.branches.map((it) => it.steps.map(told)),
    [0, 1, 2].map((i) => [`goes through SEP${i}`, `sends the packet to 10.0.0.${i}:80: tcp`]),
  );
});

test('what differs in one word stays in the branches', () => {
  const flow = explainDump(serviceDump(2), { to: '192.0.2.1:80', local: ['192.0.2.100'] });
  let asked = 0;
  const steps = foldAlike(buildTree(flow, 0, { all: false }), () => asked++);
  assert.deepEqual(steps.map(told).slice(-2), ['fork in 2', 'end']);
});
