import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sourcesArgument } from '../../src/commands/sources-argument.ts';

describe('--source', () => {
  it('is CIDRs and addresses, each once, as they are written everywhere', () =>
    assert.deepEqual(
      sourcesArgument(['192.0.2.10', '192.0.2.10/32', '10.1.2.3/8', '2001:DB8::/64,192.0.2.11']),
      ['192.0.2.10/32', '10.0.0.0/8', '2001:db8::/64', '192.0.2.11/32'],
    ));

  it('that is not given is none', () => assert.equal(sourcesArgument([]), null));

  for (const wrong of ['web', '', '10.0.0.0/33', '10.0.0.1-10.0.0.9', '$(id)']) {
    it(`is not ${JSON.stringify(wrong)}`, () =>
      assert.throws(() => sourcesArgument([wrong]), { reason: 'invalid-value', exitCode: 2 }));
  }

  it('is at most 64', () => {
    const many = Array.from({ length: 65 }, (_, index) => `192.0.2.${index}`);
    assert.throws(() => sourcesArgument(many), { message: '--source: 65 are more than 64' });
  });
});
