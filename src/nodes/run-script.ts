import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLine } from './plain-line.ts';
import type { Reach } from './reach.ts';
import { MAX_OUTPUT_BYTES, type ProcessOptions, runProcess } from './run-process.ts';
import { renderScript, type Script } from './script.ts';
import { explainSshFailure, sshSaid } from './ssh-errors.ts';
import { parseTranscript, type Section } from './transcript.ts';

export interface ScriptRun {
  status: 'ok' | 'unreachable' | 'denied' | 'failed';
  /** Why it is not `ok`: what was tried, on which target and what came back, in one line. */
  message?: string;
  sections: Map<string, Section>;
  /** The script's first frame was seen: from then on it may have done something. */
  started: boolean;
  /** It is certain that the body of the script did not run. */
  neverRan: boolean;
}

export interface RunOptions extends Partial<ProcessOptions> {
  log?: (line: string) => void;
  /** Told when the script is on its way. */
  onSent?: () => void;
}

const MAX_TRIES = 6;

/** Runs one script on a node. Never throws for what the node or the way to it does. */
export async function runScript(
  reach: Reach,
  script: Script,
  options: RunOptions = {},
): Promise<ScriptRun> {
  for (let attempt = 1; ; attempt++) {
    const began = performance.now();
    const { run, dropped } = await runOnce(reach, script, options);
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    options.log?.(
      `${reach.node}: ${reach.description}: ${run.status} in ${seconds} s${run.message ? `: ${run.message}` : ''}`,
    );
    if (!dropped || attempt === MAX_TRIES) return run;
    await sleep(attempt * (200 + 600 * Math.random()));
  }
}

async function runOnce(
  reach: Reach,
  script: Script,
  { timeoutSeconds = 60, maxBytes = MAX_OUTPUT_BYTES, endsWithUs, onSent }: RunOptions,
): Promise<{ run: ScriptRun; dropped: boolean }> {
  const marker = `extip-${randomBytes(16).toString('hex')}`;
  const running = runProcess(reach.argv, renderScript(script, marker), {
    timeoutSeconds,
    maxBytes,
    endsWithUs,
  });
  onSent?.();
  const { stdout, stderr, ...end } = await running;
  const transcript = parseTranscript(stdout, stderr, marker);
  const { sections, started } = transcript;
  const how = [end.how, sshSaid(transcript.lastWords)].filter((part) => part !== '').join(', ');
  const ended = (status: ScriptRun['status'], why?: string, neverRan = false) => ({
    run: {
      status,
      ...(why && { message: `${why}; reached by ${reach.description}` }),
      sections,
      started,
      neverRan,
    },
    dropped: false,
  });

  if (transcript.finished) return ended('ok');
  const sudo = sections.get('sudo');
  if (script.privilege === 'require' && sudo && sudo.exitCode !== 0) {
    const said = lastLine(sudo.stderr) || `exit ${sudo.exitCode}`;
    return ended('denied', `needs root there, and \`sudo -n sh\` was refused: ${said}`, true);
  }
  if (end.outputTooLong) {
    return ended('failed', `answered more than ${maxBytes / 1024 / 1024} MB`);
  }
  const where =
    transcript.unfinished === null
      ? `after section ${[...sections.keys()].at(-1)}`
      : `in section ${transcript.unfinished}`;
  if (end.timedOut) {
    return started
      ? ended('failed', `no end within ${timeoutSeconds} s, ${where}`)
      : ended('unreachable', `no answer within ${timeoutSeconds} s`);
  }
  if (started) {
    return ended('failed', `the connection ended ${where}: ${how}`);
  }
  if (reach.target !== undefined && end.exitCode === 255) {
    const failure = explainSshFailure(reach.target, stderr.toString());
    return {
      ...ended(failure.status, failure.message, failure.beforeLogin),
      dropped: failure.dropped,
    };
  }
  const what = `${reach.argv[0]} did not start the script: ${how}`;
  return ended('unreachable', what, !end.spawned);
}
