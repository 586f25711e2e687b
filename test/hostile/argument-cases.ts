import type { Case } from './case.ts';

const LIST = ['list'];
const ASSIGN = ['assign', 'web', '192.0.2.50', '--dry-run=client'];
const TOUCH = '$(touch @CANARY@)';
const ESCAPES = '\x1b[2J\x1b]0;owned\x07\u009b31m\u202egnp\r';

/** Every argument and flag that takes a value, with one value after the other. */
export const argumentCases: Case[] = [
  // Arguments
  arg('SERVICE with a command in it', ['assign', TOUCH, '192.0.2.50', '-y'], /no Service's name/),
  arg('SERVICE with terminal escapes', ['assign', ESCAPES, '192.0.2.50', '-y'], /control char/),
  arg(
    'SERVICE as a path upwards',
    ['assign', '../../nodes/k0', '192.0.2.50', '-y'],
    /Service's name/,
  ),
  arg('SERVICE .. in a namespace', ['assign', 'default/..', '192.0.2.50', '-y'], /Service's name/),
  arg('SERVICE empty', ['assign', '', '192.0.2.50', '-y'], /is empty/),
  arg(
    'SERVICE like an option, after --',
    ['assign', '-y', '--', '-oX=y', '192.0.2.50'],
    /looks like an option/,
  ),
  arg('SERVICE of 100 KB', ['assign', 'a'.repeat(100_000), '192.0.2.50', '-y'], /4096 are allowed/),
  arg(
    'SERVICE of other letters that look alike',
    ['assign', 'wеb', '192.0.2.50', '-y'],
    /Service's name/,
  ),
  arg(
    'IP with a command behind it',
    ['assign', 'web', '192.0.2.50; touch @CANARY@', '-y'],
    /not an IP address/,
  ),
  arg('IP as an option of ip', ['assign', 'web', '--', '-batch'], /looks like an option/),
  arg('IP in octal', ['assign', 'web', '0300.0.2.50', '-y'], /not an IP address/),
  arg(
    'IP with a zone that is a command',
    ['assign', 'web', 'fe80::1%$(touch @CANARY@)', '-y'],
    /not an IP/,
  ),
  arg('IP of everything', ['assign', 'web', '0.0.0.0', '-y'], /unspecified/),
  arg('IP with escapes', ['release', 'web', `192.0.2.50${ESCAPES}`, '-y'], /control characters/),
  arg(
    'a command that does not exist, with escapes',
    [`as\x1b[2Jsign`],
    /unknown command|too many/,
    'quick',
  ),
  arg(
    'a flag that does not exist, with escapes',
    ['list', '--\x1b[2J\u202e'],
    /unknown option/,
    'quick',
  ),
  arg('an argument too many, with escapes', ['list', ESCAPES], /too many arguments|control/),
  arg('help of a command with escapes', ['help', ESCAPES], /unknown command|control|error/),
  // Flags
  arg(
    '--ssh: an option of ssh as the target',
    [...LIST, '--ssh', 'k0=-oProxyCommand=touch @CANARY@'],
    /is not NODE=TARGET|no ssh target/,
    'quick',
  ),
  arg(
    '--ssh: a command as the host',
    [...LIST, '--ssh', 'k0=;touch @CANARY@'],
    /NODE=TARGET|no ssh target/,
    'quick',
  ),
  arg(
    '--ssh: a command in the user',
    [...LIST, '--ssh', 'k0=$(touch @CANARY@)@h'],
    /NODE=TARGET|no ssh target/,
  ),
  arg(
    '--ssh: a command in backticks in a URL',
    [...LIST, '--ssh', 'k0=ssh://`touch @CANARY@`'],
    /NODE=TARGET|no ssh target/,
  ),
  arg(
    '--ssh: an option behind user@',
    [...LIST, '--ssh', 'k0=u@-oProxyCommand=x'],
    /NODE=TARGET|no ssh target/,
  ),
  arg(
    '--ssh: a blank in the target',
    [...LIST, '--ssh', 'k0=h -oProxyCommand=x'],
    /NODE=TARGET|no ssh target/,
  ),
  arg('--ssh: twice the same node', [...LIST, '--ssh', 'k0=a', '--ssh', 'k0=b'], /second target/),
  arg('--ssh: __proto__ as the node', [...LIST, '--ssh', '__proto__=-x'], /--ssh/),
  arg(
    '--from: an option of ssh',
    [...ASSIGN, '--from', '-oProxyCommand=touch @CANARY@'],
    /looks like an option/,
  ),
  arg(
    '--from: a command',
    [...ASSIGN, '--from', 'h;touch @CANARY@'],
    /NODE=TARGET|no ssh target/,
    'quick',
  ),
  arg(
    '--node: an option of ssh',
    [...ASSIGN, '--node', '-oProxyCommand=touch @CANARY@'],
    /looks like an option/,
  ),
  arg('--node: a command', [...ASSIGN, '--node', '; touch @CANARY@'], /no node ; touch/),
  arg('--node: what objects inherit', [...ASSIGN, '--node', 'constructor'], /no node constructor/),
  arg('--interface: --help', [...ASSIGN, '--interface', '--help'], /looks like an option/),
  {
    ...arg(
      '--interface: a command',
      [...ASSIGN, '--interface', '; touch @CANARY@'],
      /no interface|has an interface/,
    ),
    exitCode: 7,
  },
  arg('--interface: escapes', [...ASSIGN, '--interface', 'e\x1b[2J'], /control characters/),
  arg('--pool: a command', ['assign', 'web', '--pool', TOUCH, '-y'], /neither a range/),
  arg(
    '--pool: a range from end to start',
    ['assign', 'web', '--pool', '192.0.2.9-192.0.2.1', '-y'],
    /neither a range/,
  ),
  arg(
    '--pool: all of IPv4',
    ['assign', 'web', '--pool', '0.0.0.0/0', '-y'],
    /cannot be an external IP/,
  ),
  arg(
    '--pool: what objects inherit',
    ['assign', 'web', '--pool', '__proto__', '-y'],
    /neither a range/,
  ),
  arg(
    '--force: a check that does not exist',
    [...ASSIGN, '--force', '$(touch @CANARY@)'],
    /no check/,
  ),
  arg('--lock-timeout: a formula', [...ASSIGN, '--lock-timeout', '1e9'], /no number of seconds/),
  arg(
    '--request-timeout: escapes',
    [...LIST, '--request-timeout', '1\x1b[2Js'],
    /control characters/,
  ),
  arg('--request-timeout: nonsense', [...LIST, '--request-timeout', '$(id)'], /request-timeout/),
  arg('--dry-run: nonsense', ['release', 'web', '--all', '--dry-run', '$(id)'], /is none of/),
  arg('--color: nonsense', [...LIST, '--color', '$(id)'], /is none of/),
  arg('-o: nonsense with escapes', [...LIST, '-o', 'json\x1b[2J'], /control characters/),
  arg('-o: go-template', [...LIST, '-o', 'go-template={{.}}'], /is none of/),
  arg(
    '-n: a command to be pasted',
    ['release', 'nothere', '--all', '-y', '-n', 'x;touch @CANARY@'],
    /no Service's name|namespace/,
  ),
  arg('-n: a path upwards', [...LIST, '-n', '../../x'], /namespace/, 'quick'),
  arg('-n: ..', [...LIST, '-n', '..'], /namespace/),
  arg('--context: escapes', [...LIST, '--context', ESCAPES], /control characters/),
  arg(
    '--context: one that is not there',
    [...LIST, '--context', '$(touch @CANARY@)'],
    /no context/,
  ),
  arg('--cluster: __proto__', [...LIST, '--cluster', '__proto__'], /no cluster/),
  arg('--user: __proto__', [...LIST, '--user', '__proto__'], /no user/),
  arg('--as: a header of its own', [...LIST, '--as', 'x\r\nX-Evil: 1'], /control characters/),
  arg('--as: letters that no header takes', [...LIST, '--as', 'адмін'], /invalid character/i),
  arg('--kubeconfig: a folder', [...LIST, '--kubeconfig', '@DIR@'], /EISDIR|not a regular/),
  arg(
    '--kubeconfig: a device without an end',
    [...LIST, '--kubeconfig', '/dev/zero'],
    /larger than/,
  ),
  {
    ...arg(
      '--kubeconfig: a pipe that nobody writes to',
      [...LIST, '--kubeconfig', '@DIR@/pipe'],
      /kubeconfig/,
    ),
    prepare: 'mkfifo $DIR/pipe',
  },
  arg(
    '--kubeconfig: with escapes, not there',
    [...LIST, '--kubeconfig', '/x\u009b31m'],
    /control char/,
  ),
  arg('--config: not there', [...LIST, '--config', '@DIR@/$(touch @CANARY@)'], /does not exist/),
  arg('--config: a device', [...LIST, '--config', '/dev/zero'], /not a regular file/),
  {
    ...arg(
      '--config: a pipe that nobody writes to',
      [...LIST, '--config', '@DIR@/pipe'],
      /not a regular file/,
    ),
    prepare: 'mkfifo $DIR/pipe',
  },
  arg('--field-manager: escapes', [...ASSIGN, '--field-manager', '\x1b[2J'], /control characters/),
  arg('-l: escapes', [...LIST, '-l', 'a=\u202eb'], /control characters/),
  arg('not UTF-8, as a value', [...LIST, '-n', '\ufffd'], /not UTF-8/),
  arg(
    '--ip: a command',
    ['release', '--ip', '$(touch @CANARY@)', '--node', 'k0', '-y'],
    /not an IP/,
  ),
  arg(
    '--ip with --node: a command',
    ['release', '--ip', '192.0.2.50', '--node', '$(touch @CANARY@)', '-y'],
    /no node/,
  ),
];

function arg(name: string, args: string[], says: RegExp, quick?: 'quick'): Case {
  return { name, args, exitCode: 2, says, ...(quick && { quick: true }) };
}
