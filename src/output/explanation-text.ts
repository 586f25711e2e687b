import type { ChalkInstance } from 'chalk';
import type { Explanation, Fact, Flow } from '../explain/explanation.ts';
import { buildTree, countForks } from '../explain/tree.ts';
import { answerWay } from './answer-way.ts';
import { decidingLines } from './deciding-lines.ts';
import { pathLines } from './explanation-path.ts';
import { backendText, MOST_FACTS, NOTHING, packetText } from './explanation-short.ts';
import { summaryLines } from './explanation-summary.ts';
import { lookOf, lookOfFlow } from './outcome-look.ts';
import { painted } from './paint-look.ts';
import { oneLine } from './sanitize.ts';
import { drawTree } from './tree.ts';
import { answerText, flowVerdict } from './verdict-text.ts';

/** The explanation for a person: of each flow what comes of it, and the path as a tree. */
export function explanationText(
  explanation: Explanation,
  { all, colors }: { all: boolean; colors: ChalkInstance },
): string {
  const { subject, flows } = explanation;
  const ways = subject && !all ? waysOfInterest(flows) : flows.filter(hasWay);
  const told = ways.map((flow) => flowLines(flow, all, colors).join('\n'));
  if (!subject) return told.join('\n\n');
  if (flows.length === 0 && explanation.observations.length === 0) return NOTHING;
  const more = flows.filter(hasWay).length - ways.length;
  const rest =
    more > 0 ? [colors.dim(`${more} more ${more === 1 ? 'way' : 'ways'}: --all-rules`)] : [];
  return [summaryLines(explanation, colors).join('\n'), ...told, ...rest].join('\n\n');
}

/** A packet that comes to no node has none. */
function hasWay({ sections }: Flow): boolean {
  return sections.length > 0;
}

/** Of packets that do not get all they should; else the first. What stands above would scroll away. */
function waysOfInterest(flows: readonly Flow[]): Flow[] {
  const lost = flows.filter((flow) => flow.verdict.outcome !== 'delivered' || !isAnswered(flow));
  return (lost.length > 0 ? lost : flows.slice(0, 1)).filter(hasWay);
}

function isAnswered({ reply }: Flow): boolean {
  return reply === null || reply.outcome === 'delivered';
}

function flowLines(flow: Flow, all: boolean, colors: ChalkInstance): string[] {
  const { verdict, reply, backends, masquerade, untouched } = flow;
  const lines = [
    `${colors.bold(oneLine(packetText(flow)))}`,
    `  ${painted(lookOfFlow(flow), colors)(oneLine(flowVerdict(flow)))}`,
    ...decidingLines(flow, colors),
  ];
  lines.push(...backends.slice(0, MOST_BACKENDS).map((it) => `  → ${oneLine(backendText(it))}`));
  if (backends.length > MOST_BACKENDS) {
    lines.push(`  → … and ${backends.length - MOST_BACKENDS} more, which -o json lists`);
  }
  if (masquerade) lines.push('  its source becomes an address of the node');
  if (masquerade === null && lookOf(verdict.outcome) !== 'lost')
    lines.push('  its source may become an address of the node');
  if (untouched) lines.push(`  untouched: ${oneLine(untouched)}`);
  if (reply?.outcome === 'delivered')
    lines.push(`  the answer: ${colors.green(answerText(flow, reply))}`);
  lines.push(...factLines('not known, and it depends on whether', flow.undetermined));
  const [harmless, taken] = [true, false].map((is) =>
    flow.assumed.filter((it) => it.harmless === is),
  );
  lines.push(...factLines('not known, and it makes no difference whether', harmless));
  lines.push(...factLines('not known, and taken to be so', taken));
  lines.push('');
  const forks = countForks(flow, all);
  if (forks > MOST_FORKS) {
    lines.push(`the path forks ${forks} times, which is no tree to read: -o json has it`);
    if (flow.node === null) lines.push('with --local, --in-interface and --ipset it forks less');
    return lines;
  }
  lines.push(...path(flow, 0, all, colors));
  const answer = all || !isAnswered(flow) ? answerWay(flow) : null;
  if (answer !== null) lines.push('', 'the answer', ...path(flow, answer, all, colors));
  return lines;
}

const MOST_BACKENDS = 10;
const MOST_FORKS = 200;

function path(flow: Flow, start: number, all: boolean, colors: ChalkInstance): string[] {
  return drawTree(pathLines(buildTree(flow, start, { all }), { all, colors }));
}

function factLines(title: string, facts: readonly Fact[] = []): string[] {
  if (facts.length === 0) return [];
  const lines = facts.slice(0, MOST_FACTS).map((it) => `    ${oneLine(factText(it))}`);
  const more = facts.length - lines.length;
  if (more > 0) lines.push(`    … and ${more} more, which -o json lists`);
  return [`  ${title}:`, ...lines];
}

function factText({ fact, settledBy }: Fact): string {
  return settledBy === null ? fact : `${fact} (${settledBy} would settle it)`;
}
