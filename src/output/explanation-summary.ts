import type { ChalkInstance } from 'chalk';
import type { Explanation, Fix, Flow, Observation } from '../explain/explanation.ts';
import { shareText } from '../explain/words/share.ts';
import { addressAndPort } from '../net/address-and-port.ts';
import { decidingLines } from './deciding-lines.ts';
import { backendText, MOST_FACTS, whence } from './explanation-short.ts';
import { lookOfFlow } from './outcome-look.ts';
import { painted } from './paint-look.ts';
import { oneLine } from './sanitize.ts';
import { flowVerdict } from './verdict-text.ts';

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
  const { backends, fix } = flow;
  const to = backends.length === 0 ? '' : ` to ${backendsText(backends)}`;
  const text = flowVerdict(flow, to);
  const paint = painted(lookOfFlow(flow), colors);
  const lines = [`  ${oneLine(`${whence(flow)}: `)}${paint(oneLine(text))}`];
  if (flow.untouched !== null) lines.push(`    ${oneLine(flow.untouched)}`);
  lines.push(...decidingLines(flow, colors));
  for (const { fact, settledBy } of flow.undetermined.slice(0, MOST_FACTS)) {
    lines.push(`    not known: ${oneLine(fact)}${settledBy === null ? '' : ` (${settledBy})`}`);
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
