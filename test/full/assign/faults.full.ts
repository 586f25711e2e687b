/**
 * Everything that goes wrong around extip, from the beginning or between two of its steps: each
 * with its own message and exit code, and nothing half-done: Service and nodes are as before, or
 * what is left is named (exit 5) and the same command mends it once the fault is gone.
 */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as z from 'zod/mini';
import { ErrorDocument } from '../../../src/output/error-document.ts';
import { worldOf } from '../../commands/observe.ts';
import type { State } from '../../interception/ground.ts';
import { type Interception, intercept } from '../../interception/intercept.ts';
import { closeAll, LABS, startAll } from '../../interception/labs.ts';
import type { Point, Verdict } from '../../interception/point.ts';
import { type ExecResult, type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { type Row, rows } from './fault-rows.ts';

const IP = '20.1.0.167';
const COMMAND: Record<State, string> = {
  assigned: `assign svc-test-1 ${IP} --node k2 -y`,
  clean: `release svc-test-1 ${IP} -y`,
};
const OPPOSITE: Record<State, State> = { clean: 'assigned', assigned: 'clean' };

interface Ground {
  lab: Lab;
  interception: Interception;
  worlds: Record<State, string>;
  close(): Promise<void>;
}

/** k2 holds the address, so that a fault of the holder is none of the API server's, on k0. */
async function startGround(): Promise<Ground> {
  const lab = await startLab('s2');
  const interception = await intercept(lab);
  const clean = await worldOf(lab);
  await succeed(interception, COMMAND.assigned);
  const assigned = await worldOf(lab);
  await succeed(interception, COMMAND.clean);
  return {
    lab,
    interception,
    worlds: { clean, assigned },
    async close() {
      await interception.close();
      await lab.down();
    },
  };
}

async function succeed(interception: Interception, command: string): Promise<void> {
  const { exitCode, stderr } = await interception.extip(...command.split(' '));
  assert.equal(exitCode, 0, `extip ${command}\n${stderr}`);
}

describe('faults', { skip: await skipWithoutLab() }, () => {
  let grounds: Ground[];
  before(async () => {
    grounds = await startAll(LABS, startGround);
  });
  after(() => closeAll(grounds));

  it('have each its message and exit code, and leave nothing half-done', async () => {
    const waiting = [...rows];
    const all = waiting.length;
    const failed: string[] = [];
    await Promise.all(
      grounds.map(async (ground) => {
        let state: State = 'clean';
        for (let row = take(waiting, state); row; row = take(waiting, state)) {
          if (row.goal === state) {
            await succeed(ground.interception, COMMAND[OPPOSITE[state]]);
            state = OPPOSITE[state];
          }
          try {
            state = await play(ground, row);
          } catch (error) {
            failed.push(`${row.fault}, ${row.step ?? 'throughout'}`);
            console.log(`FAILED ${title(row)}: ${(error as Error).message}`);
            state = await recover(ground);
          }
        }
      }),
    );
    console.log(`faults: ${all - failed.length} of ${all} as they must be`);
    assert.deepEqual(failed, []);
  });
});

/** The next row that goes from this state, else the next one. */
function take(waiting: Row[], state: State): Row | undefined {
  const index = waiting.findIndex(({ goal }) => goal !== state);
  return waiting.splice(Math.max(index, 0), 1)[0];
}

function title({ fault, step, goal }: Row): string {
  const verb = goal === 'assigned' ? 'assign' : 'release';
  return `${verb.padEnd(8)}${fault.padEnd(28)}${(step ?? 'throughout').padEnd(30)}`;
}

/** Plays a row and returns the state that the lab is in then. */
async function play(ground: Ground, row: Row): Promise<State> {
  const { lab, interception, worlds } = ground;
  const { exitCode, stdout, stderr } = await runUnder(ground, row);
  const error = exitCode === 0 ? null : z.parse(ErrorDocument, JSON.parse(stdout));
  const left = error?.left?.map(({ what }) => what).join(', ');
  console.log(
    `${title(row)}→ ${exitCode}  ${left ? `left: ${left}; ` : ''}${error?.message ?? ''}`,
  );

  assert.equal(exitCode, row.exitCode, stderr);
  if (row.message) assert.match(error?.message ?? '', row.message);
  if (exitCode === 0) {
    assert.equal(await worldOf(lab), worlds[row.goal]);
    return row.goal;
  }
  if (exitCode !== 5) {
    assert.equal(await worldOf(lab), worlds[OPPOSITE[row.goal]]);
    return OPPOSITE[row.goal];
  }
  assert.ok(
    error?.left?.every(({ command }) => command !== ''),
    stdout,
  );
  await succeed(interception, COMMAND[row.goal]);
  assert.equal(await worldOf(lab), worlds[row.goal]);
  return row.goal;
}

/** Runs the row's command while its fault strikes; afterwards the fault is mended. */
async function runUnder({ lab, interception }: Ground, row: Row): Promise<ExecResult> {
  const { strike, step, flags = '' } = row;
  const command = `${COMMAND[row.goal]} ${flags}`.trim().split(' ').concat('-o', 'json');
  let mend: (() => Promise<void>) | undefined;
  const inLab = async () => {
    if ('fault' in strike) mend = await lab.fault(strike.host, strike.fault);
  };
  try {
    if (!step) {
      await inLab();
      return await interception.extip(...command);
    }
    let struck = false;
    const decide = async ({ name, side, phase }: Point): Promise<Verdict> => {
      const first = name === `${step} before`;
      if (first) {
        struck = true;
        await inLab();
      }
      if (!('api' in strike) || side !== 'api' || phase !== 'before') return 'pass';
      if (strike.once ? !first : !struck) return 'pass';
      if (strike.api !== 'hang') return strike.api;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return 'drop';
    };
    const run = await interception.start(['extip', ...command], decide);
    const result = await run.result;
    assert.ok(struck, `it did not come to: ${step}\n${result.stdout}${result.stderr}`);
    return result;
  } finally {
    await mend?.();
  }
}

/** By hand, whatever a row left behind. */
async function recover({ interception, lab, worlds }: Ground): Promise<State> {
  await interception.extip(...COMMAND.assigned.split(' '));
  await succeed(interception, COMMAND.clean);
  assert.equal(await worldOf(lab), worlds.clean, 'the lab could not be mended');
  return 'clean';
}
