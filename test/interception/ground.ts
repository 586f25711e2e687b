import assert from 'node:assert/strict';
import { list } from '../commands/extip.ts';
import { get, on, SCRUB_RESTORE, worldOf } from '../commands/observe.ts';
import { type ExecResult, type HostProcess, type Lab, startLab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import { type Interception, intercept } from './intercept.ts';
import { LABS, startAll } from './labs.ts';
import type { Verdict } from './point.ts';

/** The two states between which the commands go. */
export type State = 'clean' | 'assigned';

/** Where the commands are played, and the address that they are about. */
export interface Setting {
  scenario: string;
  ip: string;
}

export const IPV4: Setting = { scenario: 's2', ip: '20.1.0.167' };
export const IPV6_NFTABLES: Setting = { scenario: 's2-nft', ip: '2001:db8:1::167' };

/** The command that makes a state. */
export const VERB: Record<State, string> = { assigned: 'assign', clean: 'release' };

export const OPPOSITE: Record<State, State> = { clean: 'assigned', assigned: 'clean' };

/** A lab on which extip is intercepted, with neighbours made by hand. */
export interface Ground {
  lab: Lab;
  ip: string;
  /** The command that makes a state. */
  commands: Record<State, string>;
  interception: Interception;
  /** The one in which the last case left it. */
  state: State;
  /** What is there in each state, as `worldOf` has it. */
  worlds: Record<State, string>;
  /** The points of the command that makes the state, in their order. */
  points: Record<State, string[]>;
  close(): Promise<void>;
}

/** Starts a lab, and sees once what assign and release do, and at which points. */
export async function startGround({ scenario, ip }: Setting = IPV4): Promise<Ground> {
  const lab = await startLab(scenario);
  const commands = {
    assigned: `assign svc-test-1 ${ip} --node k0 -y`,
    clean: `release svc-test-1 ${ip} -y`,
  };
  await on(lab, 'k0', 'ip addr add 20.1.0.210/32 dev ens34');
  await on(lab, 'operator', `kubectl patch service svc-test-1 -p '${byHand('20.1.0.201')}'`);
  await on(lab, 'operator', `kubectl patch service svc-test-2 -p '${byHand('20.1.0.202')}'`);
  const interception = await intercept(lab);
  const clean = await worldOf(lab);
  const toAssign = await pointsOf(interception, commands.assigned);
  const assigned = await worldOf(lab);
  const toRelease = await pointsOf(interception, commands.clean);
  assert.equal(await worldOf(lab), clean);
  return {
    lab,
    ip,
    commands,
    interception,
    state: 'clean',
    worlds: { clean, assigned },
    points: { assigned: toAssign, clean: toRelease },
    async close() {
      await interception.close();
      await lab.down();
    },
  };
}

/** As many as a long run uses. */
export function startGrounds(setting?: Setting): Promise<Ground[]> {
  return startAll(LABS, () => startGround(setting));
}

function byHand(ip: string): string {
  return JSON.stringify({ spec: { externalIPs: [ip] } });
}

async function pointsOf(interception: Interception, command: string): Promise<string[]> {
  const names: string[] = [];
  const run = await interception.start(['extip', ...command.split(' ')], ({ name }) => {
    names.push(name);
    return 'pass';
  });
  const { exitCode, stderr } = await run.result;
  assert.equal(exitCode, 0, stderr);
  return names;
}

/** Fails unless everything is as in this state, the client is served accordingly, and list agrees. */
export async function mustBe(ground: Ground, state: State): Promise<void> {
  const { lab, ip, worlds } = ground;
  assert.equal(await worldOf(lab), worlds[state]);
  const items = await list(lab);
  assert.deepEqual(
    items.map((item) => `${item.ip} ${item.state}`).sort(),
    [
      ...(state === 'assigned' ? [`${ip} assigned`] : []),
      '20.1.0.201 unmanaged',
      '20.1.0.202 unmanaged',
    ].sort(),
  );
  // What was taken back is not verified by extip: kube-proxy may still be at it.
  await waitFor('kube-proxy', async () => {
    assert.equal(
      (await get(lab, 'client', ip.includes(':') ? `[${ip}]` : ip)) !== '',
      state === 'assigned',
      'the client is served',
    );
  });
}

/** Runs extip until a point, where `act` says what happens; the point must be reached. */
export async function runTo(
  { interception }: Ground,
  command: string,
  point: string,
  act: (process: HostProcess) => Verdict | Promise<Verdict>,
): Promise<ExecResult> {
  let reached = false;
  const run = await interception.start(['extip', ...command.split(' ')], ({ name }, process) => {
    if (name !== point) return 'pass';
    reached = true;
    return act(process);
  });
  const result = await run.result;
  assert.ok(reached, `${command} did not come to: ${point}\n${result.stderr}`);
  return result;
}

/** Ends extip at a point with no chance to tidy up; what it was about to do, or to hear, is lost. */
export async function killAt(ground: Ground, command: string, point: string): Promise<void> {
  const { exitCode } = await runTo(ground, command, point, (process) => {
    process.kill('SIGKILL');
    return 'drop';
  });
  assert.equal(exitCode, 137, `${command} was killed`);
}

/** A command with nothing in its way; it must succeed. */
export async function succeed({ interception }: Ground, command: string): Promise<void> {
  const { exitCode, stdout, stderr } = await interception.extip(...command.split(' '));
  assert.equal(exitCode, 0, `extip ${command}\n${stdout}${stderr}`);
}

/** Puts a lab into the clean state by hand, whatever is left there. */
export async function scrub({ lab, ip, worlds }: Ground): Promise<void> {
  const { spec } = JSON.parse(byHand('20.1.0.201'));
  const metadata = { annotations: { 'extip.dev/assignments': null } };
  const patch = JSON.stringify({ metadata, spec });
  await on(lab, 'operator', `kubectl patch service svc-test-1 -p '${patch}'`);
  await on(
    lab,
    'k0',
    `ip addr flush dev ens34 to ${ip}; rm -f /var/lib/extip/${ip}.json; ${SCRUB_RESTORE}`,
  );
  assert.equal(await worldOf(lab), worlds.clean);
}
