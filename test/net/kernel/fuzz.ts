import { release } from 'node:os';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import { type Case, leanText } from './case.ts';
import { describe } from './compare.ts';
import { generateCase } from './generate/case.ts';
import { makeGround } from './ground.ts';
import { judge } from './judge.ts';
import { readNodeFacts } from './node-facts.ts';
import { Player, RefusedRules } from './play.ts';
import { calmValue, shrink } from './shrink.ts';

export interface FuzzOptions {
  seed: number;
  /** Which cases of the seed. */
  numbers: readonly number[];
  say: (text: string) => void;
}

/** Packets have done what they do within microseconds; a busy machine is late now and then. */
const QUIET_MS = 3;
const PATIENT_MS = 200;

/**
 * Plays cases and compares each with its walks. Says what disagrees, in its smallest form, and at the
 * end how many agree.
 */
export async function fuzz({ seed, numbers, say }: FuzzOptions) {
  await using ground = await makeGround();
  const facts = await readNodeFacts(ground);
  const player = new Player(ground);
  let [disagreements, packets, refused] = [0, 0, 0];
  for (const number of numbers) {
    const played = generateCase(seed, number);
    packets += played.probes.length;
    try {
      const found = await playAndJudge(player, played, facts);
      if (!found) continue;
      disagreements++;
      const least = await shrink(played, (each) => playAndJudge(player, each, facts));
      say(report(seed, number, least, (await playAndJudge(player, least, facts)) ?? found));
    } catch (error) {
      if (!(error instanceof RefusedRules)) throw error;
      refused++;
      say(`case ${number} of seed ${seed} does not load: ${error.message}`);
    }
  }
  const good = numbers.length - disagreements - refused;
  say(
    `kernel: ${good} of ${numbers.length} cases agree (${packets} packets, seed ${seed}, kernel ${release()})`,
  );
  return { disagreements: disagreements + refused, packets };
}

/** A case that disagrees is played once more, with patience. */
async function playAndJudge(
  player: Player,
  played: Case,
  facts: NodeNetwork,
): Promise<string | null> {
  const found = judge(played, await player.play(played, QUIET_MS), facts);
  return found && judge(played, await player.play(played, PATIENT_MS), facts);
}

function report(seed: number, number: number, least: Case, found: string): string {
  const settings = Object.entries(least.sysctls).filter(
    ([path, value]) => value !== calmValue(path),
  );
  return [
    `case ${number} disagrees (--seed ${seed} --only ${number}), IPv${least.family}, ${least.dialect}:`,
    ...settings.map(([path, value]) => `${path}=${value}`),
    leanText(least),
    ...least.probes.map(describe),
    found,
    '',
  ].join('\n');
}
