import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recentAnswers } from '../../src/apply/recent-answers.ts';

test('that nobody answered counts for 30 s, then the segment is asked again', (t) => {
  let seconds = 0;
  // Nobody waits half a minute for the clock.
  t.mock.method(performance, 'now', () => seconds * 1000);
  const at = (time: number) => {
    seconds = time;
    return ['20.1.0.167', '20.1.0.168'].filter((ip) => answers.isFree(ip));
  };
  const answers = recentAnswers();
  answers.add('20.1.0.167', 'free');
  assert.deepEqual(at(20), ['20.1.0.167']);
  answers.add('20.1.0.167', 'free');
  answers.add('20.1.0.168', 'free');
  assert.deepEqual(at(30), ['20.1.0.167', '20.1.0.168']);
  assert.deepEqual(at(31), ['20.1.0.168']);
  answers.add('20.1.0.167', 'free');
  assert.deepEqual(at(60), ['20.1.0.167']);
});

test('that a host answered counts for the whole run', (t) => {
  let seconds = 0;
  t.mock.method(performance, 'now', () => seconds * 1000);
  const answers = recentAnswers();
  answers.add('20.1.0.167', 'taken');
  seconds = 3600;
  assert.equal(answers.isTaken('20.1.0.167'), true);
  assert.equal(answers.isTaken('20.1.0.168'), false);
  assert.equal(answers.isFree('20.1.0.167'), false);
});
