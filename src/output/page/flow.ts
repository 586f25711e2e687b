import type { Flow, RulePlace } from '../../explain/explanation.ts';
import { drawnPath } from '../drawn-path.ts';
import { flowVerdict, packetText, verdictText } from '../explanation-short.ts';
import { firstAnswer } from '../explanation-text.ts';
import { lookOf } from '../outcome-look.ts';
import { factCards, fixText } from './facts.ts';
import { type Content, type Html, heading, html } from './html.ts';
import { type DrawnPath, drawPath, type PathOf } from './path.ts';

export interface FlowOptions {
  /** What ids begin with. */
  id: string;
  /** Whether the page is about this packet alone: its title and verdict then are the page's. */
  isOnly: boolean;
  /** With every rule, and what is of no consequence. */
  all: boolean;
}

/** All there is to say of a packet, the verdict first. */
export function flowSection(flow: Flow, { id, isOnly, all }: FlowOptions): Html {
  const [outer, inner] = isOnly ? ([1, 2] as const) : ([2, 3] as const);
  const start = html`<p><b>${packetText(flow)}</b></p>`;
  const path = draw(flow, 0, { id: `${id}-step`, start, verdict: flow.verdict, level: inner }, all);
  const service = flow.service === null ? null : html`<p class="where">${flow.service}</p>`;
  const title = heading(outer, packetText(flow));
  return html`<section class="flow" id="${id}">
<header class="verdict ${lookOf(flow.verdict.outcome)}">${service}${title}<p class="outcome">${flowVerdict(flow)}</p>${
    flow.verdict.rule && decidingRule(flow.verdict.rule, path?.deciding ?? null)
  }${fixText(flow.fix)}</header>
${factCards(flow, inner)}
<div class="over">${heading(inner, 'The path', `${id}-path`)}</div>
${pathOf(flow, path, all)}
${answerWay(flow, { id, level: inner, all })}
</section>`;
}

function decidingRule({ rule }: RulePlace, row: string | null): Content {
  const link = row === null ? null : html`<a href="#${row}">where it stands in the path</a>`;
  return html`<div class="deciding">${rule === null ? null : html`<code>${rule}</code>`}${link}</div>`;
}

function pathOf({ sections }: Flow, path: DrawnPath | null, all: boolean): Content {
  if (sections.length === 0) return html`<p>It comes to no node.</p>`;
  return path ? [html`<p class="hint">${hint(all)}</p>`, path.list] : tooManyForks();
}

function hint(all: boolean): Content {
  const what = all
    ? 'Each dot is something that happens to the packet, with its rule beside it.'
    : html`Each dot is a rule that does something, with its text beside it; <code>--all-rules</code> adds those that do nothing.`;
  return [
    what,
    ' A line is as wide as its share of the connections; a dashed one depends on what is not known.',
  ];
}

function draw(flow: Flow, from: number, of: PathOf, all: boolean): DrawnPath | null {
  const steps = drawnPath(flow, from, { all });
  return steps && drawPath(steps, of);
}

function tooManyForks(): Html {
  return html`<p>The path forks too often for a drawing: <code>-o json</code> has it. With <code>--local</code>, <code>--in-interface</code> and <code>--ipset</code> it forks less.</p>`;
}

/** The way of the first answer, to be opened. */
function answerWay(
  flow: Flow,
  { id, level, all }: { id: string; level: 2 | 3; all: boolean },
): Html | null {
  const from = firstAnswer(flow);
  if (from === null || !flow.reply) return null;
  const start = html`<p><b>the answer</b></p>`;
  const path = draw(flow, from, { id: `${id}-answer`, start, verdict: flow.reply, level }, all);
  if (!path) return null;
  const text = flow.reply.outcome === 'delivered' ? 'it comes back' : verdictText(flow.reply);
  return html`<details><summary>${heading(level, `The way of the answer: ${text}`)}</summary>${path.list}</details>`;
}
