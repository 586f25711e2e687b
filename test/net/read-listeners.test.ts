import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseIp } from '../../src/net/ip.ts';
import { readListeners, takes } from '../../src/net/read-listeners.ts';

const rows = [
  {
    line: 'tcp LISTEN 0      128     0.0.0.0:22    0.0.0.0:* users:(("sshd",pid=61,fd=3))  ',
    is: ['tcp', 'any', [4], null, 22, ['sshd']],
  },
  {
    line: 'tcp LISTEN 0 0 *:6443 *:* users:(("kube-apiserver",pid=41,fd=3))',
    is: ['tcp', 'any', [4, 6], null, 6443, ['kube-apiserver']],
  },
  { line: 'tcp LISTEN 0 0 [::]:22 [::]:*', is: ['tcp', 'any', [6], null, 22, []] },
  { line: 'tcp LISTEN 0 0 [::1]:631 [::]:*', is: ['tcp', '::1', [6], null, 631, []] },
  {
    line: 'udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=1,fd=1),("x",pid=2,fd=1))',
    is: ['udp', '127.0.0.53', [4], 'lo', 53, ['systemd-resolve', 'x']],
  },
  {
    line: 'udp UNCONN 0 0 [fe80::1]%ens34:546 [::]:*',
    is: ['udp', 'fe80::1', [6], 'ens34', 546, []],
  },
  {
    line: 'udp UNCONN 0 0 [fe80::1%ens34]:546 [::]:*',
    is: ['udp', 'fe80::1', [6], 'ens34', 546, []],
  },
  { line: 'udp UNCONN 0 0 *%ens34:67 *:*', is: ['udp', 'any', [4, 6], 'ens34', 67, []] },
];

describe('a line of `ss -Hlntup`', () => {
  for (const { line, is } of rows) {
    it(line, () => {
      const { listeners, problems } = readListeners(`${line}\n`);
      assert.deepEqual(problems, []);
      const [own] = listeners;
      assert.deepEqual(
        [own?.protocol, own?.ip?.text ?? 'any', own?.families, own?.interface, own?.port],
        is.slice(0, 5),
      );
      assert.deepEqual(own?.processes, is[5]);
    });
  }

  it('what is none is told by its line', () => {
    const { listeners, problems } = readListeners('tcp LISTEN 0 0 *:22 *:*\nNetid State\n');
    assert.equal(listeners.length, 1);
    assert.deepEqual(problems, [{ line: 2, column: 1, message: 'no line of `ss -Hlntup`' }]);
  });
});

describe('a socket takes what comes in', () => {
  const cases = [
    { line: 'tcp LISTEN 0 0 0.0.0.0:80 0.0.0.0:*', ip: '20.1.0.167', taken: true },
    { line: 'tcp LISTEN 0 0 *:80 *:*', ip: '20.1.0.167', taken: true },
    { line: 'tcp LISTEN 0 0 [::]:80 [::]:*', ip: '20.1.0.167', taken: false },
    { line: 'tcp LISTEN 0 0 20.1.0.167:80 0.0.0.0:*', ip: '20.1.0.167', taken: true },
    { line: 'tcp LISTEN 0 0 20.1.0.160:80 0.0.0.0:*', ip: '20.1.0.167', taken: false },
    { line: 'tcp LISTEN 0 0 0.0.0.0:81 0.0.0.0:*', ip: '20.1.0.167', taken: false },
    { line: 'udp UNCONN 0 0 0.0.0.0:80 0.0.0.0:*', ip: '20.1.0.167', taken: false },
    { line: 'tcp LISTEN 0 0 0.0.0.0%ens34:80 0.0.0.0:*', ip: '20.1.0.167', taken: true },
    { line: 'tcp LISTEN 0 0 0.0.0.0%ens33:80 0.0.0.0:*', ip: '20.1.0.167', taken: false },
  ];
  for (const { line, ip, taken } of cases) {
    it(`${line}: ${taken ? 'it does' : 'it does not'} for ${ip}:80/tcp on ens34`, () => {
      const [listener] = readListeners(line).listeners;
      const address = parseIp(ip);
      assert.ok(listener && address);
      const packet = { protocol: 'tcp', ip: address, port: 80, interface: 'ens34' };
      assert.equal(takes(listener, packet), taken);
    });
  }
});
