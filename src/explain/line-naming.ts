import type { Ip } from '../net/ip.ts';
import { BLANK, LF, NINE, ZERO } from '../net/netfilter/iptables/ascii.ts';
import { namesAddress } from './names-address.ts';

/**
 * The first line of the dump, from 1, that has the address as a word, else the first that has a
 * network or range which holds it; null: there is none.
 */
export function lineNaming(bytes: Buffer, ip: Ip): number | null {
  const { text } = ip;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    const before = String.fromCharCode(bytes[at - 1] ?? LF);
    const after = String.fromCharCode(bytes[at + text.length] ?? LF);
    if (!/[\w.:]/.test(before) && !/[\w.]/.test(after)) return lineOf(bytes, at);
  }
  // Lines of iptables are full of dashes.
  const signs = bytes.includes('\n-A ') ? ['/', '-range '] : ['/', '-'];
  const lines = signs.flatMap((sign) => lineHolding(bytes, ip, sign) ?? []);
  return lines.length > 0 ? Math.min(...lines) : null;
}

/** The first line with this sign of a network or range in it, and one that holds the address. */
function lineHolding(bytes: Buffer, ip: Ip, sign: string): number | null {
  for (let at = bytes.indexOf(sign); at >= 0; at = bytes.indexOf(sign, at + 1)) {
    if (sign === '/' && !isWide(bytes, at)) continue;
    const end = bytes.indexOf(LF, at);
    const to = end < 0 ? bytes.length : end;
    const line = bytes.toString('utf8', bytes.lastIndexOf(LF, at) + 1, to);
    if (namesAddress(line, ip)) return lineOf(bytes, at);
    at = to;
  }
  return null;
}

/**
 * Whether a number follows, and not `/32 ` as in nearly all networks of large dumps: those are looked
 * for as words.
 */
function isWide(bytes: Buffer, slash: number): boolean {
  const first = bytes[slash + 1] ?? 0;
  const isOne = first === 51 && bytes[slash + 2] === 50 && bytes[slash + 3] === BLANK;
  return first >= ZERO && first <= NINE && !isOne;
}

function lineOf(bytes: Buffer, end: number): number {
  let line = 1;
  for (let at = bytes.indexOf(LF); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) line++;
  return line;
}
