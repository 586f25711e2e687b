import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recentAnswers } from '../../src/apply/recent-answers.ts';

test('an answer counts for 30 s, then the segment is asked again', (t) => {
  let seconds = 0;
  // Nobody waits half a minute for the clock.
  t.mock.method(performance, 'now', () => seconds * 1000);
  const at = (time: number) => {
    seconds = time;
    return [...answers.fresh()];
  };
  const answers = recentAnswers();
  answers.add('20.1.0.167');
  assert.deepEqual(at(20), ['20.1.0.167']);
  answers.add('20.1.0.167');
  answers.add('20.1.0.168');
  assert.deepEqual(at(30), ['20.1.0.167', '20.1.0.168']);
  assert.deepEqual(at(31), ['20.1.0.168']);
  answers.add('20.1.0.167');
  assert.deepEqual(at(60), ['20.1.0.167']);
});
