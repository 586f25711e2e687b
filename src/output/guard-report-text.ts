import type { ChalkInstance } from 'chalk';
import type { GuardedAddress, GuardReport, JudgedInterface } from '../calico/guard-report.ts';
import type { Reach } from '../calico/reach.ts';
import { oneLine } from './sanitize.ts';
import { type Column, table } from './table.ts';

/** So many sources of one line are shown. */
const MOST_SOURCES = 4;

interface Row {
  at: JudgedInterface;
  port: string;
  reach: Reach;
  /** Of several lines of one port. */
  isOnly: boolean;
}

/** Who may reach what, and what that does not cover, for a person. */
export function guardReportText(report: GuardReport, colors: ChalkInstance): string {
  const parts = report.addresses.map((address) => addressText(address, report, colors));
  const notes = report.notes.map((note) => `${oneLine(note)}\n`);
  return [...parts, ...notes].join('\n');
}

function addressText(address: GuardedAddress, report: GuardReport, colors: ChalkInstance): string {
  const heading = colors.bold(headingOf(address));
  if (report.calico.presence === 'absent') {
    const lines = [
      'no Calico in this cluster: no host endpoint restricts who reaches the address. What else there is:',
      ...report.advice.map((one) => oneLine(`  ${one}`)),
    ];
    return `${heading}\n\n${lines.join('\n')}\n`;
  }
  const rows = address.interfaces.flatMap(rowsOf);
  const body = rows.length > 0 ? table(columns(colors), rows) : noRows(address);
  return `${heading}\n\n${body}\n${notCoveredText(address, colors)}`;
}

function headingOf({ ip, services, holders }: GuardedAddress): string {
  const names = services.map(({ service, ports }) => {
    const list = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(',');
    return `${service} ${list}`;
  });
  const places = holders.map((holder) => `${holder.node} ${holder.interface}`);
  const where = places.length === 0 ? 'on no node that answered' : `on ${places.join(', ')}`;
  return oneLine(`${ip} of ${names.join(', ')}, ${where}`);
}

function noRows({ interfaces }: GuardedAddress): string {
  return interfaces.length === 0
    ? 'no interface of a node that answered has the address or is in its subnet\n'
    : 'the Service has no ports\n';
}

function rowsOf(at: JudgedInterface): Row[] {
  return at.ports.flatMap(({ port, protocol, reach }) =>
    reach.map((one) => ({
      at,
      port: `${port}/${protocol}`,
      reach: one,
      isOnly: reach.length === 1,
    })),
  );
}

function columns(colors: ChalkInstance): Column<Row>[] {
  return [
    { header: 'NODE', value: ({ at }) => at.node },
    { header: 'INTERFACE', value: ({ at }) => at.interface },
    { header: 'ENDPOINT', value: ({ at }) => endpointText(at) },
    { header: 'PORT', value: ({ port }) => port },
    { header: 'FROM', value: fromText },
    {
      header: 'REACHES',
      value: ({ reach }) => REACHES[reach.outcome],
      style: (text, { reach }) => (reach.outcome === 'unknown' ? colors.yellow(text) : text),
    },
    { header: 'BECAUSE', value: ({ reach }) => reach.reason },
  ];
}

const REACHES = { allowed: 'yes', denied: 'no', unknown: 'not known' };

function endpointText({ endpoint }: JudgedInterface): string {
  if (!endpoint) return '';
  const facts = [
    ...(endpoint.automatic ? ['automatic'] : []),
    ...(endpoint.by === 'all' ? ['all interfaces'] : []),
    ...(endpoint.idle.length > 0 ? [`before ${endpoint.idle.join(', ')}`] : []),
  ];
  return facts.length > 0 ? `${endpoint.name} (${facts.join('; ')})` : endpoint.name;
}

function fromText({ reach: { sources, isRest }, isOnly }: Row): string {
  if (isRest) return isOnly ? 'any' : 'any other';
  const more = sources.length - MOST_SOURCES;
  const shown = sources.slice(0, MOST_SOURCES).join(' ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function notCoveredText({ notCovered }: GuardedAddress, colors: ChalkInstance): string {
  const byMessage = Map.groupBy(notCovered, ({ message }) => message);
  const lines = [...byMessage].map(([message, group]) => {
    const objects = group.map(({ object }) => object).filter((object) => object !== '');
    const text = objects.length > 0 ? `${objects.join(', ')}: ${message}` : message;
    const isWarning = group.some(({ kind }) => kind === 'segment-interface');
    return isWarning ? colors.yellow(oneLine(`  ${text}`)) : oneLine(`  ${text}`);
  });
  return `not covered:\n${lines.join('\n')}\n`;
}
