/** Choices that a seed decides. */
export class Random {
  #state: number;

  /** The same numbers give the same choices. */
  constructor(...seed: number[]) {
    this.#state = 0;
    for (const number of seed) {
      this.#state = (this.#state ^ number) >>> 0;
      this.#next();
      this.#state = Math.floor(this.#next() * 2 ** 32);
    }
  }

  /** From `first` to `last`, both included. */
  integer(first: number, last: number): number {
    return first + Math.floor(this.#next() * (last - first + 1));
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.integer(0, from.length - 1)] as T;
  }

  /** One or more of them, in their order. */
  some<T>(from: readonly T[]): T[] {
    const must = this.integer(0, from.length - 1);
    return from.filter((_, index) => index === must || this.chance(0.3));
  }

  list<T>(length: number, make: (index: number) => T): T[] {
    return Array.from({ length }, (_, index) => make(index));
  }

  /** Mulberry32: 32 bits of state are enough for test data. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
