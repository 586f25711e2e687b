import type { ChalkInstance } from 'chalk';
import type { Plan, PlannedChange, Step } from '../plan/action.ts';
import { manyLines, oneLine } from './sanitize.ts';

/**
 * The plan for a person: a headline, a line a step with its sign, the commands where they are
 * given, then notes and warnings.
 */
export function planText(
  plan: Plan,
  notes: readonly string[],
  colors: ChalkInstance,
  commands: readonly (string | null)[] = [],
): string {
  const lines = [...plan.changes.map(headline), ''];
  for (const [index, step] of plan.steps.entries()) {
    lines.push(`  ${signed(step, colors)} ${oneLine(step.title)}`);
    const command = commands[index];
    if (command) lines.push(`      ${colors.dim(manyLines(shortened(command)))}`);
  }
  if (notes.length + plan.warnings.length > 0) lines.push('');
  lines.push(...notes.map((note) => `  ${oneLine(note)}`));
  lines.push(...plan.warnings.map((text) => `  ${colors.yellow('!')} ${oneLine(text)}`));
  return `${lines.join('\n')}\n`;
}

/** The text of a long file would hide the plan: it is left to the documents. */
function shortened(command: string): string {
  return command.replace(/(?<=<<'END'\n)[\s\S]*?(?=\nEND\n)/g, (text) => {
    const count = text.split('\n').length;
    return count > 20 ? `… ${count} lines, which -o json shows …` : text;
  });
}

function headline({ verb, service, ip, node, interface: name }: PlannedChange): string {
  const subject = service ? `${service.namespace}/${service.name}` : 'an orphaned address';
  const place = name ? `${node} ${name}` : node;
  const words = {
    assign: `assign ${ip} to ${subject}, held by ${place}`,
    release: `release ${ip} of ${subject} from ${place}`,
    guard: `guard ${ip} of ${subject}, held by ${place}`,
    unguard: `take the guard of ${ip} off ${subject}, held by ${place}`,
  };
  return oneLine(words[verb]);
}

function signed({ sign }: Step, colors: ChalkInstance): string {
  const paint = { '+': colors.green, '-': colors.red, '~': colors.yellow, '=': colors.dim };
  return paint[sign](sign);
}
