import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExtipError, FailedError, LeftChangedError } from '../../src/errors.ts';
import { listAssignments } from '../../src/list/assignments.ts';
import { fromValue, type Ip, parseIp } from '../../src/net/ip.ts';
import type { Plan } from '../../src/plan/action.ts';
import { executePlan } from '../../src/plan/execute.ts';
import { mustBeReadable } from '../../src/plan/readable.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import { holdersOf } from '../../src/snapshot/queries.ts';
import { buildNodeState, buildService, buildSnapshot } from '../build-snapshot.ts';
import {
  assign,
  changeFacts,
  essence,
  mustBeAccounted,
  release,
  worldAfter,
  worldAfterSteps,
} from './world.ts';

const IPS = ['20.1.0.167', '20.1.0.168', '2001:db8::167'].map((text) => parseIp(text) as Ip);
const NAMES = ['web', 'secure'];
const NODES = ['k0', 'k2'] as const;

/** What a person does, or what befalls the cluster. */
type Move =
  | { what: 'assign' | 'release'; service: string; ip: Ip; node: string; fate: Fate }
  | { what: 'reboot'; node: string };

/** A run may die after a step, or a step may fail, and its undoing too. */
type Fate =
  | { type: 'completes' }
  | { type: 'dies'; after: number }
  | { type: 'fails'; at: number; effect: boolean; undoFailsAfter: number };

const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({ type: fc.constant('completes' as const) }),
  fc.record({ type: fc.constant('dies' as const), after: fc.nat(7) }),
  fc.record({
    type: fc.constant('fails' as const),
    at: fc.nat(7),
    effect: fc.boolean(),
    undoFailsAfter: fc.nat(7),
  }),
);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      what: fc.constantFrom('assign' as const, 'release' as const),
      service: fc.constantFrom(...NAMES),
      ip: fc.constantFrom(...IPS),
      node: fc.constantFrom(...NODES),
      fate,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('reboot' as const), node: fc.constantFrom(...NODES) }),
  },
);

/** Two Services and two nodes, some of which have some of the addresses by a person's hand. */
const start: fc.Arbitrary<Snapshot> = fc
  .record({
    web: fc.subarray(IPS),
    secure: fc.subarray(IPS),
    annotated: fc.boolean(),
    k0: fc.subarray(IPS),
    // Not on both nodes: extip refuses what two hosts have.
    elsewhere: fc.subarray(IPS),
  })
  .map(({ web, secure, annotated, k0, elsewhere }) => {
    const annotations = annotated ? { annotations: { owner: 'somebody' } } : {};
    const list = (ips: Ip[]) =>
      ips.length > 0 ? { externalIPs: ips.map(({ text }) => text) } : {};
    const both = { ipFamilies: ['IPv4', 'IPv6'] };
    const services = [
      buildService({ name: 'web', ...annotations }, { ...both, ...list(web) }),
      buildService(
        { name: 'secure' },
        { ...both, clusterIP: '10.111.30.202', ports: [{ port: 443 }], ...list(secure) },
      ),
    ];
    const byHand = (ips: Ip[]) => ({
      extra: ips.map(({ text, family }) => ({ ip: text, prefix: family === 4 ? 32 : 128 })),
    });
    return buildSnapshot({ services }, [
      // One of them runs systemd.
      buildNodeState('k0', { ...byHand(k0), restore: { unit: 'absent', obstacle: null } }),
      buildNodeState('k2', byHand(elsewhere.filter((ip) => !k0.includes(ip)))),
    ]);
  });

async function carryOut(world: Snapshot, plan: Plan, fate: Fate): Promise<Snapshot> {
  if (fate.type === 'completes') return worldAfterSteps(world, plan);
  if (fate.type === 'dies') return worldAfterSteps(world, plan, fate.after);
  let state = world;
  let performed = 0;
  let undone = 0;
  let failed = false;
  const never = new AbortController().signal;
  const run = executePlan(
    plan,
    {
      checkLock: async () => {},
      commands: (actions) => actions.map(({ type }) => type),
      onStep: () => {},
      async perform(action) {
        if (failed && undone++ >= fate.undoFailsAfter) throw new Error('the undoing fails');
        if (!failed && performed++ === fate.at) {
          failed = true;
          if (fate.effect) state = worldAfter(state, action);
          throw new FailedError('fails', { reason: 'test', nothingChanged: !fate.effect });
        }
        state = worldAfter(state, action);
        return [];
      },
    },
    { first: never, second: never },
  );
  const error: unknown = await run.then(
    () => null,
    (reason) => reason,
  );
  if (error instanceof FailedError) {
    assert.deepEqual(essence(state), essence(world), 'it failed, and nothing is left changed');
  } else assert.ok(error === null || error instanceof LeftChangedError, `${error}`);
  return state;
}

/** The world after the move; a refusal leaves it as it is. */
async function play(initial: Snapshot, world: Snapshot, next: Move): Promise<Snapshot> {
  if (next.what === 'reboot') return reboot(initial, world, next.node);
  const { service, ip, node, fate } = next;
  return carryOut(world, planned(world, next.what, service, ip, node), fate);
}

function planned(world: Snapshot, what: string, service: string, ip: Ip, node?: string): Plan {
  try {
    if (what === 'release') return release(world, service, ip);
    return assign(world, service, ip, node === undefined ? {} : { node, interface: 'ens34' });
  } catch (error) {
    assert.ok(error instanceof ExtipError, `${error}`);
    return { changes: [], steps: [], warnings: [] };
  }
}

/**
 * What extip added goes, and comes back where the node restores it and nobody else has it by then;
 * what was there before is somebody's who sees to its coming back.
 */
function reboot(initial: Snapshot, world: Snapshot, node: string): Snapshot {
  const before = (ip: string) => holdersOf(initial, ip).some((holder) => holder.node === node);
  const elsewhere = (ip: string) => holdersOf(world, ip).some((holder) => holder.node !== node);
  return changeFacts(world, node, (facts) => {
    const restored =
      facts.restore.unit === 'absent' ? [] : facts.records.filter(({ persist }) => persist);
    return {
      ...facts,
      interfaces: facts.interfaces.map((link) => ({
        ...link,
        addresses: [
          ...link.addresses.filter(({ ip }) => before(ip)),
          ...restored
            .filter((record) => record.interface === link.name && !elsewhere(record.ip))
            .map(({ ip, prefix, label }) => ({ ip, prefix, label, flags: [] })),
        ],
      })),
    };
  });
}

function entries(world: Snapshot): [service: string, ip: Ip][] {
  return world.cluster.services.flatMap((service) =>
    mustBeReadable(service).map((entry): [string, Ip] => [
      service.metadata.name,
      parseIp(entry.ip) ?? fromValue(4, 0n),
    ]),
  );
}

/** The command that `list` names for whatever is unfinished or incomplete, until nothing is. */
function mended(world: Snapshot): Snapshot {
  const broken = listAssignments(world).filter(({ state }) => state !== 'assigned');
  const [next] = broken.filter(({ state }) => state !== 'unmanaged');
  if (!next) return world;
  const command =
    /^extip (assign|release) default\/(\S+) (\S+)(?: --node (\S+) --interface ens34)?$/.exec(
      next.fix ?? '',
    );
  assert.ok(command, `no command for ${JSON.stringify(next)}`);
  const [, verb = '', service = '', ip = '', node] = command;
  const plan = planned(world, verb, service, parseIp(ip) as Ip, node);
  assert.ok(plan.steps.length > 0, `${next.fix} does nothing`);
  return mended(worldAfterSteps(world, plan));
}

test('whatever runs, fails, dies and reboots: nothing is lost, and nothing of ours remains', async () => {
  await fc.assert(
    fc.asyncProperty(start, fc.array(move, { maxLength: 12 }), async (initial, moves) => {
      let world = initial;
      for (const next of moves) {
        world = await play(initial, world, next);
        mustBeAccounted(initial, world);
      }
      const whole = mended(world);
      mustBeAccounted(initial, whole);
      for (const ending of [world, whole]) {
        const released = entries(ending).reduce(
          (state, [service, ip]) => worldAfterSteps(state, release(state, service, ip)),
          ending,
        );
        assert.deepEqual(essence(released), essence(initial));
      }
    }),
    { numRuns: 200 },
  );
});
