import { byteLines } from './byte-lines.ts';

const SLASH = 0x2f;
const DOT = 0x2e;
const EQUALS = Buffer.from(' = ');

/**
 * What `grep -H` printed of files below /proc/sys, `net/ipv4/ip_forward:1`, as sysctl prints it,
 * `net.ipv4.ip_forward = 1`; dots of an interface's name become slashes there.
 */
export function sysctlLines(bytes: Buffer): Buffer {
  const parts = Array.from(byteLines(bytes)).flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon < 0) return [];
    const name = Buffer.from(line.subarray(0, colon)).map(swapped);
    return [name, EQUALS, line.subarray(colon + 1)];
  });
  return Buffer.concat(parts);
}

function swapped(byte: number): number {
  if (byte === SLASH) return DOT;
  return byte === DOT ? SLASH : byte;
}
