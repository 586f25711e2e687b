import type { ChalkInstance } from 'chalk';
import type { Explanation, Fix, Flow, Observation } from '../explain/explanation.ts';
import { shareText } from '../explain/words/share.ts';
import { addressAndPort } from '../net/address-and-port.ts';
import { backendText, flowVerdict, MOST_FACTS, whence } from './explanation-short.ts';
import { painted } from './paint-outcome.ts';
import { oneLine } from './sanitize.ts';

/**
 * What comes of each flow, why, by which rule, and what helps; then all that bears on it. For a reader
 * who needs no more.
 */
export function summaryLines(
  { flows, observations }: Explanation,
  colors: ChalkInstance,
): string[] {
  const byTarget = Map.groupBy(flows, targetText);
  const lines = [...byTarget].flatMap(([target, own]) => [
    colors.bold(oneLine(target)),
    ...own.flatMap((flow) => flowSummary(flow, colors)),
    '',
  ]);
  lines.push(...observations.flatMap((it) => observationLines(it, colors)));
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/** e.g. `20.1.0.167:80 tcp, default/web`. */
function targetText({ packet, service }: Flow): string {
  const { destination, destinationPort, protocol } = packet;
  const target = `${addressAndPort(destination, destinationPort)} ${protocol}`;
  return service === null ? target : `${target}, ${service}`;
}

function flowSummary(flow: Flow, colors: ChalkInstance): string[] {
  const { verdict, backends, fix } = flow;
  const to = verdict.outcome === 'delivered' ? ` to ${backendsText(backends)}` : '';
  const text = `${flowVerdict(flow)}${to}`;
  const lines = [
    `  ${oneLine(`${whence(flow)}: `)}${painted(verdict.outcome, colors)(oneLine(text))}`,
  ];
  if (flow.untouched !== null) lines.push(`    ${oneLine(flow.untouched)}`);
  if (verdict.rule?.rule) lines.push(`    ${colors.dim(oneLine(verdict.rule.rule))}`);
  for (const { fact, settledBy } of flow.undetermined.slice(0, MOST_FACTS)) {
    lines.push(`    not known: ${oneLine(fact)}${settledBy === null ? '' : ` (${settledBy})`}`);
  }
  if (flow.reply && flow.reply.outcome !== 'delivered') {
    lines.push(`    the answer is lost on its way back (${flow.reply.outcome})`);
  }
  if (fix) lines.push(`    ${fixText(fix)}`);
  return lines;
}

/** More endpoints only the path lists. */
const MOST_BACKENDS = 3;

function backendsText(backends: Flow['backends']): string {
  const [first] = backends;
  if (!first || backends.length <= MOST_BACKENDS) return backends.map(backendText).join(', ');
  const isEven = backends.every(({ share }) => shareOf(share) === shareOf(first.share));
  const each = isEven && first.share !== null ? `, ${shareText(first.share)} each` : '';
  return `${backends.length} endpoints${each}`;
}

/** As it is told: kube-proxy's probabilities have ten digits. */
function shareOf(share: number | null): string {
  return share === null ? '' : shareText(share);
}

function observationLines(
  { severity, message, fix }: Observation,
  colors: ChalkInstance,
): string[] {
  const paint = { error: colors.red, warning: colors.yellow, info: colors.dim }[severity];
  const lines = [`${paint(`${severity}:`)} ${oneLine(message)}`];
  if (fix) lines.push(`  ${fixText(fix)}`);
  return lines;
}

function fixText(fix: Fix): string {
  return oneLine('command' in fix ? `help: ${fix.command}` : `help: ${fix.advice}`);
}
