import { LF } from './byte-lines.ts';

/** What one section of a script printed, and how it ended. */
export interface Section {
  readonly stdout: string;
  /** The same as it came, for what may be large or is to be kept. */
  readonly bytes: Buffer;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Transcript {
  /** The script's first frame was seen: the node's shell runs it. */
  started: boolean;
  /** The script came to its end. */
  finished: boolean;
  sections: Map<string, Section>;
  /** The section that began and did not end. */
  unfinished: string | null;
  /** What came on standard error after the last frame: ssh's own words, where it failed. */
  lastWords: string;
}

interface Frame {
  /** `begin NAME`, `end CODE` or `complete`. */
  word: string;
  argument: string;
  /** What follows the frame, up to the next one. */
  bytes: Buffer;
}

/**
 * Takes the two streams of a script apart. Only lines that carry the run's own marker count, so
 * neither a banner of the login shell nor a section's text is ever taken for a frame. Nothing is
 * copied: a section is a part of the stream.
 */
export function parseTranscript(stdout: Buffer, stderr: Buffer, marker: string): Transcript {
  const frames = splitFrames(stdout, marker);
  const errorFrames = splitFrames(stderr, marker);
  const errors = new Map(
    errorFrames
      .filter((frame) => frame.word === 'begin')
      .map((frame) => [frame.argument, frame.bytes]),
  );
  const sections = new Map<string, Section>();
  let open: Frame | null = null;
  for (const frame of frames) {
    if (frame.word === 'begin') open = frame;
    if (frame.word === 'end' && open) {
      const said = errors.get(open.argument)?.toString() ?? '';
      sections.set(open.argument, section(open.bytes, said, Number(frame.argument)));
      open = null;
    }
  }
  return {
    started: frames.length > 0,
    finished: frames.some((frame) => frame.word === 'complete'),
    sections,
    unfinished: open?.argument ?? null,
    lastWords: (errorFrames.at(-1)?.bytes ?? stderr).toString(),
  };
}

/** The text is made only where somebody reads it; bytes that are no UTF-8 are replaced in it. */
export function section(bytes: Buffer, stderr: string, exitCode: number): Section {
  return {
    bytes,
    stderr,
    exitCode,
    get stdout() {
      return bytes.toString();
    },
  };
}

function splitFrames(stream: Buffer, marker: string): Frame[] {
  const needle = Buffer.from(`\n${marker} `);
  const frames: Frame[] = [];
  for (let at = stream.indexOf(needle); at >= 0; ) {
    const from = at + needle.length;
    const next = stream.indexOf(needle, from);
    frames.push(readFrame(stream.subarray(from, next < 0 ? stream.length : next)));
    at = next;
  }
  return frames;
}

function readFrame(part: Buffer): Frame {
  const found = part.indexOf(LF);
  const end = found < 0 ? part.length : found;
  const [word = '', ...rest] = part.toString('utf8', 0, end).trimEnd().split(' ');
  return { word, argument: rest.join(' '), bytes: part.subarray(end + 1) };
}
