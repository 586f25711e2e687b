import { createHash } from 'node:crypto';
import type { Explanation, Subject } from '../../explain/explanation.ts';
import { NOTHING, packetText } from '../explanation-short.ts';
import { lookOfFlow, type OutcomeLook } from '../outcome-look.ts';
import { flowVerdict } from '../verdict-text.ts';
import { flowSection } from './flow.ts';
import { type Content, Html, html } from './html.ts';
import { observationList, problemList } from './observations.ts';
import { STYLE } from './style.ts';

/** More packets are only counted. */
const MOST_FLOWS = 100;

/**
 * The explanation as one page of HTML that loads nothing: a style, no script. `all`: with every rule,
 * and what is of no consequence.
 */
export function explanationPage(explanation: Explanation, { all }: { all: boolean }): string {
  const { flows, subject } = explanation;
  const isOnly = flows.length === 1 && !subject;
  const shown = flows.slice(0, MOST_FLOWS);
  const sections = shown.map((flow, index) => flowSection(flow, { id: idOf(index), isOnly, all }));
  const observations = observationList(explanation.observations);
  const problems = problemList(explanation.problems);
  const body = isOnly
    ? [sections, observations, problems]
    : [overview(explanation), observations, sections, problems];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${pageTitle(explanation)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${flows.length > 0 ? `${idOf(0)}-path` : 'top'}">Skip to the path</a>
<main id="top">
${body}
</main>
<footer><p>Written by <code>extip explain</code>. The page is whole: it loads nothing.</p></footer>
</body>
</html>
`;
  return page.text;
}

/** Nothing may be loaded, run or sent; the style is the one that was written here. */
function policy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function idOf(index: number): string {
  return `packet-${index + 1}`;
}

function pageTitle(explanation: Explanation): string {
  const { subject, flows } = explanation;
  const [flow] = flows;
  if (flows.length === 1 && flow && !subject) return `${flowVerdict(flow)} · ${packetText(flow)}`;
  return `${countText(explanation)} · ${subjectText(subject)}`;
}

function subjectText(subject: Subject | null): string {
  return [subject?.service, subject?.ip].filter(Boolean).join(', ') || 'several packets';
}

/** How many of the packets get where they should, and their answers back. */
function countText({ flows, observations }: Explanation): string {
  // The gravest thing that is known is then the answer.
  if (flows.length === 0) return observations[0]?.message ?? NOTHING;
  const good = flows.filter((flow) => lookOfFlow(flow) === 'good').length;
  return `${good} of ${flows.length} packets arrive and are answered`;
}

/** Several packets: a line each, which leads to what there is to say of it. */
function overview(explanation: Explanation): Html {
  const { flows, subject } = explanation;
  const lines = flows.slice(0, MOST_FLOWS).map((flow, index) => {
    return html`<li><a href="#${idOf(index)}">${packetText(flow)}</a><span class="pill ${lookOfFlow(
      flow,
    )}">${flowVerdict(flow)}</span></li>`;
  });
  const more: Content =
    flows.length > MOST_FLOWS
      ? html`<p class="hint">… and ${flows.length - MOST_FLOWS} more, which <code>-o json</code> has</p>`
      : null;
  const list =
    lines.length === 0
      ? null
      : html`<nav aria-label="Packets"><ol class="overview" role="list">${lines}</ol>${more}</nav>`;
  return html`<header class="verdict ${gravestLook(explanation)}"><h1>${subjectText(subject)}</h1><p class="outcome">${countText(
    explanation,
  )}</p></header>
${list}`;
}

/** Of the packets and of what else is so. */
function gravestLook({ flows, observations }: Explanation): OutcomeLook {
  const looks = new Set(flows.map(lookOfFlow));
  const severities = new Set(observations.map(({ severity }) => severity));
  if (looks.has('lost') || severities.has('error')) return 'lost';
  return looks.has('open') || severities.has('warning') ? 'open' : 'good';
}
