import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { calicoOf, getIn, IP } from '../calico/guard/observe.ts';
import { type Kept, watch } from '../calico/guard/prober.ts';
import { list } from '../commands/extip.ts';
import { on, worldOf } from '../commands/observe.ts';
import { type ExecResult, type HostProcess, type Lab, startLab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import { CYCLE, type GuardState, LETS_IN, type Move } from './guard-moves.ts';
import { type Interception, intercept } from './intercept.ts';
import { startAll } from './labs.ts';
import type { Verdict } from './point.ts';

/** A lab on which extip is intercepted while it guards an address. */
export interface GuardGround {
  lab: Lab;
  interception: Interception;
  /** The one in which the last case left it. */
  state: GuardState;
  /** What is there in each state: Services, nodes and Calico's objects. */
  worlds: Record<GuardState, World>;
  /** The points of each move at which something is written, in their order. */
  points: ReadonlyMap<Move, string[]>;
  close(): Promise<void>;
}

interface World {
  /** As `worldOf` has it. */
  others: string;
  calico: string;
}

/** Labs wait for undos most of the time. */
const LABS = 2;

/** Somebody's own endpoint, which a guard marks; at the other interface it makes one. */
const MINE = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'HostEndpoint',
  metadata: { name: 'mine', labels: { zone: 'dmz' } },
  spec: { node: 'k2', interfaceName: 'ens34', profiles: ['projectcalico-default-allow'] },
};

/** Where nothing may be lost whatever becomes of the guard. */
const WATCHED = [
  { what: 'ssh to the node', from: 'client', ip: '20.1.0.160', port: 22 },
  { what: 'node port', from: 'client', ip: '20.1.0.160', port: 30080 },
  { what: 'node to node', from: 'k2', ip: '20.1.0.160', port: 22 },
  { what: 'egress of the node', from: 'k0', ip: '20.1.0.165', port: 22 },
  { what: 'another external IP', from: 'client', ip: '20.1.0.168', port: 8081 },
];

/** As many labs as a long run uses. */
export function startGuardGrounds(): Promise<GuardGround[]> {
  return startAll(LABS, startGuardGround);
}

/** Starts a lab, and sees once what each move does, and at which points it writes. */
async function startGuardGround(): Promise<GuardGround> {
  const lab = await startLab('s2');
  await on(lab, 'k0', 'ln -sf /mnt/bin/kubectl /usr/local/bin/kubectl');
  await on(lab, 'client', 'ip addr add 20.1.0.77/32 dev eth0');
  await on(
    lab,
    'operator',
    `echo '${JSON.stringify(MINE)}' | kubectl create -f - &&
    kubectl create service nodeport web-np --tcp=80:web-port --node-port=30080 &&
    kubectl patch service web-np -p '{"spec":{"selector":{"app":"web-front-end"}}}' &&
    extip assign svc-test-2 20.1.0.168 --node k0 -y`,
  );
  const interception = await intercept(lab);
  const worlds: Partial<Record<GuardState, World>> = { clean: await seen(lab, 'clean') };
  const points = new Map<Move, string[]>();
  for (const move of CYCLE) {
    points.set(move, (await pointsOf(interception, move.command)).filter(isWrite));
    const world = await seen(lab, move.to);
    worlds[move.to] ??= world;
    assert.deepEqual(world, worlds[move.to], move.command);
  }
  return {
    lab,
    interception,
    state: 'clean',
    worlds: worlds as GuardGround['worlds'],
    points,
    async close() {
      await interception.close();
      await lab.down();
    },
  };
}

/** Of what a run does outside of itself: what it looks at, or asks for, is none. */
function isWrite(point: string): boolean {
  return /lease|^(post|put|patch|delete) (?!selfsubject)|-record|-address|-fence|arm-undo/.test(
    point,
  );
}

/** What a guard creates is made anew each time; in the clean state all of it is somebody else's. */
async function seen(lab: Lab, state: GuardState): Promise<World> {
  return { others: await worldOf(lab), calico: await calicoIn(lab, state) };
}

async function calicoIn(lab: Lab, state: GuardState): Promise<string> {
  const calico = await calicoOf(lab);
  return state === 'clean'
    ? calico
    : calico.replaceAll(/"(?:uid|creationTimestamp)": "[^"]*"/g, '');
}

async function pointsOf(interception: Interception, command: string): Promise<string[]> {
  const names: string[] = [];
  const run = await interception.start(['extip', ...words(command)], ({ name }) => {
    names.push(name);
    return 'pass';
  });
  const { exitCode, stderr } = await run.result;
  assert.equal(exitCode, 0, stderr);
  return names;
}

/** Runs a move until a point, where `act` says what happens; the point must be reached. */
export async function moveTo(
  { interception }: GuardGround,
  { command }: Move,
  point: string,
  act: (process: HostProcess) => Verdict | Promise<Verdict>,
): Promise<ExecResult> {
  let reached = false;
  const run = await interception.start(['extip', ...words(command)], ({ name }, process) => {
    if (reached || name !== point) return 'pass';
    reached = true;
    return act(process);
  });
  const result = await run.result;
  assert.ok(reached, `${command} did not come to: ${point}\n${result.stderr}`);
  return result;
}

/** A move with nothing in its way, but for an undo that has the lock. */
export async function makeMove({ interception }: GuardGround, { command }: Move): Promise<void> {
  const { exitCode, stdout, stderr } = await interception.extip(...words(command));
  assert.equal(exitCode, 0, `extip ${command}\n${stdout}${stderr}`);
}

function words(command: string): string[] {
  return `${command} -y --lock-timeout 120`.split(' ');
}

/** Fails unless everything is as in this state, and exactly those get in that it lets in. */
export async function mustBeIn({ lab, worlds }: GuardGround, state: GuardState): Promise<void> {
  assert.deepEqual(await seen(lab, state), worlds[state]);
  const items = (await list(lab)).filter(({ ip }) => ip === IP);
  assert.deepEqual(
    items.map((item) => item.state),
    state === 'clean' ? [] : ['assigned'],
  );
  await getIn(lab, LETS_IN[state]);
}

/** Waits until nobody is left who could undo anything, on the operator's machine or the node. */
export async function undoIsOver(lab: Lab): Promise<void> {
  await waitFor('the undo to be over', async () => {
    const running = await lab.exec('operator', ['pgrep', '-x', 'extip-watchdog']);
    const left = await on(lab, 'k0', 'ls /run/extip 2>/dev/null || true');
    if (running.exitCode === 1 && left === '') return;
    // It takes a minute, and asking a while.
    await sleep(2000);
    assert.fail(`still there: ${running.stdout} ${left}`);
  });
}

/** Fails unless Calico's objects are as in this state. */
export async function mustHaveCalicoOf(ground: GuardGround, state: GuardState): Promise<void> {
  assert.equal(await calicoIn(ground.lab, state), ground.worlds[state].calico);
}

/** Takes back what a case that went wrong has left; fails where that is not the clean state. */
export async function startOver(ground: GuardGround): Promise<void> {
  await undoIsOver(ground.lab);
  await ground.interception.extip('release', 'svc-test-1', '--all', '-y', '--lock-timeout', '120');
  await mustBeIn(ground, 'clean');
  ground.state = 'clean';
}

/** Does the work; fails where a new connection to anything else was not made meanwhile. */
export async function loseNothing(lab: Lab, work: () => Promise<void>): Promise<void> {
  const prober = watch(lab, WATCHED);
  let kept: Kept[] = [];
  try {
    await work();
  } finally {
    kept = await prober.stop();
  }
  for (const { what, tried, lost } of kept) {
    assert.ok(tried > 0, `${what} was not tried`);
    assert.deepEqual(lost, [], what);
  }
}
