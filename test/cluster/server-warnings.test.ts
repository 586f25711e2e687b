import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWarnings } from '../../src/cluster/server-warnings.ts';

test('the texts of Warning headers', () => {
  const cases: [string, string[]][] = [
    ['299 - "spec.externalIPs is deprecated"', ['spec.externalIPs is deprecated']],
    ['299 - "one", 299 - "two, three"', ['one', 'two, three']],
    ['299 proxy "say \\"no\\" \\\\ "', ['say "no" \\ ']],
    ['299 - "with a date" "Sat, 25 Aug 2012 23:34:45 GMT"', ['with a date']],
    ['299 - "\u001b[2Jcleared"', ['\\x1b[2Jcleared']],
    ['199 - "not the API server\'s"', []],
    ['299 - "unfinished', []],
    ['', []],
  ];
  for (const [header, texts] of cases) assert.deepEqual(parseWarnings(header), texts);
});
