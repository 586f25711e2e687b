import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Reach } from '../../src/nodes/reach.ts';
import { runScript } from '../../src/nodes/run-script.ts';
import { renderScript, type Script } from '../../src/nodes/script.ts';
import { NO_SEGMENT } from './segment.ts';
import { createShells } from './shells.ts';

const shells = createShells();
const directory = mkdtempSync(join(tmpdir(), 'extip-run-'));
after(() => {
  shells.remove();
  rmSync(directory, { recursive: true });
});

/** A way that is a command, as the configuration may name one; `sh -s` is added to it. */
function through(...prefix: string[]): Reach {
  return { node: 'k0', argv: [...prefix, 'sh', '-s'], description: `${prefix.join(' ')} (test)` };
}

const reading = (body: string): Script => ({ privilege: 'none', body });
const LOCAL = through('env');

for (const [name, path] of Object.entries(shells.paths)) {
  const reach = through('env', `PATH=${path}:${process.env.PATH}`);

  test(`${name}: each section has its output, standard error and exit code`, async () => {
    const { status, sections } = await runScript(
      reach,
      reading(`both() { printf 'no newline'; echo oops >&2; return 3; }
section both both
section words printf '%s|' 'a b' "it's" '$HOME'
section missing no-such-program`),
    );
    assert.equal(status, 'ok');
    const { stdout, stderr, exitCode } = sections.get('both') ?? {};
    assert.deepEqual([stdout, stderr, exitCode], ['no newline', 'oops\n', 3]);
    assert.equal(sections.get('words')?.stdout, "a b|it's|$HOME|");
    assert.equal(sections.get('missing')?.exitCode, 127);
  });

  test(`${name}: a section cannot eat the script, which comes on standard input`, async () => {
    const { sections } = await runScript(reach, reading('section eat cat\nsection next echo here'));
    assert.equal(sections.get('eat')?.stdout, '');
    assert.equal(sections.get('next')?.stdout, 'here\n');
  });

  test(`${name}: a command that hangs is ended on the node`, async () => {
    const { status, sections } = await runScript(reach, reading('section hang bounded 1 sleep 30'));
    assert.equal(status, 'ok');
    assert.notEqual(sections.get('hang')?.exitCode, 0);
  });

  test(`${name}: a script that arrives cut short does nothing at all`, () => {
    const file = join(directory, `touched-by-${name}`);
    const script = renderScript(reading(`section touch touch ${file}`), 'extip-mark');
    const env = { ...process.env, PATH: `${path}:${process.env.PATH}` };
    for (let length = 0; length < script.length - 1; length += 97) {
      spawnSync('sh', ['-s'], { input: script.slice(0, length), env });
    }
    const withoutCall = script.slice(0, script.lastIndexOf('extip_main'));
    spawnSync('sh', ['-s'], { input: withoutCall, env });
    assert.equal(existsSync(file), false);
    spawnSync('sh', ['-s'], { input: script, env });
    assert.equal(existsSync(file), true);
  });
}

test('system folders are on the PATH and messages in English, whatever the login has', async () => {
  const reach = through('env', 'PATH=/usr/bin:/bin', 'LC_ALL=de_DE.UTF-8');
  const { sections } = await runScript(reach, reading(`section env sh -c 'echo "$PATH $LC_ALL"'`));
  assert.match(sections.get('env')?.stdout ?? '', /^\/usr\/bin:\/bin:\/usr\/sbin:\/sbin:.* C\n$/);
});

test('a login that prints a banner, on both streams, is no obstacle', async () => {
  const banner = 'echo Welcome; printf "*** no newline ***"; echo Authorized only >&2; exec "$@"';
  const run = await runScript(through('sh', '-c', banner, 'sh'), reading('section one echo 1'));
  assert.equal(run.status, 'ok');
  assert.equal(run.sections.get('one')?.stdout, '1\n');
});

test('bytes that are not UTF-8 are replaced', async () => {
  const { sections } = await runScript(LOCAL, reading("section raw printf 'a\\377b'"));
  assert.equal(sections.get('raw')?.stdout, 'a\uFFFDb');
});

/** The first lines of each frame and section, as far as the connection lasts. */
const CUTS: [lines: number, where: string][] = [
  [8, 'in section first'],
  [9, 'after section first'],
  [11, 'in section second'],
];

for (const [lines, where] of CUTS) {
  test(`a connection that ends ${where}: failed, and said so`, async () => {
    const { status, message, started, neverRan } = await runScript(
      through('sh', '-c', `"$@" | head -n ${lines}; echo broken pipe >&2; exit 255`, 'sh'),
      reading('section first echo 1\nsection second echo 2\nsection third echo 3'),
    );
    assert.equal(status, 'failed');
    assert.ok(
      message?.startsWith(`the connection ended ${where}: exit 255, broken pipe;`),
      message,
    );
    assert.deepEqual({ started, neverRan }, { started: true, neverRan: false });
  });
}

test('no end within the time: failed, and what runs here is ended', async () => {
  const file = join(directory, 'late');
  const body = `late() { sleep 2; touch ${file}; }\nsection before true\nsection late late`;
  const { status, message } = await runScript(LOCAL, reading(body), { timeoutSeconds: 1 });
  assert.equal(status, 'failed');
  assert.match(message ?? '', /no end within 1 s, in section late/);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(existsSync(file), false);
});

test('more than 64 MB is not taken', async () => {
  const { status, message } = await runScript(
    LOCAL,
    reading('section flood head -c 80000000 /dev/zero'),
  );
  assert.equal(status, 'failed');
  assert.match(message ?? '', /more than 64 MB/);
});

test('a command that is not there: unreachable, and certainly nothing was done', async () => {
  const run = await runScript(through('no-such-wrapper'), reading('section one true'));
  assert.equal(run.status, 'unreachable');
  assert.equal(run.neverRan, true);
  assert.match(run.message ?? '', /no-such-wrapper did not start the script: ENOENT/);
});

test('a wrapper that fails: its own words are in the message, without escapes', async () => {
  const failing = through('sh', '-c', 'printf "\\033[31mno such container\\n" >&2; exit 1', 'sh');
  const run = await runScript(failing, reading('section one true'));
  assert.match(run.message ?? '', /^sh did not start the script: exit 1, no such container;/);
});

test('it runs in a process group of its own, which a Ctrl-C does not reach', async () => {
  const group = (stat: string) => stat.split(' ')[4];
  const { sections } = await runScript(LOCAL, reading('section stat cat /proc/self/stat'));
  const ours = group(readFileSync('/proc/self/stat', 'utf8'));
  assert.notEqual(group(sections.get('stat')?.stdout ?? ''), ours);
});

test('the log says the way, the result and how long it took', async () => {
  const lines: string[] = [];
  await runScript(LOCAL, reading('section one true'), { log: (line) => lines.push(line) });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^k0: env \(test\): ok in \d+\.\d\d s$/);
});

/** Stands in for an sshd at MaxStartups, which drops by a random choice. */
function droppedTimes(times: number, said: string): Reach {
  const count = mkdtempSync(join(directory, 'dropped-'));
  const sshd = `n=$(ls "$1" | wc -l); : >"$1/$n"
if [ "$n" -lt ${times} ]; then echo '${said}' >&2; exit 255; fi
shift; exec "$@"`;
  const argv = ['sh', '-c', sshd, 'sh', count, 'sh', '-s'];
  return { node: 'k0', argv, description: 'k0 (test)', target: 'k0' };
}

test('a connection dropped before the login is tried again', async () => {
  const reach = droppedTimes(2, 'kex_exchange_identification: Connection closed by remote host');
  const log: string[] = [];
  const run = await runScript(reach, reading('section one echo 1'), {
    log: (line) => log.push(line),
  });
  assert.equal(run.status, 'ok');
  assert.equal(log.length, 3);
});

test('one dropped after the login is not', async () => {
  const reach = droppedTimes(1, 'Authenticated to k0\nConnection closed by 10.1.0.180 port 22');
  const run = await runScript(reach, reading('section one echo 1'));
  assert.equal(run.status, 'unreachable');
  assert.equal(run.neverRan, false);
});

test('without root: what reads goes on, what changes is denied and does not run', {
  skip: NO_SEGMENT,
}, async () => {
  // A folder that the user may enter, for the file that must not appear.
  const file = join(
    execFileSync('mktemp', ['-d', '/tmp/extip-open-XXXXXX'], { encoding: 'utf8' }).trim(),
    'x',
  );
  execFileSync('chmod', ['777', join(file, '..')]);
  const nobody = through('setpriv', '--reuid=nobody', '--clear-groups');
  const body = `section uid id -u\nsection touch touch ${file}`;
  const changing = await runScript(nobody, { privilege: 'require', body });
  assert.equal(changing.status, 'denied');
  assert.match(changing.message ?? '', /needs root there, and `sudo -n sh` was refused: sudo: /);
  assert.equal(changing.neverRan, true);
  assert.equal(existsSync(file), false);

  const reader = await runScript(nobody, { privilege: 'prefer', body: 'section uid id -u' });
  assert.equal(reader.status, 'ok');
  assert.notEqual(reader.sections.get('uid')?.stdout, '0\n');
  rmSync(join(file, '..'), { recursive: true });
});
