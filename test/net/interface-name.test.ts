import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInterfaceName, isLabelOf } from '../../src/net/interface-name.ts';

test('what Linux accepts as the name of an interface', () => {
  for (const name of ['lo', 'ens34', 'eth0.100', 'br-lan', 'wg_0', 'enp130s0f0np0', '-x', 'é']) {
    assert.equal(isInterfaceName(name), true, name);
  }
  for (const name of ['', '.', '..', 'a/b', 'a b', 'a\tb', 'a:b', 'sixteen-letters-', 'a\x1b[m']) {
    assert.equal(isInterfaceName(name), false, name);
  }
});

test('a label belongs to its interface', () => {
  assert.equal(isLabelOf('ens34:extip', 'ens34'), true);
  for (const label of ['ens34', 'ens34:', 'ens3:extip', 'ens34:a b', 'ens34:toolonglabel']) {
    assert.equal(isLabelOf(label, 'ens34'), false, label);
  }
});
