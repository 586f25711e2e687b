import { setTimeout as sleep } from 'node:timers/promises';
import { type GuardedPlace, isGuardIn } from './guard-rules.ts';
import { lastLine } from './plain-line.ts';
import type { Reach } from './reach.ts';
import { type RunOptions, runScript, type ScriptRun } from './run-script.ts';
import type { Script } from './script.ts';

/** Calico's agent writes what has changed within a second or so, on a busy node later. */
const WAIT_SECONDS = 30;

/**
 * Waits until the guard of the address, as it is wanted now, is in the node's kernel, at the interface; why it
 * is not, null: it is. Until then nothing that is tried there says anything of it.
 */
export async function whyNotGuarded(
  reach: Reach,
  place: GuardedPlace,
  { waitSeconds = WAIT_SECONDS, ...options }: RunOptions & { waitSeconds?: number } = {},
): Promise<string | null> {
  const deadline = performance.now() + waitSeconds * 1000;
  for (;;) {
    const run = await runScript(reach, guardScript(place), { timeoutSeconds: 120, ...options });
    const why = whyUnread(run);
    if (why !== null) return why;
    const isThere = [...run.sections.values()].some(({ stdout }) => isGuardIn(stdout, place));
    if (isThere) return null;
    if (performance.now() > deadline) {
      return `Calico's agent has not written it within ${waitSeconds} s: is calico-node running there?`;
    }
    await sleep(1000);
  }
}

/**
 * Both variants of iptables are read, whole: to ask a table by its name would create it; and the table of the
 * agent's own nftables mode (Calico 3.29 on).
 */
function guardScript({ ip: { family } }: GuardedPlace): Script {
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const body = `saved() {
  bounded 60 "$1" | sed -n '/^\\*mangle/,/^COMMIT/p' | grep '^-A cali-'
}
if command -v ${tool}-nft-save >/dev/null 2>&1; then nft_save=${tool}-nft-save; else nft_save=${tool}-save; fi
section "$nft_save" saved "$nft_save"
if command -v ${tool}-legacy-save >/dev/null 2>&1; then
  section ${tool}-legacy-save saved ${tool}-legacy-save
fi
if command -v nft >/dev/null 2>&1; then
  section nft bounded 60 nft list table ${family === 4 ? 'ip' : 'ip6'} calico
fi`;
  return { privilege: 'require', body };
}

function whyUnread({ status, message, sections }: ScriptRun): string | null {
  if (status === 'ok') return null;
  const said = [...sections.values()].map(({ stderr }) => lastLine(stderr)).find(Boolean);
  return message ?? said ?? status;
}
