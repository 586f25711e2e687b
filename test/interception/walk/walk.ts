import assert from 'node:assert/strict';
import { list } from '../../commands/extip.ts';
import { on, SCRUB_RESTORE } from '../../commands/observe.ts';
import { type Lab, startLab } from '../../lab/harness.ts';
import { type Interception, intercept } from '../intercept.ts';
import type { Verdict } from '../point.ts';
import { handMoves, MANIFESTS, type MadeByHand } from './by-hand.ts';
import { mend } from './mend.ts';
import { describeMove, type Move, NODES, SERVICES } from './moves.ts';
import { look, type Seen } from './seen.ts';

/** A lab on which a walk goes, with neighbours made by hand. */
export interface WalkGround {
  lab: Lab;
  interception: Interception;
  close(): Promise<void>;
}

/** Made by hand before each sequence, and there after it. */
const NEIGHBOURS = {
  externalIPs: ['svc-test-1 20.1.0.201', 'svc-test-2 20.1.0.202'],
  addresses: ['k0 20.1.0.210'],
};

export async function startWalkGround(): Promise<WalkGround> {
  const lab = await startLab('s2');
  const interception = await intercept(lab);
  await scrub(lab);
  return {
    lab,
    interception,
    async close() {
      await interception.close();
      await lab.down();
    },
  };
}

/**
 * Plays the moves on a clean ground; then what `list` names must bring everything to rest, and once
 * the rest is released, there must be what persons made, and nothing else.
 */
export async function walk(ground: WalkGround, moves: readonly Move[]): Promise<void> {
  const { lab, interception } = ground;
  const made: MadeByHand = {
    externalIPs: new Set(NEIGHBOURS.externalIPs),
    addresses: new Set(NEIGHBOURS.addresses),
  };
  const passed: string[] = [];
  try {
    for (const move of moves) {
      passed.push(describeMove(move));
      const seen = await look(lab);
      if (move.type === 'by hand') await handMoves[move.what]({ ...move, lab, seen, made });
      else passed.push(`  → ${await run(ground, move, seen)}`);
    }
    passed.push('mend');
    await mend(interception);
    mustBeThere(await look(lab), made);
    passed.push('release');
    await releaseAll(interception);
    mustBeAll(await look(lab), made);
  } catch (error) {
    throw new Error(`${passed.join('\n')}\n${(error as Error).message}`, { cause: error });
  } finally {
    await scrub(lab);
  }
}

/** Runs extip, with its fate; a run that says that nothing is left changed must have left nothing. */
async function run(
  { lab, interception }: WalkGround,
  { command, fate }: Extract<Move, { type: 'extip' }>,
  seen: Seen,
): Promise<string> {
  let count = 0;
  let at = '';
  let mendFault: (() => Promise<void>) | undefined;
  const started = await interception.start(
    ['extip', ...command.split(' ')],
    async ({ name }, process): Promise<Verdict> => {
      count += 1;
      if (fate.type === 'completes' || count - 1 !== fate.at) return 'pass';
      at = `, ${fate.type} at ${name}`;
      if (fate.type === 'fault') mendFault = await lab.fault(fate.host, fate.fault);
      if (fate.type === 'interrupted') process.kill('SIGINT');
      if (fate.type === 'killed') process.kill('SIGKILL');
      return fate.type === 'killed' || fate.type === 'lost' ? 'drop' : 'pass';
    },
  );
  const { exitCode = -1, stderr } = await started.result;
  await mendFault?.();
  const outcome = `exit ${exitCode}${at}`;
  assert.ok([0, 1, 2, 5, 6, 7, 130, 137].includes(exitCode), `${outcome}\n${stderr}`);
  if (![0, 5, 137].includes(exitCode) || command.includes('--dry-run')) {
    assert.deepEqual(await look(lab), seen, `${outcome}, and something is left changed\n${stderr}`);
  }
  return outcome;
}

async function releaseAll(interception: Interception): Promise<void> {
  for (const { state, namespace, service, ip } of await list(interception.lab)) {
    if (state === 'unmanaged') continue;
    const command = `release ${namespace}/${service} ${ip} -y`;
    const { exitCode, stderr } = await interception.extip(...command.split(' '));
    assert.equal(exitCode, 0, `extip ${command}\n${stderr}`);
  }
}

/** Everything that there is, in the words of MadeByHand. */
function partsOf({ services, nodes }: Seen) {
  return {
    externalIPs: Object.entries(services).flatMap(([name, { externalIPs }]) =>
      externalIPs.map((ip) => `${name} ${ip}`),
    ),
    addresses: Object.entries(nodes).flatMap(([name, { addresses }]) =>
      addresses.map((ip) => `${name} ${ip}`),
    ),
  };
}

function mustBeThere(seen: Seen, made: MadeByHand): void {
  const parts = partsOf(seen);
  for (const kind of ['externalIPs', 'addresses'] as const) {
    const lost = [...made[kind]].filter((one) => !parts[kind].includes(one));
    assert.deepEqual(lost, [], `${kind} made by hand are lost`);
  }
}

function mustBeAll(seen: Seen, made: MadeByHand): void {
  mustBeThere(seen, made);
  const parts = partsOf(seen);
  for (const kind of ['externalIPs', 'addresses'] as const) {
    const left = parts[kind].filter((one) => !made[kind].has(one));
    assert.deepEqual(left, [], `${kind} of extip are left behind`);
  }
  const records = [
    ...Object.values(seen.services).flatMap(({ assignments }) => [assignments].flat()),
    ...Object.values(seen.nodes).flatMap((node) => Object.keys(node.records)),
  ];
  assert.deepEqual(records, [], 'records are left behind');
}

/** Makes the ground clean by hand, whatever is left there. */
async function scrub(lab: Lab): Promise<void> {
  const items = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: MANIFESTS });
  const names = SERVICES.join(' ');
  await Promise.all([
    on(
      lab,
      'operator',
      `kubectl delete service --ignore-not-found ${names} && kubectl create -f - <<'END'\n${items}\nEND\n`,
    ),
    ...NODES.map((node) =>
      on(
        lab,
        node,
        `rm -f /var/lib/extip/*.json
        ${SCRUB_RESTORE}
        for ip in $(ip -o -4 addr show dev ens34 | grep -o '[0-9.]*/32'); do ip addr del "$ip" dev ens34; done`,
      ),
    ),
  ]);
  for (const [node, ip] of NEIGHBOURS.addresses.map((one) => one.split(' '))) {
    await on(lab, node ?? '', `ip addr add ${ip}/32 dev ens34`);
  }
}
