import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { ExplanationDocument } from '../../../src/output/explanation-document.ts';
import type { Lab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';
import { on } from '../observe.ts';
import { askFrom } from './ask.ts';
import { anyOne, type Fate, fateSaid, ONE_OF_ALL } from './fate.ts';
import type { Asker, Ground } from './ground.ts';
import type { Situation } from './situation.ts';

/** What was to be seen, what was seen and what was said, of one asker. */
export interface Played {
  host: string;
  expected: Fate;
  seen: Fate;
  said: Fate;
}

/** An answer of `extip explain ARGS`. */
export interface Answer {
  args: string[];
  /** The asker's of that name; empty: of all. */
  from: readonly string[];
  document: ExplanationDocument;
}

/** kube-proxy and Calico's agent need about a second, on a busy machine more. */
const SECONDS = 30;

/** While kube-proxy is behind the API askers may see the same already, for another reason. */
const BEHIND = ['rules-stale', 'rules-missing'];

/** Every pod answers with its name. */
export async function namePods(lab: Lab, { pods }: Ground): Promise<void> {
  for (const name of pods.values()) {
    await writeFile(lab.path(name, '/var/www/lab/index.html'), `${name}\n`);
  }
}

/**
 * Makes the situation, waits until every asker sees what is to be seen, has explain say what they see,
 * does what `whileSo` does, and undoes it.
 */
export async function play(
  lab: Lab,
  ground: Ground,
  situation: Situation,
  whileSo: (answers: Answer[]) => Promise<void> = async () => {},
): Promise<Played[]> {
  const { make, undo, until, sees, observed, toClusterIp = false, unknown = [] } = situation;
  const ip = toClusterIp ? ground.clusterIp : ground.ip;
  const askers = ground.askers.filter(
    ({ host, origin }) => !unknown.includes(host) && (!toClusterIp || origin !== 'external'),
  );
  for (const [host, command] of make) await on(lab, host, command);
  try {
    if (until) await waitFor(situation.what, () => on(lab, ...until), SECONDS);
    const expected = askers.map(({ host }) => sees[host] ?? 'all');
    const isSticky = expected.includes(ONE_OF_ALL);
    const seen = await lookUntil(expected, () =>
      Promise.all(askers.map(({ host }) => askFrom(lab, host, { ip, ground, isSticky }))),
    );
    const answers = await waitFor(
      `rules as the API has it: ${situation.what}`,
      async () => {
        const found = await askExplain(lab, ground, askers, toClusterIp);
        const codes = found.flatMap(({ document }) => document.observations.map((it) => it.code));
        assert.ok(!codes.some((code) => BEHIND.includes(code)), codes.join());
        return found;
      },
      SECONDS,
    );
    const said = askers.map((asker, at) =>
      saidOf(asker, answers, { ip, ground, seen: seen[at] ?? '' }),
    );
    await whileSo(answers);
    const [whole] = answers;
    const codes = whole?.document.observations.map(({ code }) => code) ?? [];
    if (observed !== undefined) assert.ok(codes.includes(observed), codes.join());
    return askers.map(({ host }, at) => ({
      host,
      expected: expected[at] ?? '',
      seen: anyOne(seen[at] ?? ''),
      said: anyOne(said[at] ?? ''),
    }));
  } finally {
    for (const [host, command] of undo) await on(lab, host, command);
  }
}

/** What is seen at last, where it does not come to what is to be seen. */
async function lookUntil(expected: Fate[], look: () => Promise<Fate[]>): Promise<Fate[]> {
  const deadline = Date.now() + SECONDS * 1000;
  for (;;) {
    const seen = await look();
    if (seen.map(anyOne).join() === expected.join() || Date.now() > deadline) return seen;
  }
}

/** Of the whole Service, and of each asker that it cannot know of. */
async function askExplain(
  lab: Lab,
  { service }: Ground,
  askers: readonly Asker[],
  toClusterIp: boolean,
): Promise<Answer[]> {
  const flags: string[][] = [
    [],
    ...askers.map(({ from }) => from).filter((from) => from.length > 0),
  ];
  return Promise.all(
    flags.map(async (from) => {
      const args = ['svc', service, ...(toClusterIp ? ['--cluster-ip'] : []), ...from];
      const { stdout, stderr, exitCode } = await lab.extip('explain', ...args, '-o', 'json');
      assert.equal(exitCode, 0, stderr);
      return { args, from, document: ExplanationDocument.parse(JSON.parse(stdout)) };
    }),
  );
}

function saidOf(
  asker: Asker,
  answers: readonly Answer[],
  { ip, ground, seen }: { ip: string; ground: Ground; seen: Fate },
): Fate {
  const { origin, node, from } = asker;
  const document = answers.find((answer) => answer.from.join() === from.join())?.document;
  const flow = document?.flows.find(
    (it) =>
      it.origin === origin &&
      it.packet.destination === ip &&
      (node === undefined ? it.holder === true || it.node === null : it.nodes.includes(node)),
  );
  return flow && document ? fateSaid(flow, document, { ground, seen }) : 'no such flow';
}
