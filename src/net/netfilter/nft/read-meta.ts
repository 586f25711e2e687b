import type { Packet } from '../packet.ts';
import { comesInOn, leavesOn } from '../questions.ts';
import type { Question } from '../rules.ts';
import { interfaceNumber } from './datatypes.ts';
import { PROTOCOL_NUMBERS } from './read-payload.ts';
import { known, NONE, type Reading, unknownReading } from './reading.ts';

/**
 * What `meta KEY` gives. Kernel 6.1 net/netfilter/nft_meta.c: an interface that is not there is the
 * empty name (nft_meta_store_ifname), so `iifname != "eth0"` matches what the node itself makes.
 */
export function readMeta(key: string): (packet: Packet) => Reading {
  return READERS[key] ?? (() => unknownReading());
}

const READERS: Record<string, (packet: Packet) => Reading> = {
  mark: (packet) => known(BigInt(packet.mark)),
  iif: (packet) => readInterface(packet.inInterface, comesInOn),
  iifname: (packet) => readInterface(packet.inInterface, comesInOn),
  oif: (packet) => readInterface(packet.outInterface, leavesOn),
  oifname: (packet) => readInterface(packet.outInterface, leavesOn),
  // A group or type of no interface ends the rule (nft_meta_store_ifgroup: `if (!dev) return false`).
  iifgroup: (packet) => (packet.inInterface === null ? NONE : unknownReading()),
  iiftype: (packet) => (packet.inInterface === null ? NONE : unknownReading()),
  oifgroup: (packet) => (packet.outInterface === null ? NONE : unknownReading()),
  oiftype: (packet) => (packet.outInterface === null ? NONE : unknownReading()),
  l4proto: (packet) => known(PROTOCOL_NUMBERS[packet.protocol]),
  nfproto: (packet) => known(packet.family === 4 ? 2n : 10n),
  protocol: (packet) => known(packet.family === 4 ? 0x0800n : 0x86ddn),
  // What is forwarded or sent by REJECT has no process, and the rule ends (nft_meta_get_eval_skugid).
  skuid: readOwner,
  skgid: readOwner,
  random: () => ({ kind: 'uniform', first: 0n, count: 1n << 32n }),
};

function readOwner({ leg, inInterface, outInterface }: Packet): Reading {
  const isForwarded = inInterface !== null && outInterface !== null;
  return isForwarded || leg === 'refusal' ? NONE : unknownReading();
}

function readInterface(
  name: string | null | undefined,
  question: (pattern: string) => Question,
): Reading {
  if (name !== undefined) return known(interfaceNumber(name));
  return unknownReading((first, last) => {
    const pattern = interfacePattern(first, last);
    if (pattern === 'lo') return false;
    return pattern === null ? null : question(pattern);
  });
}

// `cali+`, as iptables writes what nft writes `cali*`: one fact, one wording.
function interfacePattern(first: bigint, last: bigint): string | null {
  const bytes = Array.from({ length: 16 }, (_, i) =>
    Number((first >> BigInt(8 * (15 - i))) & 255n),
  );
  const name = String.fromCharCode(...bytes.filter((byte) => byte !== 0));
  if (name === '') return null;
  return first === last ? name : `${name}+`;
}
