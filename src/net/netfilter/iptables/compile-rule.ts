import { ask, matches as packetMatches } from '../questions.ts';
import type { Step } from '../rules.ts';
import { basicCondition } from './basic-options.ts';
import { matchModel } from './matches/index.ts';
import { fieldOf, isSteady } from './matches/unmodelled.ts';
import type { RuleContext } from './model.ts';
import { printExtension, printOption } from './print-extension.ts';
import type { Extension, RuleSyntax } from './rule-syntax.ts';
import { targetModel } from './targets/index.ts';
import { Malformed } from './words.ts';

export interface CompiledRule {
  steps: Step[];
  /** Parts that iptables would refuse: each is a question in the steps. */
  malformed: Malformed[];
}

/** What a rule does, step by step; what is not modelled or malformed is asked for by its text. */
export function compileRule(rule: RuleSyntax, context: RuleContext): CompiledRule {
  const malformed: Malformed[] = [];
  const orAsk = (text: () => string, compile: () => Step[] | null, match = ''): Step[] => {
    try {
      return compile() ?? [isSteady(match) ? askingOnce(text(), fieldOf(match)) : asking(text())];
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      malformed.push(error);
      return [asking(text())];
    }
  };
  const steps = [
    ...rule.basic.flatMap((option) =>
      orAsk(
        () => printOption(option, '-'),
        () => [basicCondition(option, context)],
      ),
    ),
    ...rule.matches.flatMap((match) =>
      orAsk(
        () => printExtension(match),
        () => compileMatch(match, context),
        match.name,
      ),
    ),
    ...(rule.unread ? [asking(rule.unread.text)] : []),
    ...compileTarget(rule.target, context, malformed),
    ...(rule.unread && !rule.target ? [stolen(rule.unread.text)] : []),
  ];
  if (rule.unread) malformed.push(rule.unread.problem);
  return { steps, malformed };
}

function compileMatch(match: Extension, context: RuleContext): Step[] | null {
  return matchModel(match.name)?.conditions(match, context) ?? null;
}

function compileTarget(
  target: Extension | null,
  context: RuleContext,
  malformed: Malformed[],
): Step[] {
  if (!target) return [];
  if (target.flag === '-g') return [() => to('goto', target.name)];
  try {
    const model = targetModel(target.name);
    const step = model?.step(target, context);
    if (step) return [step];
    if (!model && target.options.length === 0) return [() => to('jump', target.name)];
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    malformed.push(error);
  }
  return [stolen(printExtension(target).replace('-j ', ''))];
}

/** What the rule does with the packet is not known. */
function stolen(what: string): Step {
  return () => ({ kind: 'verdict', verdict: { kind: 'stolen', what } });
}

function to(kind: 'jump' | 'goto', chain: string): ReturnType<Step> {
  return { kind: 'verdict', verdict: { kind, chain } };
}

/** Each time: what is not known is not known to be the same either. */
function asking(text: string): Step {
  const fork = ask(packetMatches(text, null));
  return () => fork;
}

/** Once on a way, or as long as this field of the header stays. */
function askingOnce(text: string, field: string | undefined): Step {
  return ({ changes }) => ask(packetMatches(text, field && changes.headers.get(field)));
}
