import { leaveUntracked } from '../leave-untracked.ts';
import { ask, matches } from '../questions.ts';
import type { Rule, Step } from '../rules.ts';
import { compileAssign } from './compile-assign.ts';
import { compileMatch } from './compile-match.ts';
import { compileNat } from './compile-nat.ts';
import { compileUpdate } from './compile-update.ts';
import { compileReject, compileVerdictMap } from './compile-verdict.ts';
import type { Sets } from './look-up.ts';
import type { NftRule, Statement } from './syntax.ts';

/** Makes a rule's statements steps that answer. Never fails: what is not modelled asks. */
export function compileRule(rule: NftRule, line: number, sets: Sets): Rule {
  const { text, comment, counters } = rule;
  return { text, line, counters, comment, steps: rule.statements.map((one) => compile(one, sets)) };
}

function compile(statement: Statement, sets: Sets): Step {
  switch (statement.kind) {
    case 'match':
      return compileMatch(statement, sets);
    case 'vmap':
      return compileVerdictMap(statement, sets);
    case 'verdict': {
      const { verdict } = statement;
      return () => ({ kind: 'verdict', verdict });
    }
    case 'reject':
      return compileReject(statement);
    case 'nat':
      return compileNat(statement, sets);
    case 'assign':
      return compileAssign(statement, sets);
    case 'update':
      return compileUpdate(statement, sets);
    case 'log':
      return (packet) => ({ kind: 'change', action: 'log', effect: statement.text, packet });
    case 'notrack':
      return leaveUntracked;
    case 'aside':
      return () => true;
    case 'rate':
      return () => ask(matches(statement.text, null));
    case 'takes': {
      const { verdict, text } = statement;
      return () => ({ kind: 'verdict', verdict: { kind: verdict, what: text } });
    }
    case 'other': {
      const { text, final } = statement;
      // What an unknown target does is not known either: no branch of it would be true.
      return final
        ? () => ({ kind: 'verdict', verdict: { kind: 'stolen', what: text } })
        : () => ask(matches(text, null));
    }
  }
}
