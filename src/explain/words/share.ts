const FRACTIONS: readonly [number, string][] = [
  [1, 'all'],
  [1 / 2, 'half'],
  [1 / 3, 'a third'],
  [2 / 3, 'two thirds'],
  [1 / 4, 'a quarter'],
  [3 / 4, 'three quarters'],
];

/** iptables keeps a probability in 31 bits, and prints 11 digits of it. */
const TOLERANCE = 1e-4;

/** A share in words, e.g. `a third`, `1 in 7`, `12.5 %`. */
export function shareText(share: number): string {
  const fraction = FRACTIONS.find(([value]) => Math.abs(share - value) < TOLERANCE);
  if (fraction) return fraction[1];
  const parts = Math.round(1 / share);
  if (Math.abs(share - 1 / parts) < TOLERANCE / parts) return `1 in ${parts}`;
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** Of all connections, e.g. `half of the connections`, `all connections`. */
export function connectionsText(share: number): string {
  const text = shareText(share);
  return text === 'all' ? 'all connections' : `${text} of the connections`;
}
