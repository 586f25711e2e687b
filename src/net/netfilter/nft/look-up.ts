import { memberOf } from '../changes.ts';
import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import { anew } from '../questions.ts';
import type { Question } from '../rules.ts';
import type { Datatype, Interval } from './datatypes.ts';
import { passes } from './match-number.ts';
import { printStatement } from './print.ts';
import { questionsOf } from './questions-of.ts';
import { type Part, type Read, readAll, reader } from './read-expression.ts';
import { fork, known, NONE, type Outcome, then, type Uniform } from './reading.ts';
import { typeOf } from './selector-types.ts';
import { type IndexedElement, SetIndex } from './set-index.ts';
import type { Element, Expression, NftSet, NftTable } from './syntax.ts';

/** The sets of a table, each indexed once for each way in which rules ask it. */
export class Sets {
  readonly #table: NftTable;
  readonly #indexes = new Map<string, SetIndex>();

  constructor(table: NftTable) {
    this.#table = table;
  }

  /** The set or map that a rule names or holds; null: the table has none of that name. */
  resolve(data: Expression, types: readonly Datatype[]): Resolved | null {
    if (data.kind === 'elements') {
      const index = new SetIndex(data.elements, types);
      return { index, dynamic: false, rated: false, list: null };
    }
    const set = data.kind === 'set' ? this.#table.sets.get(data.name) : undefined;
    if (!set) return null;
    const name = `${set.name} ${types.join(' ')}`;
    const index = this.#indexes.get(name) ?? new SetIndex(set.elements(), types);
    this.#indexes.set(name, index);
    return { index, dynamic: set.dynamic, rated: set.rated, list: this.listOf(set.name) };
  }

  /** What a packet's changes know the set by. */
  listOf(name: string): string {
    return `nft ${this.#table.family} ${this.#table.name} ${name}`;
  }

  isRated(name: string): boolean {
    return this.#table.sets.get(name)?.rated ?? false;
  }
}

interface Resolved extends Pick<NftSet, 'dynamic' | 'rated'> {
  index: SetIndex;
  /** null: a set that the rule itself holds, and none changes. */
  list: string | null;
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
  const questions = questionsOf(key);
  let resolved: ReturnType<Sets['resolve']> | undefined;
  return (packet, node) => {
    const statement = questions(packet);
    resolved ??= sets.resolve(data, types);
    if (!resolved) return unknownFound(statement(text));
    const { index, dynamic, rated, list } = resolved;
    return then(readAll(reads, packet, node), (read) => {
      const listed = find({ index, parts, text, statement }, read);
      const now = list === null ? undefined : memberOf(packet, list, elementOf(read));
      const found = changed(listed, now, index, () => {
        if (!dynamic && !index.incomplete) return value(null);
        return unknownFound(now === null ? anew(statement(text)) : statement(text));
      });
      if (!rated) return found;
      // Whatever it has of a limit says whether it is found (nft_lookup_eval, kernel 6.18).
      return then(found, (one) =>
        one ? fork(anew(statement(text)), value(one), NONE) : value(one),
      );
    });
  };
}

/** The element that a packet's own way may have entered or taken out; null: not known which. */
export function elementOf(read: readonly Part[]): string | null {
  const values = read.map((part) => (part.kind === 'value' ? part.value : null));
  return values.includes(null) ? null : values.join(' ');
}

function changed(
  listed: Outcome<Found>,
  now: ReturnType<typeof memberOf>,
  { catchAll }: SetIndex,
  notListed: () => Outcome<Found>,
): Outcome<Found> {
  if (now === 'out') return value(catchAll);
  if (now === 'in') return then(listed, (one) => value(one && one !== catchAll ? one : 'unknown'));
  return then(listed, (one) => (one ? value(one) : notListed()));
}

/** What is looked up in what; `text` is the statement. */
interface Query {
  index: SetIndex;
  parts: readonly Expression[];
  text: string;
  statement: (text: string) => Question;
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
    return fork(query.statement(query.text), value(first.element), value(catchAll));
  }
  const hits = first.key.reduce<Outcome<bigint>>((outcome, interval, i) => {
    const part = read[i];
    if (!part || part.kind === 'value') return outcome;
    const test = { interval, bits: false };
    const text = comparison(query.parts[i], first.element.key, i);
    return then(outcome, (yes) =>
      yes === 1n ? passes(part, test, query.statement(text)) : known(0n),
    );
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

function unknownFound(question: Question): Outcome<Found> {
  return fork(question, value('unknown'), value(null));
}

function value(found: Found): { kind: 'value'; value: Found } {
  return { kind: 'value', value: found };
}
