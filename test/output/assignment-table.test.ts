import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { listAssignments } from '../../src/list/assignments.ts';
import { assignmentTable } from '../../src/output/assignment-table.ts';
import type { GuardRecord } from '../../src/snapshot/records.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildSnapshot,
} from '../build-snapshot.ts';

function shown(guard: GuardRecord | undefined, wide: boolean): string {
  const services = [buildAssigned([buildAssignment({ ...(guard && { guard }) })])];
  const items = listAssignments(buildSnapshot({ services }, [buildNodeState('k0')]));
  const colors = new Chalk({ level: 0 });
  return assignmentTable(items, { namespace: false, wide, headers: true, colors });
}

test('whom a guard lets in is in the wide table', () => {
  const [header = '', row = ''] = shown({ sources: ['20.1.0.165/32', '10.0.0.0/8'] }, true).split(
    '\n',
  );
  assert.equal(row.indexOf('20.1.0.165/32,10.0.0.0/8 '), header.indexOf('GUARD'));
  assert.match(shown({ sources: null }, true), / everybody /);
  assert.doesNotMatch(shown(undefined, true), /everybody/);
  assert.doesNotMatch(shown({ sources: null }, false), /GUARD|everybody/);
});
