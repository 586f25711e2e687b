import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrangeFlags } from '../../src/commands/arrange-flags.ts';
import type { CommandDeclaration } from '../../src/commands/command.ts';
import { createProgram } from '../../src/commands/program.ts';
import { UsageError } from '../../src/errors.ts';

const echo: CommandDeclaration = {
  name: 'echo',
  summary: 'Print',
  examples: [],
  arguments: [
    { name: 'first', description: 'the first', required: true },
    { name: 'second', description: 'the second', required: false },
  ],
  options: [{ flags: '--node <name>', description: 'a node' }],
  outputs: ['text', 'json', 'yaml'],
  reads: ['cluster', 'nodes', 'changes'],
  run: async () => 0,
};

/** What the command line is refused with. */
async function refusal(args: string[]): Promise<[message: string, ...help: string[]]> {
  const program = createProgram('extip', '1.2.3', [echo], async () => {});
  const parsed = program.parseAsync(arrangeFlags(args), { from: 'user' });
  const error = await parsed.then(
    () => assert.fail('the command line was accepted'),
    (error) => error,
  );
  assert(error instanceof UsageError, String(error));
  return [error.message, ...(error.help?.split('\n') ?? [])];
}

const see = "see 'extip echo --help'";
const sshExample = 'for example: --ssh k0=admin@192.0.2.10';
const refused: [typed: string[], message: string, ...help: string[]][] = [
  [['ecko'], "unknown command 'ecko'", 'did you mean echo?', "see 'extip --help'"],
  [['help', 'ecko'], "unknown command 'ecko'", 'did you mean echo?', "see 'extip --help'"],
  [['-n', 'x'], "unknown option '-n'", "see 'extip --help'"],
  [['-v'], 'no command given', "see 'extip --help'"],
  [['echo', 'a', '--nod=k0'], "unknown option '--nod=k0'", 'did you mean --node?', see],
  [['echo', 'a', '-z'], "unknown option '-z'", see],
  [['echo', 'a', '--yes=false'], "unknown option '--yes=false'", 'did you mean --yes?', see],
  [['echo'], "missing required argument 'first'", see],
  [
    ['echo', 'a', 'b', 'c'],
    "too many arguments for 'echo'. Expected 2 arguments but got 3: a, b, c.",
    see,
  ],
  [['echo', 'a', '--node'], "option '--node <name>' argument missing", see],
  [['echo', 'a', '--node', '-y'], "--node: '-y' looks like an option", see],
  [['echo', 'a', '--node='], "--node: '' is empty", see],
  [['echo', ''], "first: '' is empty", see],
  [['echo', '--', '-x'], "first: '-x' looks like an option", see],
  [['echo', 'a\x1b[2J'], "first: 'a\\x1b[2J' has control characters", see],
  [
    ['echo', 'a', '-o', 'jsn'],
    "--output: 'jsn' is none of text, json, yaml",
    'did you mean json?',
    see,
  ],
  // The value that a forgotten mode swallows is no mode.
  [
    ['echo', '--dry-run', '192.0.2.10'],
    "--dry-run: '192.0.2.10' is none of none, client, server",
    see,
  ],
  [['echo', 'a', '--lock-timeout', '-1'], "--lock-timeout: '-1' looks like an option", see],
  [['echo', 'a', '--lock-timeout', '1e3'], "--lock-timeout: '1e3' is no number of seconds", see],
  [
    ['echo', 'a', '--ssh', 'k0'],
    "--ssh: 'k0' is not NODE=TARGET with an ssh target",
    sshExample,
    see,
  ],
  [
    ['echo', 'a', '--ssh', 'k0=-oProxyCommand=x'],
    "--ssh: 'k0=-oProxyCommand=x' is not NODE=TARGET with an ssh target",
    sshExample,
    see,
  ],
  [
    ['echo', 'a', '--ssh', 'k0=a', '--ssh', 'k0=b'],
    "--ssh: 'k0=b' is the second target of k0",
    sshExample,
    see,
  ],
];
for (const [typed, ...expected] of refused) {
  test(`refused: extip ${typed.map((word) => JSON.stringify(word)).join(' ')}`, async () => {
    assert.deepEqual(await refusal(typed), expected);
  });
}
