import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execa, type Options } from 'execa';
import { ErrorDocument } from '../src/output/error-document.ts';

const program = join(import.meta.dirname, 'example-program.ts');

/** Runs the example program as a process, off a terminal, and gives what a script would see. */
async function extip(args: string[], options: Options = {}) {
  const result = await execa(process.execPath, [program, ...args], {
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...options.env },
    ...options,
  });
  const { exitCode, signal } = result;
  return { exitCode, signal, stdout: String(result.stdout), stderr: String(result.stderr) };
}

async function echoed(args: string[]) {
  const { stdout, stderr, exitCode } = await extip(args);
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

describe('what a command gets', { concurrency: true }, () => {
  test('its arguments and options, with the defaults of the shared ones', async () => {
    const { args, options, output } = await echoed(['echo', 'web', '192.0.2.10', '--node', 'k0']);
    assert.deepEqual(args, ['web', '192.0.2.10']);
    assert.equal(output, 'text');
    assert.deepEqual(options, {
      headers: true,
      node: 'k0',
      output: 'text',
      ssh: {},
      dryRun: 'none',
      yes: false,
      force: [],
      fieldManager: 'extip',
      lockTimeout: 20,
      verbose: false,
      color: 'auto',
    });
  });

  test("kubectl's flags, behind and before the command", async () => {
    const { options } = await echoed([
      ...['-n', 'shop', '--context=lab', 'echo', 'web', '-o=json', '--dry-run=server', '-y'],
      ...['--ssh', 'k0=root@192.0.2.1', '--ssh=k2=ssh://ops@[2001:db8::1]:2222'],
      ...['--force', 'machine', '--force', 'pool', '--lock-timeout', '300', '--no-headers', '-A'],
    ]);
    assert.equal(options.namespace, 'shop');
    assert.equal(options.context, 'lab');
    assert.equal(options.output, 'json');
    assert.equal(options.dryRun, 'server');
    assert.equal(options.yes, true);
    assert.deepEqual(options.ssh, { k0: 'root@192.0.2.1', k2: 'ssh://ops@[2001:db8::1]:2222' });
    assert.deepEqual(options.force, ['machine', 'pool']);
    assert.equal(options.lockTimeout, 300);
    assert.equal(options.headers, false);
    assert.equal(options.all, true);
  });
});

test('wrong usage is exit 2, with the nearest name and where the help is', async () => {
  assert.deepEqual(await extip(['echo', 'a', '--nod=k0']), {
    exitCode: 2,
    signal: undefined,
    stdout: '',
    stderr:
      "error: unknown option '--nod=k0'\n" +
      '  help: did you mean --node?\n' +
      "  help: see 'extip echo --help'\n",
  });
});

describe('exit codes and errors', { concurrency: true }, () => {
  test('the code is what the command returns', async () => {
    assert.equal((await extip(['three'])).exitCode, 3);
  });

  test('a refusal is 7, in one line and without a stack', async () => {
    const { exitCode, stdout, stderr } = await extip(['refuse']);
    assert.equal(exitCode, 7);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      'error: 192.0.2.10 is answered by another host\n  help: choose another address\n',
    );
  });

  test('with -v the stack is shown too', async () => {
    assert.match((await extip(['refuse', '-v'])).stderr, /RefusedError: .*\n\s+at /);
  });

  test('but not of wrong usage, which no stack explains', async () => {
    assert.equal(
      (await extip(['three', '-v', '6'])).stderr,
      "error: too many arguments for 'three'. Expected 0 arguments but got 1: 6.\n" +
        "  help: see 'extip three --help'\n",
    );
    const asked = await extip(['ask', '-v']);
    assert.deepEqual([asked.exitCode, /\n\s+at /.test(asked.stderr)], [2, false], asked.stderr);
  });

  test("kubectl's -v=6 is -v", async () => {
    assert.match((await extip(['speak', '-v=6'])).stderr, /^log /m);
  });

  for (const format of ['-ojson', '-o=json', '--output=json', '-Ao json', '-o json']) {
    test(`with ${format} wrong usage is a document too, and nothing else`, async () => {
      const { exitCode, stdout, stderr } = await extip(['echo', ...format.split(' '), '--bad']);
      assert.equal(exitCode, 2);
      assert.equal(stderr, '');
      assert.equal(ErrorDocument.parse(JSON.parse(stdout)).reason, 'unknown-option');
    });
  }

  test('a failure with -o json is one document, with the same exit code', async () => {
    const { exitCode, stdout, stderr } = await extip(['leave', '-o', 'json']);
    assert.equal(stderr, '');
    const document = ErrorDocument.parse(JSON.parse(stdout));
    assert.deepEqual([exitCode, document.exitCode, document.left?.length], [5, 5, 1]);
  });

  test('and with -o yaml', async () => {
    const { exitCode, stdout } = await extip(['refuse', '-o', 'yaml']);
    assert.equal(exitCode, 7);
    assert.match(stdout, /^apiVersion: extip.dev\/v1\nkind: Error\nreason: address-answered\n/);
  });

  for (const name of ['bug', 'late-bug']) {
    test(`a ${name} is 70, with a stack and what to do`, async () => {
      const { exitCode, stdout, stderr } = await extip([name]);
      assert.equal(exitCode, 70);
      assert.equal(stdout, '');
      assert.match(stderr, /^TypeError: .*\n\s+at .*\n(.*\n)*error: this is a bug in extip/);
    });
  }

  test('a bug with -o json is a document, and the stack on stderr', async () => {
    const { exitCode, stdout, stderr } = await extip(['bug', '-o', 'json']);
    assert.equal(exitCode, 70);
    assert.equal(ErrorDocument.parse(JSON.parse(stdout)).reason, 'bug');
    assert.match(stderr, /this is a bug/);
  });

  test('extip alone and --help print the help and exit 0; --version the version', async () => {
    const alone = await extip([]);
    const help = await extip(['--help']);
    assert.deepEqual(alone, help);
    assert.equal(help.exitCode, 0);
    assert.match(help.stdout, /^Usage: extip COMMAND \[options\]\n/);
    assert.match((await extip(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  test('the help of a command: usage, examples, arguments, options by group', async () => {
    const { stdout, exitCode } = await extip(['echo', '--help']);
    assert.equal(exitCode, 0);
    assert.equal(stdout, (await extip(['help', 'echo'])).stdout);
    const headings = stdout.split('\n').filter((line) => /^\S.*:($|.*\[)/.test(line));
    assert.deepEqual(headings, [
      'Usage: extip echo [options] <first> [second]',
      'Examples:',
      'Arguments:',
      'Options:',
      'Cluster options:',
      'Node options:',
      'Change options:',
      'Global options:',
    ]);
  });
});

describe('output', { concurrency: true }, () => {
  test('results go to stdout, everything else to stderr, escapes made visible', async () => {
    const { stdout, stderr } = await extip(['speak']);
    assert.equal(stdout, 'result\n');
    assert.equal(stderr, 'note \\x1b[2J\nwarning: warning \\x1b[2J\ndone: step \\x1b[2J\n');
  });

  test('-v adds the log', async () => {
    assert.match((await extip(['speak', '-v'])).stderr, /^log \\x1b\[2J$/m);
  });

  test('--color=always colours stdout also in a pipe', async () => {
    assert.equal((await extip(['speak', '--color=always'])).stdout, '\x1b[31mresult\x1b[39m\n');
  });

  test('a reader that has seen enough ends the command quietly', async () => {
    const { stdout, stderr, exitCode } = await execa({
      shell: '/bin/bash',
      reject: false,
    })`set -o pipefail; ${process.execPath} ${program} flood | head -n 1`;
    assert.deepEqual([stdout, stderr, exitCode], ['line 0', '', 0]);
  });

  test('a change goes on when nobody reads any more, and its exit code counts', async () => {
    const { stderr, exitCode } = await execa({
      shell: '/bin/bash',
      reject: false,
    })`set -o pipefail; ${process.execPath} ${program} flood-and-change | head -n 1`;
    assert.deepEqual([stderr, exitCode], ['the change is finished', 1]);
  });

  test('a closed stderr is nothing to fail for', async () => {
    const { stdout, exitCode } = await execa({
      shell: '/bin/bash',
      reject: false,
    })`${process.execPath} ${program} speak 2> >(exec true)`;
    assert.deepEqual([stdout, exitCode], ['result', 0]);
  });

  for (const output of ['text', 'json']) {
    test(`a result that cannot be written is a failure, told on stderr: -o ${output}`, async () => {
      const { stderr, exitCode } = await execa({
        shell: '/bin/bash',
        reject: false,
      })`${process.execPath} ${program} echo a -o ${output} > /dev/full`;
      assert.equal(exitCode, 1);
      assert.match(stderr, /^error: the result could not be written to stdout: .*ENOSPC/);
    });
  }
});

describe('questions', () => {
  test('off a terminal a question is an error that names the flag', async () => {
    const confirm = await extip(['ask']);
    assert.equal(confirm.exitCode, 2);
    assert.match(confirm.stderr, /Sure\?\n {2}help: give --yes\n/);
    assert.match((await extip(['select'])).stderr, /Which\?\n {2}help: give --node NODE\n/);
  });
});

describe('signals', { concurrency: true }, () => {
  /** Starts the command and sends the signals, each after the line that shows it is awaited. */
  async function interrupted(name: string, signals: NodeJS.Signals[], args: string[] = []) {
    const child = execa(process.execPath, [program, name, ...args], { reject: false });
    for (const signal of signals) {
      await new Promise<void>((resolve) => child.stderr.once('data', () => resolve()));
      child.kill(signal);
      if (signals.length > 1) setTimeout(() => child.stderr.emit('data', ''), 200);
    }
    const { exitCode, signal, stdout, stderr } = await child;
    return { exitCode, signal, stdout, stderr };
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} ends what listens to the context's signal, with 130`, async () => {
      const { exitCode, stderr } = await interrupted('wait', [signal]);
      assert.equal(exitCode, 130);
      assert.equal(stderr, `waiting\nerror: interrupted by ${signal}`);
    });
  }

  test('a command has the time to roll back', async () => {
    const { exitCode, stderr } = await interrupted('roll-back', ['SIGINT']);
    assert.equal(exitCode, 130);
    assert.match(stderr, /rolled back\nerror: interrupted by SIGINT/);
  });

  test('with -o json it is a document', async () => {
    const { exitCode, stdout } = await interrupted('wait', ['SIGINT'], ['-o', 'json']);
    assert.equal(exitCode, 130);
    assert.equal(ErrorDocument.parse(JSON.parse(stdout)).reason, 'interrupted');
  });

  test('the second one ends what does not listen', async () => {
    const { signal } = await interrupted('stubborn', ['SIGINT', 'SIGTERM']);
    assert.equal(signal, 'SIGTERM');
  });
});

test('the configuration is read when it is asked for, and not before', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'extip-cli-'));
  t.after(() => rm(folder, { recursive: true }));
  const good = join(folder, 'good.yaml');
  await writeFile(good, 'clusters: {lab: {}}');
  const bad = join(folder, 'bad.yaml');
  await writeFile(bad, 'oops');
  await chmod(bad, 0o666);

  assert.equal((await extip(['config', '--config', good])).stdout, 'lab\n');
  assert.equal((await extip(['config'], { env: { EXTIP_CONFIG: good } })).stdout, 'lab\n');
  assert.match((await extip(['config', '--config', bad])).stderr, /can be written by everybody/);
  assert.equal((await extip(['three', '--config', bad])).exitCode, 3);
});
