import type { Explanation, Observation } from '../../explain/explanation.ts';
import { fixText } from './facts.ts';
import { type Html, html } from './html.ts';

/** More of a list the document has. */
const MOST_LISTED = 100;

const LOOKS = { error: 'lost', warning: 'open', info: '' } as const;

/** What is known besides the packets' ways, the gravest first; null: nothing. */
export function observationList(observations: readonly Observation[]): Html | null {
  return list(
    'What else is so',
    observations.map(
      ({ severity, object, message, fix }) =>
        html`<li><span class="pill ${LOOKS[severity]}">${severity}</span> <b>${object}</b> ${message}${fixText(fix)}</li>`,
    ),
  );
}

/** What could not be read of the input; null: nothing. */
export function problemList(problems: Explanation['problems']): Html | null {
  return list(
    'What could not be read of the input',
    problems.map(
      ({ input, line, column, message }) =>
        html`<li><b>${`${input}:${line}:${column}`}</b> ${message}</li>`,
    ),
  );
}

function list(title: string, items: readonly Html[]): Html | null {
  if (items.length === 0) return null;
  const more = items.length - MOST_LISTED;
  return html`<section class="remarks"><h2>${title}</h2><ul>${items.slice(0, MOST_LISTED)}</ul>${
    more > 0 ? html`<p class="hint">… and ${more} more, which <code>-o json</code> lists</p>` : null
  }</section>`;
}
