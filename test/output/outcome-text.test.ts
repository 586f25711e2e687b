import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { outcomeText } from '../../src/output/outcome-text.ts';
import type { PlannedChange } from '../../src/plan/action.ts';
import type { Check } from '../../src/plan/execute.ts';

const ASSIGN: PlannedChange = {
  verb: 'assign',
  service: { namespace: 'default', name: 'web', uid: 'uid-web' },
  ip: '20.1.0.167',
  node: 'k0',
  interface: 'ens34',
  persistence: 'survives reboot',
};

function lines(checks: Check[], changes: Partial<PlannedChange> = {}, result = 'changed') {
  const plan = { changes: [{ ...ASSIGN, ...changes }], steps: [], warnings: [] };
  return outcomeText({ plan, result, checks }, new Chalk({ level: 0 })).split('\n');
}

const check = (name: Check['name'], outcome: Check['outcome'] = 'passed'): Check => ({
  name,
  outcome,
  detail: `what ${name} says`,
});

test('what answered, on the holder or outside, is served; what was looked at follows', () => {
  assert.deepEqual(
    lines([check('rules'), check('connect'), check('neighbour'), check('outside', 'skipped')]),
    [
      'default/web is served on 20.1.0.167, held by k0 ens34',
      '  ✔ rules: what rules says',
      '  ✔ connect: what connect says',
      '  ✔ neighbour: what neighbour says',
      '  - outside: what outside says',
      '',
    ],
  );
  const outside = [check('rules', 'skipped'), check('connect', 'skipped'), check('outside')];
  assert.match(lines(outside)[0] ?? '', /^default\/web is served on /);
});

test('where nothing answered it is assigned, and said what was not verified', () => {
  const [first] = lines(
    [
      check('persistence', 'failed'),
      check('announce', 'skipped'),
      check('rules'),
      check('connect', 'skipped'),
      check('neighbour'),
      check('outside', 'skipped'),
    ],
    { persistence: 'until reboot' },
  );
  assert.equal(
    first,
    'default/web is assigned 20.1.0.167, held by k0 ens34 until reboot; not verified that it is served: connect, outside',
  );
});

test('a release, and what was so already', () => {
  const release = { verb: 'release' } as const;
  const [released] = lines([check('rules')], release);
  assert.equal(released, '20.1.0.167 is released from default/web');
  const [none] = lines([], release, 'nothing-to-do');
  assert.equal(none, 'nothing to do: default/web has no 20.1.0.167 to release');
  const [had] = lines([], {}, 'nothing-to-do');
  assert.equal(had, 'nothing to do: default/web has 20.1.0.167 already, held by k0 ens34');
});

test('what is not known of a guard is said where there is nothing to do, too', () => {
  const { service, ip, node, interface: name } = ASSIGN;
  const guard = { verb: 'guard', service, ip, node, interface: name, persistence: null } as const;
  const plan = { changes: [guard], steps: [], warnings: ['k2 is unreachable: not guarded there'] };
  const outcome = { plan, result: 'nothing-to-do', checks: [] };
  assert.deepEqual(outcomeText(outcome, new Chalk({ level: 0 })).split('\n'), [
    'nothing to do: 20.1.0.167 of default/web is guarded like that already',
    '  ! k2 is unreachable: not guarded there',
    '',
  ]);
});
