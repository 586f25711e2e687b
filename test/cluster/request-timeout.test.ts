import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequestTimeout } from '../../src/cluster/request-timeout.ts';
import { UsageError } from '../../src/errors.ts';

test("--request-timeout has kubectl's forms, in milliseconds", () => {
  const cases: [string, number][] = [
    ['0', 0],
    ['0s', 0],
    ['30', 30_000],
    ['5s', 5000],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['1us', 1],
    ['99999h', 2 ** 31 - 1],
  ];
  for (const [text, milliseconds] of cases) assert.equal(parseRequestTimeout(text), milliseconds);
});

test('anything else is a usage error', () => {
  for (const text of ['', '-1', '5 s', '5x', 's', '1e3', '٣s', '5s\n', '$(reboot)']) {
    assert.throws(() => parseRequestTimeout(text), UsageError);
  }
});
