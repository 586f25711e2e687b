import type { Probe } from '../probe.ts';
import { addresses, type Family, nodeAddresses, serverPorts } from '../topology.ts';
import type { Random } from './random.ts';

/**
 * Where a rule will stand, and values for it that packets of the case have, or nearly: a rule that
 * never matches tests little.
 */
export interface Context {
  random: Random;
  family: Family;
  /** iptables: the table's name; nft: the chain's type. */
  table: string;
  /** The hooks that the chain can be reached from. */
  hooks: readonly string[];
  /** Chains that a rule here may go on to. */
  targets: readonly string[];
  addresses: readonly string[];
  ports: readonly number[];
}

/** The values for rules that these packets suggest. */
export function valuesOf(family: Family, probes: readonly Probe[]) {
  const { pods, virtual } = addresses[family];
  return {
    addresses: [
      ...probes.flatMap(({ source, destination }) => [source, destination, destination]),
      ...Object.values(pods),
      ...virtual,
      ...nodeAddresses(family),
    ],
    ports: [
      ...probes
        .flatMap(({ sourcePort, destinationPort }) => [sourcePort ?? [], destinationPort ?? []])
        .flat(),
      ...serverPorts,
    ],
  };
}

/** An address, or a network that it is in. */
export function network({ random, family, addresses: pool }: Context): string {
  const address = random.pick(pool);
  if (random.chance(0.6)) return address;
  const prefixes = family === 4 ? [0, 8, 16, 24, 25, 31, 32] : [0, 16, 32, 48, 64, 120, 128];
  return `${address}/${random.pick(prefixes)}`;
}

/** `FIRST:LAST` with the given colon, or one port. */
export function portRange({ random, ports }: Context, colon: string): string {
  const port = random.pick(ports);
  if (random.chance(0.6)) return String(port);
  return `${port - random.integer(0, 30)}${colon}${port + random.integer(1, 30)}`;
}

export const interfaceNames = ['up0', 'up1', 'cali1', 'cali2', 'br0', 'lo', 'veth3'];
export const marks = [0x1, 0x4000, 0x10, 0x8000, 0x4001, 0xffff0000];
export const masks = [0xffffffff, 0x4000, 0x10, 0xff, 0xc000, 0x4010];
export const hex = (value: number) => `0x${value.toString(16)}`;
