import { CLIENT, IP } from '../calico/guard/observe.ts';

/** What may be of a guard: nothing at all, one client, its network, or an address that all reach. */
export type GuardState = 'clean' | 'guarded' | 'widened' | 'open';

/** A command, and the states between which it goes. */
export interface Move {
  what: string;
  from: GuardState;
  to: GuardState;
  command: string;
  /** It can cut somebody off, so that an undo is armed for it. */
  isUndone: boolean;
}

/** Each is possible after the one before it, and the first after the last. */
export const CYCLE: readonly Move[] = [
  {
    what: 'assign --guard',
    from: 'clean',
    to: 'guarded',
    command: `assign svc-test-1 ${IP} --node k0 --guard --source ${CLIENT}`,
    isUndone: true,
  },
  {
    what: 'guard set, other sources',
    from: 'guarded',
    to: 'widened',
    command: 'guard set svc-test-1 --source 20.1.0.0/24',
    isUndone: true,
  },
  {
    what: 'guard remove',
    from: 'widened',
    to: 'open',
    command: 'guard remove svc-test-1',
    isUndone: false,
  },
  {
    what: 'guard set, there being none',
    from: 'open',
    to: 'guarded',
    command: `guard set svc-test-1 --source ${CLIENT}`,
    isUndone: true,
  },
  {
    what: 'release',
    from: 'guarded',
    to: 'clean',
    command: `release svc-test-1 ${IP}`,
    isUndone: false,
  },
];

/** Who gets in, of those that `getIn` asks. */
export const LETS_IN: Record<GuardState, Record<string, boolean>> = {
  clean: {},
  guarded: { client: true },
  widened: { client: true, stranger: true },
  open: { client: true, stranger: true, routed: true },
};
