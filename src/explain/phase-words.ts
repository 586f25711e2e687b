import { calicoChain } from '../net/calico/describe-chain.ts';
import { knownChain } from '../net/kube-proxy/known-chain.ts';
import type { Chain, Rule, Table } from '../net/netfilter/rules.ts';
import type { Phase } from '../net/netfilter/walk/result.ts';
import { calicoPurpose, calicoWords } from './words/calico.ts';
import type { KnownChain, KnownPhase } from './words/known-phase.ts';
import { kubeProxyPurpose, kubeProxyWords } from './words/kube-proxy.ts';
import { plainWords } from './words/plain.ts';

/**
 * Tells what the phases of a walk are for. They are to be told in the order of the walk: whose a
 * chain is may depend on who called it.
 */
export class PhaseWords {
  readonly #chains = new Map<Table, Map<string, KnownChain>>();
  readonly #tables: readonly Table[];
  #acceptMark: number | null = null;

  constructor(tables: readonly Table[]) {
    this.#tables = tables;
  }

  /** What the rule of this phase is for, or what the kernel does. */
  tell(phase: Phase): string {
    const { table, chain, action, effect, rule } = phase;
    if (!table || !chain) return plainWords(phase);
    const own = this.#know(table, chain, null, null);
    const leadsOn = action === 'jump' || action === 'goto';
    const next = leadsOn && effect !== null ? table.chain(effect) : undefined;
    const target = next ? this.#know(table, next, rule, own) : null;
    const known = { phase, target };
    // The kernel's own words suffice for what no rule does.
    const words = rule && this.#wordsOf(own, known);
    return words ?? target?.purpose ?? plainWords(phase);
  }

  #wordsOf({ kubeProxy, calico }: KnownChain, known: KnownPhase): string | null {
    const { action } = known.phase;
    if (action === 'balance' || action === 'unknown') return null;
    if (kubeProxy) return kubeProxyWords(kubeProxy, known);
    if (!calico) return null;
    // To look for a chain that is not there costs a pass over a large dump.
    this.#acceptMark ??= findAcceptMark(this.#tables);
    return calicoWords(calico, known, this.#acceptMark);
  }

  #know(table: Table, chain: Chain, caller: Rule | null, before: KnownChain | null): KnownChain {
    const chains = this.#chains.get(table) ?? new Map<string, KnownChain>();
    this.#chains.set(table, chains);
    const found = chains.get(chain.name);
    if (found) return found;
    const service = before?.kubeProxy?.service ?? null;
    const kubeProxy = knownChain(table, chain, { caller, service });
    const calico = kubeProxy ? null : calicoChain(chain);
    const purpose = kubeProxy
      ? kubeProxyPurpose(kubeProxy, table.name)
      : calico && calicoPurpose(calico);
    const known = { kubeProxy, calico, purpose };
    chains.set(chain.name, known);
    return known;
  }
}

/** Calico's marks are allocated from a mask: what its first chain accepts says which they are. */
function findAcceptMark(tables: readonly Table[]): number | null {
  for (const table of tables) {
    for (const name of [
      'cali-PREROUTING',
      `${table.name}-cali-PREROUTING`,
      'mangle-cali-PREROUTING',
    ]) {
      const chain = table.chain(name);
      for (let i = 0; chain && i < chain.size; i++) {
        const { text } = chain.rule(i);
        const [, value] =
          /-m mark --mark (0x[1-9a-f][0-9a-f]*)\/\1 -j ACCEPT/.exec(text) ??
          /meta mark & (0x[0-9a-f]+) == \1 .*\baccept\b/.exec(text) ??
          [];
        if (value !== undefined) return Number(value);
      }
    }
  }
  return null;
}
