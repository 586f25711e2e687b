import { randomUUID } from 'node:crypto';
import type { Right } from '../calico/rights.ts';
import { FailedError } from '../errors.ts';
import { lastLine, plainLine } from '../nodes/plain-line.ts';
import type { Reach } from '../nodes/reach.ts';
import { type RunOptions, runScript } from '../nodes/run-script.ts';
import type { Script } from '../nodes/script.ts';
import { type NodeAccess, type NodeUndo, nodeProgram } from './node-program.ts';
import { armScript, checkScript, disarmScript, lookScript } from './node-scripts.ts';
import { fired, type Watchdog } from './watchdog.ts';

export interface NodeOrder extends NodeAccess, NodeUndo {}

type Options = Pick<RunOptions, 'log'>;

/**
 * Why a node that serves the API could not undo a change by itself, with nobody reaching it; null: it could.
 * Requests are made as it would make them, and it is asked for the rights that the undo needs.
 */
export async function whyNotOnNode(
  reach: Reach,
  access: NodeAccess,
  rights: readonly Right[],
  options: Options = {},
): Promise<string | null> {
  const answer = await ask(reach, checkScript(access, rights), options);
  return answer.word === 'ok' ? null : obstacle(answer, access);
}

/**
 * Starts a process on the node that carries the undo out once the seconds are over, unless it is disarmed
 * before. Throws FailedError `watchdog-not-armed` with what is missing.
 */
export async function armNode(
  reach: Reach,
  { undo, seconds, hold, ...access }: NodeOrder,
  options: Options = {},
): Promise<Watchdog> {
  const name = `watchdog-${randomUUID()}`;
  const where = `node ${reach.node}`;
  const program = nodeProgram({ undo, seconds, hold }, access);
  const answer = await ask(reach, armScript(name, program, access), options);
  // Where the session's end takes along what it started (KillUserProcesses, logind.conf(5)), only a
  // second look tells.
  const later = answer.word === 'armed' ? await ask(reach, lookScript(name), options) : answer;
  if (later.word !== 'alive') {
    throw new FailedError(`no watchdog on ${where}: ${obstacle(later, access)}`, {
      reason: 'watchdog-not-armed',
      object: `node/${reach.node}`,
      nothingChanged: true,
    });
  }
  return {
    where,
    async disarm() {
      const { word, said } = await ask(reach, disarmScript(name), options);
      if (word === 'disarmed') return;
      const why = `it was not disarmed within ${seconds} s`;
      if (word === 'fired') throw fired({ where }, why, 'what was done is being taken back');
      if (word === 'gone') {
        throw fired({ where }, `${why}, or the node was restarted`, 'what was done is taken back');
      }
      throw new FailedError(
        `the watchdog on ${where} could not be disarmed: ${said || word}; it takes back what was done`,
        { reason: 'watchdog-not-disarmed', object: `node/${reach.node}` },
      );
    },
  };
}

interface Answer {
  /** What the script says, else `failed`. */
  word: string;
  said: string;
}

async function ask(reach: Reach, script: Script, options: Options): Promise<Answer> {
  const run = await runScript(reach, script, options);
  const section = run.sections.get('watchdog');
  if (!section) return { word: 'failed', said: run.message ?? run.status };
  const [, word = '', said = ''] = /^(\S*) ?(.*)/s.exec(section.stdout) ?? [];
  return { word: word || 'failed', said: plainLine(said) || lastLine(section.stderr) };
}

function obstacle({ word, said }: Answer, { adminKubeconfig, server }: NodeAccess): string {
  switch (word) {
    case 'no-kubectl':
      return 'there is no kubectl';
    case 'no-kubeconfig':
      return `there is no ${adminKubeconfig}`;
    case 'refused':
      return `a request with ${adminKubeconfig} to ${server} fails: ${said}`;
    case 'not-allowed':
      return `${adminKubeconfig} may not ${said}`;
    case 'no-folder':
      return `it has no place in /run: ${said}`;
    case 'not-started':
    case 'gone':
      return 'what is started there does not outlive the session';
  }
  return said || word;
}
