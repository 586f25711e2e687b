import { type Datatype, type Interval, intervalOf } from './datatypes.ts';
import type { Element, Expression } from './syntax.ts';

/** An element with its key as numbers, a part for each of a concatenation. */
export interface IndexedElement {
  element: Element;
  key: readonly Interval[];
}

/**
 * The elements of one set or map, found by key in constant time where they are single values; those
 * with intervals are found by their other parts first. Built once, when the set is first asked.
 */
export class SetIndex {
  /** All that are understood, in the listing's order. */
  readonly elements: readonly IndexedElement[];
  /** Some element is not: that a key is not found proves nothing. */
  readonly incomplete: boolean;
  /** The element `*`. */
  readonly catchAll: Element | null;
  // By which parts are single values (a bit each), then by those values.
  readonly #byShape = new Map<number, Map<string, IndexedElement[]>>();

  constructor(elements: readonly Element[], types: readonly Datatype[]) {
    const named = elements.filter((element) => !isCatchAll(element.key));
    const indexed = named.flatMap((element) => {
      const key = keyOf(element.key, types);
      return key ? [{ element, key }] : [];
    });
    this.catchAll = elements.find((element) => isCatchAll(element.key)) ?? null;
    this.elements = indexed;
    this.incomplete = this.elements.length < named.length;
    for (const one of this.elements) this.#add(one);
    for (const [shape, buckets] of this.#byShape) {
      if (shape === 0) for (const bucket of buckets.values()) bucket.sort(byFirst);
    }
  }

  /** The element that holds this key, as the kernel finds it; null: there is none. */
  find(values: readonly bigint[]): Element | null {
    for (const [shape, buckets] of this.#byShape) {
      const bucket = buckets.get(exactKey(values, shape));
      const found =
        bucket && (values.length === 1 && shape === 0 ? nearest(bucket, values[0] ?? 0n) : bucket);
      const hit = found?.find(({ key }) => key.every((part, i) => holds(part, values[i] ?? -1n)));
      if (hit) return hit.element;
    }
    return this.catchAll;
  }

  #add(one: IndexedElement): void {
    const shape = one.key.reduce(
      (bits, { first, last }, i) => (first === last ? bits | (1 << i) : bits),
      0,
    );
    const buckets = this.#byShape.get(shape) ?? new Map<string, IndexedElement[]>();
    this.#byShape.set(shape, buckets);
    const exact = exactKey(
      one.key.map(({ first }) => first),
      shape,
    );
    const bucket = buckets.get(exact);
    if (bucket) bucket.push(one);
    else buckets.set(exact, [one]);
  }
}

function exactKey(values: readonly bigint[], shape: number): string {
  return values.map((value, i) => (shape & (1 << i) ? value.toString(36) : '')).join('.');
}

function holds({ first, last }: Interval, value: bigint): boolean {
  return value >= first && value <= last;
}

function isCatchAll(key: Expression): boolean {
  return key.kind === 'literal' && key.text === '*';
}

function byFirst(a: IndexedElement, b: IndexedElement): number {
  const [left, right] = [a.key[0]?.first ?? 0n, b.key[0]?.first ?? 0n];
  return left < right ? -1 : left > right ? 1 : 0;
}

// Intervals of one set do not overlap (nft refuses them), so only the last one that begins before
// the value can hold it.
function nearest(sorted: readonly IndexedElement[], value: bigint): IndexedElement[] {
  let [low, high] = [0, sorted.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key[0]?.first ?? 0n) <= value) low = middle;
    else high = middle;
  }
  const one = sorted[low];
  return one ? [one] : [];
}

function keyOf(key: Expression, types: readonly Datatype[]): Interval[] | null {
  const parts = key.kind === 'concat' ? key.parts : [key];
  if (parts.length !== types.length) return null;
  const intervals = parts.map((part, i) => intervalOf(part, types[i] ?? 'integer'));
  return intervals.every((interval) => interval !== null) ? intervals : null;
}
