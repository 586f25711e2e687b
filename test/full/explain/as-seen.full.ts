/**
 * The matrix: what explain says of a Service is what every asker sees, by situation; the same answers come
 * from snapshots when the lab is gone.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Ground, groundOfS1, groundOfS2 } from '../../commands/explain-matrix/ground.ts';
import { namePods, play } from '../../commands/explain-matrix/play.ts';
import { situationsOfS1 } from '../../commands/explain-matrix/s1.ts';
import { situationsOfS2 } from '../../commands/explain-matrix/s2.ts';
import type { Situation } from '../../commands/explain-matrix/situation.ts';
import { Snapshots } from '../../commands/explain-matrix/snapshots.ts';
import { countRight, matrix, type Row } from '../../commands/explain-matrix/table.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const skip = await skipWithoutLab();

interface Play {
  title: string;
  ground: Ground;
  situations: Situation[];
}

const s2 = async (title: string, scenario: string, six: boolean): Promise<Play> => {
  const ground = await groundOfS2(scenario, { six });
  return { title, ground, situations: situationsOfS2(ground) };
};
const s1 = await groundOfS1();

/** By scenario; those of one are played in one lab. */
const PLAYS: Record<string, Play[]> = {
  s1: [{ title: 's1', ground: s1, situations: situationsOfS1(s1) }],
  s2: [await s2('s2', 's2', false)],
  's2-dual': [await s2('s2-dual IPv6', 's2-dual', true)],
  's2-nft': [await s2('s2-nft IPv4', 's2-nft', false), await s2('s2-nft IPv6', 's2-nft', true)],
};

for (const [scenario, plays] of Object.entries(PLAYS)) {
  describe(`extip explain in ${scenario}`, { skip }, () => {
    let lab: Lab;
    let snapshots: Snapshots;
    before(async () => {
      snapshots = await Snapshots.open();
      lab = await startLab(scenario);
    });
    after(async () => {
      await lab?.down();
      await snapshots?.remove();
    });

    for (const { title, ground, situations } of plays) {
      describe(title, () => {
        const rows: Row[] = [];
        before(() => namePods(lab, ground));
        after(() => {
          console.log(matrix(title, rows, ground));
          const { right, all } = countRight(rows);
          console.log(`explain, ${title}: ${right} of ${all} flows as seen`);
        });

        for (const situation of situations) {
          const { what } = situation;
          it(what, async () => {
            const row: Row = { what, played: 'not played' };
            rows.push(row);
            row.played = await play(lab, ground, situation, (answers) =>
              snapshots.take(lab, what, answers),
            );
            for (const { host, expected, seen, said } of row.played) {
              assert.deepEqual([seen, said], [expected, expected], host);
            }
          });
        }
      });
    }

    it('says the same from snapshots, with the lab gone', async () => {
      await lab.down();
      const { same, all, wrong } = await snapshots.askAgain();
      console.log(`explain, ${scenario} from snapshots: ${same} of ${all} answers the same`);
      assert.deepEqual(wrong, []);
    });
  });
}
