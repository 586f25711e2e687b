/** What is done in a minute: so many interfaces at most are written, seen in the kernels and proven. */
const IN_A_MINUTE = 20;

/** What each more takes, in seconds. */
const EACH = 1.5;

/**
 * How long the undo of a guard waits for a word, in seconds: as long as it takes to make the guard at so many
 * interfaces and prove it, and no longer, because whoever is cut off waits as long. For each interface that is
 * the write of its endpoint (0.2 s: a read and a write, on a busy API server), and its share of what is done
 * at eight places at once: the look into the kernel, and the new connections of the proof (about eight, a
 * second each with ssh's login).
 */
export function undoSeconds(interfaces: number): number {
  return 60 + Math.ceil(EACH * Math.max(0, interfaces - IN_A_MINUTE));
}
