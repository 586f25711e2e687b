import type { ChalkInstance } from 'chalk';
import type { Plan, PlannedChange } from '../plan/action.ts';
import type { Check } from '../plan/execute.ts';
import { oneLine } from './sanitize.ts';

/** What came of a change, for a person: one line, then what the verification found. */
export function outcomeText(
  outcome: { plan: Plan; result: string; checks: readonly Check[] },
  colors: ChalkInstance,
): string {
  const { plan, result, checks } = outcome;
  if (plan.changes.length === 0) return 'nothing to do\n';
  const lines = [
    ...plan.changes.map((change) =>
      oneLine(result === 'nothing-to-do' ? `nothing to do: ${asIs(change)}` : done(change, checks)),
    ),
    // A plan with steps was shown before; what of a guard is not known matters without any, too.
    ...(result === 'nothing-to-do' && plan.changes.some(({ verb }) => verb === 'guard')
      ? plan.warnings.map((text) => `  ${colors.yellow('!')} ${oneLine(text)}`)
      : []),
    ...checks.map((check) => `  ${mark(check, colors)} ${check.name}: ${oneLine(check.detail)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function done(change: PlannedChange, checks: readonly Check[]): string {
  const { verb, service, ip, node, interface: name, persistence } = change;
  const subject = service ? `${service.namespace}/${service.name}` : node;
  if (verb === 'release') return `${ip} is released from ${subject}`;
  if (verb === 'guard') return `${ip} of ${subject} is guarded`;
  if (verb === 'unguard') return `${ip} of ${subject} is no longer guarded`;
  const held = `${ip}, held by ${node} ${name}${persistence === 'until reboot' ? ' until reboot' : ''}`;
  if (checks.some(provesServed)) return `${subject} is served on ${held}`;
  const open = checks.filter(isOpen).map((check) => check.name);
  return `${subject} is assigned ${held}; not verified that it is served: ${open.join(', ')}`;
}

/** Rules alone may refuse, and lead nowhere: something must have answered. */
function provesServed({ name, outcome }: Check): boolean {
  return outcome === 'passed' && (name === 'connect' || name === 'outside');
}

function isOpen({ name, outcome }: Check): boolean {
  return outcome !== 'passed' && name !== 'persistence' && name !== 'announce';
}

function asIs({ verb, service, ip, node, interface: name }: PlannedChange): string {
  const subject = service ? `${service.namespace}/${service.name}` : node;
  return {
    assign: `${subject} has ${ip} already, held by ${node} ${name}`,
    release: `${subject} has no ${ip} to release`,
    guard: `${ip} of ${subject} is guarded like that already`,
    unguard: `${ip} of ${subject} has no guard`,
  }[verb];
}

function mark({ outcome }: Check, colors: ChalkInstance): string {
  if (outcome === 'passed') return colors.green('✔');
  return outcome === 'failed' ? colors.red('✖') : colors.dim('-');
}
