import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTranscript, type Section } from '../../src/nodes/transcript.ts';

const MARK = 'extip-0123456789abcdef';

function parse(stdout: string, stderr: string) {
  return parseTranscript(Buffer.from(stdout), Buffer.from(stderr), MARK);
}

function printed(sections: Map<string, Section>) {
  return [...sections].map(([name, { stdout, stderr, exitCode }]) => ({
    name,
    stdout,
    stderr,
    exitCode,
  }));
}

/** A stream as the script writes it. */
function stream(...parts: string[]): string {
  return parts.map((part) => part.replaceAll('@', `\n${MARK} `)).join('');
}

test('sections with their own output, standard error and exit code', () => {
  const transcript = parse(
    stream('@begin a\nout\n@end 0\n@begin b\n@end 3\n@complete\n'),
    stream('@begin a\n@end 0\n@begin b\nno such file\n@end 3\n@complete\n'),
  );
  assert.deepEqual(printed(transcript.sections), [
    { name: 'a', stdout: 'out\n', stderr: '', exitCode: 0 },
    { name: 'b', stdout: '', stderr: 'no such file\n', exitCode: 3 },
  ]);
  assert.equal(transcript.finished, true);
});

test('a banner before, and text that looks like a frame, are no frames', () => {
  const text = 'extip-ffff begin x\nbegin y\n';
  const transcript = parse(
    stream('Welcome to k0\n*** maintenance ***', '@begin a\n', text, '@end 0\n@complete\n'),
    stream('Authorized use only\n', '@begin a\n@end 0\n@complete\n'),
  );
  assert.deepEqual([...transcript.sections.keys()], ['a']);
  assert.equal(transcript.sections.get('a')?.stdout, text);
  assert.equal(transcript.sections.get('a')?.stderr, '');
});

test('the name of a section may hold blanks: a file that somebody put there', () => {
  const { sections } = parse(stream('@begin record my file.json\n{}@end 0\n'), '');
  assert.deepEqual([...sections.keys()], ['record my file.json']);
});

test('a connection that dies leaves the section unfinished', () => {
  const transcript = parse(stream('@begin a\n@end 0\n@begin b\nhal'), '');
  assert.equal(transcript.started, true);
  assert.equal(transcript.finished, false);
  assert.equal(transcript.unfinished, 'b');
  assert.deepEqual([...transcript.sections.keys()], ['a']);
});

test('nothing of ours: not started', () => {
  const transcript = parse('bash: sh: not found\n', '');
  assert.equal(transcript.started, false);
});

test('a terminal in between turns \\n into \\r\\n', () => {
  const { sections, finished } = parse(
    stream('@begin a\nout\n@end 0\n@complete\n').replaceAll('\n', '\r\n'),
    '',
  );
  assert.equal(sections.get('a')?.exitCode, 0);
  assert.equal(finished, true);
});

test('any output of sections comes back as it was', () => {
  const text = fc.string({
    unit: fc.constantFrom('\n', ' ', 'begin', 'end 0', 'done', 'extip-', '\r'),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, fc.nat(255))), (given) => {
      const write = (column: 0 | 1) =>
        stream(
          given
            .map((row, i) => stream(`@begin s${i}\n`) + row[column] + stream(`@end ${row[2]}\n`))
            .join(''),
          '@complete\n',
        );
      const { sections } = parse(write(0), write(1));
      assert.deepEqual(
        printed(sections),
        given.map(([stdout, stderr, exitCode], i) => ({ name: `s${i}`, stdout, stderr, exitCode })),
      );
    }),
  );
});
