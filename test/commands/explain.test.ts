import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { ErrorDocument } from '../../src/output/error-document.ts';
import { ExplanationDocument } from '../../src/output/explanation-document.ts';
import { referenceText } from '../net/reference/files.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/extip');
const RULES = join(
  import.meta.dirname,
  '../../../shared/reference/scenarios/s1-kubernetes-1.8.iptables-save',
);
const PACKET = ['--to', '10.22.0.0:80', '--from', '203.0.113.9'];

/** `extip explain` with no kubeconfig, no HOME and no terminal. */
async function explain(args: string[], input = '') {
  const options = { reject: false, extendEnv: false, input } as const;
  const env = { PATH: process.env.PATH, HOME: '/nonexistent' };
  return execa(process.execPath, [PROGRAM, 'explain', ...args], { ...options, env });
}

describe('extip explain --rules', { concurrency: true }, () => {
  test('from a file and from standard input it is the same', async () => {
    const text = await explain(['--rules', RULES, ...PACKET]);
    assert.equal(text.exitCode, 0, text.stderr);
    assert.match(
      text.stdout,
      /^203\.0\.113\.9 → 10\.22\.0\.0:80 tcp, from outside\n {2}delivered\n/,
    );
    const piped = await explain(
      ['--rules', '-', ...PACKET],
      referenceText('scenarios', 's1-kubernetes-1.8.iptables-save'),
    );
    assert.equal(piped.stdout, text.stdout);
  });

  test('-o short is a line', async () => {
    const { stdout } = await explain(['--rules', RULES, ...PACKET, '-o', 'short']);
    assert.equal(
      stdout,
      '203.0.113.9 → 10.22.0.0:80 tcp, from outside: delivered to 172.17.0.3:80 (a third), 172.17.0.4:80 (a third), 172.17.0.8:80 (a third)',
    );
  });

  test('-o json and -o yaml are one document of the schema', async () => {
    const json = await explain(['--rules', RULES, ...PACKET, '-o', 'json']);
    const parsed = ExplanationDocument.safeParse(JSON.parse(json.stdout));
    assert.ok(parsed.success, JSON.stringify(parsed.error?.issues));
    const yaml = await explain(['--rules', RULES, ...PACKET, '-o', 'yaml']);
    assert.deepEqual(parse(yaml.stdout), parsed.data);
  });

  test('--all-rules has every rule with its line, and the way of the answer', async () => {
    const { stdout } = await explain(['--rules', RULES, ...PACKET, '--all-rules']);
    assert.match(stdout, /18: -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000\/0x4000/);
    assert.match(stdout, /\nthe answer\n/);
  });

  test('problems of the dump are warnings, and in the document', async () => {
    const dump =
      '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.1/32 -j DROP\nCOMMIT\nno rule\n';
    const { stdout, stderr, exitCode } = await explain(
      ['--rules', '-', ...PACKET, '-o', 'json'],
      dump,
    );
    assert.equal(exitCode, 0);
    assert.match(stderr, /^warning: -:5:1: /);
    assert.deepEqual(
      JSON.parse(stdout).problems.map(({ line }: { line: number }) => line),
      [5],
    );
  });

  const REFUSED: [args: string[], input: string, reason: string][] = [
    [PACKET, '', 'missing-option'],
    [['--rules', RULES, '--from', '203.0.113.9'], '', 'missing-option'],
    [['--rules', '/nonexistent/rules', ...PACKET], '', 'file-unreadable'],
    [['--rules', '/', ...PACKET], '', 'file-unreadable'],
    [['--rules', '-', ...PACKET], 'Dear all,', 'not-a-dump'],
    [['--rules', RULES, '--to', '10.22.0.0', '--from', '203.0.113.9'], '', 'invalid-value'],
    [['--rules', RULES, ...PACKET, '--protocol', 'gre'], '', 'invalid-value'],
    [
      ['--rules', RULES, '--to', '[2001:db8::1]:80', '--from', '2001:db8::9'],
      '',
      'no-rules-of-family',
    ],
  ];

  for (const [args, input, reason] of REFUSED) {
    test(`${args.join(' ').replace(RULES, 'RULES')}: ${reason}`, async () => {
      const { stdout, exitCode } = await explain([...args, '-o', 'json'], input);
      assert.equal(exitCode, 2);
      assert.equal(ErrorDocument.parse(JSON.parse(stdout)).reason, reason);
    });
  }

  test('an empty pipe is named in words', async () => {
    const { stderr } = await explain(['--rules', '-', ...PACKET]);
    assert.match(stderr, /^error: standard input is empty\n/);
  });

  test('a missing flag is named, and the help as the user calls it', async () => {
    const plugin = join(import.meta.dirname, '../../bin/kubectl-extip');
    const { stderr, exitCode } = await execa(plugin, ['explain'], { reject: false });
    assert.equal(stderr, "error: --rules is missing\n  help: see 'kubectl extip explain --help'");
    assert.equal(exitCode, 2);
  });

  test('--help has examples', async () => {
    const { stdout } = await explain(['--help']);
    assert.match(stdout, /Examples:\n.*\n {2}iptables-save \| extip explain --rules -/);
  });
});
