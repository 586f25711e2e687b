/** What one section of a script printed, and how it ended. */
export interface Section {
  stdout: string;
  stderr: string;
  exitCode: number;
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
  text: string;
}

/**
 * Takes the two streams of a script apart. Only lines that carry the run's own marker count, so
 * neither a banner of the login shell nor a section's text is ever taken for a frame.
 */
export function parseTranscript(stdout: string, stderr: string, marker: string): Transcript {
  const frames = splitFrames(stdout, marker);
  const errorFrames = splitFrames(stderr, marker);
  const errors = new Map(
    errorFrames
      .filter((frame) => frame.word === 'begin')
      .map((frame) => [frame.argument, frame.text]),
  );
  const sections = new Map<string, Section>();
  let open: Frame | null = null;
  for (const frame of frames) {
    if (frame.word === 'begin') open = frame;
    if (frame.word === 'end' && open) {
      sections.set(open.argument, {
        stdout: open.text,
        stderr: errors.get(open.argument) ?? '',
        exitCode: Number(frame.argument),
      });
      open = null;
    }
  }
  return {
    started: frames.length > 0,
    finished: frames.some((frame) => frame.word === 'complete'),
    sections,
    unfinished: open?.argument ?? null,
    lastWords: errorFrames.at(-1)?.text ?? stderr,
  };
}

function splitFrames(stream: string, marker: string): Frame[] {
  const [, ...parts] = stream.split(`\n${marker} `);
  return parts.map((part) => {
    const end = part.includes('\n') ? part.indexOf('\n') : part.length;
    const [word = '', ...rest] = part.slice(0, end).trimEnd().split(' ');
    return { word, argument: rest.join(' '), text: part.slice(end + 1) };
  });
}
