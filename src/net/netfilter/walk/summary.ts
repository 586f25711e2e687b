import type { Ip } from '../../ip.ts';
import type { Question } from '../rules.ts';
import { type Judgement, judge } from './judge.ts';
import { type Loss, lossesOf } from './losses.ts';
import type { End, Section } from './result.ts';

/** What a walk says of a packet and of the answer to it. */
export interface Summary {
  verdict: Pick<Judgement, 'outcome' | 'reason' | 'by'>;
  /** The first answer's way back; null: there is no answer. */
  reply: Pick<Judgement, 'outcome' | 'reason' | 'by'> | null;
  /** Where DNAT leads; the shares add up to 1 unless something else than chance decides. */
  backends: readonly Backend[];
  /** What loses packets, and what loses the answers to others, each with its share. */
  lost: readonly Loss[];
  /** Whether a rule gives it another source; null: only sometimes, or not known. */
  masquerade: boolean | null;
  /** Facts that were not known and made no difference. */
  assumed: readonly Question[];
  /** Facts that were not known and on which verdict, reply or backends depend. */
  open: readonly Question[];
}

export interface Backend {
  address: Ip;
  port: number | null | undefined;
  /** null: an open question decides. */
  share: number | null;
}

/** Folds all ways of a walk into one verdict. */
export function summarize(root: Section): Summary {
  const first = judge(root, 'first', (end) => `${end.outcome} ${backendText(end)}`);
  if (!first) throw new Error('a walk without an end');
  const reply = judge(root, 'answers', ({ outcome }) => outcome);
  const open = unique([...first.open, ...(reply?.open ?? [])]);
  const openTexts = new Set(open.map(({ text }) => text));
  return {
    verdict: verdictOf(first),
    reply: reply && verdictOf(reply),
    backends: backendsOf(first),
    lost: [...lossesOf(root, 'first'), ...lossesOf(root, 'answers')],
    masquerade: masqueradeOf(first),
    assumed: unique([...first.assumed, ...(reply?.assumed ?? [])]).filter(
      ({ text }) => !openTexts.has(text),
    ),
    open,
  };
}

function verdictOf({ outcome, reason, by }: Judgement): Summary['verdict'] {
  return { outcome, reason, by };
}

function backendsOf({ ends }: Judgement): Backend[] {
  const backends = new Map<string, Backend>();
  for (const { end, share } of ends) {
    if (end.outcome !== 'delivered') continue;
    const { destination: address, destinationPort: port } = end.packet;
    const before = backends.get(backendText(end));
    const sum = share === null || before?.share === null ? null : (before?.share ?? 0) + share;
    backends.set(backendText(end), { address, port, share: sum });
  }
  return [...backends.values()];
}

function masqueradeOf({ ends }: Judgement): boolean | null {
  const arrived = ends.filter(({ end }) => ARRIVED.includes(end.outcome));
  const values = new Set(arrived.map(({ end }) => end.masqueraded || end.packet.connection.snat));
  const [only = null] = values;
  return values.size === 1 ? only : null;
}

const ARRIVED: readonly End['outcome'][] = ['delivered', 'local', 'forwarded'];

function backendText({ outcome, packet }: End): string {
  return outcome === 'delivered' ? `${packet.destination.text} ${packet.destinationPort}` : '';
}

function unique(questions: readonly Question[]): Question[] {
  return [...new Map(questions.map((question) => [question.text, question])).values()];
}
