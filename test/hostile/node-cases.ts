import type { Case, NodeAnswer } from './case.ts';
import { transcript } from './healthy.ts';

const ESCAPES = '\x1b[2J\x1b]0;owned\x07\u009b31m\u202egnp\r';
const TOUCH = '$(touch @CANARY@)';
const MEGABYTE = 1024 * 1024;
const IP = '192.0.2.50';

const RECORD = {
  version: 1,
  ip: '192.0.2.60',
  prefix: 32,
  interface: 'eth0',
  label: null,
  preexisting: false,
  cluster: '4f7d7c6e-0000-4000-8000-000000000001',
  services: [{ namespace: 'default', name: 'gone', uid: 'u-gone', runId: 'r' }],
};

/** What a node, or what stands behind its name, answers; `list` shows the rest all the same. */
export const nodeCases: Case[] = [
  // ssh itself
  node('ssh that says nothing', { stdout: '', exitCode: 255 }, /ssh said nothing/),
  node(
    'ssh that says escapes',
    { stdout: '', stderr: `${ESCAPES}\n`, exitCode: 255 },
    /k0 is unreachable/,
    true,
  ),
  node(
    'ssh that says 30 MB in a line',
    { stdout: '', stderr: 'host key is known for '.repeat(1_400_000), exitCode: 255 },
    /k0 is unreachable/,
  ),
  node(
    'ssh that says 30 MB in lines',
    { stdout: '', stderr: 'Connection \n'.repeat(2_500_000), exitCode: 255 },
    /k0 is unreachable/,
  ),
  node(
    'ssh that says what is not UTF-8',
    { stdout: '', stderr: Buffer.from([0xff, 0xfe, 0x1b, 0x5b, 0x9b]), exitCode: 255 },
    /k0 is unreachable/,
  ),
  node(
    'ssh that says NUL',
    { stdout: '', stderr: '\0\0Permission denied\0', exitCode: 255 },
    /login was denied/,
  ),
  node(
    'ssh that says a command to be pasted',
    { stdout: '', stderr: 'run: ; touch @CANARY@\n', exitCode: 255 },
    /k0 is unreachable/,
  ),
  // The frame
  node(
    'a login shell that prints escapes',
    { stdout: `${ESCAPES}${transcript()}`, stderr: ESCAPES },
    /192\.0\.2\.70/,
    true,
  ),
  node('only a banner', { stdout: `Welcome ${ESCAPES}`, exitCode: 0 }, /did not start the script/),
  node(
    'a frame of another run',
    { stdout: '\nextip-00000000000000000000000000000000 begin a\n', exitCode: 0 },
    /did not start the script/,
  ),
  node(
    'cut short',
    { stdout: transcript().slice(0, 200), exitCode: 1 },
    /the connection ended/,
    true,
  ),
  node(
    'a section with escapes as its name',
    { stdout: `\n@MARK@ begin ${ESCAPES}\n`, exitCode: 1 },
    /the connection ended in section/,
  ),
  node(
    'forged ends',
    { stdout: `${'\n@MARK@ end 0\n'.repeat(1000)}${transcript()}` },
    /192\.0\.2\.70/,
  ),
  node(
    'an end that is no number',
    { stdout: transcript().replaceAll('end 0', 'end NaN') },
    /192\.0\.2\.70/,
  ),
  node(
    'a million sections',
    { stdout: `${'\n@MARK@ begin a\n\n@MARK@ end 0\n'.repeat(500_000)}${transcript()}` },
    /192\.0\.2\.70/,
  ),
  node('70 MB', { stdout: 'a'.repeat(70 * MEGABYTE) }, /more than 64 MB/),
  node('70 MB of errors', { stderr: 'a'.repeat(70 * MEGABYTE) }, /192\.0\.2\.70/),
  node('complete at once', { stdout: '\n@MARK@ complete\n' }, /`ip -j addr`/),
  node(
    'sudo that says escapes',
    {
      stdout: `\n@MARK@ begin sudo\n\n@MARK@ end 1\n${transcript()}`,
      stderr: `\n@MARK@ begin sudo\n${ESCAPES}\n@MARK@ end 1\n`,
    },
    /192\.0\.2\.70/,
  ),
  // The sections
  section(
    'ip that prints escapes',
    { addresses: ESCAPES },
    /did not print what iproute2 does/,
    true,
  ),
  section(
    'ip that prints half a JSON',
    { addresses: '[{"ifname":"eth0","flags":[' },
    /did not print what iproute2 does/,
  ),
  section(
    'ip that prints 100,000 brackets',
    { addresses: '['.repeat(100_000) + ']'.repeat(100_000) },
    /did not print/,
  ),
  section(
    'ip that prints a link of 30 MB',
    { addresses: JSON.stringify([{ ifname: 'a'.repeat(30 * MEGABYTE), flags: [] }]) },
    /did not print/,
  ),
  section(
    'an interface that is a command',
    { addresses: links(TOUCH) },
    /not the name of an interface/,
  ),
  section(
    'an interface with escapes',
    { addresses: links('e\x1b[2J') },
    /not the name of an interface/,
    true,
  ),
  section(
    'an interface that reads right to left',
    { addresses: links('e\u202egnp') },
    /192\.0\.2\.70/,
  ),
  {
    ...section(
      'an interface that is down and would end the command that helps',
      { addresses: links('a;id', { flags: [], addr_info: [address('192.0.2.10', 24)] }) },
      /help: on k0: ip link set 'a;id' up$/m,
      true,
    ),
    args: ['assign', 'web', IP, '-y'],
    exitCode: 1,
  },
  {
    ...section(
      'an interface with the address that would end the command that helps',
      { addresses: links('a;id', { addr_info: [address('192.0.2.10', 24), address(IP, 32)] }) },
      /help: use it there: --node k0 --interface 'a;id'$/m,
    ),
    args: ['assign', 'web', IP, '--node', 'k0', '--interface', 'lo', '-y'],
    exitCode: 7,
  },
  section('a million addresses', { addresses: addresses(100_000) }, /192\.0\.2\.70/),
  section('no addresses at all', { addresses: null }, /`ip -j addr`/),
  section('a host name of escapes', { hostname: ESCAPES }, /192\.0\.2\.70/),
  section('a host name of 10 MB', { hostname: 'a'.repeat(10 * MEGABYTE) }, /192\.0\.2\.70/),
  section('a machine-id that is a command', { 'machine-id': TOUCH }, /192\.0\.2\.70/),
  section('a login that is none', { login: `a b ${'%\n'.repeat(100_000)}` }, /192\.0\.2\.70/),
  section(
    'a record with escapes as its file name',
    { [`record ${ESCAPES.replace('\r', '')}.json`]: '{}' },
    /damaged/,
    true,
  ),
  section(
    'a record that is a command',
    { 'record 192.0.2.60.json': record({ interface: `; ${TOUCH}` }) },
    /damaged/,
  ),
  section(
    'a record with a Service that is a command',
    {
      'record 192.0.2.60.json': record({
        services: [{ namespace: 'default', name: TOUCH, uid: 'u', runId: 'r' }],
      }),
    },
    /damaged/,
  ),
  section('a record of a network', { 'record 192.0.2.60.json': record({ prefix: 0 }) }, /damaged/),
  section('a record 100,000 deep', { 'record 192.0.2.60.json': '['.repeat(30_000) }, /damaged/),
  section(
    'records without number',
    Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`record ${i}.json`, '{'])),
    /damaged/,
  ),
  // In the middle of a change
  {
    ...node(
      'a segment that answers with escapes',
      {
        stdout: transcript({
          arping: `Sent 1 probes\nReply from 192.0.2.50 [AA:BB:CC:DD:EE:FF] ${ESCAPES}`,
        }),
      },
      /another host answers for 192\.0\.2\.50: aa:bb:cc:dd:ee:ff/,
      true,
    ),
    args: ['assign', 'web', IP, '-y'],
    exitCode: 7,
  },
  {
    ...node(
      'a link of 10 MB without an end',
      { stdout: transcript({ link: '<'.repeat(10 * MEGABYTE) }) },
      /could not be asked|192\.0\.2\.50/,
    ),
    args: ['assign', 'web', IP, '-y'],
    exitCode: 7,
  },
  {
    ...node(
      'another machine, with escapes as its name',
      { stdout: transcript({ hostname: `x${ESCAPES}`, 'machine-id': '0'.repeat(32) }) },
      /this may not be k0/,
    ),
    args: ['assign', 'web', IP, '-y'],
    exitCode: 7,
  },
];

function node(name: string, answer: Partial<NodeAnswer>, says: RegExp, quick = false): Case {
  return {
    name: `node: ${name}`,
    args: ['list'],
    node: answer,
    exitCode: 0,
    says,
    ...(quick && { quick }),
  };
}

function section(
  name: string,
  changes: Record<string, string | null>,
  says: RegExp,
  quick = false,
): Case {
  return node(name, { stdout: transcript(changes) }, says, quick);
}

/** An interface of this name, beside the loopback. */
function links(ifname: string, link: object = {}): string {
  const loopback = { ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'] };
  const other = { ifname, link_type: 'ether', flags: ['UP', 'LOWER_UP'], addr_info: [], ...link };
  return JSON.stringify([loopback, other]);
}

function address(local: string, prefixlen: number): object {
  return { family: 'inet', local, prefixlen };
}

function addresses(count: number): string {
  const addr_info = Array.from({ length: count }, (_, i) => ({
    family: 'inet',
    local: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    prefixlen: 32,
  }));
  return JSON.stringify([{ ifname: 'eth0', flags: ['UP', 'LOWER_UP'], addr_info }]);
}

function record(changes: object): string {
  return JSON.stringify({ ...RECORD, ...changes });
}
