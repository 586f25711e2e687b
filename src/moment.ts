/** A point in time by both clocks: the monotonic one stands still while the machine sleeps. */
export interface Moment {
  monotonic: number;
  wall: number;
}

export function now(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** Seconds since then, by whichever clock says more. */
export function age(moment: Moment): number {
  const { monotonic, wall } = now();
  return Math.max(monotonic - moment.monotonic, wall - moment.wall) / 1000;
}
