import { parseIp } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import type { NodeFacts } from '../snapshot/model.ts';
import { RECORDS_DIRECTORY } from '../snapshot/records.ts';
import { parseAddresses } from './parse-addresses.ts';
import { parseRecord } from './parse-record.ts';
import { parseRestoreState } from './persistence/restore-state.ts';
import { lastLine, plainLine } from './plain-line.ts';
import type { Section } from './transcript.ts';

/** Reads what the collection script printed; throws an Error that says what cannot be used. */
export function parseFacts(sections: ReadonlyMap<string, Section>): NodeFacts {
  const text = (name: string) => sections.get(name)?.stdout.trim() ?? '';
  return {
    machineId: /^[0-9A-Za-z-]{1,64}$/.test(text('machine-id')) ? text('machine-id') : null,
    hostname: plainLine(text('hostname')).slice(0, 253),
    root: text('uid') === '0',
    restore: parseRestoreState(text('restore-unit'), text('restore-obstacle')),
    arping: arpingKind(sections.get('arping')),
    ...readLogin(text('login')),
    interfaces: readAddresses(sections.get('addresses')),
    ...readRecords(sections),
  };
}

/** "CLIENT PORT SERVER PORT" (ssh(1), SSH_CONNECTION); a link-local address carries a zone. */
function readLogin(login: string): Pick<NodeFacts, 'sshAddress' | 'sshFrom'> {
  const [from = '', , to = '', portText = ''] = login.split(' ');
  const [client, server] = [from, to].map((text) => parseIp(text.replace(/%.*/, ''))?.text);
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  return {
    sshAddress: server ?? null,
    ...(client && server && port > 0 && { sshFrom: { client, port } }),
  };
}

/** By what it says to `-V`, which only iputils has as an option for its version. */
function arpingKind(section: Section | undefined): NodeFacts['arping'] {
  const said = `${section?.stdout ?? ''}\n${section?.stderr ?? ''}`;
  if (/\biputils\b/.test(said)) return 'iputils';
  if (/BusyBox/i.test(said)) return 'busybox';
  return /Thomas Habets|^ARPing /m.test(said) ? 'habets' : null;
}

function readAddresses(section: Section | undefined): NodeFacts['interfaces'] {
  if (section?.exitCode === 127) {
    throw new Error('there is no `ip` on the node: install iproute2');
  }
  if (section?.exitCode !== 0) {
    const said = lastLine(section?.stderr ?? '') || `exit ${section?.exitCode}`;
    throw new Error(
      `\`ip -j addr\` failed on the node (busybox ip has no -j; install iproute2): ${said}`,
    );
  }
  try {
    return parseAddresses(section.stdout);
  } catch (error) {
    throw new Error(
      `\`ip -j addr\` on the node did not print what iproute2 does: ${plainLine((error as Error).message)}`,
    );
  }
}

const RECORD = 'record ';

type Records = Pick<NodeFacts, 'records' | 'damagedRecords' | 'recordsUnread'>;

function readRecords(sections: ReadonlyMap<string, Section>): Records {
  if (!sections.has('records')) {
    return { records: [], damagedRecords: [], recordsUnread: 'they were not asked for' };
  }
  if (sections.get('records')?.exitCode === 1) {
    throw new Error(
      `${RECORDS_DIRECTORY} on the node has too many files: extip writes one an address`,
    );
  }
  const records: NodeFacts['records'] = [];
  const damagedRecords: NodeFacts['damagedRecords'] = [];
  for (const [name, section] of sections) {
    if (!name.startsWith(RECORD)) continue;
    const file = name.slice(RECORD.length);
    const result =
      section.exitCode === 0
        ? parseRecord(file, section.stdout)
        : { reason: `not readable: ${lastLine(section.stderr)}` };
    if ('record' in result) records.push(result.record);
    else damagedRecords.push({ file: oneLine(file), reason: result.reason });
  }
  return { records, damagedRecords };
}
