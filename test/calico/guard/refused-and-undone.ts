import assert from 'node:assert/strict';
import { failure } from '../../commands/extip.ts';
import { on, stateOf } from '../../commands/observe.ts';
import type { Lab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';
import { calicoOf } from './observe.ts';
import { type Kept, type Watched, watch } from './prober.ts';
import type { Way } from './ways-to-lock-out.ts';

/** A guard that locks out who is in a way's situation. */
export interface Assigned {
  service: string;
  ip: string;
  /** Where to: `--node k0 --interface ens33`. */
  place: string;
}

/** More than the undo waits, and what an agent needs to hear of it. */
const UNDO_SECONDS = 150;

/**
 * Fails unless the guard is refused in this situation, for the way's reason, and writes nothing; and, where that
 * is overridden, shuts exactly the way's doors, of all that there are, and gives them back with nobody helping.
 * Prints what was seen.
 */
export async function mustBeRefusedAndUndone(
  lab: Lab,
  { service, ip, place }: Assigned,
  { what, objects, says, shut }: Way,
  doors: readonly Watched[],
): Promise<void> {
  const command = `assign ${service} ${ip} ${place} --guard -y`;
  await applyObjects(lab, 'create', objects);
  try {
    const [untouched, calico] = [await stateOf(lab), await calicoOf(lab)];
    const refused = await failure(lab, 7, command);
    assert.equal(refused.reason, 'lock-out');
    assert.match([refused.message, ...(refused.items ?? [])].join('\n'), says);
    assert.deepEqual([await stateOf(lab), await calicoOf(lab)], [untouched, calico]);

    const prober = watch(lab, doors);
    const began = Date.now();
    let kept: Kept[];
    let forced: Awaited<ReturnType<Lab['extip']>>;
    let ended: number;
    try {
      forced = await lab.extip(...command.split(' '), '--force', 'lock-out');
      ended = Date.now();
      const asBefore = async () => assert.equal(await calicoOf(lab), calico);
      await waitFor('the objects to be as before', asBefore, UNDO_SECONDS);
      await waitFor('access', () => mustBeOpen(lab, doors), UNDO_SECONDS);
    } finally {
      kept = await prober.stop();
    }
    const { exitCode, stderr } = forced;
    assert.ok(exitCode === 1 || exitCode === 5, stderr);
    const lost = kept.filter((one) => one.lost.length > 0);
    assert.deepEqual(lost.map((one) => one.what).sort(), [...shut].sort());
    const times = lost.flatMap((one) => one.lost.map(([at]) => at));
    const why = stderr.split('\n').find((line) => line.startsWith('error: '));
    const lines = [
      `${what}: refused (7, lock-out)`,
      `forced: ${shut.join(', ')} shut from ${Math.min(...times)} s to ${Math.max(...times)} s`,
      `exit ${exitCode} after ${Math.round((ended - began) / 1000)} s: ${why}`,
    ];
    console.log(lines.join('\n  '));
    await on(lab, 'operator', `extip release ${service} ${ip} -y --lock-timeout 120`);
    assert.deepEqual([await stateOf(lab), await calicoOf(lab)], [untouched, calico]);
  } finally {
    await applyObjects(lab, 'delete', objects);
  }
}

/** Creates or deletes Calico's objects as somebody else does. */
export async function applyObjects(
  lab: Lab,
  verb: 'create' | 'delete',
  items: readonly object[],
): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const kubectl = ['kubectl', verb, '-f', '-'];
  const { exitCode, stderr } = await lab.exec('operator', kubectl, { input });
  assert.equal(exitCode, 0, stderr);
}

async function mustBeOpen(lab: Lab, doors: readonly Watched[]): Promise<void> {
  for (const { from, ip, port } of doors)
    await on(lab, from, `timeout 1 bash -c '</dev/tcp/${ip}/${port}'`);
}
