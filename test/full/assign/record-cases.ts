import type { NodeRecord } from '../../../src/snapshot/records.ts';

/** The address that forged records speak of; nobody has it. */
export const IP = '20.1.0.171';

/** What somebody may write into a Service's annotation. */
export interface ForgedAnnotation {
  name: string;
  /** The address that the commands are about. */
  ip: string;
  annotation: string;
  /** What list says of it. */
  says: RegExp;
}

const ENTRY = {
  ip: IP,
  node: 'k0',
  interface: 'ens34',
  method: 'externalIPs',
  phase: 'assigned',
  preexisting: false,
  runId: 'forged',
  by: 'nobody',
  at: '2026-01-01T00:00:00Z',
};

const NO_RECORD = /has no record of it/;
const DAMAGED = /not as extip writes it/;

export const annotations: ForgedAnnotation[] = [
  entry("the node's own address", { ip: '20.1.0.160' }, NO_RECORD),
  entry("the node's InternalIP", { ip: '10.1.0.180', interface: 'ens33' }, NO_RECORD),
  entry(
    "another node's InternalIP, with that node as the holder",
    { ip: '10.1.0.179', node: 'k2', interface: 'ens33' },
    NO_RECORD,
  ),
  entry('another node as the holder', { node: 'k2' }, NO_RECORD),
  entry('a node that is none', { node: 'k9' }, /k9 is not a node of the cluster/),
  entry('what objects inherit as the node', { node: 'constructor' }, /constructor is not a node/),
  entry('the loopback', { interface: 'lo' }, NO_RECORD),
  entry('a release that was cut off', { phase: 'releasing' }, /release was cut off/),
  entry('everything', { ip: '0.0.0.0/0' }, DAMAGED),
  entry('a whole network', { ip: `${IP}/24` }, DAMAGED),
  entry('an interface that is a command', { interface: '; touch x' }, DAMAGED),
  entry('a phase that nobody knows', { phase: 'done' }, DAMAGED),
  entry('a method that nobody knows', { method: 'loadbalancer' }, DAMAGED),
  entry('a key that nobody knows', { command: 'reboot' }, DAMAGED),
  entry('a number as the address', { ip: 335610023 }, DAMAGED),
  whole('an unknown version', { version: 2, assignments: [ENTRY] }, DAMAGED),
  whole(
    'an address twice',
    { version: 1, assignments: [ENTRY, { ...ENTRY, node: 'k2' }] },
    /names an address twice/,
  ),
  whole('65 addresses', { version: 1, assignments: Array(65).fill(ENTRY) }, DAMAGED),
  whole('no list', { version: 1, assignments: ENTRY }, DAMAGED),
  { name: 'no JSON', ip: IP, annotation: '{"version":1,', says: /is not JSON/ },
  // The API takes 256 KiB of annotations, and a shell 128 KiB in a word.
  { name: '120 KiB', ip: IP, annotation: 'a'.repeat(120_000), says: /120000 bytes long/ },
];

function entry(name: string, changes: object, says: RegExp): ForgedAnnotation {
  const forged = { ...ENTRY, ...changes };
  const ip = String(forged.ip).replace(/\/.*/, '');
  const annotation = JSON.stringify({ version: 1, assignments: [forged] });
  return { name, ip: /^(20|10)\./.test(ip) ? ip : IP, annotation, says };
}

function whole(name: string, document: object, says: RegExp): ForgedAnnotation {
  return { name, ip: IP, annotation: JSON.stringify(document), says };
}

/** What somebody may put into the place of a node's record. */
export interface ForgedFile {
  name: string;
  ip: string;
  /** Shell commands on k0 in /var/lib/extip, where `$FILE` is the record's name. */
  make: string;
  says: RegExp;
}

const RECORD: Omit<NodeRecord, 'cluster'> = {
  version: 1,
  ip: IP,
  prefix: 32,
  interface: 'ens34',
  label: null,
  preexisting: false,
  services: [{ namespace: 'default', name: 'gone', uid: 'gone', runId: 'forged' }],
};

/** `cluster` is the uid of the lab's own. */
export function files(cluster: string): ForgedFile[] {
  const own = (changes: object = {}) => ({ ...RECORD, cluster, ...changes });
  return [
    file('a link to another file', 'ln -s /etc/shadow "$FILE"', /no regular file/),
    file('a link to nowhere', 'ln -s /nowhere/x "$FILE"', /no regular file/),
    file('a pipe', 'mkfifo "$FILE"', /no regular file/),
    file('a folder', 'mkdir "$FILE"', /no regular file/),
    file('a device', 'mknod "$FILE" c 1 5', /no regular file/),
    file('nothing in it', ': >"$FILE"', /empty/),
    file('100 MB', 'head -c 100M /dev/zero >"$FILE"', /larger than 64 KiB/),
    file("somebody else's", `${put(own())}; chown 65534 "$FILE"`, /belongs to user 65534/),
    file('cut off', `${put(own())}; truncate -s 40 "$FILE"`, /is not JSON/),
    file('of another address', put(own({ ip: '20.1.0.172' })), /another address/),
    file('prefix 0', put(own({ prefix: 0 })), /prefix is not as extip writes it/),
    file('an interface that is a command', put(own({ interface: '; touch x' })), /interface/),
    file(
      'a Service that is a command',
      put(own({ services: [{ ...RECORD.services[0], name: '$(touch x)' }] })),
      /services/,
    ),
    file('of another cluster', put(own({ cluster: 'another' })), /for another cluster/),
    file(
      "the node's InternalIP",
      put(own({ ip: '10.1.0.180', interface: 'ens33' })),
      /is gone/,
      '10.1.0.180',
    ),
    file("the node's other address", put(own({ ip: '20.1.0.160' })), /is gone/, '20.1.0.160'),
    file('thousands beside it', 'seq -f "%g.junk.json" 3000 | xargs touch', /too many files/),
  ];
}

function file(name: string, make: string, says: RegExp, ip = IP): ForgedFile {
  return { name, make, says, ip };
}

function put(record: object): string {
  return `printf %s '${JSON.stringify(record)}' >"$FILE"`;
}
