import type { Problem } from '../problem.ts';
import type { BaseChain, Chain, Table } from '../rules.ts';
import { BUILT_IN, builtInChain } from './built-in-chains.ts';
import { DumpChain } from './chain.ts';
import type { ChainIndex } from './chain-index.ts';
import type { RuleContext } from './model.ts';
import type { RuleSource } from './rule-source.ts';

export interface TableHead {
  name: string;
  family: Table['family'] & ('ip' | 'ip6');
  variant: 'iptables-nft' | 'iptables-legacy';
}

/** A table of a dump. */
export class DumpTable implements Table {
  readonly name: string;
  readonly family: 'ip' | 'ip6';
  readonly variant: TableHead['variant'];
  readonly baseChains: readonly BaseChain[];
  readonly #source: RuleSource;
  readonly #index: ChainIndex;
  readonly #chains = new Map<string, DumpChain>();

  constructor({ name, family, variant }: TableHead, source: RuleSource, index: ChainIndex) {
    this.name = name;
    this.family = family;
    this.variant = variant;
    this.#source = source;
    this.#index = index;
    this.baseChains = [...BUILT_IN].flatMap((chain) => {
      const place = index.findAdded(chain);
      if (place === undefined) return [];
      return builtInChain(name, chain, index.policyOf(place) ?? 'accept') ?? [];
    });
  }

  chain(name: string): Chain | undefined {
    const known = this.#chains.get(name);
    if (known) return known;
    const place = this.#index.find(name);
    if (place === undefined) return undefined;
    const chain = this.#make(name, place);
    this.#chains.set(name, chain);
    return chain;
  }

  /** What iptables-restore would refuse of the table's rules. */
  problems(): Problem[] {
    return this.#index.names().flatMap((name, place) => this.#make(name, place).problems());
  }

  #make(name: string, place: number): DumpChain {
    const family = this.family === 'ip' ? 4 : 6;
    const filledSets = () => this.#source.filledSets;
    const context: RuleContext = { family, chain: name, filledSets };
    return new DumpChain(this.#source, this.#index.runsOf(place), context);
  }
}
