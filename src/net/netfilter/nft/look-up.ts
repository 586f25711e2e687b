import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import { matches } from '../questions.ts';
import type { Datatype, Interval } from './datatypes.ts';
import { passes } from './match-number.ts';
import { printStatement } from './print.ts';
import { type Part, type Read, readAll, reader } from './read-expression.ts';
import { fork, known, type Outcome, then, type Uniform } from './reading.ts';
import { typeOf } from './selector-types.ts';
import { type IndexedElement, SetIndex } from './set-index.ts';
import type { Element, Expression, NftSet } from './syntax.ts';

/** The sets of a table, each indexed once for each way in which rules ask it. */
export class Sets {
  readonly #sets: ReadonlyMap<string, NftSet>;
  readonly #indexes = new Map<string, SetIndex>();

  constructor(sets: ReadonlyMap<string, NftSet>) {
    this.#sets = sets;
  }

  /** The set or map that a rule names or holds; null: the table has none of that name. */
  resolve(
    data: Expression,
    types: readonly Datatype[],
  ): { index: SetIndex; dynamic: boolean } | null {
    if (data.kind === 'elements')
      return { index: new SetIndex(data.elements, types), dynamic: false };
    const set = data.kind === 'set' ? this.#sets.get(data.name) : undefined;
    if (!set) return null;
    const name = `${set.name} ${types.join(' ')}`;
    const index = this.#indexes.get(name) ?? new SetIndex(set.elements(), types);
    this.#indexes.set(name, index);
    return { index, dynamic: set.dynamic };
  }
}

/** What was found under a key: null where there is nothing. `unknown`: there may be something. */
export type Found = Element | 'unknown' | null;

/** Looks up in a set or map what a packet says of `key`. */
export type LookUp = (packet: Packet, node: NodeNetwork) => Outcome<Found>;

/** `text`: the statement, for what has to be asked. The set is indexed when it is first needed. */
export function lookUp(key: Expression, data: Expression, sets: Sets, text: string): LookUp {
  const parts = key.kind === 'concat' ? key.parts : [key];
  const reads: Read[] = parts.map(reader);
  const types = parts.map(typeOf);
  let resolved: ReturnType<Sets['resolve']> | undefined;
  return (packet, node) => {
    resolved ??= sets.resolve(data, types);
    if (!resolved) return unknownFound(text);
    const { index, dynamic } = resolved;
    const open = dynamic || index.incomplete;
    return then(readAll(reads, packet, node), (found) => {
      const element = find({ index, parts, text }, found);
      return open ? then(element, (one) => (one ? value(one) : unknownFound(text))) : element;
    });
  };
}

/** What is looked up in what; `text` is the statement. */
interface Query {
  index: SetIndex;
  parts: readonly Expression[];
  text: string;
}

function find(query: Query, read: readonly Part[]): Outcome<Found> {
  const { index } = query;
  const [only] = read;
  if (read.length === 1 && only?.kind === 'uniform') return balance(index, only);
  const values = read.map((part) => (part.kind === 'value' ? part.value : null));
  if (values.every((one) => one !== null)) return value(index.find(values));
  const candidates = index.elements.filter(({ key }) =>
    key.every((interval, i) => mayHold(interval, read[i])),
  );
  return chooseAmong(candidates, query, read);
}

function mayHold({ first, last }: Interval, part: Part | undefined): boolean {
  if (part?.kind === 'value') return part.value >= first && part.value <= last;
  return part?.kind !== 'unknown' || part.is?.(first, last) !== false;
}

// One question after the other: is it this element? Where all give the same (a set), one will do.
function chooseAmong(
  candidates: readonly IndexedElement[],
  query: Query,
  read: readonly Part[],
): Outcome<Found> {
  const { catchAll } = query.index;
  const [first, ...rest] = candidates;
  if (!first) return value(catchAll);
  if (rest.length > 0 && candidates.every(({ element }) => element.data === null)) {
    return fork(matches(query.text), value(first.element), value(catchAll));
  }
  const hits = first.key.reduce<Outcome<bigint>>((outcome, interval, i) => {
    const part = read[i];
    if (!part || part.kind === 'value') return outcome;
    const test = { interval, bits: false };
    const text = comparison(query.parts[i], first.element.key, i);
    return then(outcome, (yes) => (yes === 1n ? passes(part, test, text) : known(0n)));
  }, known(1n));
  return then(hits, (yes) => (yes === 1n ? value(first.element) : chooseAmong(rest, query, read)));
}

// One part of a key and of an element as the match that they would be on their own.
function comparison(left: Expression | undefined, key: Expression, i: number): string {
  const right = key.kind === 'concat' ? key.parts[i] : key;
  if (!left || !right) return '';
  return printStatement({ kind: 'match', operator: '==', left, right });
}

// `numgen random mod 3 vmap { 0 : …, 1 : …, 2 : … }`: each element has its part of the numbers.
function balance(index: SetIndex, { first, count }: Uniform): Outcome<Found> {
  const end = first + count - 1n;
  const hits = index.elements.flatMap(({ element, key }) => {
    const [interval] = key;
    if (!interval) return [];
    const from = interval.first > first ? interval.first : first;
    const to = interval.last < end ? interval.last : end;
    return to < from ? [] : [{ element, numbers: to - from + 1n }];
  });
  const rest = count - hits.reduce((sum, { numbers }) => sum + numbers, 0n);
  const [only] = hits;
  if (only && hits.length === 1 && rest === 0n) return value(only.element);
  const branches = hits.map(({ element, numbers }, i) => ({
    answer: String(i),
    share: Number(numbers) / Number(count),
    gives: value(element),
  }));
  if (rest > 0n) {
    branches.push({
      answer: 'other',
      share: Number(rest) / Number(count),
      gives: value(index.catchAll),
    });
  }
  return { kind: 'fork', question: null, branches };
}

function unknownFound(text: string): Outcome<Found> {
  return fork(matches(text), value('unknown'), value(null));
}

function value(found: Found): { kind: 'value'; value: Found } {
  return { kind: 'value', value: found };
}
