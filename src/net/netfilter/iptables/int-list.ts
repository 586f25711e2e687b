/** A growing list of 32-bit integers, at four bytes each and with nothing for a collector to visit. */
export class IntList {
  #values: Int32Array;
  length = 0;

  constructor(capacity: number) {
    this.#values = new Int32Array(Math.max(capacity, 16));
  }

  /** 0 where there is none. */
  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  /** Returns where the value stands. */
  push(value: number): number {
    if (this.length === this.#values.length) this.#grow();
    this.#values[this.length] = value;
    return this.length++;
  }

  #grow(): void {
    const grown = new Int32Array(this.#values.length * 2);
    grown.set(this.#values);
    this.#values = grown;
  }
}
