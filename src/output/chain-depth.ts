import type { PhaseRecord } from '../explain/explanation.ts';

/** The chains that a packet is in, the base chain first; their number is how deep it is. */
export type Chains = readonly string[];

/** The chains at a phase, of a packet that was in these before. */
export function chainsAt(phase: PhaseRecord, chains: Chains): Chains {
  const key = chainKey(phase, phase.chain);
  const at = chains.lastIndexOf(key);
  return at < 0 ? [key] : chains.slice(0, at + 1);
}

/** The chains behind a phase that it has come to in these. */
export function chainsBehind(phase: PhaseRecord, chains: Chains): Chains {
  const { action, effect } = phase;
  return action === 'jump' || action === 'goto' ? [...chains, chainKey(phase, effect)] : chains;
}

function chainKey({ hook, table }: PhaseRecord, chain: string | null): string {
  return `${hook} ${table} ${chain}`;
}
