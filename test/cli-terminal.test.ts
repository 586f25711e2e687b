import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';

const program = join(import.meta.dirname, 'example-program.ts');

/**
 * Runs the example program on a terminal of its own (script(1) of util-linux makes one), types each
 * answer once the text before it has appeared, and gives what the terminal got.
 */
async function onTerminal(
  args: string[],
  answers: [seen: string, typed: string][] = [],
  { columns = 80, env = {} }: { columns?: number; env?: Record<string, string> } = {},
) {
  const command = `stty columns ${columns}; ${[process.execPath, program, ...args].join(' ')}`;
  const child = execa('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    reject: false,
    extendEnv: false,
    env: { PATH: process.env.PATH, TERM: 'xterm', HOME: '/nonexistent', ...env },
  });
  let screen = '';
  let next = 0;
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    const [seen, typed] = answers[next] ?? [];
    if (seen === undefined || typed === undefined || !screen.includes(seen)) return;
    next++;
    // A person does not type before the program listens.
    setTimeout(() => child.stdin.write(typed), 100);
  });
  const { exitCode } = await child;
  return { exitCode, screen, text: stripVTControlCharacters(screen) };
}

describe('on a terminal', { concurrency: 2 }, () => {
  test('questions are asked and answered', async () => {
    const { exitCode, text } = await onTerminal(
      ['ask'],
      [
        ['Sure?', 'y\r'],
        ['Which node?', '\r'],
      ],
    );
    assert.equal(exitCode, 0, text);
    assert.match(text, /true k0\r\n$/);
  });

  test('Enter alone is no', async () => {
    const { text } = await onTerminal(
      ['ask'],
      [
        ['Sure?', '\r'],
        ['Which node?', '\r'],
      ],
    );
    assert.match(text, /false k0\r\n$/);
  });

  test('Ctrl-C at a question is 130, with nothing changed and the cursor back', async () => {
    const { exitCode, screen, text } = await onTerminal(['ask'], [['Sure?', '\x03']]);
    assert.equal(exitCode, 130, text);
    assert.match(text, /error: interrupted at a question; nothing was changed/);
    assert(screen.lastIndexOf('\x1b[?25h') > screen.lastIndexOf('\x1b[?25l'), 'cursor is shown');
  });

  test('Ctrl-C at work is 130', async () => {
    const { exitCode, text } = await onTerminal(['wait'], [['waiting', '\x03']]);
    assert.equal(exitCode, 130, text);
    assert.match(text, /error: interrupted by SIGINT/);
  });

  test('a step spins, and leaves its line; escapes stay visible text', async () => {
    const { screen, text } = await onTerminal(['speak']);
    assert.match(screen, /\x1b\[31mresult/);
    assert.match(text, /✔ step \\x1b\[2J\r\n/);
    assert.doesNotMatch(screen, /\x1b\[2J/);
    assert(screen.lastIndexOf('\x1b[?25h') > screen.lastIndexOf('\x1b[?25l'), 'cursor is shown');
  });

  test('NO_COLOR: no colour, the spinner neither', async () => {
    const { screen } = await onTerminal(['speak'], [], { env: { NO_COLOR: '1' } });
    assert.doesNotMatch(screen, /\x1b\[\d+m/);
  });

  test('a terminal that does not know its size gets lines instead of a spinner', async () => {
    const { text } = await onTerminal(['speak'], [], { columns: 0 });
    assert.match(text, /\ndone: step \\x1b\[2J\r\n/);
    assert.doesNotMatch(text, /step goes on/);
  });

  test('TERM=dumb: no escape at all', async () => {
    const { screen } = await onTerminal(['speak'], [], { env: { TERM: 'dumb' } });
    assert.doesNotMatch(screen, /\x1b/);
  });

  test('CI: nothing is asked and nothing spins', async () => {
    const { exitCode, text } = await onTerminal(['ask'], [], { env: { CI: 'true' } });
    assert.equal(exitCode, 2);
    assert.match(text, /help: give --yes/);
    assert.doesNotMatch(
      (await onTerminal(['speak'], [], { env: { CI: 'true' } })).text,
      /step goes on/,
    );
  });
});
