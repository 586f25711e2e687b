import { UsageError } from '../errors.ts';

const MILLISECONDS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;

/** setTimeout's limit: a longer delay would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Reads `--request-timeout` as kubectl does (`30`, `5s`, `1m30s`; `0`: no limit), in milliseconds.
 */
export function parseRequestTimeout(text: string): number {
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, LONGEST);
  if (!DURATION.test(text)) {
    throw new UsageError(
      `--request-timeout ${JSON.stringify(text)} is not a number of seconds or a duration`,
      { reason: 'bad-request-timeout', help: 'e.g. --request-timeout 30s, or 0 for no limit' },
    );
  }
  const parts = text.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/g);
  const total = [...parts].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (MILLISECONDS[unit] ?? 0),
    0,
  );
  return Math.min(total === 0 ? 0 : Math.max(Math.round(total), 1), LONGEST);
}
