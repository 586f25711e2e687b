import { IntList } from './int-list.ts';

const LARGEST_FILL = 0.5;
/** A guess that spares large dumps the growing: a chain of kube-proxy's takes 400 bytes or more. */
const BYTES_A_CHAIN = 128;

/**
 * The chains of a section by the bytes of their names: a hash table of numbers, because a dump of
 * 100,000 Services has 300,000 chains and a walk looks at ten of them. Declarations `:NAME - …` need
 * not be added: what has rules is added with them, and what has none is found in the bytes.
 */
export class ChainIndex {
  readonly #bytes: Buffer;
  /** A chain's number from 1, by its name's hash; 0: free. */
  #slots: Int32Array;
  readonly #from: IntList;
  readonly #to: IntList;
  readonly #hashes: IntList;
  readonly #policies = new Map<number, 'accept' | 'drop'>();
  readonly #declared = new Set<number>();
  readonly #firstRule: IntList;
  readonly #ruleCount: IntList;
  /** Of chains whose rules do not all follow one another. */
  readonly #laterRuns = new Map<number, number[]>();

  readonly #start: number;
  #end: number;

  /** `from`: where the section begins; `expected`: how many chains it may have. */
  constructor(bytes: Buffer, from: number, expected = (bytes.length - from) / BYTES_A_CHAIN) {
    this.#bytes = bytes;
    this.#start = from;
    this.#end = bytes.length;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(32 + expected)));
    const capacity = this.#slots.length * LARGEST_FILL;
    this.#from = new IntList(capacity);
    this.#to = new IntList(capacity);
    this.#hashes = new IntList(capacity);
    this.#firstRule = new IntList(capacity);
    this.#ruleCount = new IntList(capacity);
  }

  get size(): number {
    return this.#from.length;
  }

  nameOf(chain: number): string {
    return this.#bytes.toString('utf8', this.#from.at(chain), this.#to.at(chain));
  }

  /** Of the chains that were added. */
  names(): string[] {
    return Array.from({ length: this.size }, (_, chain) => this.nameOf(chain));
  }

  policyOf(chain: number): 'accept' | 'drop' | null {
    return this.#policies.get(chain) ?? null;
  }

  isDeclared(chain: number): boolean {
    return this.#declared.has(chain);
  }

  /** First rule and number of rules, again and again; mostly one run. */
  runsOf(chain: number): number[] {
    const count = this.#ruleCount.at(chain);
    if (count === 0) return [];
    return [this.#firstRule.at(chain), count, ...(this.#laterRuns.get(chain) ?? [])];
  }

  /** Where the section ends. */
  endAt(end: number): void {
    this.#end = end;
  }

  /** A chain that was added; undefined: none of this name. */
  findAdded(name: string): number | undefined {
    const bytes = Buffer.from(name);
    const slot = this.#slotOf(hash(bytes, 0, bytes.length), bytes, 0, bytes.length);
    const found = this.#slots[slot] ?? 0;
    return found > 0 ? found - 1 : undefined;
  }

  /** undefined: the section has no chain of this name. */
  find(name: string): number | undefined {
    return this.findAdded(name) ?? this.#findDeclared(name);
  }

  #findDeclared(name: string): number | undefined {
    const section = this.#bytes.subarray(this.#start, this.#end);
    const at = section.indexOf(`\n:${name} - `);
    if (at < 0) return undefined;
    const from = this.#start + at + '\n:'.length;
    return this.at(from, from + Buffer.byteLength(name));
  }

  /** The chain whose name stands at these bytes, which is added if need be. */
  at(from: number, to: number): number {
    const hashed = hash(this.#bytes, from, to);
    const slot = this.#slotOf(hashed, this.#bytes, from, to);
    const known = this.#slots[slot] ?? 0;
    return known > 0 ? known - 1 : this.#add(slot, hashed, from, to);
  }

  declare(chain: number, policy: 'accept' | 'drop' | null): void {
    this.#declared.add(chain);
    if (policy) this.#policies.set(chain, policy);
  }

  addRules(chain: number, first: number, count: number): void {
    const before = this.#ruleCount.at(chain);
    if (before === 0) this.#firstRule.set(chain, first);
    if (before === 0 || this.#firstRule.at(chain) + before === first) {
      this.#ruleCount.set(chain, before + count);
    } else this.#addRun(chain, first, count);
  }

  /** Adds chains of the same dump, whose rules come behind. */
  append(later: ChainIndex): void {
    for (let number = 0; number < later.size; number++) {
      const chain = this.at(later.#from.at(number), later.#to.at(number));
      const runs = later.runsOf(number);
      for (let at = 0; at < runs.length; at += 2) {
        this.addRules(chain, runs[at] ?? 0, runs[at + 1] ?? 0);
      }
      if (later.isDeclared(number)) this.declare(chain, later.policyOf(number));
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

  #add(slot: number, hashed: number, from: number, to: number): number {
    const chain = this.#from.push(from);
    this.#to.push(to);
    this.#hashes.push(hashed);
    this.#firstRule.push(0);
    this.#ruleCount.push(0);
    this.#slots[slot] = chain + 1;
    if (this.size > this.#slots.length * LARGEST_FILL) this.#grow();
    return chain;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (let chain = 0; chain < this.size; chain++) {
      const [from, to] = [this.#from.at(chain), this.#to.at(chain)];
      this.#slots[this.#slotOf(this.#hashes.at(chain), this.#bytes, from, to)] = chain + 1;
    }
  }

  /** Where a name is, or where it belongs: the first slot from its hash on that is its or free. */
  #slotOf(hashed: number, bytes: Buffer, from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashed & mask;
    for (let found = this.#slots[slot] ?? 0; found > 0; found = this.#slots[slot] ?? 0) {
      const chain = found - 1;
      if (this.#hashes.at(chain) === hashed && this.#isAt(chain, bytes, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(chain: number, bytes: Buffer, from: number, to: number): boolean {
    const own = this.#bytes;
    const start = this.#from.at(chain);
    const length = to - from;
    if (this.#to.at(chain) - start !== length) return false;
    for (let at = 0; at < length; at++) {
      if (own[start + at] !== bytes[from + at]) return false;
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
