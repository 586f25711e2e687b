import type { Packet } from '../packet.ts';
import { inWhole } from '../questions.ts';
import type { Answer, Fork, Hook, Rule, Verdict } from '../rules.ts';
import { applyVerdict, endOfChain } from './chain-moves.ts';
import type { BaseEntry, HookEntry } from './hooks.ts';
import type { Ground, Move } from './move.ts';
import type { Action, Phase } from './result.ts';
import type { ChainPlace, Frame, State } from './state.ts';

/** To the first rule of a base chain. */
export function enterBaseChain(
  state: State,
  hook: Hook,
  entry: BaseEntry,
  rest: readonly HookEntry[],
): Move {
  const { base, table } = entry;
  // A policy holds even where the dump has no rules of its chain.
  const chain = table.chain(base.name) ?? { name: base.name, size: 0, rule: noRule };
  const entered = { chain: base.name, before: null };
  const frame: Frame = { chain, index: 0, resume: null, caller: null, entered };
  const place: ChainPlace = { kind: 'chain', hook, entry, before: state.packet, frame, rest };
  return { kind: 'meet', state: { ...state, place } };
}

function noRule(index: number): Rule {
  throw new RangeError(`there is no rule ${index}`);
}

/** Asks a chain's rules, from a place in it on, until one gives a verdict or forks. */
export function traverse(state: State, place: ChainPlace, ground: Ground): Move {
  const { frame } = place;
  const { chain } = frame;
  let { index, resume } = frame;
  let { packet } = state;
  let unmatched = 0;

  const record = (rule: Rule | null, action: Action, effect: string | null): Phase => {
    const where = { hook: place.hook, table: place.entry.table, chain, rule, index };
    const phase = { ...where, unmatched, action, effect };
    unmatched = 0;
    ground.record(phase);
    return phase;
  };
  const stateAt = (frame: Frame): State => ({ ...state, packet, place: { ...place, frame } });

  while (true) {
    if (!resume) {
      const next = chain.nextCandidate?.(index, packet) ?? index;
      unmatched += next - index;
      index = next;
    }
    if (index >= chain.size) break;
    const rule = chain.rule(index);
    const given = evaluate(rule, packet, resume, ground, record);
    packet = given.packet;
    switch (given.kind) {
      case 'verdict':
        return applyVerdict(
          given.verdict,
          stateAt({ ...frame, index, resume: null }),
          ground,
          (action, effect) => record(rule, action, effect),
        );
      case 'fork': {
        const { question, branches } = given.fork;
        const asked = question && inWhole(question, packet.leg).text;
        record(rule, question ? 'unknown' : 'balance', asked);
        return {
          kind: 'branch',
          question,
          branches: branches.map(({ answer, share, gives }) => {
            const after = { ...frame, index, resume: { step: given.step, answer: gives } };
            return { answer, share, state: stateAt(after) };
          }),
        };
      }
      case 'no':
        // Of a rule that forked there is a record.
        if (!resume) unmatched++;
        break;
      case 'yes':
        if (!given.changed) record(rule, 'match', null);
    }
    index++;
    // Behind a fork its branches meet again, if nothing sets them apart.
    if (resume) return { kind: 'meet', state: stateAt({ ...frame, index, resume: null }) };
    resume = null;
  }
  const end = stateAt({ ...frame, index: chain.size, resume: null });
  return endOfChain(end, ground, (action, effect) => record(null, action, effect));
}

type Given = { packet: Packet } & (
  | { kind: 'yes'; changed: boolean }
  | { kind: 'no' }
  | { kind: 'verdict'; verdict: Verdict }
  | { kind: 'fork'; fork: Fork; step: number }
);

function evaluate(
  rule: Rule,
  start: Packet,
  resume: Frame['resume'],
  ground: Ground,
  record: (rule: Rule, action: Action, effect: string) => void,
): Given {
  const { node } = ground;
  let packet = start;
  let step = resume?.step ?? 0;
  let answer: Answer | undefined = resume ? resume.answer : rule.steps[step]?.(packet, node);
  let changed = false;
  while (answer !== undefined) {
    if (answer === false) return { kind: 'no', packet };
    if (answer !== true) {
      switch (answer.kind) {
        case 'verdict':
          return { kind: 'verdict', verdict: answer.verdict, packet };
        case 'fork': {
          const known = knownAnswer(answer, ground);
          if (known === undefined) return { kind: 'fork', fork: answer, step, packet };
          answer = known;
          continue;
        }
        case 'change':
          ({ packet } = answer);
          if (answer.effect !== null) {
            changed = true;
            record(rule, answer.action, answer.effect);
          }
          if (answer.isNo) return { kind: 'no', packet };
      }
    }
    step++;
    answer = rule.steps[step]?.(packet, node);
  }
  return { kind: 'yes', changed, packet };
}

/** What a fork gives whose question was answered on this way before. */
function knownAnswer({ question, branches }: Fork, ground: Ground): Answer | undefined {
  const known = question && ground.answer(question);
  return branches.find(({ answer }) => answer === known)?.gives;
}
