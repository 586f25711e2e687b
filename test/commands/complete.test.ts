import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandDeclaration } from '../../src/commands/command.ts';
import { complete, completionText } from '../../src/commands/complete.ts';

const run = async () => 0;
const assign: CommandDeclaration = {
  name: 'assign',
  summary: 'Give an address',
  examples: [],
  arguments: [{ name: 'service', description: 'a Service', required: true }],
  options: [{ flags: '--node <name>', description: 'a node' }],
  outputs: ['text', 'json', 'yaml'],
  reads: ['cluster', 'changes'],
  run,
};
const completion: CommandDeclaration = {
  name: 'completion',
  summary: 'Print a script',
  examples: [],
  arguments: [{ name: 'shell', description: 'whose', required: true, choices: ['bash', 'zsh'] }],
  options: [],
  outputs: [],
  reads: [],
  run,
};
const snapshot: CommandDeclaration = {
  ...completion,
  name: 'snapshot',
  arguments: [
    { name: 'action', description: 'what', required: true, choices: ['capture', 'show'] },
    { name: 'path', description: 'where', required: true, isPath: true },
  ],
  options: [{ flags: '--snapshot <path>', description: 'a snapshot' }],
};
const commands = [assign, completion, snapshot] as const;

const cases: [typed: string, candidates: string[]][] = [
  ['', ['assign', 'completion', 'snapshot']],
  ['snapshot c', ['capture']],
  ['as', ['assign']],
  ['-n shop as', ['assign']],
  ['--he', ['--help']],
  ['assign --no', ['--node']],
  ['assign --node k0 --no', []],
  ['assign --force a --fo', ['--force']],
  ['assign --node ', []],
  ['assign ', []],
  ['assign -o ', ['text', 'json', 'yaml']],
  ['assign -o j', ['json']],
  ['assign --output=y', ['--output=yaml']],
  ['assign web --dry-run ', ['none', 'client', 'server']],
  ['assign --dry-run=', ['--dry-run=none', '--dry-run=client', '--dry-run=server']],
  ['completion ', ['bash', 'zsh']],
  ['completion --color never z', ['zsh']],
  ['completion -v ', ['bash', 'zsh']],
  ['completion bash ', []],
  ['completion --output', []],
  ['unknown ', []],
];
for (const [typed, candidates] of cases) {
  test(`extip ${typed}<Tab>`, () => {
    const { candidates: found, files } = complete(typed.split(' '), commands);
    assert.deepEqual(
      found.map(({ word }) => word),
      candidates,
    );
    assert.equal(files, false);
  });
}

for (const typed of [
  'snapshot show ',
  'snapshot --snapshot ',
  'assign --kubeconfig ',
  'assign --kubeconfig=',
  '--config ',
  'assign --config x',
]) {
  test(`extip ${typed}<Tab> is a file's name`, () => {
    assert.deepEqual(complete(typed.split(' '), commands), { candidates: [], files: true });
  });
}

test('the answer has a line a candidate, with its description, and a directive', () => {
  assert.equal(
    completionText(complete([''], commands)),
    'assign\tGive an address\ncompletion\tPrint a script\nsnapshot\tPrint a script\n:4\n',
  );
  assert.equal(completionText({ candidates: [], files: true }), ':0\n');
});
