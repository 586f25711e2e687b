import { FailedError } from '../errors.ts';
import { age, type Moment, now } from '../moment.ts';
import { oneLine } from '../output/sanitize.ts';
import type { Lease } from '../snapshot/kubernetes.ts';
import { type Api, ApiError } from './api.ts';
import { holdOf } from './lease-hold.ts';
import {
  LEASE_PATH,
  LEASE_SECONDS,
  lasting,
  raised,
  released,
  renewed,
  sameHold,
} from './lease-object.ts';
import type { Lock } from './lock.ts';

const RENEW_EVERY_SECONDS = 5;
/** Before others may take the Lease, with a margin for what is done after a check. */
const SAFE_SECONDS = LEASE_SECONDS - 5;

/** Keeps a Lease that was acquired by a request sent at `sentAt`, by renewing it in the background. */
export function holdLease(api: Api, acquired: Lease, sentAt: Moment): Lock {
  let current = acquired;
  /** As it was acquired, or raised since: who holds it, with which number. */
  let held = acquired;
  let renewedAt = sentAt;
  let lost: FailedError | undefined;
  let running: Promise<void> | undefined;

  const timer = setInterval(() => {
    // What went wrong shows in the next check.
    renew().catch(() => {});
  }, RENEW_EVERY_SECONDS * 1000).unref();

  /** One renewal at a time: two would take each other for a stranger's. */
  function renew(): Promise<void> {
    running ??= write(renewed).finally(() => {
      running = undefined;
    });
    return running;
  }

  async function write(change: (lease: Lease) => Lease): Promise<void> {
    const started = now();
    current = await api
      .update<Lease>(LEASE_PATH, change(current))
      .catch((error) => writeFresh(change, error));
    held = current;
    renewedAt = started;
  }

  /** Somebody wrote the Lease, or our own write went through without an answer. */
  async function writeFresh(change: (lease: Lease) => Lease, error: unknown): Promise<Lease> {
    const reread = error instanceof ApiError && (error.outcomeUnknown || error.status === 409);
    if (!reread && !(error instanceof ApiError && error.status === 404)) throw error;
    const fresh = await api.getOrNull<Lease>(LEASE_PATH);
    if (fresh && (sameHold(fresh, held) || sameHold(fresh, change(held)))) {
      return api.update<Lease>(LEASE_PATH, change(fresh));
    }
    clearInterval(timer);
    const holder = oneLine(fresh?.spec?.holderIdentity || 'nobody');
    lost = lockLost(`it was taken from us, ${holder} holds it`, error);
    throw lost;
  }

  /** Like a renewal, after the one that is on its way. */
  async function rewrite(change: (lease: Lease) => Lease): Promise<void> {
    while (running) await running.catch(() => {});
    if (lost) throw lost;
    running = write(change).finally(() => {
      running = undefined;
    });
    await running;
  }

  return {
    get transitions() {
      return holdOf(held).transitions;
    },
    get hold() {
      return holdOf(held);
    },
    async check() {
      let failure: unknown;
      // Twice: a renewal that was on its way before we slept says nothing about now.
      for (let tries = 0; tries < 2 && !lost && age(renewedAt) >= SAFE_SECONDS; tries++) {
        await renew().catch((error) => {
          failure = error;
        });
      }
      if (lost) throw lost;
      if (age(renewedAt) >= SAFE_SECONDS) {
        const seconds = Math.round(age(renewedAt));
        const why = failure instanceof Error ? `: ${failure.message}` : '';
        throw lockLost(`not renewed for ${seconds} s${why}`, failure);
      }
    },
    raise: (above) => rewrite((lease) => raised(lease, above)),
    outlast: (seconds) => rewrite((lease) => lasting(lease, seconds)),
    async release() {
      clearInterval(timer);
      await running?.catch(() => {});
      if (lost) return;
      lost = lockLost('it was released');
      await api.update(LEASE_PATH, released(current)).catch(() => {});
    },
  };
}

function lockLost(what: string, cause?: unknown): FailedError {
  return new FailedError(`the lock (lease kube-system/extip) is lost: ${what}`, {
    reason: 'lock-lost',
    object: 'lease/kube-system/extip',
    help: 'run the same command again',
    // It is looked at before something is done.
    nothingChanged: true,
    cause,
  });
}
