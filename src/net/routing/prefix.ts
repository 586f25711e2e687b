import type { Ip } from '../ip.ts';

export interface Prefix {
  ip: Ip;
  prefix: number;
}

/** Whether the address lies in the prefix. */
export function inPrefix({ ip: network, prefix }: Prefix, ip: Ip): boolean {
  if (network.family !== ip.family) return false;
  const hostBits = BigInt((ip.family === 4 ? 32 : 128) - prefix);
  return network.value >> hostBits === ip.value >> hostBits;
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback({ family, value }: Ip): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n;
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast({ family, value }: Ip): boolean {
  return family === 4 ? value >> 28n === 14n : value >> 120n === 0xffn;
}

/** 255.255.255.255. */
export function isLimitedBroadcast({ family, value }: Ip): boolean {
  return family === 4 && value === 0xffffffffn;
}

/** 0.0.0.0; since 5.3 the rest of 0.0.0.0/8 are addresses like any other (ipv4_is_zeronet). */
export function isUnset4({ family, value }: Ip): boolean {
  return family === 4 && value === 0n;
}

/** fe80::/10. */
export function isLinkLocal6({ family, value }: Ip): boolean {
  return family === 6 && value >> 118n === 0x3fan;
}
