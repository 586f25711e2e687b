import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Lab } from '../../lab/harness.ts';
import {
  type Backend,
  MARK_INTERFACE,
  type Objects,
  ON_K2,
  replaceObjects,
  sendAll,
  waitForRule,
} from './ground.ts';
import { judged } from './judged.ts';
import { type World, worlds } from './worlds.ts';

/** How often evaluator and agent agreed, and where they did not. */
export interface Comparison {
  agreed: number;
  unknown: number;
  disagreed: string[];
  /** Which packets got past the agent. */
  seen: boolean[];
}

/** The worlds of this seed, always the same. */
export function worldsOf(seed: number, count: number): World[] {
  return fc.sample(worlds, { seed, numRuns: count });
}

/** Sends a world's packets through k0, and holds what the evaluator says against what became of them. */
export async function compare(
  lab: Lab,
  world: World,
  backend: Backend = ON_K2,
): Promise<Comparison> {
  const objects = marked(world.objects);
  await replaceObjects(lab, objects);
  await waitForRule(lab, MARK);
  const verdicts = judged(objects, world.probes, backend);
  let seen = await sendAll(lab, world.probes);
  const differ = () =>
    verdicts.flatMap(({ outcome }, index) =>
      outcome !== 'unknown' && (outcome === 'allowed') !== seen[index] ? [index] : [],
    );
  if (differ().length > 0) {
    // The agent may not have been done.
    await sleep(1500);
    seen = await sendAll(lab, world.probes);
  }
  const unknown = verdicts.filter(({ outcome }) => outcome === 'unknown').length;
  const disagreed = differ().map((index) => {
    const { outcome, reason } = verdicts[index] as (typeof verdicts)[number];
    const fate = seen[index] ? 'got through' : 'was dropped';
    return `${JSON.stringify(world.probes[index])} ${fate}, but ${outcome}: ${reason}\n${JSON.stringify(objects, null, 1)}`;
  });
  return { agreed: verdicts.length - unknown - disagreed.length, unknown, disagreed, seen };
}

const MARK = '198.51.100.7/32';

/**
 * With an endpoint and a policy by which one sees that the agent has all of it: they come last, and are of
 * an interface that nothing goes through.
 */
function marked(objects: Objects): Objects {
  return {
    ...objects,
    hostendpoints: [
      ...(objects.hostendpoints ?? []),
      {
        metadata: { name: 'zz-mark', labels: { mark: 'true' } },
        spec: { node: 'k0', interfaceName: MARK_INTERFACE },
      },
    ],
    globalnetworkpolicies: [
      ...(objects.globalnetworkpolicies ?? []),
      {
        metadata: { name: 'zz-mark' },
        spec: {
          selector: "mark == 'true'",
          types: ['Egress'],
          order: 9,
          egress: [{ action: 'Deny', protocol: 'UDP', destination: { nets: [MARK] } }],
        },
      },
    ],
  };
}
