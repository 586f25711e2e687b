import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { execa } from 'execa';
import { ExplanationDocument } from '../../../src/output/explanation-document.ts';
import type { Lab } from '../../lab/harness.ts';
import { on } from '../observe.ts';
import type { Answer } from './play.ts';

const EXTIP = join(import.meta.dirname, '../../../bin/extip');
const THERE = '/tmp/matrix.tar.gz';

/** Snapshots of a lab, with what was said of it live when they were taken. */
export class Snapshots {
  readonly #folder: string;
  readonly #taken: { what: string; file: string; answers: Answer[] }[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Snapshots> {
    return new Snapshots(await mkdtemp(join(tmpdir(), 'extip-matrix-')));
  }

  async take(lab: Lab, what: string, answers: Answer[]): Promise<void> {
    await on(lab, 'operator', `rm -f ${THERE} && extip snapshot capture ${THERE}`);
    const file = join(this.#folder, `${this.#taken.length}.tar.gz`);
    await copyFile(lab.path('operator', THERE), file);
    this.#taken.push({ what, file, answers });
  }

  /** Asks all of them again, where there is neither cluster nor ssh; `wrong`: what says another thing. */
  async askAgain(): Promise<{ same: number; all: number; wrong: string[] }> {
    const env = { HOME: this.#folder, KUBECONFIG: '/nonexistent', PATH: '/usr/bin:/bin' };
    const wrong: string[] = [];
    let all = 0;
    for (const { what, file, answers } of this.#taken) {
      for (const { args, document } of answers) {
        all++;
        const asked = ['explain', ...args, '--snapshot', file, '-o', 'json'];
        const { stdout } = await execa(process.execPath, [EXTIP, ...asked], {
          env,
          extendEnv: false,
        });
        const again = ExplanationDocument.parse(JSON.parse(stdout));
        if (isDeepStrictEqual(lasting(again), lasting(document))) continue;
        wrong.push(`${what}: ${args.join(' ')}: ${differenceOf(again, document)}`);
      }
    }
    return { same: all - wrong.length, all, wrong };
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * What two looks at one state have in common: all but what counts packets, which go on meanwhile. That is
 * a rule's counters, and in nft's rules their text.
 */
function lasting(document: ExplanationDocument): unknown {
  const text = JSON.stringify(document, (key, value) => (key === 'counters' ? null : value));
  return JSON.parse(text.replaceAll(/\bcounter packets \d+ bytes \d+/g, 'counter'));
}

function differenceOf(again: ExplanationDocument, before: ExplanationDocument): string {
  try {
    assert.deepEqual(lasting(again), lasting(before));
    return '';
  } catch (error) {
    return String(error).slice(0, 2000);
  }
}
