import type { AssumedFact, Fact, Fix, Flow } from '../../explain/explanation.ts';
import { shareText } from '../../explain/words/share.ts';
import { backendText, MOST_FACTS } from '../explanation-short.ts';
import { lookOf, lookOfAnswer } from '../outcome-look.ts';
import { answerText } from '../verdict-text.ts';
import { type Content, type Html, heading, html } from './html.ts';

type Card = (title: string, content: Content, look?: string) => Html;

/** More of a list the document has. */
const MOST_LISTED = 50;

/**
 * What is to be known of a packet besides its path: where it goes, its answer, what is not known.
 * `level`: of its headings.
 */
export function factCards(flow: Flow, level: 2 | 3): Html {
  const card: Card = (title, content, look = '') =>
    html`<section class="card ${look}">${heading(level, title)}${content}</section>`;
  const [harmless, taken] = [true, false].map((is) =>
    flow.assumed.filter((it) => it.harmless === is),
  );
  return html`<div class="cards">${[
    backendCard(flow, card),
    answerCard(flow, card),
    flow.untouched === null ? null : card('Untouched', html`<p>${flow.untouched}</p>`),
    factCard(card, 'It depends on whether', 'not known', flow.undetermined, 'open'),
    factCard(card, 'Taken to be so', 'not known', taken),
    factCard(card, 'Makes no difference', 'not known, and both were followed', harmless),
  ]}</div>`;
}

/** What helps: a command to copy, or advice. */
export function fixText(fix: Fix | null): Html | null {
  if (!fix) return null;
  const what = 'command' in fix ? html`<code>${fix.command}</code>` : fix.advice;
  return html`<p class="fix"><b>What helps:</b> ${what}</p>`;
}

function backendCard({ backends, masquerade, verdict }: Flow, card: Card): Html | null {
  const isLost = lookOf(verdict.outcome) === 'lost';
  const source = masquerade
    ? 'Its source becomes an address of the node.'
    : masquerade === null && !isLost
      ? 'Its source may become an address of the node.'
      : null;
  if (backends.length === 0 && source === null) return null;
  const rows = backends
    .slice(0, MOST_LISTED)
    .map((it) => html`<li><span>${backendText({ ...it, share: null })}</span>${shareBar(it)}</li>`);
  return card('Where it goes', [
    folded(rows, backends.length, 'backends'),
    source === null ? null : html`<p>${source}</p>`,
  ]);
}

/** Of all connections, as a bar and in words. */
function shareBar({ share }: Flow['backends'][number]): Html | null {
  if (share === null) return null;
  return html`<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="6"/><rect class="part" width="${Number((share * 100).toFixed(2))}" height="6"/></svg><span>${shareText(share)}</span>`;
}

function answerCard(flow: Flow, card: Card): Html | null {
  const { reply } = flow;
  if (!reply) return null;
  const pill = html`<p class="pill ${lookOfAnswer(flow, reply)}">${answerText(flow, reply)}</p>`;
  return card('The answer', pill);
}

function factCard(
  card: Card,
  title: string,
  note: string,
  facts: readonly (Fact | AssumedFact)[] = [],
  look = '',
): Html | null {
  if (facts.length === 0) return null;
  const items = facts.slice(0, MOST_LISTED).map(({ fact, settledBy }) => {
    const flag =
      settledBy === null ? null : html` <small><code>${settledBy}</code> settles it</small>`;
    return html`<li>${fact}${flag}</li>`;
  });
  return card(title, [html`<p class="hint">${note}</p>`, folded(items, facts.length)], look);
}

/** A list whose first items are seen, and the others unfolded; `count`: of all there are. */
function folded(items: readonly Html[], count: number, look = ''): Html | null {
  if (items.length === 0) return null;
  const [first, others] = [items.slice(0, MOST_FACTS), items.slice(MOST_FACTS)];
  const list = html`<ul class="${look}">${first}</ul>`;
  if (others.length === 0) return list;
  return html`${list}<details><summary>${count - first.length} more</summary><ul class="${look}">${others}</ul>${moreOf(
    count,
  )}</details>`;
}

function moreOf(count: number): Html | null {
  if (count <= MOST_LISTED) return null;
  return html`<p class="hint">… and ${count - MOST_LISTED} more, which <code>-o json</code> lists</p>`;
}
