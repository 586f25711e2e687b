import { type Html, html } from './html.ts';
import type { Line, Look, Row } from './lanes.ts';

/** How much room a drawing has, for which the style has a class each. */
export const MOST_LANES = 24;

/** How wide lines are, in pixels: those of all connections, and those of hardly any or an unknown share. */
const WIDEST = 7;
const NARROWEST = 2;

/** How many lanes there are, at least 1. */
export function countLanes(rows: readonly Row[]): number {
  return 1 + Math.max(0, ...rows.map(({ lower, lane }) => Math.max(lane, ...lower.map(toOf))));
}

/**
 * The lines of a row, to the left of what it tells. The part below the dot is as high as the row: only
 * the browser knows how high that is, so lines are stretched, and their width is not.
 */
export function laneDrawing({ told, lane, look, upper, lower }: Row, lanes: number): Html {
  const dot = html`<i class="dot ${told.kind} p${lane} c${look.color}"></i>`;
  return html`<div class="lanes" aria-hidden="true">${part('upper', upper, lanes)}${part('lower', lower, lanes)}${
    told.kind === 'hook' || told.kind === 'branch' ? null : dot
  }</div>`;
}

function part(name: string, lines: readonly Line[], lanes: number): Html | null {
  if (lines.length === 0) return null;
  return html`<svg class="${name}" viewBox="0 0 ${lanes * 10} 10" preserveAspectRatio="none">${lines.map(drawn)}</svg>`;
}

function drawn({ from, to, look }: Line): Html {
  const [start, end] = [from * 10 + 5, to * 10 + 5];
  const way = start === end ? `M${start} 0V10` : `M${start} 0C${start} 7 ${end} 3 ${end} 10`;
  return html`<path class="c${look.color}${look.isOpen ? ' open' : ''}" stroke-width="${widthOf(look)}" d="${way}"/>`;
}

function widthOf({ share }: Look): number {
  return share === null ? NARROWEST : Math.round(NARROWEST + (WIDEST - NARROWEST) * share);
}

function toOf({ to }: Line): number {
  return to;
}
