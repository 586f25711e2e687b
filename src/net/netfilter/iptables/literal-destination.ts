import type { Ip } from '../../ip.ts';
import { isKnownAddress } from '../unknown-address.ts';
import { BLANK, CLOSE, D, DASH, DOT, NINE, OPEN, SLASH, ZERO } from './ascii.ts';

/**
 * Whether the rule that begins at `start` can apply to packets to `ip`. No is said only of
 * `-A CHAIN -d A.B.C.D/32 …` with another address, as iptables-save writes it: -d is compared before
 * anything else of a rule (kernel 6.1, ip_packet_match) and may not be given twice.
 */
export function mayHaveDestination(bytes: Buffer, start: number, ip: Ip): boolean {
  if (ip.family !== 4 || !isKnownAddress(ip)) return true;
  let at = start;
  if (bytes[at] === OPEN) {
    while (at < bytes.length && bytes[at] !== CLOSE) at++;
    at += 2;
  }
  at += '-A '.length;
  while (at < bytes.length && (bytes[at] ?? 0) > BLANK) at++;
  const isDestination =
    bytes[at] === BLANK && bytes[at + 1] === DASH && bytes[at + 2] === D && bytes[at + 3] === BLANK;
  if (!isDestination) return true;
  const literal = readLiteral(bytes, at + 4);
  return literal === null || literal === Number(ip.value);
}

/** The address of `A.B.C.D/32 `; null: anything else. */
function readLiteral(bytes: Buffer, from: number): number | null {
  let value = 0;
  let at = from;
  for (let part = 0; part < 4; part++) {
    const first = at;
    let number = 0;
    for (let digit = bytes[at] ?? 0; digit >= ZERO && digit <= NINE; digit = bytes[++at] ?? 0) {
      number = number * 10 + digit - ZERO;
    }
    const isCanonical = at > first && number <= 255 && (bytes[first] !== ZERO || at === first + 1);
    if (!isCanonical || bytes[at++] !== (part < 3 ? DOT : SLASH)) return null;
    value = value * 256 + number;
  }
  const isWhole = bytes[at] === 51 && bytes[at + 1] === 50 && bytes[at + 2] === BLANK;
  return isWhole ? value : null;
}
