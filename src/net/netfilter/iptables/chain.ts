import type { Packet } from '../packet.ts';
import type { Chain, Rule } from '../rules.ts';
import { mayHaveDestination } from './literal-destination.ts';
import type { RuleContext } from './model.ts';
import type { RuleSource } from './rule-source.ts';

/** A chain of a dump, whose rules are read one by one when a walk comes to them. */
export class DumpChain implements Chain {
  readonly name: string;
  readonly size: number;
  readonly #source: RuleSource;
  /** First rule and number of rules in the source, again and again. */
  readonly #runs: readonly number[];
  readonly #context: RuleContext;
  readonly #read = new Map<number, Rule>();

  constructor(source: RuleSource, runs: readonly number[], context: RuleContext) {
    this.name = context.chain;
    this.#source = source;
    this.#runs = runs;
    this.#context = context;
    this.size = runs.reduce((sum, value, at) => (at % 2 === 1 ? sum + value : sum), 0);
  }

  rule(index: number): Rule {
    const known = this.#read.get(index);
    if (known) return known;
    const { rule, problems } = this.#source.read(this.#numberOf(index), this.#context);
    this.#read.set(index, rule);
    this.#source.problems.push(...problems);
    return rule;
  }

  textOf(index: number): string {
    return this.#source.textOf(this.#numberOf(index));
  }

  nextCandidate(index: number, packet: Pick<Packet, 'destination'>): number {
    for (let next = index; next < this.size; next++) {
      const start = this.#source.startOf(this.#numberOf(next));
      if (mayHaveDestination(this.#source.bytes, start, packet.destination)) return next;
    }
    return this.size;
  }

  /** What iptables-restore would refuse of the chain's rules; keeps none of them. */
  problems() {
    const indexes = Array.from({ length: this.size }, (_, index) => index);
    return indexes.flatMap(
      (index) => this.#source.read(this.#numberOf(index), this.#context).problems,
    );
  }

  #numberOf(index: number): number {
    let left = index;
    for (let at = 0; at < this.#runs.length; at += 2) {
      const count = this.#runs[at + 1] ?? 0;
      if (left < count) return (this.#runs[at] ?? 0) + left;
      left -= count;
    }
    throw new RangeError(`the chain ${this.name} has no rule ${index}`);
  }
}
