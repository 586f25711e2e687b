import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentProxy } from '../../src/cluster/environment-proxy.ts';

const HTTPS_PROXY = 'http://proxy:3128';

test('the proxy is chosen by the scheme of the server', () => {
  const environment = { HTTPS_PROXY, HTTP_PROXY: 'http://plain:8080' };
  assert.equal(environmentProxy(new URL('https://k8s.example:6443'), environment), HTTPS_PROXY);
  assert.equal(environmentProxy(new URL('http://k8s.example'), environment), 'http://plain:8080');
});

test('lower case counts too, upper case first, and a bare host means http', () => {
  const server = new URL('https://k8s.example');
  assert.equal(environmentProxy(server, { https_proxy: 'proxy:3128' }), HTTPS_PROXY);
  assert.equal(environmentProxy(server, { HTTPS_PROXY, https_proxy: 'http://x' }), HTTPS_PROXY);
  assert.equal(environmentProxy(server, {}), undefined);
});

test('NO_PROXY and loopback go there directly', () => {
  const cases: [server: string, noProxy: string, direct: boolean][] = [
    ['https://127.0.0.1:6443', '', true],
    ['https://127.1.2.3', '', true],
    ['https://[::1]', '', true],
    ['https://localhost', '', true],
    ['https://10.22.0.10', '', false],
    ['https://10.22.0.10', '*', true],
    ['https://10.22.0.10', 'a, 10.22.0.10', true],
    ['https://10.22.0.10', '10.22.0.0/16', true],
    ['https://10.22.0.10', '10.23.0.0/16,10.22.0.0/99,nonsense/8', false],
    ['https://[fd00::10]', 'fd00::/8', true],
    ['https://[fd00::10]', '10.0.0.0/8', false],
    ['https://api.example.com', 'example.com', true],
    ['https://api.example.com', '.example.com', true],
    ['https://example.com', '.example.com', false],
    ['https://api.example.com', '*.example.com', true],
    ['https://badexample.com', 'example.com', false],
    ['https://api.example.com:6443', 'example.com:6443', true],
    ['https://api.example.com:6443', 'example.com:443', false],
    ['https://api.example.com', 'example.com:443', true],
    ['https://API.example.com.', 'EXAMPLE.com', true],
  ];
  for (const [server, NO_PROXY, direct] of cases) {
    const proxy = environmentProxy(new URL(server), { HTTPS_PROXY, NO_PROXY });
    assert.equal(proxy, direct ? undefined : HTTPS_PROXY, `${server} with NO_PROXY=${NO_PROXY}`);
  }
});
