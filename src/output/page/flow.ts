import type { Flow } from '../../explain/explanation.ts';
import { answerWay } from '../answer-way.ts';
import { drawnPath } from '../drawn-path.ts';
import { packetText } from '../explanation-short.ts';
import { lookOfAnswer, lookOfFlow } from '../outcome-look.ts';
import { answerText, decidingOf, decidingRules, flowVerdict } from '../verdict-text.ts';
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
  const path = draw(flow, 0, all, {
    id: `${id}-step`,
    start: html`<p><b>${packetText(flow)}</b></p>`,
    rules: decidingRules(flow, 'first'),
    level: inner,
  });
  const answer = drawAnswer(flow, all, { id: `${id}-answer`, level: inner });
  const service = flow.service === null ? null : html`<p class="where">${flow.service}</p>`;
  const title = heading(outer, packetText(flow));
  return html`<section class="flow" id="${id}">
<header class="verdict ${lookOfFlow(flow)}">${service}${title}<p class="outcome">${flowVerdict(flow)}</p>${deciding(
    flow,
    path?.deciding ?? answer?.deciding ?? null,
  )}${fixText(flow.fix)}</header>
${factCards(flow, inner)}
<div class="over">${heading(inner, 'The path', `${id}-path`)}</div>
${pathOf(flow, path, all)}
${answerSection(flow, answer, inner)}
</section>`;
}

/** More of what loses packets only a document lists. */
const MOST_LISTED = 10;

/** The rules that decide, and where in the path the first of them stands. */
function deciding(flow: Flow, row: string | null): Content {
  const all = decidingOf(flow);
  if (all.length === 0 && row === null) return null;
  const more = all.length - MOST_LISTED;
  return html`<div class="deciding">${all
    .slice(0, MOST_LISTED)
    .map(({ says, rule }) => [
      says === null ? null : html`<p>${says}</p>`,
      rule === null ? null : html`<code>${rule}</code>`,
    ])}${more > 0 ? html`<p class="hint">… and ${more} more, which <code>-o json</code> lists</p>` : null}${
    row === null ? null : html`<a href="#${row}">where it stands in the path</a>`
  }</div>`;
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

function draw(flow: Flow, from: number, all: boolean, of: PathOf): DrawnPath | null {
  const steps = drawnPath(flow, from, { all });
  return steps && drawPath(steps, of);
}

/** The way of an answer; null: there is none. */
function drawAnswer(flow: Flow, all: boolean, of: Pick<PathOf, 'id' | 'level'>): DrawnPath | null {
  const from = flow.reply && answerWay(flow);
  if (from === null) return null;
  const start = html`<p><b>the answer</b></p>`;
  return draw(flow, from, all, { ...of, start, rules: decidingRules(flow, 'reply') });
}

function tooManyForks(): Html {
  return html`<p>The path forks too often for a drawing: <code>-o json</code> has it. With <code>--local</code>, <code>--in-interface</code> and <code>--ipset</code> it forks less.</p>`;
}

/** To be opened, unless it is what matters. */
function answerSection(flow: Flow, path: DrawnPath | null, level: 2 | 3): Html | null {
  const { reply } = flow;
  if (!reply || !path) return null;
  const text = answerText(flow, reply);
  const title = html`<summary>${heading(level, `The way of the answer: ${text}`)}</summary>`;
  return lookOfAnswer(flow, reply) === 'good'
    ? html`<details>${title}${path.list}</details>`
    : html`<details open>${title}${path.list}</details>`;
}
