/** What explain says of a Service is what every asker sees, in both modes of kube-proxy. */
import { after, before, describe, it } from 'node:test';
import { ASKED, SITUATIONS, sayWhatIsSeen } from '../../commands/explain-situations.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const skip = await skipWithoutLab();

for (const [mode, scenario] of [
  ['iptables', 's2'],
  ['nftables', 's2-nft'],
] as const) {
  describe(`extip explain svc in ${mode} mode`, { skip }, () => {
    let lab: Lab;
    let right = 0;
    before(async () => {
      lab = await startLab(scenario);
    });
    after(async () => {
      console.log(`explain, ${mode}: ${right} of ${SITUATIONS.length * ASKED} flows as seen`);
      await lab?.down();
    });

    for (const situation of SITUATIONS) {
      it(`says what every asker sees: ${situation.what}`, async () => {
        await sayWhatIsSeen(lab, situation);
        right += ASKED;
      });
    }
  });
}
