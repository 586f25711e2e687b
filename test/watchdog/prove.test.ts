import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { Reach } from '../../src/nodes/reach.ts';
import { lostWays, workingWays } from '../../src/watchdog/prove.ts';
import { reset, status } from '../cluster/stand-in-server.ts';
import { ground } from './ground.ts';

/** This machine, as a node; one that does not answer. */
const here: Reach = { node: 'k0', argv: ['sh', '-s'], description: 'test' };
const away = (): Reach => ({ node: 'k2', argv: ['false'], description: 'test' });

async function listener(t: TestContext): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { server, port: (server.address() as { port: number }).port };
}

describe('the ways that must not be cut', () => {
  it('are those that work before the change, and still do', async (t) => {
    const { kubeconfig } = await ground(t);
    const { port } = await listener(t);
    const connects = [
      { from: here, ip: '127.0.0.1', port },
      { from: here, ip: '127.0.0.1', port: 1 },
    ];
    const ways = await workingWays({ nodes: [here, away()], flags: { kubeconfig }, connects });
    assert.deepEqual(
      ways.map(({ what }) => what),
      ['the API server', 'ssh to node k0', `127.0.0.1:${port} from node k0`],
    );
    assert.deepEqual(await lostWays(ways), []);
  });

  it('are named with the reason where they no longer work', async (t) => {
    const { kubeconfig, broken } = await ground(t);
    const { server, port } = await listener(t);
    const node = { ...here, argv: [...here.argv] };
    const connects = [{ from: here, ip: '127.0.0.1', port }];
    const ways = await workingWays({ nodes: [node], flags: { kubeconfig }, connects });
    server.close();
    broken.behave = reset;
    node.argv.splice(0, 2, 'false');
    const lost = await lostWays(ways);
    assert.deepEqual(
      lost.map(({ what }) => what),
      ['the API server', 'ssh to node k0', `127.0.0.1:${port} from node k0`],
    );
    assert.match(lost[0]?.why ?? '', /ECONNRESET|socket hang up/);
    assert.match(lost[1]?.why ?? '', /^false did not start the script: exit 1/);
    assert.match(lost[2]?.why ?? '', /connection refused$/);
  });

  it('an API server that refuses can be reached, one that cannot answer not', async (t) => {
    const { kubeconfig, broken } = await ground(t);
    const access = { nodes: [], flags: { kubeconfig }, connects: [] };
    broken.behave = status(403, 'forbidden');
    assert.equal((await workingWays(access)).length, 1);
    broken.behave = status(503, 'no backend');
    assert.equal((await workingWays(access)).length, 0);
  });

  it('one that fails once is tried again', async () => {
    let tries = 0;
    const once = { what: 'a way', whyNot: async () => (tries++ === 0 ? 'lost packet' : null) };
    assert.deepEqual(await lostWays([once]), []);
    assert.equal(tries, 2);
  });
});

it('the API server is asked over a new connection each time', async (t) => {
  const { kubeconfig, received } = await ground(t);
  const ways = await workingWays({ nodes: [], flags: { kubeconfig }, connects: [] });
  await lostWays(ways);
  const ports = received.map(({ clientPort }) => clientPort);
  assert.equal(new Set(ports).size, 2);
});
