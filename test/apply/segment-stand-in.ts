import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../src/apply/session.ts';

/**
 * Stands in for nodes k0 and k2 on a segment, where only matters who asks and how often: their
 * scripts run here with an `arping` that says what it is told to.
 */
export interface SegmentStandIn {
  session: Session;
  /** Which addresses somebody answers for, from now on. */
  answers(...ips: string[]): void;
  /** The addresses that were asked for since it was last looked at, each time. */
  asked(): string[];
  remove(): void;
}

export const MAC = '02:00:14:01:00:63';

const ARPING = `#!/bin/sh
for ip; do :; done
echo "$ip" >>"\${0%/*}/asked"
echo "Sent 2 probes"
if grep -qxF "$ip" "\${0%/*}/answers"; then echo "Unicast reply from $ip [${MAC}]"; fi`;

export function segmentStandIn(): SegmentStandIn {
  const folder = mkdtempSync(join(tmpdir(), 'extip-segment-'));
  const program = (name: string, text: string) => {
    writeFileSync(join(folder, name), `${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program('arping', ARPING);
  program('ip', '#!/bin/sh\necho "2: ens34: <BROADCAST,UP,LOWER_UP>"');
  // Root would have another PATH.
  program('sudo', '#!/bin/sh\nexit 1');
  const asked = join(folder, 'asked');
  const answers = (...ips: string[]) => writeFileSync(join(folder, 'answers'), ips.join('\n'));
  writeFileSync(asked, '');
  answers();
  const here = { command: ['env', `PATH=${folder}:${process.env.PATH}`] };
  const session = {
    reach: { ssh: {}, config: { k0: here, k2: here } },
    identity: {},
    run: { id: 'run-1', by: 'root@operator', at: '2026-03-01T10:00:00.000Z' },
  } as unknown as Session;
  return {
    session,
    answers,
    asked() {
      const lines = readFileSync(asked, 'utf8').split('\n').slice(0, -1);
      writeFileSync(asked, '');
      return lines;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
