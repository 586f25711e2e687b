import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../src/cluster/api.ts';
import {
  type Behaviour,
  garbage,
  hang,
  inTurn,
  reset,
  standIn,
  status,
} from './stand-in-server.ts';

const SERVICES = '/api/v1/services';

/** A stream of watch events that then ends (`end`), breaks (`reset`) or stays open. */
function stream(events: object[], then: 'end' | 'reset' | 'open'): Behaviour {
  return (_, response) => {
    response.writeHead(200);
    response.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''), () => {
      if (then === 'end') response.end();
      if (then === 'reset') setTimeout(() => response.socket?.resetAndDestroy(), 50);
    });
  };
}

function event(type: string, name: string, resourceVersion: string) {
  return { type, object: { metadata: { name, resourceVersion } } };
}

test('the watch goes on where a stream ended or broke', async (t) => {
  const { api, received } = await standIn(
    t,
    inTurn(
      stream([event('ADDED', 'web', '11'), event('BOOKMARK', '', '15')], 'end'),
      stream([event('MODIFIED', 'web', '16')], 'reset'),
      stream([event('DELETED', 'web', '17')], 'open'),
    ),
  );
  const seen: string[] = [];
  const stop = new AbortController();
  for await (const { type } of api.watch(SERVICES, { resourceVersion: '10' }, stop.signal)) {
    seen.push(type);
    if (type === 'DELETED') stop.abort();
  }
  assert.deepEqual(seen, ['ADDED', 'BOOKMARK', 'MODIFIED', 'DELETED']);
  const queries = received.map(({ url }) => new URL(url, 'http://host').searchParams);
  assert.deepEqual(
    queries.map((query) => query.get('resourceVersion')),
    ['10', '15', '16'],
  );
  assert.equal(queries[0]?.get('allowWatchBookmarks'), 'true');
});

test('an event may come in pieces', async (t) => {
  const line = `${JSON.stringify(event('ADDED', 'grün', '1'))}\n`;
  const bytes = Buffer.from(line);
  const cut = bytes.indexOf('ü') + 1;
  const { api } = await standIn(t, (_, response) => {
    response.write(bytes.subarray(0, cut));
    setTimeout(() => response.write(bytes.subarray(cut)), 50);
  });
  const stop = new AbortController();
  for await (const { object } of api.watch(SERVICES, {}, stop.signal)) {
    assert.deepEqual(object, { metadata: { name: 'grün', resourceVersion: '1' } });
    stop.abort();
  }
});

test('410, as an answer or as an event, tells the caller to list again', async (t) => {
  const gone = {
    kind: 'Status',
    code: 410,
    reason: 'Expired',
    message: 'too old resource version',
  };
  const { api } = await standIn(
    t,
    inTurn(stream([{ type: 'ERROR', object: gone }], 'open'), status(410, 'too old')),
  );
  for (let way = 0; way < 2; way++) {
    const error = await firstError(api.watch(SERVICES, {}, new AbortController().signal));
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 410);
    assert.match(error.message, /^watch services: 410 Gone: too old/);
  }
});

test('a refusal and garbage end the watch', async (t) => {
  const { api } = await standIn(
    t,
    inTurn(status(403, 'User "ops" cannot watch resource "services" …'), garbage('no events\n')),
  );
  for (const reason of ['forbidden', 'bad-answer']) {
    const error = await firstError(api.watch(SERVICES, {}, new AbortController().signal));
    assert.equal((error as ApiError).reason, reason);
  }
});

test('a server that is away for a moment is asked again', async (t) => {
  const { api } = await standIn(
    t,
    inTurn(reset, status(503, 'starting'), stream([event('ADDED', 'web', '1')], 'open')),
  );
  for await (const { type } of api.watch(SERVICES, {}, new AbortController().signal)) {
    assert.equal(type, 'ADDED');
    break;
  }
});

test('aborting ends the watch at once, also while nothing comes', async (t) => {
  const { api } = await standIn(t, inTurn(hang, stream([], 'open')));
  for (let way = 0; way < 2; way++) {
    const started = performance.now();
    for await (const _ of api.watch(SERVICES, {}, AbortSignal.timeout(100))) assert.fail();
    assert.ok(performance.now() - started < 1000);
  }
});

async function firstError(events: AsyncIterable<unknown>): Promise<unknown> {
  try {
    for await (const _ of events) assert.fail('no event is expected');
  } catch (error) {
    return error;
  }
  return assert.fail('the watch ended without an error');
}
