const LARGEST_FILL = 0.5;
/** A guess that spares large dumps the growing: a chain of kube-proxy's takes 400 bytes or more. */
const BYTES_A_CHAIN = 128;

/**
 * The chains of a section by the bytes of their names: a hash table of numbers, because a dump of
 * 100,000 Services has 300,000 chains and a walk looks at ten of them.
 */
export class ChainIndex {
  readonly #bytes: Buffer;
  /** A chain's number from 1, by its name's hash; 0: free. */
  #slots: Int32Array;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #policies = new Map<number, 'accept' | 'drop'>();
  readonly #declared = new Set<number>();
  readonly #firstRule: number[] = [];
  readonly #ruleCount: number[] = [];
  /** Of chains whose rules do not all follow one another. */
  readonly #laterRuns = new Map<number, number[]>();

  /** `from`: where the section begins. */
  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes;
    const chains = (bytes.length - from) / BYTES_A_CHAIN;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(1024 + chains)));
  }

  get size(): number {
    return this.#from.length;
  }

  nameOf(chain: number): string {
    return this.#bytes.toString('utf8', this.#from[chain], this.#to[chain]);
  }

  names(): string[] {
    return this.#from.map((_, chain) => this.nameOf(chain));
  }

  policyOf(chain: number): 'accept' | 'drop' | null {
    return this.#policies.get(chain) ?? null;
  }

  isDeclared(chain: number): boolean {
    return this.#declared.has(chain);
  }

  /** First rule and number of rules, again and again; mostly one run. */
  runsOf(chain: number): number[] {
    const [first = 0, count = 0] = [this.#firstRule[chain], this.#ruleCount[chain]];
    return count === 0 ? [] : [first, count, ...(this.#laterRuns.get(chain) ?? [])];
  }

  /** undefined: no chain of this name. */
  find(name: string): number | undefined {
    const bytes = Buffer.from(name);
    const slot = this.#slotOf(bytes, 0, bytes.length);
    return (this.#slots[slot] ?? 0) > 0 ? (this.#slots[slot] ?? 0) - 1 : undefined;
  }

  /** The chain whose name stands at these bytes, which is added if need be. */
  at(from: number, to: number): number {
    const slot = this.#slotOf(this.#bytes, from, to);
    const known = this.#slots[slot] ?? 0;
    return known > 0 ? known - 1 : this.#add(slot, from, to);
  }

  declare(chain: number, policy: 'accept' | 'drop' | null): void {
    this.#declared.add(chain);
    if (policy) this.#policies.set(chain, policy);
  }

  addRules(chain: number, first: number, count: number): void {
    const before = this.#ruleCount[chain] ?? 0;
    if (before === 0) this.#firstRule[chain] = first;
    if (before === 0 || (this.#firstRule[chain] ?? 0) + before === first) {
      this.#ruleCount[chain] = before + count;
    } else this.#addRun(chain, first, count);
  }

  /** Adds chains of the same dump, whose rules come first. */
  prepend(before: ChainIndex): void {
    for (const [number, from] of before.#from.entries()) {
      const chain = this.at(from, before.#to[number] ?? from);
      const after = this.runsOf(chain);
      this.#ruleCount[chain] = 0;
      this.#laterRuns.delete(chain);
      const runs = [...before.runsOf(number), ...after];
      for (let at = 0; at < runs.length; at += 2) {
        this.addRules(chain, runs[at] ?? 0, runs[at + 1] ?? 0);
      }
      const policy = this.policyOf(chain) ?? before.policyOf(number);
      if (before.isDeclared(number)) this.declare(chain, policy);
    }
  }

  #addRun(chain: number, first: number, count: number): void {
    const runs = this.#laterRuns.get(chain) ?? [];
    const last = runs.length - 2;
    const follows = last >= 0 && (runs[last] ?? 0) + (runs[last + 1] ?? 0) === first;
    if (follows) runs[last + 1] = (runs[last + 1] ?? 0) + count;
    else runs.push(first, count);
    this.#laterRuns.set(chain, runs);
  }

  #add(slot: number, from: number, to: number): number {
    const chain = this.#from.push(from) - 1;
    this.#to.push(to);
    this.#firstRule.push(0);
    this.#ruleCount.push(0);
    this.#slots[slot] = chain + 1;
    if (this.size > this.#slots.length * LARGEST_FILL) this.#grow();
    return chain;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (const [chain, from] of this.#from.entries()) {
      this.#slots[this.#slotOf(this.#bytes, from, this.#to[chain] ?? from)] = chain + 1;
    }
  }

  /** Where a name is, or where it belongs: the first slot from its hash on that is its or free. */
  #slotOf(bytes: Buffer, from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(bytes, from, to) & mask;
    for (let found = this.#slots[slot] ?? 0; found > 0; found = this.#slots[slot] ?? 0) {
      if (this.#isAt(found - 1, bytes, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(chain: number, bytes: Buffer, from: number, to: number): boolean {
    const start = this.#from[chain] ?? 0;
    const length = to - from;
    if ((this.#to[chain] ?? 0) - start !== length) return false;
    for (let at = length - 1; at >= 0; at--) {
      if (this.#bytes[start + at] !== bytes[from + at]) return false;
    }
    return true;
  }
}

/** FNV-1a, 32 bits. */
function hash(bytes: Buffer, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let at = from; at < to; at++) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
  return value ^ (value >>> 15);
}
