import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { execa } from 'execa';

const root = join(import.meta.dirname, '..', '..');

// A home with `extip`, run from the sources, on its PATH, and with a file to complete.
let home: string;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'extip-completion-'));
  const main = `import('${join(root, 'src', 'cli.ts')}').then((cli) => cli.main('extip', process.argv.slice(1)))`;
  await writeFile(
    join(home, 'extip'),
    `#!/bin/sh\nexec '${process.execPath}' -e "${main}" -- "$@"\n`,
  );
  await chmod(join(home, 'extip'), 0o755);
  await writeFile(join(home, 'admin.kubeconfig'), '');
});
after(() => rm(home, { recursive: true }));

function environment() {
  return { HOME: home, PATH: `${home}:${process.env.PATH}`, SCRIPTS: join(root, 'completions') };
}

/** How a shell starts, loads the script, and writes its line to $HOME/line at Ctrl-X. */
const interactive: Record<string, { start: string; setUp: string }> = {
  bash: {
    start: 'bash --norc --noprofile',
    setUp: `source "$SCRIPTS/extip.bash"; bind -x '"\\C-x": printf %s "$READLINE_LINE" > ~/line'; echo READY`,
  },
  zsh: {
    start: 'zsh -f',
    setUp: `autoload -U compinit; compinit -D; source "$SCRIPTS/_extip"; show() printf %s "$BUFFER" > ~/line; zle -N show; bindkey '^X' show; echo READY`,
  },
};

/** What a shell on a terminal makes of the line and Tab. */
async function completed(shell: string, line: string): Promise<string> {
  if (shell === 'fish') return completedByFish(line);
  const { start = '', setUp = '' } = interactive[shell] ?? {};
  const child = execa('script', ['--quiet', '--command', start, '/dev/null'], {
    cwd: home,
    env: { ...environment(), TERM: 'xterm', PS1: '$ ' },
    reject: false,
    timeout: 20_000,
  });
  let screen = '';
  child.stdout.on('data', (chunk) => {
    screen += chunk;
  });
  child.stdin.write(`${setUp}\r`);
  // The echo of what was typed has the word too: the second one is the shell's answer.
  await until(() => screen.split('READY').length > 2);
  await rm(join(home, 'line'), { force: true });
  child.stdin.write(`${line}\t\x18`);
  await until(() =>
    readFile(join(home, 'line')).then(
      (text) => text.length > 0,
      () => false,
    ),
  );
  const result = await readFile(join(home, 'line'), 'utf8');
  child.stdin.write('\x15exit\r');
  await child;
  return result;
}

/** fish tells what it would offer; with one offer it puts that and a space. */
async function completedByFish(line: string): Promise<string> {
  const ask = 'source $SCRIPTS/extip.fish; complete -C $argv[1]';
  const { stdout } = await execa('fish', ['--no-config', '-c', ask, line], {
    cwd: home,
    env: environment(),
  });
  const offers = stdout.split('\n').map((offer) => offer.split('\t')[0]);
  assert.equal(offers.length, 1, stdout);
  return `${line.slice(0, line.lastIndexOf(' ') + 1)}${offers[0]} `;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await condition())) {
    assert(performance.now() < deadline, 'the shell did not answer in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const cases: [typed: string, completed: string][] = [
  ['extip comp', 'extip completion '],
  ['extip completion z', 'extip completion zsh '],
  ['extip completion --ver', 'extip completion --verbose '],
  ['extip completion --color ne', 'extip completion --color never '],
  ['extip completion --color=ne', 'extip completion --color=never '],
  ['extip snapshot show adm', 'extip snapshot show admin.kubeconfig '],
  ['extip completion --config adm', 'extip completion --config admin.kubeconfig '],
  ['extip completion --config=adm', 'extip completion --config=admin.kubeconfig '],
];
for (const shell of ['bash', 'zsh', 'fish']) {
  const missing = spawnSync(shell, ['--version']).error && `${shell} is not installed`;
  describe(shell, { skip: missing ?? false }, () => {
    for (const [typed, expected] of cases) {
      test(`${typed}<Tab>`, async () => assert.equal(await completed(shell, typed), expected));
    }
  });
}
