import fc from 'fast-check';
import { type HandMove, handMoves } from './by-hand.ts';

/** What becomes of a run of extip, at the point of this number, or all goes well if it has fewer. */
export type Fate =
  | { type: 'completes' }
  /** kill -9; Ctrl-C; only what was under way to a node or the API is lost, or its answer. */
  | { type: 'killed' | 'interrupted' | 'lost'; at: number }
  /** A fault of the lab strikes, and is mended when the run has ended. */
  | { type: 'fault'; at: number; host: string; fault: string };

/** What a person does, or what befalls the cluster. */
export type Move =
  | { type: 'extip'; command: string; fate: Fate }
  | { type: 'by hand'; what: HandMove; service: string; ip: string; node: string };

/** The third one has the port of the first: on one address, only one of them may be served. */
export const SERVICES = ['svc-test-1', 'svc-test-2', 'svc-test-3'];
export const NODES = ['k0', 'k2'];
const IPS = ['20.1.0.167', '20.1.0.168'];
const POOL = '20.1.0.220-20.1.0.222';

const FAULTS: [host: string, fault: string][] = [
  ['k0', 'ssh-refused'],
  ['k2', 'ssh-refused'],
  ['k2', 'ssh-host-key-changed'],
  ['k0', 'disk-full'],
  ['k2', 'read-only-var'],
  ['k2', 'no-ip'],
  ['k2', 'interface-down'],
  ['client', 'duplicate-address'],
  ['k0', 'api-down'],
];

/** assign has about thirty points, release fewer. */
function fateBefore(points: number): fc.Arbitrary<Fate> {
  const at = fc.noBias(fc.nat(points - 1));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({ type: 'completes' as const }) },
    {
      weight: 5,
      arbitrary: fc.record({ type: fc.constantFrom('killed', 'interrupted', 'lost'), at }),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(at, fc.constantFrom(...FAULTS))
        .map(([at, [host, fault]]) => ({ type: 'fault' as const, at, host, fault })),
    },
  );
}

/** What a sequence is mostly about, so that its moves meet. */
interface Focus {
  service: string;
  ip: string;
  node: string;
}

const anywhere: fc.Arbitrary<Focus> = fc.record({
  service: fc.constantFrom(...SERVICES),
  ip: fc.constantFrom(...IPS),
  node: fc.constantFrom(...NODES),
});

function near(focus: Focus): fc.Arbitrary<Focus> {
  const mostly = (value: string, other: string[]) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(value) },
      { weight: 1, arbitrary: fc.constantFrom(...other) },
    );
  return fc.record({
    service: mostly(focus.service, SERVICES),
    ip: mostly(focus.ip, IPS),
    node: mostly(focus.node, NODES),
  });
}

const flags = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ' --interface ens34',
      ' --force answered --force unprobed',
      ' --dry-run=server',
    ),
  },
);

const type = fc.constant('extip' as const);
const always = (command: string) => fc.constant(command);

function assignAt({ service, ip, node }: Focus): fc.Arbitrary<Move> {
  const command = fc.oneof(
    {
      weight: 5,
      arbitrary: flags.map((more) => `assign ${service} ${ip} --node ${node}${more} -y`),
    },
    { weight: 1, arbitrary: always(`assign ${service} ${ip} -y`) },
    { weight: 1, arbitrary: always(`assign ${service} --pool ${POOL} --node ${node} -y`) },
  );
  return fc.record({ type, command, fate: fateBefore(32) });
}

function releaseAt({ service, ip, node }: Focus): fc.Arbitrary<Move> {
  const command = fc.oneof(
    { weight: 4, arbitrary: always(`release ${service} ${ip} -y`) },
    { weight: 1, arbitrary: always(`release ${service} --all -y`) },
    { weight: 1, arbitrary: always(`release ${service} ${ip} --holder-gone -y`) },
    { weight: 1, arbitrary: always(`release --ip ${ip} --node ${node} -y`) },
  );
  return fc.record({ type, command, fate: fateBefore(20) });
}

function moveAt(focus: Focus): fc.Arbitrary<Move> {
  return fc.oneof(
    { weight: 4, arbitrary: assignAt(focus) },
    { weight: 3, arbitrary: releaseAt(focus) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(...(Object.keys(handMoves) as HandMove[]))
        .map((what) => ({ type: 'by hand' as const, what, ...focus })),
    },
  );
}

/** So many sequences of moves; the same ones for the same seed. */
export function sequencesOf(seed: number, count: number): Move[][] {
  const sequence = anywhere.chain((focus) =>
    fc
      .tuple(
        assignAt(focus),
        fc.array(near(focus).chain(moveAt), { minLength: 2, maxLength: 5, size: 'max' }),
      )
      .map(([first, others]) => [first, ...others]),
  );
  return fc.sample(sequence, { seed, numRuns: count });
}

/** A move as a line for a person. */
export function describeMove(move: Move): string {
  if (move.type === 'by hand') {
    return `by hand: ${move.what} (${move.service}, ${move.ip}, ${move.node})`;
  }
  const { fate, command } = move;
  if (fate.type === 'completes') return `extip ${command}`;
  const what = fate.type === 'fault' ? `${fate.host} ${fate.fault}` : fate.type;
  return `extip ${command}, ${what} at point ${fate.at}`;
}
