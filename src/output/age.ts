const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * A duration as kubectl shows ages, in two units at most (`5d3h`, `12m`, `2y40d`); the same
 * thresholds as apimachinery's duration.HumanDuration (v0.34).
 */
export function humanDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 0) return '0s';
  if (whole < 2 * MINUTE) return `${whole}s`;
  if (whole < 10 * MINUTE) return pair(whole, MINUTE, 'm', SECOND, 's');
  if (whole < 3 * HOUR) return `${Math.floor(whole / MINUTE)}m`;
  if (whole < 8 * HOUR) return pair(whole, HOUR, 'h', MINUTE, 'm');
  if (whole < 2 * DAY) return `${Math.floor(whole / HOUR)}h`;
  if (whole < 8 * DAY) return pair(whole, DAY, 'd', HOUR, 'h');
  if (whole < 2 * YEAR) return `${Math.floor(whole / DAY)}d`;
  if (whole < 8 * YEAR) return pair(whole, YEAR, 'y', DAY, 'd');
  return `${Math.floor(whole / YEAR)}y`;
}

/** The age of an RFC 3339 time stamp at `now`, `<unknown>` when it is none. */
export function ageOf(timestamp: string | undefined, now: Date): string {
  const then = Date.parse(timestamp ?? '');
  return Number.isNaN(then) ? '<unknown>' : humanDuration((now.getTime() - then) / 1000);
}

function pair(total: number, big: number, bigName: string, small: number, smallName: string) {
  const rest = Math.floor((total % big) / small);
  return `${Math.floor(total / big)}${bigName}${rest > 0 ? `${rest}${smallName}` : ''}`;
}
