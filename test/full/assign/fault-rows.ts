import type { State } from '../../interception/ground.ts';
import type { ApiAnswer } from '../../interception/point.ts';

/** One fault at one moment of one command, and what extip must make of it. */
export interface Row {
  fault: string;
  /** `host fault` of the lab, or what the API answers to a write: once, or from then on. */
  strike: { host: string; fault: string } | { api: ApiAnswer | 'drop' | 'hang'; once?: true };
  goal: State;
  /** The step before which it strikes; else it is there from the beginning. */
  step?: string;
  flags?: string;
  exitCode: 0 | 1 | 2 | 5 | 6 | 7;
  /** What the error says. */
  message?: RegExp;
}

type Outcome = [exitCode: Row['exitCode'], message?: RegExp];

/** What must be said of a fault that is there from the beginning, by both commands. */
const STANDING: [
  host: string,
  fault: string,
  outcome: Outcome,
  release?: Outcome,
  flags?: string,
][] = [
  ['k2', 'ssh-refused', [1, /ssh k2: connection refused: no sshd listens there/]],
  ['k2', 'ssh-timeout', [1, /ssh k2: timed out: it is down, or a firewall drops the packets/]],
  ['k2', 'ssh-host-key-unknown', [1, /its host key is not known yet; .* ssh k2 true/]],
  ['k2', 'ssh-host-key-changed', [1, /its host key is not the one in known_hosts/]],
  ['k2', 'ssh-password-wanted', [1, /the login was denied; no password .* is asked for here/]],
  [
    'k2',
    'sudo-password-wanted',
    [1, /which is not root and may not `sudo -n sh`/],
    undefined,
    '--ssh k2=ops@k2',
  ],
  ['k2', 'wrong-machine', [7, /this may not be k2 .* 10\.1\.0\.179 is not on it/]],
  ['k2', 'login-banner', [0]],
  ['k2', 'login-shell-fish', [0]],
  ['k2', 'login-shell-csh', [0]],
  ['k2', 'no-ip', [1, /there is no `ip` on the node: install iproute2/]],
  ['k2', 'busybox-ip', [1, /busybox ip has no -j; install iproute2/]],
  ['k2', 'disk-full', [1, /on node k2: .*No space left on device/]],
  ['k2', 'read-only-var', [1, /on node k2: .*Read-only file system/]],
  ['k2', 'clock-off', [0]],
  ['operator', 'clock-off', [0]],
  [
    'k2',
    'interface-down',
    [1, /ens34 of k2, whose subnet 20\.1\.0\.0\/24 holds 20\.1\.0\.167, is down/],
    [0],
  ],
  ['client', 'duplicate-address', [7, /another host answers for 20\.1\.0\.167: /], [0]],
  ['k2', 'node-drained', [0]],
  ['k0', 'api-down', [1, /https:\/\/10\.1\.0\.180:6443: connect ECONNREFUSED/]],
  [
    'k0',
    'api-hang',
    [1, /https:\/\/10\.1\.0\.180:6443: no answer within 3 s/],
    undefined,
    '--request-timeout 3s',
  ],
];

const standing = STANDING.flatMap(([host, fault, assign, release = assign, flags]) =>
  (
    [
      ['assigned', assign],
      ['clean', release],
    ] as const
  ).map(
    ([goal, [exitCode, message]]): Row => ({
      fault: host === 'k2' ? fault : `${fault} (${host})`,
      strike: { host, fault },
      goal,
      exitCode,
      ...(message && { message }),
      ...(flags && { flags }),
    }),
  ),
);

const status = (code: number, reason: string, message: string): ApiAnswer => ({
  status: code,
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason,
    message,
    code,
  }),
});

const LEASE = 'take the lease';
const PATCH = 'patch services/svc-test-1';

/** Steps of assign: the lease, the record, the external IP, the end. Of release: the external IP first. */
const STEPS: [goal: State, step: string][] = [
  ['assigned', `${LEASE} #1`],
  ['assigned', `${PATCH} #1`],
  ['assigned', `${PATCH} #2`],
  ['assigned', `${PATCH} #3`],
  ['clean', `${LEASE} #1`],
  ['clean', `${PATCH} #1`],
  ['clean', `${PATCH} #2`],
];

const forbidden =
  'User "admin" cannot patch resource "services" in API group "" in the namespace "default"';
const API: [
  fault: string,
  strike: Row['strike'],
  message: RegExp | null,
  outcomes: Row['exitCode'][],
][] = [
  [
    '401',
    { api: status(401, 'Unauthorized', 'Unauthorized') },
    /does not accept/,
    [1, 1, 5, 5, 1, 1, 5],
  ],
  [
    '403',
    { api: status(403, 'Forbidden', `services "svc-test-1" is forbidden: ${forbidden}`) },
    /403 Forbidden: .*cannot patch/,
    [1, 1, 5, 5, 1, 1, 5],
  ],
  [
    '409, for ever',
    { api: status(409, 'Conflict', 'the object has been modified') },
    /409 Conflict/,
    [6, 1, 5, 5, 6, 1, 5],
  ],
  [
    '429, once',
    {
      api: { ...status(429, 'TooManyRequests', 'slow down'), headers: { 'Retry-After': '1' } },
      once: true,
    },
    null,
    [0, 0, 0, 0, 0, 0, 0],
  ],
  [
    '500, once',
    { api: status(500, 'InternalError', 'etcd is not well'), once: true },
    /500 Internal Server Error: etcd is not well/,
    [1, 1, 1, 1, 1, 1, 1],
  ],
  [
    '500',
    { api: status(500, 'InternalError', 'etcd is not well') },
    /500 Internal Server Error: etcd is not well/,
    [1, 1, 5, 5, 1, 1, 5],
  ],
  // What went unanswered may still be carried out: the patch that is the first change, too, is left.
  ['hangs', { api: 'hang' }, /no answer within 3 s/, [1, 5, 5, 5, 1, 5, 5]],
  ['connection lost', { api: 'drop' }, /socket hang up|ECONNRESET|closed/, [1, 5, 5, 5, 1, 5, 5]],
];

const api = API.flatMap(([fault, strike, message, outcomes]) =>
  STEPS.map(
    ([goal, step], index): Row => ({
      fault: `API ${fault}`,
      strike,
      goal,
      step,
      flags: '--request-timeout 3s',
      exitCode: outcomes[index] ?? 0,
      ...(message && { message }),
    }),
  ),
);

/** Faults that come between two steps, and stay until the run has ended. */
const MIDWAY: [host: string, fault: string, goal: State, step: string, Row['exitCode'], RegExp?][] =
  [
    ['k2', 'ssh-refused', 'assigned', 'k2 write-record #1', 1, /connection refused/],
    ['k2', 'ssh-refused', 'assigned', 'k2 add-address #1', 5, /connection refused/],
    ['k2', 'ssh-refused', 'assigned', 'k2 rules #1', 5, /connection refused/],
    ['k2', 'ssh-refused', 'clean', 'k2 write-record #1', 1, /connection refused/],
    ['k2', 'ssh-refused', 'clean', 'k2 remove-address #1', 5, /connection refused/],
    ['k2', 'ssh-refused', 'clean', 'k2 remove-record #1', 5, /connection refused/],
    ['k2', 'disk-full', 'assigned', 'k2 write-record #1', 1, /No space left/],
    ['k2', 'disk-full', 'assigned', 'k2 add-address #1', 5, /No space left/],
    ['k2', 'disk-full', 'clean', 'k2 write-record #1', 1, /No space left/],
    ['k2', 'disk-full', 'clean', 'k2 remove-address #1', 5, /No space left/],
    ['k2', 'read-only-var', 'assigned', 'k2 write-record #1', 1, /Read-only file system/],
    ['k2', 'read-only-var', 'assigned', 'k2 add-address #1', 5, /Read-only file system/],
    ['k2', 'no-ip', 'assigned', 'k2 add-address #1', 1, /on node k2: .*failed to run command 'ip'/],
    ['k2', 'no-ip', 'clean', 'k2 remove-address #1', 1, /on node k2: .*failed to run command 'ip'/],
    ['k2', 'interface-down', 'assigned', 'k2 add-address #1', 1],
    ['k2', 'interface-down', 'assigned', 'k2 announce #1', 1],
    ['k2', 'interface-down', 'clean', 'k2 remove-address #1', 0],
    [
      'client',
      'duplicate-address',
      'assigned',
      'k2 add-address #1',
      1,
      /answers also for 20\.1\.0\.167/,
    ],
    // Its pods are the Service's only ones.
    ['k2', 'node-drained', 'assigned', 'k2 add-address #1', 1, /connect: .* connection refused/],
    ['k2', 'node-drained', 'clean', 'k2 remove-address #1', 0],
    ['k0', 'api-down', 'assigned', 'k2 write-record #1', 5],
    ['k0', 'api-down', 'assigned', 'k2 add-address #1', 5],
    ['k0', 'api-down', 'clean', 'k2 remove-address #1', 5],
    ['k0', 'api-hang', 'assigned', 'k2 add-address #1', 5],
  ];

const midway = MIDWAY.map(
  ([host, fault, goal, step, exitCode, message]): Row => ({
    fault: host === 'k2' ? fault : `${fault} (${host})`,
    strike: { host, fault },
    goal,
    step,
    flags: '--request-timeout 3s',
    exitCode,
    ...(message && { message }),
  }),
);

/** The whole matrix. */
export const rows: readonly Row[] = [...standing, ...midway, ...api];
