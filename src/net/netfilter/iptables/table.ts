import type { Problem } from '../problem.ts';
import type { BaseChain, Chain, Table } from '../rules.ts';
import { builtInChain } from './built-in-chains.ts';
import { DumpChain } from './chain.ts';
import type { ChainPlace } from './line-index.ts';
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
  readonly #places: ReadonlyMap<string, ChainPlace>;
  readonly #chains = new Map<string, DumpChain>();

  constructor(
    { name, family, variant }: TableHead,
    source: RuleSource,
    places: ReadonlyMap<string, ChainPlace>,
  ) {
    this.name = name;
    this.family = family;
    this.variant = variant;
    this.#source = source;
    this.#places = places;
    this.baseChains = [...places].flatMap(
      ([chain, { policy }]) => builtInChain(name, chain, policy ?? 'accept') ?? [],
    );
  }

  chain(name: string): Chain | undefined {
    const place = this.#places.get(name);
    if (!place) return undefined;
    const chain = this.#chains.get(name) ?? this.#make(name, place);
    this.#chains.set(name, chain);
    return chain;
  }

  /** What iptables-restore would refuse of the table's rules. */
  problems(): Problem[] {
    return [...this.#places].flatMap(([name, place]) => this.#make(name, place).problems());
  }

  #make(name: string, { runs }: ChainPlace): DumpChain {
    const family = this.family === 'ip' ? 4 : 6;
    return new DumpChain(this.#source, runs, { family, table: this.name, chain: name });
  }
}
