/** What explain says of a Service is what every asker sees, with kube-proxy in nftables mode. */
import { after, before, describe, it } from 'node:test';
import { SITUATIONS, sayWhatIsSeen } from '../../commands/explain-situations.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

describe('extip explain svc in nftables mode', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2-nft');
  });
  after(() => lab?.down());

  for (const situation of SITUATIONS) {
    it(`says what every asker sees: ${situation.what}`, () => sayWhatIsSeen(lab, situation));
  }
});
