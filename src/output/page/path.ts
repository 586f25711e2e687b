import type { PhaseRecord, RulePlace } from '../../explain/explanation.ts';
import type { Step } from '../../explain/tree.ts';
import { isOfRule } from '../drawn-path.ts';
import { lookOf } from '../outcome-look.ts';
import { askText, chanceText, conditionText, endText, placeText } from '../path-words.ts';
import { type Content, type Html, heading, html } from './html.ts';
import { countLanes, laneDrawing, MOST_LANES } from './lane-drawing.ts';
import { layLanes, type Row } from './lanes.ts';

export interface PathOf {
  /** Which rules decide. */
  rules: readonly RulePlace[];
  /** What the ids of rows begin with. */
  id: string;
  /** What stands at the beginning. */
  start: Content;
  /** Of the heading above it; hooks are below. */
  level: 2 | 3;
}

export interface DrawnPath {
  list: Html;
  /** The id of the first row that has a deciding rule; null: there is none. */
  deciding: string | null;
}

/** The path as a drawing: a row a step, its lines to the left and its rule beside it. */
export function drawPath(steps: readonly Step[], of: PathOf): DrawnPath {
  const rows = layLanes(steps);
  const lanes = Math.min(countLanes(rows), MOST_LANES);
  let deciding: string | null = null;
  const items = rows.map((row, index) => {
    const { told } = row;
    const decides = told.kind === 'phase' && of.rules.some((rule) => isOfRule(told.phase, rule));
    const id = `${of.id}-${index + 1}`;
    if (decides) deciding ??= id;
    return html`<li class="row is-${row.told.kind}${decides ? ' decides' : ''}" id="${id}">${laneDrawing(
      row,
      lanes,
    )}<div class="does d${depthOf(row)} c${row.look.color}">${words(row, of, decides)}</div>${ruleOf(row, id)}</li>`;
  });
  return { list: html`<ol class="path n${lanes}" role="list">${items}</ol>`, deciding };
}

/** Deeper than this no row is indented further. */
const MOST_DEPTH = 8;

function depthOf({ told }: Row): number {
  const depth = told.kind === 'phase' || told.kind === 'fork' ? told.depth : 0;
  return Math.min(Math.max(depth - 1, 0), MOST_DEPTH);
}

function words({ told }: Row, { start, level }: PathOf, decides: boolean): Content {
  switch (told.kind) {
    case 'start':
      return start;
    case 'hook':
      return heading(level === 2 ? 3 : 4, told.hook);
    case 'phase':
      return [
        told.phase.chain === null ? null : place(told.phase, told.depth),
        html`<p>${told.phase.purpose}</p>`,
        decides ? html`<p class="tag">this rule decides</p>` : null,
      ];
    case 'fork':
      return forkWords(told);
    case 'branch':
      return html`<p class="branch">${branchTitle(told)}</p>`;
    case 'more':
      return html`<p>and ${told.count} more, which <code>-o json</code> has</p>`;
    case 'end':
      return html`<p class="pill ${lookOf(told.end.outcome)}">${endText(told.end)}</p>`;
    case 'as-before':
      return html`<p>goes on as told before</p>`;
    case 'cut':
      return html`<p>The path goes on: <code>-o json</code> has all of it.</p>`;
  }
}

function place(phase: PhaseRecord, depth: number): Html {
  return html`<p class="place">${placeText(phase, depth)}</p>`;
}

function forkWords({ at, depth, question, branches }: Row['told'] & { kind: 'fork' }): Content {
  const where = at?.chain ? place(at, depth) : null;
  if (!question) return [where, html`<p>one of ${branches.length}, by chance</p>`];
  return [
    where,
    html`<p>${askText(question, branches)}</p>`,
    question.settledBy === null
      ? null
      : html`<p class="hint"><code>${question.settledBy}</code> would settle it</p>`,
  ];
}

function branchTitle({ branch, index, of, byChance }: Row['told'] & { kind: 'branch' }): string {
  if (!branch) return 'otherwise';
  if (!byChance) return `if ${conditionText(branch.answer)}`;
  return `${index + 1} of ${of}: ${chanceText(branch)}`;
}

/** Beside its step: the rule as the dump has it, with what the dump says of it. */
function ruleOf({ told }: Row, id: string): Html | null {
  const phase = told.kind === 'phase' ? told.phase : told.kind === 'fork' ? told.at : null;
  if (!phase || phase.rule === null || (told.kind === 'fork' && !told.question)) return null;
  const { rule, line, counters, unmatched } = phase;
  const about = [
    counters ? `${counters.packets} packets, ${counters.bytes} bytes` : null,
    unmatched > 0 ? `${unmatched} before it did not match` : null,
  ].filter((it) => it !== null);
  return html`<div class="rule"><a href="#${id}">${line === null ? 'rule' : `line ${line}`}</a><code>${ruleWords(rule)}</code>${
    about.length > 0 ? html`<small>${about.join(' · ')}</small>` : null
  }</div>`;
}

/** More words are not told apart. */
const MOST_WORDS = 100;

/** The rule, whose words go to a line of their own rather than be broken at a dash. */
function ruleWords(rule: string): Content {
  const words = rule.split(/( )/);
  if (words.length > 2 * MOST_WORDS) return rule;
  return words.map((word) => (/.-|-./.test(word) ? html`<span>${word}</span>` : word));
}
