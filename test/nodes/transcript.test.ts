import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTranscript } from '../../src/nodes/transcript.ts';

const MARK = 'extip-0123456789abcdef';

/** A stream as the script writes it. */
function stream(...parts: string[]): string {
  return parts.map((part) => part.replaceAll('@', `\n${MARK} `)).join('');
}

test('sections with their own output, standard error and exit code', () => {
  const transcript = parseTranscript(
    stream('@begin a\nout\n@end 0\n@begin b\n@end 3\n@complete\n'),
    stream('@begin a\n@end 0\n@begin b\nno such file\n@end 3\n@complete\n'),
    MARK,
  );
  assert.deepEqual(Object.fromEntries(transcript.sections), {
    a: { stdout: 'out\n', stderr: '', exitCode: 0 },
    b: { stdout: '', stderr: 'no such file\n', exitCode: 3 },
  });
  assert.equal(transcript.finished, true);
});

test('a banner before, and text that looks like a frame, are no frames', () => {
  const text = 'extip-ffff begin x\nbegin y\n';
  const transcript = parseTranscript(
    stream('Welcome to k0\n*** maintenance ***', '@begin a\n', text, '@end 0\n@complete\n'),
    stream('Authorized use only\n', '@begin a\n@end 0\n@complete\n'),
    MARK,
  );
  assert.deepEqual([...transcript.sections.keys()], ['a']);
  assert.equal(transcript.sections.get('a')?.stdout, text);
  assert.equal(transcript.sections.get('a')?.stderr, '');
});

test('the name of a section may hold blanks: a file that somebody put there', () => {
  const { sections } = parseTranscript(stream('@begin record my file.json\n{}@end 0\n'), '', MARK);
  assert.deepEqual([...sections.keys()], ['record my file.json']);
});

test('a connection that dies leaves the section unfinished', () => {
  const transcript = parseTranscript(stream('@begin a\n@end 0\n@begin b\nhal'), '', MARK);
  assert.equal(transcript.started, true);
  assert.equal(transcript.finished, false);
  assert.equal(transcript.unfinished, 'b');
  assert.deepEqual([...transcript.sections.keys()], ['a']);
});

test('nothing of ours: not started', () => {
  const transcript = parseTranscript('bash: sh: not found\n', '', MARK);
  assert.equal(transcript.started, false);
});

test('a terminal in between turns \\n into \\r\\n', () => {
  const { sections, finished } = parseTranscript(
    stream('@begin a\nout\n@end 0\n@complete\n').replaceAll('\n', '\r\n'),
    '',
    MARK,
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
      const { sections } = parseTranscript(write(0), write(1), MARK);
      assert.deepEqual(
        [...sections.values()],
        given.map(([stdout, stderr, exitCode]) => ({ stdout, stderr, exitCode })),
      );
    }),
  );
});
